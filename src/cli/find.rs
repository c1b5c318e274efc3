//! The flags of `find`.

use clap::Args;

use super::shared::{Form, Reach};
use crate::headless::find::Wanted;

/// What to find, where, and how to print it.
#[derive(Args, Clone, Debug)]
pub struct Find {
    /// A part of a name, ignoring case; /regex/; !text: names without it
    pub text: String,
    /// How far it goes.
    #[command(flatten)]
    pub reach: Reach,
    /// Only these kinds: pods, deploy, widgets.example.com
    #[arg(short, long = "kind", value_name = "KIND", value_delimiter = ',')]
    pub kinds: Vec<String>,
    /// Also events, leases, endpoints and metrics
    #[arg(long)]
    pub all: bool,
    /// Also in labels and annotations, as key=value
    #[arg(long)]
    pub labels: bool,
    /// The form in which it prints.
    #[command(flatten)]
    pub form: Form,
}

impl From<Find> for Wanted {
    fn from(find: Find) -> Self {
        Self {
            text: find.text,
            kinds: find.kinds,
            is_over_all: find.reach.all_namespaces,
            is_of_all_kinds: find.all,
            is_in_labels: find.labels,
            form: find.form.output,
            timeout: find.reach.timeout,
        }
    }
}
