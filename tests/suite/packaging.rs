//! The binary and the files that are distributed with it: manifests, plugins and the manual page.

mod descriptions;
mod empty_root;
mod manifests;
mod release;
