//! A server to connect to: its address, what is trusted, and the credentials.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::header::{HeaderValue, USER_AGENT};
use http::uri::{Authority, Scheme};
use kube::Config;
use kube::config::ExecConfig;

use super::{Environment, Flags, proxy};
use crate::api::client::Client;
use crate::api::credentials::Signer;
use crate::api::credentials::plugin::{ClientCertificate, Plugin};
use crate::api::credentials::reports::PluginReports;
use crate::api::tls::{Identity, Pem, Tls, Trust};
use crate::api::transport::{Proxy, ProxySetting, Route, Transport, socket_path};
use crate::k8s::failure::{Failure, FailureKind};

/// How this program names itself to servers.
const PRODUCT: &str = concat!("kubewalk/", env!("CARGO_PKG_VERSION"));

/// A server, and everything that a connection to it needs.
#[derive(Clone)]
pub(super) struct Server {
    transport: Transport,
    credentials: UserCredentials,
    /// True if the kubeconfig has credentials that are not sent, because the server speaks plain
    /// HTTP.
    withholds_credentials: bool,
}

/// The credentials for a server.
#[derive(Clone, Default)]
pub(super) struct UserCredentials {
    /// The certificate and key for TLS.
    pub(super) identity: Option<Identity>,
    /// The Authorization header.
    pub(super) header: HeaderSource,
}

/// Where the Authorization header comes from.
#[derive(Clone, Default)]
pub(super) enum HeaderSource {
    /// There is none.
    #[default]
    None,
    /// It never changes.
    Fixed(HeaderValue),
    /// A file with a bearer token, read again as it changes.
    File(PathBuf),
    /// A credential plugin, which may also give a client certificate.
    Plugin(Box<ExecConfig>),
    /// It cannot be used, and why.
    Refused(Box<Failure>),
}

/// The users and groups that requests are made as.
#[derive(Clone, Debug, Default)]
pub(super) struct Impersonation {
    pub(super) user: Option<String>,
    pub(super) uid: Option<String>,
    pub(super) groups: Option<Vec<String>>,
    pub(super) extra: Option<std::collections::HashMap<String, Vec<String>>>,
}

impl Server {
    /// Returns the server at an address, without credentials, reached by the proxy of the environment. As
    /// client-go's `DefaultServerURL`, an address without a scheme is one of plain HTTP.
    ///
    /// # Errors
    ///
    /// It is not the address of a server, or the environment's proxy has no usable address.
    pub(super) fn at(address: &str, environment: &Environment) -> Result<Self, Failure> {
        let socket = socket_path(address)?;
        // The host that `kubectl proxy` accepts, whichever way it is reached.
        let url = parse(if socket.is_some() { "http://localhost" } else { address })?;
        let route = match (socket, proxy::of(&url, environment)?) {
            (Some(path), _) => Route::Socket(path),
            (None, Some(proxy)) => Route::Proxy(proxy),
            (None, None) => Route::Direct,
        };
        let mut config = Config::new(url.clone());
        config.headers.push((USER_AGENT, HeaderValue::from_static(PRODUCT)));
        // Compression takes longer than this machine takes to hand the bytes over.
        config.disable_compression = !matches!(route, Route::Proxy(_)) && is_loopback(&url);
        let transport = Transport { config, route, tls: Tls::new() };
        Ok(Self {
            transport,
            credentials: UserCredentials::default(),
            withholds_credentials: false,
        })
    }

    /// Applies the flags that hold for any server.
    ///
    /// # Errors
    ///
    /// A file that cannot be used, or a token for a server that speaks plain HTTP.
    pub(super) fn apply(&mut self, flags: &Flags) -> Result<(), Failure> {
        if let Some(file) = &flags.token_file {
            if self.transport.is_plain() {
                return Err(Failure::new(
                    FailureKind::Input,
                    format!(
                        "--token-file cannot be used with {}: a token is never sent over plain http",
                        self.address()
                    ),
                    "Give an address that begins with https://, or leave out --token-file",
                ));
            }
            self.credentials.header = HeaderSource::File(file.clone());
        }
        if let Some(file) = &flags.certificate_authority {
            let name = format!("the certificate authority {}", file.display());
            let pem = std::fs::read(file).map_err(|error| {
                let message = format!("{name} cannot be read: {error}");
                Failure::new(FailureKind::Input, message, "Check --certificate-authority")
            })?;
            self.set_trust(Trust::authorities(&pem, &name, None)?);
        }
        if flags.insecure_skip_tls_verify {
            self.set_trust(Trust::Everyone);
        }
        let user = &mut self.transport.config.auth_info;
        if let Some(name) = &flags.impersonate {
            user.impersonate = Some(name.clone());
            // The groups of the kubeconfig belong to the user that it names.
            user.impersonate_groups = None;
        }
        if !flags.impersonate_groups.is_empty() {
            user.impersonate_groups = Some(flags.impersonate_groups.clone());
        }
        Ok(())
    }

