//! The log: what was asked of which server and what became of it, and never what was answered.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::k8s::failure::Failure;
use crate::k8s::request::{Exchange, Request};
use crate::system::{keep_private, private_file};

/// Begins to write the log to the end of a file; the rest of it is written when the guard is
/// dropped. Without this nothing is logged. The file is for its owner alone, also where it was not.
///
/// Of the libraries only kube's errors are kept: its other lines may hold what is sent.
///
/// # Errors
///
/// A file that cannot be written, or a log that was begun before.
pub fn begin(file: &Path) -> io::Result<WorkerGuard> {
    let file = private_file(OpenOptions::new().append(true).create(true)).open(file)?;
    // The paths of a log tell the names of Secrets.
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
