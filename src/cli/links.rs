//! The flags of `links`.

use clap::{Args, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::completion;
use crate::headless::links::Wanted;

/// The object whose references are printed, and how.
#[derive(Args, Clone, Debug)]
pub struct Links {
    /// An object: an API path, or a location such as `po/db-0`
    #[arg(required = true, add = ArgValueCompleter::new(completion::locations))]
    pub location: Vec<String>,
    /// Also print whether each object exists; exit code 3 if one that is not optional does not
    #[arg(long)]
    pub check: bool,
    /// The form to print the references in
    #[arg(short, long, value_enum, default_value = "text")]
    pub output: LinksForm,
}

/// The forms in which references are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LinksForm {
    /// Fields separated by tabs
    Text,
    /// A JSON object on each line
    Json,
}

impl From<&Links> for Wanted {
    fn from(links: &Links) -> Self {
        Self { checks: links.check, is_json: links.output == LinksForm::Json }
    }
}
