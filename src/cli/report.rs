//! The arguments of `kubewalk report`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::ValueHint;
use clap_complete::engine::ArgValueCompleter;

use super::completion;
use crate::report::Wanted;

/// What a bug report contains.
#[derive(Args, Clone, Debug)]
pub struct Report {
    /// The new file; gzipped if its name ends with .gz
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// What to request beside the version and discovery: what fails
    #[arg(add = ArgValueCompleter::new(completion::locations))]
    pub location: Vec<String>,
    /// Write it without a question, after it was shown
    #[arg(long)]
    pub yes: bool,
}

impl From<Report> for Wanted {
    fn from(report: Report) -> Self {
        Self { file: report.file, location: report.location.join(" "), is_confirmed: report.yes }
    }
}
