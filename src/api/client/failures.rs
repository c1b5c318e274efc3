//! The failures of a request: each names the server, the request and the cause.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use crate::api::errors::{Explanation, carried, explain};
use crate::k8s::failure::{Failure, FailureKind, advice};

/// Names a request in failures.
#[derive(Clone)]
pub(super) struct RequestLabel {
    /// The server's address.
    pub(super) address: Arc<str>,
    /// The proxy before the server, such as `the proxy http://proxy:3128`.
    pub(super) proxy: Option<Arc<str>>,
    /// The HTTP method.
    pub(super) method: &'static str,
    /// The path, without the query.
    pub(super) path: String,
}

impl RequestLabel {
    /// The failure behind an error of the transport.
    pub(super) fn failed(&self, error: &(dyn Error + 'static)) -> Failure {
        if let Some(failure) = carried(error) {
            return failure.clone();
        }
        let Explanation { kind, why, hint } = explain(error);
        let Self { address, method, path, .. } = self;
        let message = match kind {
            FailureKind::Refused => format!("{address} refused the connection"),
            FailureKind::Dns => format!("the name in {address} is unknown"),
            FailureKind::Tls => format!("no TLS connection to {address}: {why}"),
            FailureKind::TimedOut => self.unanswered("in time"),
            FailureKind::Cut => self.unfinished(),
            FailureKind::NotAnApi => format!("{address} does not answer as an API server: {why}"),
            _ => format!("{method} {path} at {address} failed: {why}"),
        };
        Failure::new(kind, message, hint)
    }

    /// The failure of an answer that ended too early.
    pub(super) fn cut(&self) -> Failure {
        Failure::new(FailureKind::Cut, self.unfinished(), advice(FailureKind::Cut))
    }

    fn unfinished(&self) -> String {
        let Self { address, method, path, .. } = self;
        format!("{address} closed the connection before {method} {path} was answered whole")
    }

    /// The failure of a limit that was reached.
    pub(super) fn timed_out(&self, limit: Option<Duration>) -> Failure {
        let limit = limit.unwrap_or_default();
        let limit = match limit.subsec_millis() {
            0 => format!("{} s", limit.as_secs()),
            _ => format!("{} ms", limit.as_millis()),
        };
        let message = self.unanswered(&format!("within {limit}"));
        Failure::new(FailureKind::TimedOut, message, advice(FailureKind::TimedOut))
    }

    /// A proxy may be what is silent, so it is named as well.
    fn unanswered(&self, when: &str) -> String {
        let Self { address, method, path, proxy } = self;
        let through = proxy.as_ref().map_or_else(String::new, |proxy| format!(" through {proxy}"));
        format!("{address} did not answer {method} {path}{through} {when}")
    }
}
