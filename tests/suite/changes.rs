//! What differs between two objects, what changed, who changed it, and what a field means.

mod diff;
mod diff_command;
pub(crate) mod diff_screen;
mod managers;
pub(crate) mod managers_screen;
mod properties;
