//! How healthy objects and rows are, and the problems that follow.

mod case;
mod rows;
mod rules;
