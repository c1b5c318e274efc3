//! Which lines of which logs are wanted.

use std::time::Duration;

use super::streams::LogStream;
use crate::k8s::log::LogOptions;
use crate::k8s::request::{Form, Request};

/// The most logs that are read at once, each over a connection of its own.
pub const MOST: usize = 32;
/// The least number of lines of a log, where all logs together have a number of lines.
const LEAST: usize = 20;

/// The logs that are wanted of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Only the containers with this name.
    pub container: Option<String>,
    /// True to read init and ephemeral containers too.
    pub with_init: bool,
    /// Which instance, whether lines have their timestamps, and whether new lines, pods and restarts are
    /// waited for.
    pub options: LogOptions,
    /// Only lines that are not older than this.
    pub since: Option<Duration>,
    /// The last lines; `None` for all.
    pub tail: Option<Tail>,
    /// The largest number of logs that are read.
    pub most: usize,
}

/// How many of the last lines are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// Of each log.
    Each(usize),
    /// Of all logs together, but at least 20 of each.
    Together(usize),
}

impl Wanted {
    /// Returns the request for one of a number of logs, with its timestamps.
    #[must_use]
    pub fn request(&self, of: &LogStream, logs: usize) -> Request {
        let since = self.since.map(|since| since.as_secs().max(1).to_string());
        let lines = self.tail.map(|tail| match tail {
            Tail::Each(lines) => lines,
            Tail::Together(lines) => (lines / logs.max(1)).max(LEAST),
        });
        let optional = [
            ("previous", self.options.previous.then(|| "true".to_owned())),
            ("tailLines", lines.map(|lines| lines.to_string())),
            ("sinceSeconds", since),
        ];
        let request = Request::get(of.pod.subresource("log"), Form::Any)
            .with("container", &of.container)
            .with("timestamps", "true");
        let optional = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        optional.fold(request, |request, (name, value)| request.with(name, value))
    }
}
