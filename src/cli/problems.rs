//! The flags of `problems`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::units::parse_duration;
use crate::headless::problems::{OutputForm, Wanted};

/// Where to look for problems, and how to print them.
#[derive(Args, Clone, Copy, Debug)]
pub struct Problems {
    /// In all namespaces and in the cluster itself, whichever namespace is chosen
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// The form to print the problems in
    #[arg(short, long, value_enum, default_value = "text")]
    pub output: ProblemsForm,
    /// How long it may take: 500ms, 30s, 5m; as long as it needs without this
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
}

/// The forms in which problems are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProblemsForm {
    /// A line for each
    Text,
    /// One JSON object
    Json,
}

impl From<Problems> for Wanted {
    fn from(problems: Problems) -> Self {
        let form = match problems.output {
            ProblemsForm::Text => OutputForm::Text,
            ProblemsForm::Json => OutputForm::Json,
        };
        Self { is_over_all: problems.all_namespaces, form, timeout: problems.timeout }
    }
}
