//! Classifies the errors of connections, and finds the sentence for each.

mod tls;

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::k8s::failure::{Failure, FailureKind, advice};

/// No address belongs to the name of a host.
#[derive(Debug, thiserror::Error)]
#[error("the name is unknown")]
pub(super) struct UnknownHost(#[source] pub(super) io::Error);

/// There was no connection in time.
#[derive(Debug, thiserror::Error)]
#[error("no connection within {0} s")]
pub(super) struct ConnectTimedOut(pub(super) u64);

/// An error in words.
pub(super) struct Explanation {
    /// The class of the error.
    pub(super) kind: FailureKind,
    /// What went wrong, for the end of a sentence: `its certificate has expired`.
    pub(super) why: String,
    /// What to try.
    pub(super) hint: &'static str,
}

/// Explains an error of a connection.
pub(super) fn explain(error: &(dyn Error + 'static)) -> Explanation {
    // That a connection was closed says less than why.
    if let Some(error) = find::<rustls::Error>(error) {
        return tls::explain(error);
    }
    let kind = chain(error).find_map(classify).unwrap_or(FailureKind::Malformed);
    let why = match kind {
        FailureKind::NotAnApi => "its answer is not HTTP".to_owned(),
        _ => innermost(error),
    };
    Explanation { kind, why, hint: advice(kind) }
}

/// Returns the failure that an error carries: those of proxies are whole sentences already.
pub(super) fn carried<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Failure> {
    find(error)
}

/// True if the server ended TLS because it does not accept the client's certificate.
pub(super) fn refuses_client_certificate(error: &(dyn Error + 'static)) -> bool {
    find(error).is_some_and(tls::refuses_client_certificate)
}

fn classify(error: &(dyn Error + 'static)) -> Option<FailureKind> {
    if error.is::<UnknownHost>() {
        return Some(FailureKind::Dns);
    }
    if error.is::<ConnectTimedOut>() {
        return Some(FailureKind::TimedOut);
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        if error.is_parse() {
            return Some(FailureKind::NotAnApi);
        }
        if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
            return Some(FailureKind::Cut);
        }
    }
    match error.downcast_ref::<io::Error>()?.kind() {
        // A Unix socket that is absent or not ours is as good as a closed port.
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
    }
}

/// The innermost cause, in its own words.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let innermost = chain(error).last().map(ToString::to_string).unwrap_or_default();
    innermost.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}

fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(<dyn Error>::downcast_ref)
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        // Some crates leave what an I/O error wraps out of the chain.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| error.source())
    })
}
