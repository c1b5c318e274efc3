//! The real binary in a real terminal: keys, signals, the mouse, and what a terminal supports.

mod environment;
mod mouse;
mod session;
mod signals;
