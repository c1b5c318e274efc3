//! The way over a socket of this machine.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use kube::Config;
use kube::client::ConfigExt as _;
use tokio::net::UnixStream;
use tower::{BoxError, Service, ServiceBuilder};

/// kube's stack over the socket; of the configuration there are the headers and the credentials.
pub(in crate::api::endpoint) fn client(
    path: PathBuf,
    config: &Config,
) -> Result<kube::Client, kube::Error> {
    let http = Client::builder(TokioExecutor::new()).build(Socket(path.into()));
    let stack = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer()?)
        .layer(config.extra_headers_layer()?)
        .map_err(BoxError::from)
        .service(http);
    Ok(kube::Client::new(stack, &config.default_namespace))
}

/// Connects to the socket, whatever the host is.
#[derive(Clone)]
struct Socket(Arc<Path>);

type Connecting = Pin<Box<dyn Future<Output = std::io::Result<TokioIo<UnixStream>>> + Send>>;

impl Service<Uri> for Socket {
    type Response = TokioIo<UnixStream>;
    type Error = std::io::Error;
    type Future = Connecting;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Connecting {
        let path = Arc::clone(&self.0);
        Box::pin(async move { UnixStream::connect(&path).await.map(TokioIo::new) })
    }
}
