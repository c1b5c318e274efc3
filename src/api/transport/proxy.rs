//! A proxy on the way to a server. An HTTP proxy forwards plain requests and tunnels the others by
//! CONNECT; a SOCKS 5 proxy tunnels all.

use std::error::Error;
use std::fmt;

use http::uri::{Authority, Scheme};
use http::{HeaderValue, Uri};
use hyper_rustls::MaybeHttpsStream;
use hyper_util::client::legacy::connect::proxy::SocksV5;
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::{ServiceExt as _, service_fn};

use crate::api::credentials::basic;
use crate::api::errors::{Explanation, explain};
use crate::k8s::failure::{Failure, FailureKind};

/// No answer to a CONNECT is longer than this, in bytes.
const MAX_HEAD: usize = 16 << 10;

/// A connection to a proxy or, without one, to the server.
pub(super) type FirstHop = MaybeHttpsStream<TokioIo<TcpStream>>;

/// A proxy between kubewalk and the server: its protocol, address and login.
#[derive(Clone)]
pub(in crate::api) struct Proxy {
    protocol: Protocol,
    /// Its scheme, host and port, without a login.
    address: Uri,
    login: Option<Login>,
    setting: ProxySetting,
}

/// Where a proxy is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum ProxySetting {
    /// `proxy-url` of the kubeconfig's cluster.
    Kubeconfig,
    /// The variable `HTTPS_PROXY`.
    HttpsVariable,
    /// The variable `HTTP_PROXY`.
    HttpVariable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Http,
    Socks5,
}

#[derive(Clone)]
struct Login {
    user: String,
    password: String,
}

impl Proxy {
    /// Parses the address of a proxy, an HTTP one where it has no scheme.
    ///
    /// # Errors
    ///
    /// It is not the address of a proxy.
    pub(in crate::api) fn parse(address: &str, setting: ProxySetting) -> Result<Self, Failure> {
        Self::read(address, setting).ok_or_else(|| {
            Failure::new(
                FailureKind::Input,
                format!("{setting} is not the address of a proxy"),
                "Give an address that begins with http://, https:// or socks5://",
            )
        })
    }

    fn read(address: &str, setting: ProxySetting) -> Option<Self> {
        let (scheme, rest) = address.split_once("://").unwrap_or(("http", address));
        let scheme = scheme.to_ascii_lowercase();
        let (protocol, scheme, port) = match scheme.as_str() {
            "http" => (Protocol::Http, "http", 80),
            "https" => (Protocol::Http, "https", 443),
            // To Go both mean that the proxy resolves the server's name.
            "socks5" | "socks5h" => (Protocol::Socks5, "http", 1080),
            _ => return None,
        };
        let authority = rest.split(['/', '?', '#']).next()?;
        let (login, host) = match authority.rsplit_once('@') {
            Some((login, host)) => (Some(Login::parse(login)), host),
            None => (None, authority),
        };
        let host: Authority = host.parse().ok()?;
        if host.host().is_empty() {
            return None;
        }
        let address = format!("{scheme}://{}:{}", host.host(), host.port_u16().unwrap_or(port));
        Some(Self { protocol, address: address.parse().ok()?, login, setting })
    }

    /// Its URL, as it is connected to.
    pub(super) fn address(&self) -> Uri {
        self.address.clone()
    }

    /// True if the connection to it is encrypted.
    pub(super) fn speaks_tls(&self) -> bool {
        self.address.scheme() == Some(&Scheme::HTTPS)
    }

    /// True if it is sent the requests for that server, and forwards them.
    pub(super) fn forwards(&self, server: &Uri) -> bool {
        self.protocol == Protocol::Http && server.scheme() == Some(&Scheme::HTTP)
    }

    /// The header with its login, for requests that it forwards.
    pub(super) fn forwarding_login(&self) -> Option<HeaderValue> {
        self.login.as_ref().filter(|_| self.protocol == Protocol::Http).map(Login::header)
    }

    /// Opens a tunnel to a server over a connection to the proxy.
    pub(super) async fn tunnel(&self, hop: FirstHop, server: &Uri) -> Result<FirstHop, Failure> {
        let port = if server.scheme() == Some(&Scheme::HTTP) { 80 } else { 443 };
        let host = server.host().unwrap_or_default();
        let server = format!("{host}:{}", server.port_u16().unwrap_or(port));
        match self.protocol {
            Protocol::Http => self.connect(hop, &server).await,
            Protocol::Socks5 => self.connect_by_socks(hop, &server).await,
        }
    }

    /// Opens a tunnel by CONNECT (RFC 9110 section 9.3.6).
    async fn connect(&self, hop: FirstHop, server: &str) -> Result<FirstHop, Failure> {
        let mut request = format!("CONNECT {server} HTTP/1.1\r\nHost: {server}\r\n").into_bytes();
        if let Some(login) = self.forwarding_login() {
            request.extend_from_slice(b"Proxy-Authorization: ");
            request.extend_from_slice(login.as_bytes());
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"\r\n");
        let mut hop = TokioIo::new(hop);
        let closed = |_| self.refusal(server, "it closed the connection", "");
        hop.write_all(&request).await.map_err(closed)?;
        let mut head = Vec::new();
        // What follows the head is the server's: nothing of it may be read here.
        while !head.ends_with(b"\r\n\r\n") && head.len() < MAX_HEAD {
            head.push(hop.read_u8().await.map_err(closed)?);
        }
        let head = String::from_utf8_lossy(&head);
        let (version, status) = head.lines().next().and_then(|line| line.split_once(' ')).unzip();
        match (version, status.map(str::trim)) {
            (Some(version), Some(status)) if version.starts_with("HTTP/") => {
                match status.get(..3).and_then(|code| code.parse::<u16>().ok()) {
                    Some(200..=299) => Ok(hop.into_inner()),
                    Some(407) => Err(self.wants_login(server)),
                    _ => Err(self.refusal(server, &format!("it answered {status}"), "")),
                }
            }
            _ => Err(self.refusal(server, "it does not answer as an HTTP proxy", "")),
        }
    }

