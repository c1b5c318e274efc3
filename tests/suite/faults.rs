//! Servers that are slow, half dead, restarting or hostile: what becomes of a walk.

mod broken_answers;
mod consistency;
mod credentials;
mod expired_pages;
mod outages;
mod slow_answers;
mod sockets;
mod statuses;
mod watches;
