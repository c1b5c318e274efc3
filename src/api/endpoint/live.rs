//! kube's stack over a real connection, configured by hand: what kube would choose by itself
//! retries for minutes, asks the system for authorities it does not need, and reads its proxies
//! from the environment in its own way.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use http::header::{HeaderValue, USER_AGENT};
use http::uri::Scheme;
use kube::Config;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::ExposeSecret as _;

use super::{Environment, Flags, proxy, socket};
use crate::api::client::Client;
use crate::api::credentials::plugin::{Certificate, Plugin};
use crate::api::credentials::{Signer, bearer};
use crate::k8s::failure::{Failure, FailureKind};

/// How this program names itself to servers.
const PRODUCT: &str = concat!("kubewalk/", env!("CARGO_PKG_VERSION"));

/// A server, and what it takes to speak to it.
pub(super) struct Server {
    /// For kube's stack.
    pub(super) config: Config,
    /// A file with a bearer token, read again as it changes.
    pub(super) token_file: Option<PathBuf>,
    /// The socket of this machine that it listens on, in place of a port.
    socket: Option<PathBuf>,
}

impl Server {
    /// The server at that address, with no credentials, reached by the proxy of the environment.
    pub(super) fn at(address: &str, environment: &Environment) -> Result<Self, Failure> {
        let socket = socket::path(address)?;
        // Who listens on a socket is asked as a proxy on this machine would be.
        let uri = parse(if socket.is_some() { "http://localhost" } else { address })?;
        let mut config = Config::new(uri.clone());
        config.default_retry = false;
        config.headers.push((USER_AGENT, HeaderValue::from_static(PRODUCT)));
        config.proxy_url = proxy::of(&uri, environment)?;
        // Packing takes longer than this machine takes to hand the bytes over.
        config.disable_compression = config.proxy_url.is_none() && is_loopback(&uri);
        if uri.scheme() == Some(&Scheme::HTTP) {
            // No authority is needed, and there may be none on this machine.
            config.root_cert = Some(Vec::new());
        }
        Ok(Self { config, token_file: None, socket })
    }

    /// Takes the flags that hold for any server in place of what was found.
    pub(super) fn follow(&mut self, flags: &Flags) -> Result<(), Failure> {
        if let Some(file) = &flags.token_file {
            self.token_file = Some(file.clone());
        }
        if let Some(file) = &flags.certificate_authority {
            let name = format!("the certificate authority {}", file.display());
            let pem = std::fs::read(file).map_err(|error| {
                let message = format!("{name} cannot be read: {error}");
                Failure::new(FailureKind::Input, message, "Check --certificate-authority")
            })?;
            self.trust(&pem, &name)?;
            self.config.accept_invalid_certs = false;
        }
        if flags.insecure_skip_tls_verify {
            self.trust_anyone();
        }
        let user = &mut self.config.auth_info;
        if let Some(name) = &flags.impersonate {
            user.impersonate = Some(name.clone());
            // Groups are those of the one who is named, never of another.
            user.impersonate_groups = None;
        }
        if !flags.impersonate_groups.is_empty() {
            user.impersonate_groups = Some(flags.impersonate_groups.clone());
        }
        Ok(())
    }

