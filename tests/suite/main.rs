//! The test suite.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod bench;
mod changes;
mod cli;
mod collections;
mod containers;
mod document;
mod downward;
mod exec;
mod faults;
mod find;
mod fuzz;
mod generated;
mod health;
mod here;
mod hostile;
mod http;
mod journeys;
mod keys;
mod links;
mod loading;
mod log_file;
mod logs;
mod navigation;
mod packaging;
mod read_only;
mod rights;
mod screens;
mod secrets;
mod settings;
mod start;
mod support;
mod terminal;
mod tidy;
mod trace;
mod watching;
