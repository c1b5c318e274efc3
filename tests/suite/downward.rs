//! The container's view against the kubelet's own answers.

mod headless;
mod quantities;
mod support;
mod vectors;
