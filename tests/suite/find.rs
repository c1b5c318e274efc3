//! Finding objects by name in all kinds.

mod command;
mod rights;
mod screen;
mod search;
