//! Watches: how changes on the server reach the rows and the open document.

pub(crate) mod changes;
mod model;
mod retries;
mod server;
