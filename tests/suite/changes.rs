//! What differs between two objects, what changed, who changed it, and what a field means.

mod containers_screen;
mod diff;
mod diff_command;
pub(crate) mod diff_screen;
mod explain;
mod explain_from_crd;
pub(crate) mod explain_screen;
mod history;
pub(crate) mod history_screen;
mod managers;
pub(crate) mod managers_screen;
mod properties;
