//! The container's view against the kubelet's own answers.

mod headless;
mod inside;
mod quantities;
mod quoting;
mod states;
mod support;
mod vectors;
