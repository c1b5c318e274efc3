//! What the tests share: recordings, and a server over them.

pub(crate) mod recordings;
pub(crate) mod server;
pub(crate) mod tls;
pub(crate) mod watch;
