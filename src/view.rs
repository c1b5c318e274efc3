//! Drawing: one widget a file.

pub mod document;
pub mod highlight;
