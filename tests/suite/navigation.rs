//! Moving between locations: typed words and paths, the history, contexts, and the program's own pod.

mod contents;
mod contents_command;
mod contents_numbers;
mod contents_rights;
mod contexts;
pub(crate) mod identity;
pub(crate) mod locations;
mod missing;
mod prompt;
pub(crate) mod this_pod;