    /// Trusts these certificates, in PEM, and no others. `name` is what a failure calls them.
    pub(super) fn trust(&mut self, pem: &[u8], name: &str) -> Result<(), Failure> {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem)
            .map(|certificate| certificate.map(|der| der.as_ref().to_vec()))
            .collect();
        let certificates = certificates.unwrap_or_default();
        if certificates.is_empty() {
            return Err(Failure::new(
                FailureKind::Input,
                format!("{name} holds no certificate"),
                "Give the certificate authority in PEM",
            ));
        }
        self.config.root_cert = Some(certificates);
        Ok(())
    }

    /// Verifies no certificate.
    pub(super) fn trust_anyone(&mut self) {
        self.config.accept_invalid_certs = true;
        self.config.root_cert = Some(Vec::new());
    }

    /// The address without credentials, as it is shown.
    pub(super) fn address(&self) -> String {
        match &self.socket {
            Some(socket) => format!("unix://{}", socket.display()),
            None => shown(&self.config.cluster_url),
        }
    }

    /// The client. Runs the credential plugin where there is one, so this may take a while; it
    /// must be on a tokio runtime.
    pub(super) fn connect(mut self, timeout: Option<Duration>) -> Result<Client, Failure> {
        let address = self.address();
        let signer = match self.token_file.take() {
            Some(file) => {
                let user = &mut self.config.auth_info;
                (user.token, user.exec) = (None, None);
                Some(Signer::file(file)?)
            }
            None => self.ask_plugin()?,
        };
        if let Some(token) = &self.config.auth_info.token
            && bearer(token.expose_secret()).is_none()
        {
            // kube would panic.
            return Err(Failure::new(
                FailureKind::Input,
                format!("the token for {address} is empty, or has a character that none may have"),
                "Check the kubeconfig's user; a token is one line",
            ));
        }
        let timeout = timeout.filter(|timeout| !timeout.is_zero());
        Ok(Client::new(self.stack()?, &address, timeout).signed(signer))
    }

    /// kube's stack.
    fn stack(self) -> Result<kube::Client, Failure> {
        let address = self.address();
        let client = match self.socket {
            Some(path) => socket::client(path, &self.config),
            None => kube::Client::try_from(self.config),
        };
        client.map_err(|error| refused(&address, &error))
    }

    /// Runs the credential plugin, once: kube itself would run it three times.
    fn ask_plugin(&mut self) -> Result<Option<Signer>, Failure> {
        let user = &mut self.config.auth_info;
        let exec = user.exec.take().filter(|_| user.token.is_none() && user.password.is_none());
        let Some(plugin) = exec.map(Plugin::new) else { return Ok(None) };
        let (config, socket) = (self.config.clone(), self.socket.clone());
        let stack = move |certificate: &Certificate| {
            let mut config = config.clone();
            let user = &mut config.auth_info;
            user.client_certificate_data = Some(STANDARD.encode(&certificate.chain));
            user.client_key_data = Some(STANDARD.encode(&certificate.key).into());
            Self { config, token_file: None, socket: socket.clone() }.stack()
        };
        Signer::plugin(plugin, Arc::new(stack)).map(Some)
    }
}

/// Reads the address of a server.
fn parse(address: &str) -> Result<Uri, Failure> {
    let unusable = |hint: &str| {
        let address = without_user(address);
        Failure::new(FailureKind::Input, format!("{address} is not the address of a server"), hint)
    };
    let uri: Uri =
        address.parse().map_err(|_| unusable("Give an address such as https://10.0.0.1:6443"))?;
    let known = uri.scheme() == Some(&Scheme::HTTP) || uri.scheme() == Some(&Scheme::HTTPS);
    if !known || uri.host().is_none_or(str::is_empty) {
        return Err(unusable("Begin the address with http://, https:// or unix://"));
    }
    if uri.query().is_some() {
        return Err(unusable("Leave out what follows the question mark"));
    }
    Ok(uri)
}

/// What was given as an address, without what stands before its `@`: a user and a password.
fn without_user(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let Some((_, host)) = rest.rsplit_once('@') else { return address.to_owned() };
    if scheme.is_empty() { host.to_owned() } else { format!("{scheme}://{host}") }
}

/// Whether a server is on this machine.
fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The address as it is shown: without a user and a password.
fn shown(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let host = uri.host().unwrap_or_default();
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}://{host}{port}{}", uri.path().trim_end_matches('/'))
}

/// Why kube could not make a client of this configuration.
fn refused(address: &str, error: &kube::Error) -> Failure {
    let (what, hint) = match error {
        kube::Error::Auth(cause) => {
            (format!("no credentials for {address}: {cause}"), "Check the kubeconfig's user")
        }
        kube::Error::RustlsTls(cause) => (
            format!("TLS for {address} cannot be set up: {cause}"),
            "Name the server's authority in the kubeconfig or by --certificate-authority",
        ),
        other => (format!("{address} cannot be connected to: {other}"), "Check the kubeconfig"),
    };
    let first_line = what.lines().next().unwrap_or_default();
    Failure::new(FailureKind::Input, first_line, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_http_url() {
        for address in ["http://127.0.0.1:8001", "https://[::1]:6443/base/", "https://host"] {
            assert!(parse(address).is_ok(), "{address}");
        }
        for address in
            ["", "nonsense", "127.0.0.1:8001", "ftp://host", "http://", "https://h/?a", "a b"]
        {
            let failure = parse(address).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Input, "{address}");
            assert!(!failure.hint.is_empty());
        }
    }

    #[test]
    fn this_machine_is_asked_for_nothing_packed() {
        let packs = |address: &str| {
            !Server::at(address, &Environment::empty()).unwrap().config.disable_compression
        };
        for here in ["http://127.0.0.1:8001", "http://[::1]:8001", "http://localhost:8001"] {
            assert!(!packs(here), "{here}");
        }
        assert!(packs("https://10.0.0.1:6443") && packs("https://localhost.example.com"));
    }

    #[test]
    fn credentials_in_an_address_are_not_shown() {
        let uri = parse("https://me:secret@host:6443/base/").unwrap();
        assert_eq!(shown(&uri), "https://host:6443/base");
    }
}
