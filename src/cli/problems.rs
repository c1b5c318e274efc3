//! The flags of `problems`.

use std::time::Duration;

use clap::Args;

use super::units::parse_duration;
use crate::headless::OutputForm;
use crate::headless::problems::Wanted;

/// Where to look for problems, and how to print them.
#[derive(Args, Clone, Copy, Debug)]
pub struct Problems {
    /// In all namespaces and the cluster itself
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// text (default), or json with the proof of each
    #[arg(
        short,
        long,
        value_enum,
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub output: OutputForm,
    /// How long it may take: 500ms, 30s, 5m
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
}

impl From<Problems> for Wanted {
    fn from(problems: Problems) -> Self {
        Self {
            is_over_all: problems.all_namespaces,
            form: problems.output,
            timeout: problems.timeout,
        }
    }
}
