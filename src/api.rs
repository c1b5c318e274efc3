//! The only code that speaks HTTP: which server and why, what is sent to it, and the recordings
//! that answer in its place.
//!
//! ```text
//!    Client: send, stream, watch, cat     bytes in, typed by `k8s`
//!    Wire                                 tells the trace, and a recorder
//!    kube::Client                         a tower service, whatever lies below
//!    ├─ live                              kube's hyper stack: TLS, authentication, proxies
//!    └─ Replay                            answers from a HAR recording
//! ```

pub mod client;
mod credentials;
pub mod endpoint;
mod errors;
pub mod har;
mod headers;
pub mod inside;
pub mod record;
pub mod replay;
mod tls;
mod transport;
pub mod wire;
