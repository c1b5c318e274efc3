//! The words of the field, pure: names, paths, requests, discovery, tables, quantities, failures.

pub mod discovery;
pub mod failure;
pub mod names;
pub mod path;
pub mod quantity;
pub mod request;
pub mod table;
