//! How healthy objects and rows are, and the problems that follow.

mod allocation;
pub(crate) mod case;
mod command;
mod containers;
mod fold;
mod list;
mod odd_objects;
mod recordings;
pub(crate) mod rollout;
mod rows;
mod rules;
mod scan;
mod screens;
