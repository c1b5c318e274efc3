//! The container view, compared with the answers of the kubelet.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod cases;
mod changed;
mod malformed;
mod missing;
mod odd_values;
mod on_request;
mod output;
mod processes;
mod quantities;
mod quoting;
mod real_containers;
pub(crate) mod recorded;
mod running;
mod states;
pub(crate) mod support;
mod two_views;
mod vectors;
