//! Connections to a Unix socket.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tower::Service;

/// Connects to the socket, whatever the host is.
#[derive(Clone)]
pub(in crate::api::transport) struct SocketConnector(Arc<Path>);

type Connecting = Pin<Box<dyn Future<Output = io::Result<TokioIo<UnixStream>>> + Send>>;

impl SocketConnector {
    pub(in crate::api::transport) fn new(path: &Path) -> Self {
        Self(path.into())
    }
}

impl Service<Uri> for SocketConnector {
    type Response = TokioIo<UnixStream>;
    type Error = io::Error;
    type Future = Connecting;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Connecting {
        let path = Arc::clone(&self.0);
        Box::pin(async move { UnixStream::connect(&path).await.map(TokioIo::new) })
    }
}
