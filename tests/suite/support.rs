//! What the tests share: recordings, and a server over them.

pub(crate) mod recordings;
