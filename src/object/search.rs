//! Searches: many requests of which each depends on the answers before it.
//!
//! A [`Search`] is pure: it says which request to send next, and takes the answers in any order. Whoever
//! drives it sends the requests, a few at a time:
//!
//! ```text
//! loop { match search.next() {
//!     Send(request)   send it; later: search.answer(&request, result, now)
//!     Wait            for an answer to one of those that were sent
//!     Pause(time)     the server is overloaded (429)
//!     Done            everything was read
//! } }
//! ```

pub(super) mod page;

use std::time::Duration;

use jiff::Timestamp;

use crate::k8s::failure::Failure;
use crate::k8s::names::Namespace;
use crate::k8s::request::{Exchange, Request};

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchScope {
    /// One namespace, without the kinds of the cluster.
    Namespace(Namespace),
    /// Everything. Where nothing may be listed over all namespaces, the namespaces that may be listed,
    /// else those that are known.
    All {
        /// Namespaces that are known without a request.
        known: Vec<Namespace>,
    },
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this request.
    Send(Request),
    /// Wait for an answer.
    Wait,
    /// Wait for this long: the server is overloaded (429).
    Pause(Duration),
    /// Nothing is left to do.
    Done,
}

/// Something that is searched for with many requests.
pub trait Search {
    /// Returns what to do next.
    fn next(&mut self) -> Next;

    /// Takes the answer to a request that was sent. `now` is the server's time when it answered.
    fn answer(&mut self, request: &Request, result: Result<&Exchange, Failure>, now: Timestamp);
}