    /// Sets which servers are trusted.
    pub(super) fn set_trust(&mut self, trust: Trust) {
        self.transport.tls.trust = trust;
    }

    /// Sets the name that the server's certificate must be for.
    pub(super) fn set_server_name(&mut self, name: Option<String>) {
        self.transport.tls.server_name = name;
    }

    /// Sets the proxy through which the server is reached.
    ///
    /// # Errors
    ///
    /// It is not the address of a proxy.
    pub(super) fn set_proxy(&mut self, address: &str) -> Result<(), Failure> {
        self.transport.route = Route::Proxy(Proxy::parse(address, ProxySetting::Kubeconfig)?);
        Ok(())
    }

    /// Disables compressed answers.
    pub(super) fn disable_compression(&mut self) {
        self.transport.config.disable_compression = true;
    }

    /// Sets the user and the groups to impersonate, as `as` fields of the kubeconfig do.
    pub(super) fn set_impersonation(&mut self, impersonation: Impersonation) {
        let user = &mut self.transport.config.auth_info;
        user.impersonate = impersonation.user;
        user.impersonate_uid = impersonation.uid;
        user.impersonate_groups = impersonation.groups;
        user.impersonate_user_extra = impersonation.extra;
    }

    /// Takes these credentials, which are only read for a server that speaks TLS: over plain HTTP
    /// none are sent and no plugin runs (client-go `IsConfigTransportTLS`).
    ///
    /// # Errors
    ///
    /// The credentials cannot be used.
    pub(super) fn set_credentials(
        &mut self,
        credentials: impl FnOnce() -> Result<UserCredentials, Failure>,
    ) -> Result<(), Failure> {
        if self.transport.is_plain() {
            self.withholds_credentials = true;
        } else {
            self.credentials = credentials()?;
        }
        Ok(())
    }

    /// True if the kubeconfig has credentials that are not sent.
    pub(super) fn withholds_credentials(&self) -> bool {
        self.withholds_credentials
    }

    /// True if the server's certificate is not verified.
    pub(super) fn is_insecure(&self) -> bool {
        self.transport.tls.trust.is_everyone() && !self.transport.is_plain()
    }

    /// Returns the address without credentials, for messages.
    pub(super) fn address(&self) -> String {
        match &self.transport.route {
            Route::Socket(path) => format!("unix://{}", path.display()),
            Route::Direct | Route::Proxy(_) => shown(&self.transport.config.cluster_url),
        }
    }

    /// Builds the client. Runs the credential plugin, if there is one, so this may take a while.
    ///
    /// # Errors
    ///
    /// TLS that cannot be set up, or credentials that cannot be used.
    pub(super) async fn connect(
        mut self,
        timeout: Option<Duration>,
        reports: PluginReports,
    ) -> Result<Client, Failure> {
        let address = self.address();
        let proxy = match &self.transport.route {
            Route::Proxy(proxy) => Some(proxy.clone()),
            Route::Direct | Route::Socket(_) => None,
        };
        let UserCredentials { identity, header } = self.credentials;
        self.transport.tls.identity = identity;
        let client = if self.transport.uses_tls() {
            // Large files of authorities are not read among the tasks of the runtime.
            let transport = self.transport.clone();
            super::blocking(move || transport.client()).await?
        } else {
            self.transport.client()?
        };
        let signer = match header {
            HeaderSource::None => None,
            HeaderSource::Refused(failure) => return Err(*failure),
            HeaderSource::Fixed(header) => Some(Signer::fixed(header)),
            HeaderSource::File(file) => Some(Signer::file(file)?),
            HeaderSource::Plugin(exec) => {
                let transport = self.transport;
                let factory = move |certificate: &ClientCertificate| {
                    with_certificate(&transport, certificate)?.client()
                };
                Some(Signer::plugin(Plugin::new(*exec), Arc::new(factory), reports).await?)
            }
        };
        let timeout = timeout.filter(|timeout| !timeout.is_zero());
        Ok(Client::new(client, &address, timeout).behind(proxy.as_ref()).signed(signer))
    }
}

