//! What differs between two objects, what changed, who changed it, and what a field means.

mod canaries;
mod containers_screen;
mod diff;
mod diff_command;
mod diff_schema;
pub(crate) mod diff_screen;
mod diff_versions;
mod explain;
mod explain_from_crd;
pub(crate) mod explain_screen;
mod history;
pub(crate) mod history_screen;
mod managers;
pub(crate) mod managers_screen;
mod properties;
