//! The HTTP client, connecting, credentials, transports and replay, over real sockets.

mod borrowed_token;
mod certificates;
mod client;
mod connecting;
mod coverage;
mod identities;
mod kubeconfig;
mod old_servers;
mod played;
mod plugins;
mod proxies;
mod replay;
mod transports;
mod withheld_credentials;
