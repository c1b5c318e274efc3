//! The flags of `explain`.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::completion;
use super::shared::Form;
use crate::headless::explain::Wanted;

/// What to explain, and how to print it.
#[derive(Args, Clone, Debug)]
pub struct Explain {
    /// A resource or an object, with a field: po.spec.nodeName
    ///
    /// A resource or an object with the path of a field: `po.spec.containers.image`, `deploy.apps`,
    /// `po/db-0.spec.nodeName`. Items of lists need no index
    #[arg(value_name = "LOCATION[.FIELD]", add = ArgValueCompleter::new(completion::locations))]
    pub field: String,
    /// The form in which it prints.
    #[command(flatten)]
    pub form: Form,
    /// How many levels of fields below it to print
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(..=20))]
    pub depth: u8,
}

impl From<Explain> for Wanted {
    fn from(flags: Explain) -> Self {
        Self { words: flags.field, form: flags.form.output, depth: flags.depth.into() }
    }
}
