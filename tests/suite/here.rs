//! What a process reads in its own pod: from fake file systems and from real processes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod cgroups;
mod clues;
mod comparison;
pub(crate) mod faked;
mod first_process;
mod info;
mod neighbours;
mod node;
mod processes;
mod screen;
mod shared_processes;
mod verify;
