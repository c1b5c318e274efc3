//! Finding objects by name in all kinds.

mod command;
mod screen;
mod search;
