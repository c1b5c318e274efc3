//! The log of requests and their outcomes, without answer bodies.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::k8s::failure::Failure;
use crate::k8s::request::{Exchange, Request};
use crate::system::{keep_private, private_file};

/// Appends the log to a file from now on, and makes the file readable by its owner alone. Dropping the
/// guard writes the rest.
///
/// Nothing that libraries log is kept: it may contain what is sent.
///
/// # Errors
///
/// The file cannot be written, or there is a log already.
pub fn begin(file: &Path) -> io::Result<WorkerGuard> {
    let file = private_file(OpenOptions::new().append(true).create(true)).open(file)?;
    // The paths contain the names of Secrets.
    let is_private = keep_private(&file);
    let (writer, guard) = tracing_appender::non_blocking(file);
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    let kept = Targets::new().with_target("kubewalk", LevelFilter::DEBUG);
    let subscriber = tracing_subscriber::registry().with(lines).with(kept);
    tracing::subscriber::set_global_default(subscriber).map_err(io::Error::other)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "the log begins");
    if let Err(error) = is_private {
        tracing::warn!(%error, "others can read this file: its mode cannot be changed");
    }
    Ok(guard)
}

/// Logs a request and its outcome, without bodies.
pub(crate) fn exchange(request: &Request, answer: &Result<Exchange, Failure>) {
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

/// Logs a request whose answer is a stream, by its status.
pub(crate) fn stream(request: &Request, status: Result<u16, &Failure>) {
    let (method, path) = (request.method(), request.path_and_query());
    match status {
        Ok(status) => tracing::info!(status, "{method} {path}"),
        Err(failure) => tracing::warn!(failure = %failure.message, "{method} {path}"),
    }
}
