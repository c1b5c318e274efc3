//! The log: what was asked of which server and what became of it, and never what was answered.

use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::k8s::failure::Failure;
use crate::k8s::request::{Exchange, Request};

/// Begins to write the log to the end of a file; the rest of it is written when the guard is
/// dropped. Without this nothing is logged. The file is for its owner alone, also where it was not.
///
/// Of the libraries only kube's errors are kept: its other lines may hold what is sent.
///
/// # Errors
///
/// A file that cannot be written, or a log that was begun before.
pub fn begin(file: &Path) -> io::Result<WorkerGuard> {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
    let is_private = keep_private(&file);
    let (writer, guard) = tracing_appender::non_blocking(file);
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    let kept = Targets::new()
        .with_target("kubewalk", LevelFilter::DEBUG)
        .with_target("kube_client", LevelFilter::ERROR);
    let subscriber = tracing_subscriber::registry().with(lines).with(kept);
    tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "the log begins");
    if let Err(error) = is_private {
        tracing::warn!(%error, "others may read this file, and it cannot be kept from them");
    }
    Ok(guard)
}

/// Takes the rights of others from a file that was there before: the paths of a log tell the names
/// of Secrets. A pipe or a terminal is left as it is.
fn keep_private(file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    let mode = metadata.permissions().mode() & 0o777;
    let private = mode & 0o700;
    if !metadata.is_file() || mode == private {
        return Ok(());
    }
    file.set_permissions(Permissions::from_mode(private))
}

/// Logs a request and what became of it. The body of a review is left out, as all bodies are.
pub(crate) fn asked(request: &Request, answer: &Result<Exchange, Failure>) {
    let (method, path) = (request.method(), request.path_and_query());
    match answer {
        Ok(exchange) => {
            let (status, bytes) = (exchange.status, exchange.body.len());
            let ms = exchange.elapsed.as_millis();
            tracing::info!(status, bytes, ms, "{method} {path}");
        }
        Err(failure) => tracing::warn!(failure = %failure.message, "{method} {path}"),
    }
}

/// Logs a request whose answer is read while it arrives, by its status.
pub(crate) fn begun(request: &Request, status: Result<u16, &Failure>) {
    let (method, path) = (request.method(), request.path_and_query());
    match status {
        Ok(status) => tracing::info!(status, "{method} {path}"),
        Err(failure) => tracing::warn!(failure = %failure.message, "{method} {path}"),
    }
}
