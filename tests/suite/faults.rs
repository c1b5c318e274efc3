//! Servers that are slow, half dead, restarting or hostile: what becomes of a walk.

mod bytes;
mod credentials;
