//! The client, the ways to connect, and the replay, over real sockets where there are any.

mod borrowed;
mod certificates;
mod client;
mod endpoint;
mod kubeconfig;
mod replay;
mod ways;
