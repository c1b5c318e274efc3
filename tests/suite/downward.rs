//! The container view, compared with the answers of the kubelet.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod malformed;
mod output;
mod quantities;
mod quoting;
mod real_containers;
mod states;
pub(crate) mod support;
mod vectors;
