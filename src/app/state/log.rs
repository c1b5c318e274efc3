//! A followed log.
//!
//! It is requested with timestamps, whether they are shown or not, so that a stream that was cut
//! continues after the last line that arrived.

use jiff::Timestamp;

mod tail;

pub(in crate::app) use tail::Tail;

/// The containers whose logs are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Containers {
    /// How many are read.
    pub read: usize,
    /// How many are not, because there are too many.
    pub left_out: usize,
}

/// A followed log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub(in crate::app) tail: Tail,
    /// When it was requested.
    pub(in crate::app) began: Timestamp,
    /// True if the container ended it.
    pub ended: bool,
    /// How many containers it is of, if they are several.
    pub containers: Option<Containers>,
    /// The number of lines that were dropped at the beginning since the log was last shown.
    pub(in crate::app) dropped: usize,
}
