//! Servers that are slow, half dead, restarting or hostile: what becomes of a walk.

mod away;
mod bytes;
mod credentials;
mod model;
mod nodes;
mod pages;
mod slow;
mod walked;
mod watches;
