//! The start screen, and connecting to servers that do not answer yet.

mod retry;
pub(crate) mod screen;
