//! The flags of `diff`.

use clap::Args;
use clap_complete::engine::ArgValueCompleter;

use super::completion;
use crate::headless::diff::{DiffForm, Wanted};
use crate::object::diff::{Group, Options};

/// What to compare, and how to print it.
#[derive(Args, Clone, Debug)]
pub struct Diff {
    /// The left side: LOCATION, LOCATION@CONTEXT, a manifest FILE or FILE#KIND/NAME, RECORDING#LOCATION,
    /// or - for stdin
    #[arg(value_name = "A", add = ArgValueCompleter::new(completion::locations))]
    pub left: String,
    /// The right side; without it, A is compared with its last applied configuration
    #[arg(value_name = "B", add = ArgValueCompleter::new(completion::locations))]
    pub right: Option<String>,
    /// The form to print the differences in
    #[arg(short, long, value_enum, default_value = "text")]
    pub output: DiffForm,
    /// Leave nothing out
    #[arg(long)]
    pub all: bool,
    /// Do not leave these out: server, applied, names, node, status, defaults, spelling
    #[arg(long, value_name = "GROUP", value_delimiter = ',', value_parser = parse_group)]
    pub keep: Vec<Group>,
    /// Leave out this path and what is below it, as in `.spec.containers[].image` or `.metadata.*`
    #[arg(long, value_name = "PATH")]
    pub ignore: Vec<String>,
    /// Show values from Secrets
    #[arg(long)]
    pub show_secrets: bool,
}

impl From<Diff> for Wanted {
    fn from(diff: Diff) -> Self {
        let options = Options {
            all: diff.all,
            kept: diff.keep,
            ignored: diff.ignore,
            shows_secrets: diff.show_secrets,
        };
        Self { left: diff.left, right: diff.right, options, form: diff.output }
    }
}

fn parse_group(text: &str) -> Result<Group, String> {
    let found = Group::ALL.into_iter().find(|group| group.name() == text);
    let names = || Group::ALL.map(Group::name).join(", ");
    found.ok_or_else(|| format!("expected one of {}", names()))
}
