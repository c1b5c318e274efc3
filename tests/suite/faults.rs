//! Faults of servers and connections: slow, broken and refused answers, outages, expired versions.

mod broken_answers;
mod consistency;
mod credentials;
mod expired_pages;
mod outages;
mod slow_answers;
mod sockets;
mod statuses;
mod watches;
