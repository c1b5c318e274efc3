//! Why there was no answer, found in the chain of causes below kube's error.

use std::error::Error;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use super::certificate;
use crate::k8s::failure::{Failure, FailureKind, advice};

/// Who was asked for what: the beginning of every sentence here.
#[derive(Clone)]
pub(super) struct Asking {
    pub(super) address: Arc<str>,
    pub(super) method: &'static str,
    pub(super) path: String,
}

impl Asking {
    /// The failure behind an error of the transport.
    pub(super) fn failed(&self, error: &(dyn Error + 'static)) -> Failure {
        let kind = classify(error);
        let Self { address, method, path } = self;
        let (why, hint) = why(kind, error);
        let message = match kind {
            FailureKind::Refused => format!("{address} refused the connection"),
            FailureKind::Dns => format!("the name in {address} is unknown"),
            FailureKind::Tls => format!("no TLS connection to {address}: {why}"),
            FailureKind::TimedOut => format!("{address} did not answer {method} {path} in time"),
            FailureKind::Cut => self.unfinished(),
            FailureKind::NotAnApi => format!("{address} does not answer as an API server: {why}"),
            _ => format!("{address} could not be asked for {path}: {why}"),
        };
        Failure::new(kind, message, hint)
    }

    /// The failure of an answer that ended too early.
    pub(super) fn cut(&self) -> Failure {
        Failure::new(FailureKind::Cut, self.unfinished(), advice(FailureKind::Cut))
    }

    fn unfinished(&self) -> String {
        let Self { address, method, path } = self;
        format!("{address} closed the connection before {method} {path} was answered whole")
    }

    /// The failure of a limit that was reached.
    pub(super) fn timed_out(&self, limit: Option<Duration>) -> Failure {
        let Self { address, method, path } = self;
        let limit = limit.unwrap_or_default();
        let message = format!("{address} did not answer {method} {path} within {limit:?}");
        Failure::new(FailureKind::TimedOut, message, advice(FailureKind::TimedOut))
    }
}

/// The class of an error, told by the causes that have a type, else by what they say.
pub(super) fn classify(error: &(dyn Error + 'static)) -> FailureKind {
    // That a connection was closed says less than why.
    let is_tls = chain(error).any(<dyn Error>::is::<rustls::Error>);
    let class = if is_tls { Some(FailureKind::Tls) } else { chain(error).find_map(class_of) };
    class.unwrap_or(FailureKind::Malformed)
}

fn class_of(error: &(dyn Error + 'static)) -> Option<FailureKind> {
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        if error.is_parse() {
            return Some(FailureKind::NotAnApi);
        }
        if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
            return Some(FailureKind::Cut);
        }
    }
    if let Some(error) = error.downcast_ref::<std::io::Error>() {
        return match error.kind() {
            // A socket of this machine that is not there, or is not for us, refuses in its way.
            ErrorKind::ConnectionRefused
            | ErrorKind::NotFound
            | ErrorKind::PermissionDenied
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable => Some(FailureKind::Refused),
            ErrorKind::TimedOut => Some(FailureKind::TimedOut),
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => Some(FailureKind::Cut),
            _ => None,
        };
    }
    // The connector's own errors have no public type.
    let said = error.to_string();
    if said.starts_with("dns error") {
        Some(FailureKind::Dns)
    } else if said.contains("invalid peer certificate") || said.contains("certificate") {
        Some(FailureKind::Tls)
    } else {
        None
    }
}

/// Whether the server closed TLS because it does not take the certificate that it was shown.
pub(super) fn is_of_our_certificate(error: &kube::Error) -> bool {
    let mut tls = chain(error).filter_map(|cause| cause.downcast_ref::<rustls::Error>());
    tls.any(certificate::is_of_ours)
}

/// The innermost cause, in its own words.
pub(super) fn cause(error: &(dyn Error + 'static)) -> String {
    let innermost = chain(error).last().map(ToString::to_string).unwrap_or_default();
    innermost.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}

/// The cause of a failure, and what to try.
fn why(kind: FailureKind, error: &(dyn Error + 'static)) -> (String, &'static str) {
    let tls = chain(error).find_map(|cause| cause.downcast_ref::<rustls::Error>());
    if let Some(told) = tls.and_then(certificate::trouble) {
        return told;
    }
    let why = cause(error);
    // The first bytes of an HTTP answer, read as TLS.
    if kind == FailureKind::Tls && why.contains("InvalidContentType") {
        return (why, "It may speak plain HTTP: try an address that begins with http://");
    }
    (why, advice(kind))
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        // An I/O error hides what it wraps from the chain of causes of some crates.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| error.source())
    })
}
