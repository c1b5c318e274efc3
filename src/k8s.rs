//! The vocabulary of Kubernetes, without I/O: names, paths, requests, answers, discovery, tables,
//! quantities, failures.

pub mod age;
pub mod answer;
pub mod api_service;
pub mod coverage;
pub mod discovery;
pub mod endpoint;
pub mod exec;
pub mod failure;
pub mod filter;
mod json;
pub mod location;
pub mod log;
pub mod names;
pub mod paging;
pub mod path;
pub mod plugin;
pub mod pod;
pub mod quantity;

pub mod request;
pub mod reviews;
pub mod rules;
pub mod selector;
pub mod server;
pub mod table;
pub mod token;
pub mod trace;
