//! The flags of `find`.

use std::time::Duration;

use clap::Args;

use super::units::parse_duration;
use crate::headless::OutputForm;
use crate::headless::find::Wanted;

/// What to find, where, and how to print it.
#[derive(Args, Clone, Debug)]
pub struct Find {
    /// A part of a name, ignoring case; /regex/; !text: names without it
    pub text: String,
    /// In all namespaces and the cluster itself
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// Only these kinds: pods, deploy, widgets.example.com
    #[arg(short, long = "kind", value_name = "KIND", value_delimiter = ',')]
    pub kinds: Vec<String>,
    /// Also events, leases, endpoints and metrics
    #[arg(long)]
    pub all: bool,
    /// Also in labels and annotations, as key=value
    #[arg(long)]
    pub labels: bool,
    /// text (default), or json: an object on each line
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

impl From<Find> for Wanted {
    fn from(find: Find) -> Self {
        Self {
            text: find.text,
            kinds: find.kinds,
            is_over_all: find.all_namespaces,
            is_of_all_kinds: find.all,
            is_in_labels: find.labels,
            form: find.output,
            timeout: find.timeout,
        }
    }
}
