//! The flags that keep what a server was asked and answered.

use std::path::PathBuf;

use clap::Args;

/// Whether what is asked and got is kept.
#[derive(Args, Debug)]
#[command(next_help_heading = "Recording")]
pub struct Recording {
    /// Record what is asked and answered to this new HAR 1.2 file, gzipped where its name ends with .gz:
    /// no credentials, and of Secrets only the sizes of their values
    #[arg(long, value_name = "FILE", global = true)]
    pub record: Option<PathBuf>,
    /// Record what Secrets hold, too
    #[arg(long, global = true, requires = "record")]
    pub record_secrets: bool,
}