    async fn connect_by_socks(&self, hop: FirstHop, server: &str) -> Result<FirstHop, Failure> {
        let mut hop = Some(hop);
        let hop = service_fn(move |_: Uri| {
            std::future::ready(hop.take().ok_or(std::io::ErrorKind::NotConnected))
        });
        let mut socks = SocksV5::new(self.address(), hop);
        if let Some(Login { user, password }) = self.login.clone() {
            socks = socks.with_auth(user, password);
        }
        let server_uri = Uri::builder().scheme("https").authority(server).path_and_query("/");
        let server_uri = server_uri.build().map_err(|_| self.refusal(server, "bad host", ""))?;
        socks.oneshot(server_uri).await.map_err(|error| {
            let why = error.to_string();
            let why = why.strip_prefix("SOCKS error: ").unwrap_or(&why).to_owned();
            self.refusal(server, &why, "")
        })
    }

    /// The failure to reach the proxy.
    pub(super) fn unreachable(&self, error: &(dyn Error + 'static)) -> Failure {
        let Explanation { kind, why, .. } = explain(error);
        let message = match kind {
            FailureKind::Refused => format!("{self} refused the connection"),
            FailureKind::Dns => format!("the name of {self} is unknown"),
            FailureKind::Tls => format!("no TLS connection to {self}: {why}"),
            _ => format!("{self} cannot be reached: {why}"),
        };
        Failure::new(kind, message, self.setting.hint())
    }

    fn refusal(&self, server: &str, why: &str, hint: &str) -> Failure {
        let hint = if hint.is_empty() { self.setting.hint() } else { hint };
        let message = format!("{self} does not connect to {server}: {why}");
        Failure::new(FailureKind::Refused, message, hint)
    }

    /// The failure of a proxy that wants a login, or another one.
    pub(super) fn wants_login(&self, server: &str) -> Failure {
        let hint = format!("Give a login in {}: http://USER:PASSWORD@HOST:PORT", self.setting);
        self.refusal(server, "it wants a login (407)", &hint)
    }
}

impl ProxySetting {
    fn hint(self) -> &'static str {
        match self {
            Self::Kubeconfig => "Check proxy-url in the kubeconfig",
            Self::HttpsVariable => "Check HTTPS_PROXY, or exempt the server by NO_PROXY",
            Self::HttpVariable => "Check HTTP_PROXY, or exempt the server by NO_PROXY",
        }
    }
}

impl Login {
    fn parse(login: &str) -> Self {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        Self { user: decoded(user), password: decoded(password) }
    }

    fn header(&self) -> HeaderValue {
        basic(&self.user, &self.password)
    }
}

/// Formats how failures name the proxy, without its login.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.protocol {
            Protocol::Http => self.address.scheme_str().unwrap_or_default(),
            Protocol::Socks5 => "socks5",
        };
        let authority = self.address.authority().map_or("", Authority::as_str);
        write!(f, "the proxy {scheme}://{authority}")
    }
}

impl fmt::Display for ProxySetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kubeconfig => "proxy-url",
            Self::HttpsVariable => "HTTPS_PROXY",
            Self::HttpVariable => "HTTP_PROXY",
        })
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::api::errors::UnknownHost;

    fn proxy(address: &str) -> Option<Proxy> {
        Proxy::parse(address, ProxySetting::HttpsVariable).ok()
    }

    #[test]
    fn an_address_without_a_scheme_is_that_of_an_http_proxy() {
        let shown = |address: &str| proxy(address).map(|proxy| proxy.to_string());
        for (address, expected) in [
            ("proxy:3128", "the proxy http://proxy:3128"),
            ("http://proxy/", "the proxy http://proxy:80"),
            ("https://proxy", "the proxy https://proxy:443"),
            ("SOCKS5h://proxy", "the proxy socks5://proxy:1080"),
            ("http://me:secret@[::1]:3128", "the proxy http://[::1]:3128"),
        ] {
            assert_eq!(shown(address).as_deref(), Some(expected), "{address}");
        }
        for address in ["ftp://p", "http://", "", "http://a b", "http://:80"] {
            assert!(shown(address).is_none(), "{address}");
        }
    }

    #[test]
    fn a_login_is_decoded_and_never_shown() {
        let proxy = proxy("http://me:se%40cret@p:1").unwrap();
        let header = proxy.forwarding_login().unwrap();
        assert_eq!(header, format!("Basic {}", STANDARD.encode("me:se@cret")));
        assert!(!format!("{proxy} {proxy:?} {header:?}").contains("cret"));
    }

    #[test]
    fn the_unknown_name_of_a_proxy_is_reported_as_such() {
        let unknown = UnknownHost(std::io::Error::other("no such host"));
        let failure = proxy("proxy.invalid:3128").unwrap().unreachable(&unknown);
        assert_eq!(failure.kind, FailureKind::Dns);
        assert_eq!(failure.message, "the name of the proxy http://proxy.invalid:3128 is unknown");
    }

    #[test]
    fn only_an_http_proxy_forwards_and_only_plain_requests() {
        let (plain, tls) = ("http://h".parse().unwrap(), "https://h".parse().unwrap());
        let forwards = |address: &str, server| proxy(address).unwrap().forwards(server);
        assert!(forwards("http://p", &plain) && forwards("https://p", &plain));
        assert!(!forwards("http://p", &tls) && !forwards("socks5://p", &plain));
    }
}
