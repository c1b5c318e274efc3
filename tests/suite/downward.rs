//! The container's view against the kubelet's own answers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod headless;
mod inside;
mod odd;
mod quantities;
mod quoting;
mod states;
mod support;
mod vectors;
