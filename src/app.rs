//! What the program knows and how it changes: pure, without I/O, clock or terminal.

pub mod container_view;
pub mod effect;
pub mod layout;
pub mod logs;
pub mod message;
pub mod model;
pub mod prompt;
pub mod reading;
pub mod retry;
pub mod rights;
pub mod start;
pub mod trace;
pub mod update;

mod ages;
mod api_service;
mod arrange;
mod connect;
mod context;
mod copy;
mod goto;
mod load;
mod marks;
mod mouse;
mod select;
mod this_pod;
mod waiting;
mod watches;
