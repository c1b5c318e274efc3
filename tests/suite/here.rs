//! What a process finds in its pod, in faked file systems and among real processes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod cgroups;
mod clues;
mod comparison;
pub(crate) mod faked;
mod info;
mod node;
mod processes;
mod screen;
mod shared_processes;
mod verify;
