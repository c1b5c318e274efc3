//! What a process finds in its pod, in faked file systems and among real processes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod alone;
pub(crate) mod faked;
mod inside;
mod limits;
mod processes;
mod screen;
mod shared;
mod verify;
