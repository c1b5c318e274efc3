//! HTTP: finding a server, sending requests to it, and the recordings that answer in its place. No
//! other module speaks HTTP.
//!
//! ```text
//!    endpoint                             which server, and why; the kubeconfig
//!    Client: send, stream, watch, cat     bytes in, decoded by `k8s`
//!            forward                      requests of other programs, for the ambassador
//!    ├─ credentials                       tokens, credential plugins
//!    ├─ Wire                              reports every exchange to the trace and the recorder
//!    └─ kube::Client                      a tower service over one of
//!       ├─ transport, tls                 connections, proxies, certificates as Go accepts them
//!       └─ Replay                         answers from a HAR recording
//! ```

pub mod client;
pub mod clock;
mod credentials;
pub mod endpoint;
mod errors;
pub mod har;
mod headers;
pub mod inside;
pub mod openapi;
pub mod record;
pub mod replay;
pub mod search;
pub mod surroundings;
mod tls;
mod transport;
pub mod wire;
