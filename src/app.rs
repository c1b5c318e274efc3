<<<<<<< HEAD
//! What the program knows and how it changes: pure, without I/O, clock or terminal.

pub mod collection;
pub mod document;
pub mod effect;
pub mod layout;
pub mod message;
pub mod model;
pub mod tree;
pub mod update;

mod copy;
mod goto;
mod load;
mod prompt;
mod reading;
mod session;
mod watches;
=======
//! What is shown and what is wanted: pure state.

pub mod document;
>>>>>>> headless
