//! kube's client over connections of our own: straight, through a proxy, or over a Unix socket.
//! kube's own connections know fewer certificates and send plain HTTP through CONNECT.

mod connector;
mod proxy;
mod socket;

use std::path::PathBuf;

use bytes::Bytes;
use http::header::PROXY_AUTHORIZATION;
use http::uri::{Authority, Scheme};
use http::{Request, Response, StatusCode};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::rt::TokioExecutor;
use kube::client::{Body, ConfigExt as _};
use kube::{Client, Config};
use tower::{BoxError, Service, ServiceBuilder};
use tower_http::decompression::DecompressionLayer;

use super::tls::{Tls, Trust};
use crate::k8s::failure::{Failure, FailureKind};

use connector::Connector;
pub(super) use proxy::{Proxy, ProxySetting};
use socket::SocketConnector;
pub(super) use socket::path as socket_path;

/// How requests reach a server.
#[derive(Clone)]
pub(super) struct Transport {
    /// The server's URL, the headers of every request, and whether answers may be compressed.
    pub(super) config: Config,
    /// The way to the server.
    pub(super) route: Route,
    /// What is trusted and presented.
    pub(super) tls: Tls,
}

/// The way to a server.
#[derive(Clone, Debug)]
pub(super) enum Route {
    /// A connection to the server's host and port.
    Direct,
    /// A proxy.
    Proxy(Proxy),
    /// A Unix socket of this machine.
    Socket(PathBuf),
}

impl Transport {
    /// True if the server speaks plain HTTP.
    pub(super) fn is_plain(&self) -> bool {
        self.config.cluster_url.scheme() == Some(&Scheme::HTTP)
    }

    /// True if there is TLS on the way: to the server, or to a proxy in front of it.
    pub(super) fn uses_tls(&self) -> bool {
        let to_proxy = matches!(&self.route, Route::Proxy(proxy) if proxy.speaks_tls());
        !self.is_plain() || to_proxy
    }

    /// Builds the client. Needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// TLS that cannot be set up, or headers that cannot be sent.
    pub(super) fn client(&self) -> Result<Client, Failure> {
        let builder = HttpClient::builder(TokioExecutor::new());
        let proxy = match &self.route {
            Route::Socket(path) => return self.layered(builder.build(SocketConnector::new(path))),
            Route::Proxy(proxy) => Some(proxy.clone()),
            Route::Direct => None,
        };
        // Plain HTTP needs no authorities, and this machine may have none.
        let tls = if self.uses_tls() {
            self.tls.clone()
        } else {
            Tls { trust: Trust::Nobody, ..Tls::new() }
        };
        self.layered(builder.build(Connector::new(tls, proxy)?))
    }

    /// kube's client over an HTTP client, with the layers that all routes share.
    fn layered<S, B>(&self, http: S) -> Result<Client, Failure>
    where
        S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes, Error = hyper::Error> + Send + 'static,
    {
        let mut config = self.config.clone();
        let url = &config.cluster_url;
        let mut wants_login = None;
        if let Route::Proxy(proxy) = &self.route
            && proxy.forwards(url)
        {
            wants_login = Some(proxy.wants_login(url.authority().map_or("", Authority::as_str)));
            config.headers.extend(proxy.forwarding_login().map(|it| (PROXY_AUTHORIZATION, it)));
        }
        // A 407 is of the proxy: no server sends it.
        let check = move |response: Result<Response<B>, BoxError>| {
            let response = response?;
            let is_refused = response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED;
            match wants_login.clone().filter(|_| is_refused) {
                Some(failure) => Err(BoxError::from(failure)),
                None => Ok(response),
            }
        };
        let headers = config.extra_headers_layer().map_err(|_| {
            Failure::new(
                FailureKind::Input,
                "the user or group to impersonate has a character that no header may have",
                "Check --as, --as-group and the `as` fields of the kubeconfig's user",
            )
        })?;
        let decompression = DecompressionLayer::new().gzip(!config.disable_compression);
        let stack = ServiceBuilder::new()
            .layer(config.base_uri_layer())
            .layer(headers)
            .layer(decompression)
            .map_result(check)
            .map_err(Into::<BoxError>::into)
            .service(http);
        Ok(Client::new(stack, &config.default_namespace))
    }
}
