//! The start screen, and connecting to servers that do not answer yet.

mod demo;
mod plugin;
mod retry;
mod root;
pub(crate) mod screen;
pub(crate) mod tour;
