//! Hostile servers: endless answers, redirects, odd values, and terminal control characters.

mod limits;
mod redirects;
mod server;
mod shapes;
mod terminal;
