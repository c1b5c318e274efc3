//! The flags of `logs`.

use std::time::Duration;

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::completion;
use super::units::parse_age;
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
    #[arg(long, value_name = "DURATION", value_parser = parse_age)]
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
            // As with kubectl, a duration of zero sets no limit.
            since: self.since.filter(|since| !since.is_zero()),
            tail: self.tail.map(Tail::Each),
            most: MOST,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    fn since(words: &str) -> Option<Duration> {
        let words = ["kubewalk", "logs", "db-0"].into_iter().chain(words.split_whitespace());
        let Some(Command::Logs(logs)) = Cli::try_parse_from(words).unwrap().command else {
            panic!()
        };
        logs.wanted().since
    }

    #[test]
    fn an_age_of_nothing_is_no_limit() {
        assert_eq!(since("--since 0"), None);
        assert_eq!(since("--since 0s"), None);
        assert_eq!(since("--since 5s"), Some(Duration::from_secs(5)));
    }
}
