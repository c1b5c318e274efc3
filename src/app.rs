//! What is shown and what is wanted: pure state.

pub mod document;