/// The transport with the certificate of a plugin in place of any other.
fn with_certificate(
    transport: &Transport,
    certificate: &ClientCertificate,
) -> Result<Transport, Failure> {
    let chain = Pem {
        name: "the clientCertificateData of the credential plugin",
        bytes: certificate.chain.as_bytes(),
    };
    let key = Pem {
        name: "the clientKeyData of the credential plugin",
        bytes: certificate.key.as_bytes(),
    };
    let mut transport = transport.clone();
    transport.tls.identity = Some(Identity::read(chain, key)?);
    Ok(transport)
}

/// Parses the address of a server, and drops a login in it.
fn parse(address: &str) -> Result<Uri, Failure> {
    let unusable = |hint: &str| {
        let address = without_login(address);
        Failure::new(FailureKind::Input, format!("{address} is not the address of a server"), hint)
    };
    let whole = if address.contains("://") { address } else { &format!("http://{address}") };
    let url: Uri =
        whole.parse().map_err(|_| unusable("Give an address such as https://10.0.0.1:6443"))?;
    let is_known = url.scheme() == Some(&Scheme::HTTP) || url.scheme() == Some(&Scheme::HTTPS);
    let Some(authority) = url.authority().filter(|it| is_known && !it.host().is_empty()) else {
        return Err(unusable("Begin the address with http://, https:// or unix://"));
    };
    if whole != address && !matches!(url.path(), "" | "/") {
        return Err(unusable("Begin the address with http:// or https://, or leave out its path"));
    }
    if url.query().is_some() {
        return Err(unusable("Leave out what follows the question mark"));
    }
    let host = authority.as_str().rsplit('@').next().unwrap_or_default();
    let has_port = host.len() > authority.host().len() + 1;
    if has_port && authority.port_u16().is_none() {
        return Err(unusable("Its port must be a number up to 65535"));
    }
    let host = host.parse::<Authority>().map_err(|_| unusable("Check its host"))?;
    let mut parts = url.into_parts();
    parts.authority = Some(host);
    Uri::from_parts(parts).map_err(|_| unusable("Check its host"))
}

/// The address without a user and a password before its `@`.
fn without_login(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let Some((_, host)) = rest.rsplit_once('@') else { return address.to_owned() };
    if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }
}

/// True if a server is on this machine.
fn is_loopback(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The address as it is shown.
fn shown(url: &Uri) -> String {
    url.to_string().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_url_or_a_host_and_port() {
        let parsed = |address: &str| parse(address).map(|url| shown(&url));
        for (address, expected) in [
            ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
            ("https://[::1]:6443/base/", "https://[::1]:6443/base"),
            ("https://host", "https://host"),
            // As kubectl takes them.
            ("127.0.0.1:8001", "http://127.0.0.1:8001"),
            ("localhost:8080/", "http://localhost:8080"),
            ("host", "http://host"),
            ("[::1]:6443", "http://[::1]:6443"),
        ] {
            assert_eq!(parsed(address).as_deref(), Ok(expected));
        }
        for address in
            ["", "host/path", "/path", "ftp://host", "http://", "https://h/?a", "a b", "h:port"]
        {
            let failure = parse(address).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Input, "{address}");
            assert!(!failure.hint.is_empty());
        }
    }

    #[test]
    fn this_machine_is_asked_for_no_compression() {
        let compresses = |address: &str| {
            let server = Server::at(address, &Environment::empty()).unwrap();
            !server.transport.config.disable_compression
        };
        for address in ["http://127.0.0.1:8001", "http://[::1]:8001", "http://localhost:8001"] {
            assert!(!compresses(address), "{address}");
        }
        assert!(compresses("https://10.0.0.1:6443") && compresses("https://localhost.example.com"));
    }

    #[test]
    fn a_login_in_an_address_is_dropped() {
        let url = parse("https://me:secret@host:6443/base/").unwrap();
        assert_eq!(
            (url.to_string(), shown(&url)),
            ("https://host:6443/base/".to_owned(), "https://host:6443/base".to_owned(),)
        );
        let failure = parse("https://me:secret@host:x").unwrap_err();
        assert!(!failure.message.contains("secret"), "{failure}");
    }
}
