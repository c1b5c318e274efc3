//! How healthy objects and rows are, and the problems that follow.

mod case;
mod fold;
mod odd_objects;
mod recordings;
mod rollout;
mod rows;
mod rules;
