//! The flags of `logs`.

use std::time::Duration;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::completion;
use super::units::parse_duration;
use crate::k8s::log::LogOptions;
use crate::object::logs::{MOST, Tail, Wanted};

/// Whose logs are printed, and which lines.
#[derive(Args, Clone, Debug)]
pub struct Logs {
    /// A pod, a workload or a Service: db-0, deploy/web, svc/web, or an API path
    #[arg(required = true, add = ArgValueCompleter::new(completion::locations))]
    pub location: Vec<String>,
    /// Only the containers with this name
    #[arg(short, long, value_name = "NAME")]
    pub container: Option<String>,
    /// Wait for new lines, new pods and restarts
    #[arg(long)]
    pub follow: bool,
    /// The logs of the instances before the last restart
    #[arg(long, conflicts_with = "follow")]
    pub previous: bool,
    /// Only lines that are not older than this: 30s, 5m, 2h
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub since: Option<Duration>,
    /// The number of lines of each container, the last ones
    #[arg(long, value_name = "N")]
    pub tail: Option<usize>,
    /// Print when each line was written
    #[arg(long)]
    pub timestamps: bool,
}

impl Logs {
    /// Returns what is to be printed.
    #[must_use]
    pub fn wanted(self) -> Wanted {
        Wanted {
            container: self.container,
            with_init: true,
            options: LogOptions {
                previous: self.previous,
                timestamps: self.timestamps,
                follow: self.follow,
            },
            since: self.since,
            tail: self.tail.map(Tail::Each),
            most: MOST,
        }
    }
}
