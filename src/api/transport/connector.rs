//! Opens connections to a server: the name is resolved, a proxy is passed, TLS is spoken.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{FixedServerNameResolver, HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use tower::{BoxError, Service, ServiceExt as _, util::MapErr};

use super::proxy::{FirstHop, Proxy};
use crate::api::errors::{ConnectTimedOut, UnknownHost};
use crate::api::tls::Tls;
use crate::k8s::failure::{Failure, FailureKind};

/// The limit of a connection, from the name to the end of the TLS handshake: client-go's limit of
/// a dial.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

type Tcp = HttpConnector<MapErr<GaiResolver, fn(io::Error) -> UnknownHost>>;

type Opening<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Opens connections to a server, with TLS where its URL says so.
#[derive(Clone)]
pub(super) struct Connector(HttpsConnector<Dialer>);

/// Opens connections to a server without TLS, through a proxy if there is one.
#[derive(Clone)]
struct Dialer {
    tcp: Tcp,
    proxy: Option<(Proxy, HttpsConnector<Tcp>)>,
}

impl Connector {
    /// # Errors
    ///
    /// TLS that cannot be set up, or a name for it that is none.
    pub(super) fn new(tls: Tls, proxy: Option<Proxy>) -> Result<Self, Failure> {
        let to_unknown: fn(io::Error) -> UnknownHost = UnknownHost;
        let mut tcp = Tcp::new_with_resolver(GaiResolver::new().map_err(to_unknown));
        tcp.enforce_http(false);
        let config = tls.config()?;
        let to_proxy = HttpsConnector::<Tcp>::builder()
            .with_tls_config(config.clone())
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp.clone());
        let dialer = Dialer { tcp, proxy: proxy.map(|proxy| (proxy, to_proxy)) };
        let builder = HttpsConnector::<Tcp>::builder().with_tls_config(config).https_or_http();
        let builder = match tls.server_name {
            None => builder,
            Some(name) => {
                let name = name.clone().try_into().map_err(|_| {
                    let message = format!("tls-server-name is not a host name: {name}");
                    Failure::new(FailureKind::Input, message, "Correct it in the kubeconfig")
                })?;
                builder.with_server_name_resolver(FixedServerNameResolver::new(name))
            }
        };
        Ok(Self(builder.enable_http1().wrap_connector(dialer)))
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Dialed>;
    type Error = BoxError;
    type Future = Opening<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let opening = self.0.call(server);
        Box::pin(async move {
            let opened = tokio::time::timeout(CONNECT_TIMEOUT, opening).await;
            opened.unwrap_or_else(|_| Err(ConnectTimedOut(CONNECT_TIMEOUT.as_secs()).into()))
        })
    }
}

impl Service<Uri> for Dialer {
    type Response = Dialed;
    type Error = BoxError;
    type Future = Opening<Dialed>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let Self { tcp, proxy } = self.clone();
        Box::pin(async move {
            let Some((proxy, to_proxy)) = proxy else {
                let stream = MaybeHttpsStream::Http(tcp.oneshot(server).await?);
                return Ok(Dialed { stream, is_forwarded: false });
            };
            let hop = to_proxy.oneshot(proxy.address()).await;
            let hop = hop.map_err(|error| proxy.unreachable(&*error))?;
            let is_forwarded = proxy.forwards(&server);
            let stream = if is_forwarded { hop } else { proxy.tunnel(hop, &server).await? };
            Ok(Dialed { stream, is_forwarded })
        })
    }
}

/// An open connection.
pub(super) struct Dialed {
    stream: FirstHop,
    /// True if a proxy reads the requests and hands them on.
    is_forwarded: bool,
}

impl Connection for Dialed {
    /// hyper sends requests to a proxy in absolute form (RFC 9112 section 3.2.2).
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.is_forwarded)
    }
}

impl Read for Dialed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Dialed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }
}
