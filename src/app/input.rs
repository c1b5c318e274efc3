//! Keys, pasted text and the mouse: one file per mode.

pub(in crate::app) mod comparison;
pub(in crate::app) mod containers;
pub(in crate::app) mod document;
pub(in crate::app) mod exec;
pub(in crate::app) mod explain;
pub(in crate::app) mod help;
pub(in crate::app) mod history;
pub(in crate::app) mod keys;
pub(in crate::app) mod list;
pub(in crate::app) mod mouse;
pub(in crate::app) mod offers;
pub(in crate::app) mod prompt;
pub(in crate::app) mod report;
pub(in crate::app) mod start;
pub(in crate::app) mod table;
pub(in crate::app) mod trace;
pub(in crate::app) mod tree;

pub use keys::mode;
pub use offers::offers;
