//! The flags that record requests and answers.

use std::path::PathBuf;

use clap::Args;

/// The recording of requests and answers.
#[derive(Args, Debug)]
#[command(next_help_heading = "Recording")]
pub struct Recording {
    /// Record requests and answers to this new HAR 1.2 file, gzipped if its name ends with .gz;
    /// without credentials, and with masked values of Secrets
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub record: Option<PathBuf>,
    /// Record the values of Secrets
    #[arg(long, global = true, hide_short_help = true, requires = "record")]
    pub record_secrets: bool,
}
