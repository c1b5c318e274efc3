//! HTTP exchanges as the trace shows them, without credentials and without bodies.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use super::request::Request;

/// Headers by name and value.
pub type Headers = Vec<(String, String)>;

/// The number of bytes received of a body. It keeps counting while a stream is open.
#[derive(Clone, Debug, Default)]
pub struct Received(Arc<AtomicU64>);

/// A request that was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The number of the exchange, in the order of sending.
    pub number: u64,
    /// The request.
    pub request: Request,
    /// When it was sent.
    pub at: Timestamp,
    /// The headers of the request, without credentials.
    pub headers: Headers,
    /// The bytes received of the answer's body.
    pub received: Received,
}

/// The head of an answer.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The version of HTTP, such as `HTTP/1.1`.
    pub version: String,
    /// The headers of the answer, without credentials.
    pub headers: Headers,
    /// The texts of the Warning headers.
    pub warnings: Vec<String>,
    /// The time from sending the request to the head of the answer.
    pub after: Duration,
}

/// How an exchange ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The time from sending the request to the end.
    pub after: Duration,
    /// The failure, if there was no answer or no whole one.
    pub failure: Option<String>,
}

/// The events of an exchange.
#[derive(Clone, Debug)]
pub enum OnWire {
    /// A request was sent.
    Sent(Box<Sent>),
    /// The head of the answer to the request with that number was received.
    Answered(u64, Box<Answered>),
    /// The exchange with that number has ended.
    Ended(u64, Ended),
    /// The recording has stopped, for this reason.
    NotRecorded(String),
}

impl Received {
    /// Adds a number of bytes.
    pub fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// The number of bytes so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
