//! The client, the ways to connect, and the replay, over real sockets where there are any.

mod borrowed_token;
mod certificates;
mod client;
mod connecting;
mod kubeconfig;
mod old_servers;
mod replay;
mod transports;
