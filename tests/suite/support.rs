//! What the tests share: recordings, servers that answer from them, and drivers of the program.

pub(crate) mod ambassador;
pub(crate) mod app;
pub(crate) mod cluster;
pub(crate) mod exec;
pub(crate) mod fault;
pub(crate) mod golden;
pub(crate) mod keys;
pub(crate) mod kubectl;
pub(crate) mod machine;
pub(crate) mod raw;
pub(crate) mod recordings;
pub(crate) mod reference;
pub(crate) mod server;
pub(crate) mod terminal;
pub(crate) mod tls;
pub(crate) mod tunnel;
pub(crate) mod walker;
pub(crate) mod watch;
