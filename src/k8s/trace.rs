//! What went over the wire, as far as it may be shown: never a credential, never a body.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use super::request::Request;

/// Header lines, by name and value.
pub type Headers = Vec<(String, String)>;

/// How many bytes of a body have come so far: a stream counts on while it is looked at.
#[derive(Clone, Debug, Default)]
pub struct Received(Arc<AtomicU64>);

/// A request that was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Tells it from all others of this run, in the order of sending.
    pub number: u64,
    /// What was asked for.
    pub request: Request,
    /// When it was sent.
    pub at: Timestamp,
    /// What was sent along, without credentials.
    pub headers: Headers,
    /// What has come of the answer's body.
    pub received: Received,
}

/// The head of an answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The version of HTTP, such as `HTTP/1.1`.
    pub version: String,
    /// What came along, without credentials.
    pub headers: Headers,
    /// The texts of the Warning headers.
    pub warnings: Vec<String>,
    /// From sending the request until it came.
    pub after: Duration,
}

/// How an exchange ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// From sending the request until then.
    pub after: Duration,
    /// Why there was no answer, or no whole one.
    pub failure: Option<String>,
}

/// What is told of an exchange as it goes on.
#[derive(Clone, Debug)]
pub enum OnWire {
    /// A request was sent.
    Sent(Box<Sent>),
    /// The head of an answer came to the request of that number.
    Answered(u64, Box<Answered>),
    /// The exchange of that number is over.
    Ended(u64, Ended),
    /// From now on nothing is recorded any more, and why.
    NotRecorded(String),
}

impl Received {
    /// So many bytes came.
    pub fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// How many came so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
