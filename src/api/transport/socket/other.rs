//! There are no Unix sockets on this system.

use std::future::{Ready, ready};
use std::io;
use std::path::Path;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::Service;

/// Refuses every connection.
#[derive(Clone)]
pub(in crate::api::transport) struct SocketConnector;

impl SocketConnector {
    pub(in crate::api::transport) fn new(_: &Path) -> Self {
        Self
    }
}

impl Service<Uri> for SocketConnector {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no Unix sockets")))
    }
}
