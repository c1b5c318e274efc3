//! The flags of `diff`.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::completion;
use super::shared::Secrets;
use crate::headless::diff::{DiffForm, Wanted};
use crate::object::diff::{Group, Options};
use crate::object::mask::{DigestKey, Masker};

/// What to compare, and how to print it.
#[derive(Args, Clone, Debug)]
pub struct Diff {
    /// LOCATION, LOCATION@CONTEXT, FILE, RECORDING#LOCATION, or - for stdin
    ///
    /// The left side: LOCATION, LOCATION@CONTEXT, a manifest FILE or FILE#KIND/NAME, RECORDING#LOCATION or
    /// RECORDING#LOCATION@vVERSION, or - for stdin
    #[arg(value_name = "A", add = ArgValueCompleter::new(completion::locations))]
    pub left: String,
    /// The same; without it, what was last applied to A
    #[arg(value_name = "B", add = ArgValueCompleter::new(completion::locations))]
    pub right: Option<String>,
    /// text (default), unified, json
    ///
    /// A line for each difference, a unified difference of YAML, or one JSON object
    #[arg(
        short,
        long,
        value_enum,
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub output: DiffForm,
    /// Leave nothing out
    #[arg(long)]
    pub all: bool,
    /// Leave these in, such as status or names
    ///
    /// Do not leave these out: server, applied, names, node, status, defaults, spelling
    #[arg(long, value_name = "GROUP", value_delimiter = ',', value_parser = parse_group)]
    pub keep: Vec<Group>,
    /// Leave out a path: .spec.containers[].image
    ///
    /// Leave out this path and what is below it, as in `.spec.containers[].image` or `.metadata.*`
    #[arg(long, value_name = "PATH")]
    pub ignore: Vec<String>,
    /// What is shown of Secrets.
    #[command(flatten)]
    pub secrets: Secrets,
    /// Pair items of lists without a schema
    ///
    /// Pair the items of lists without the server's documentation of the kind, which is not fetched
    #[arg(long)]
    pub no_schema: bool,
}

impl Diff {
    /// Returns what is compared and printed, with the key for the tags of masked values.
    #[must_use]
    pub fn wanted(self, key: Option<DigestKey>) -> Wanted {
        let options = Options {
            all: self.all,
            kept: self.keep,
            ignored: self.ignore,
            shows_secrets: self.secrets.show_secrets,
            masker: Some(key.map_or_else(Masker::new, Masker::with_key)),
            schemas: None,
        };
        Wanted {
            left: self.left,
            right: self.right,
            options,
            form: self.output,
            fetches_schemas: !self.no_schema,
        }
    }
}

fn parse_group(text: &str) -> Result<Group, String> {
    let found = Group::ALL.into_iter().find(|group| group.name() == text);
    let names = || Group::ALL.map(Group::name).join(", ");
    found.ok_or_else(|| format!("expected one of {}", names()))
}
