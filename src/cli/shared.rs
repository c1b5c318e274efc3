//! The flags that several commands share.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::units::parse_duration;
use crate::headless::OutputForm;

/// The form in which a command prints.
#[derive(Args, Clone, Copy, Debug)]
pub struct Form {
    /// text (default) or json
    #[arg(
        short,
        long,
        value_enum,
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub output: OutputForm,
}

/// How far a search goes, and how long it may take.
#[derive(Args, Clone, Copy, Debug)]
pub struct Reach {
    /// In all namespaces and the cluster itself
    #[arg(short = 'A', long)]
    pub all_namespaces: bool,
    /// How long it may take: 500ms, 30s, 5m
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub timeout: Option<Duration>,
}

/// What is shown of the values of Secrets.
#[derive(Args, Clone, Debug)]
pub struct Secrets {
    /// Show values from Secrets
    #[arg(long)]
    pub show_secrets: bool,
    /// A key for comparable tags of masked values
    ///
    /// Make the tags of masked values with the key in this file, of 16 bytes or more, so that those of
    /// several runs can be compared; the key may also be in `KUBEWALK_DIGEST_KEY`
    #[arg(long, value_name = "FILE")]
    pub digest_key: Option<PathBuf>,
}
