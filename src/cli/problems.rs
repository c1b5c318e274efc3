//! The flags of `problems`.

use clap::Args;

use super::shared::{Form, Reach};
use crate::headless::problems::Wanted;

/// Where to look for problems, and how to print them.
#[derive(Args, Clone, Copy, Debug)]
pub struct Problems {
    /// How far it goes.
    #[command(flatten)]
    pub reach: Reach,
    /// The form in which it prints.
    #[command(flatten)]
    pub form: Form,
}

impl From<Problems> for Wanted {
    fn from(problems: Problems) -> Self {
        Self {
            is_over_all: problems.reach.all_namespaces,
            form: problems.form.output,
            timeout: problems.reach.timeout,
        }
    }
}
