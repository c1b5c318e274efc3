//! The program in places that were not made for it: terminals that go away, empty roots, pods.

mod info;
mod manifests;
mod pty;
mod retry;
mod root;
mod terminal;
