//! The test suite.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod anywhere;
mod bench;
mod cli;
mod containers;
mod document;
mod downward;
mod exec;
mod faults;
mod fitting;
mod fuzz;
mod here;
mod hostile;
mod http;
mod journey;
mod live;
mod logs;
mod pictures;
mod plain;
mod pty;
mod read_only;
mod readme;
mod rights;
mod screens;
mod secrets;
mod support;
mod tidy;
mod walk;
mod wire;
