//! The flags of `links`.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::completion;
use super::shared::Form;
use crate::headless::links::Wanted;

/// The object whose references are printed, and how.
#[derive(Args, Clone, Debug)]
pub struct Links {
    /// An object: an API path, or a location such as `po/db-0`
    #[arg(required = true, add = ArgValueCompleter::new(completion::locations))]
    pub location: Vec<String>,
    /// Also print whether each object exists
    ///
    /// The exit code is 3 if one that is not optional does not exist
    #[arg(long)]
    pub check: bool,
    /// The form in which it prints.
    #[command(flatten)]
    pub form: Form,
}

impl From<&Links> for Wanted {
    fn from(links: &Links) -> Self {
        Self { checks: links.check, form: links.form.output }
    }
}
