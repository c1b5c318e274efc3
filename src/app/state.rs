//! The parts of the application state. None of them names the model.

pub mod allocation;
pub mod comparison;
pub mod connection;
pub mod containers;
pub mod contents;
pub mod events;
pub mod explain;
pub mod find;
pub mod health;
pub mod links;
pub mod log;
pub mod object_history;
pub mod overlay;
pub mod owner;
pub mod problems;
pub mod prompt;
pub mod reading;
pub mod report;
pub mod rights;
pub mod search;
pub mod several;
pub mod subject;
pub mod table;
pub mod timeline;
pub mod tour;
pub mod trace;
pub mod watch;
pub mod words;

pub(in crate::app) mod names;
pub(in crate::app) mod navigation;
