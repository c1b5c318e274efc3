//! Keys: each action of the key table does what it says.

mod actions;
