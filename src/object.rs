//! What one object means: functions of its JSON alone, pure.

pub mod allocation;
pub mod contents;
pub mod diff;
pub mod events;
pub mod find;
pub mod health;
pub mod instead;
pub mod links;
pub mod logs;
pub mod managers;
pub mod mask;
pub mod path;
pub mod problems;
pub mod related;
pub mod schema;
pub mod search;
