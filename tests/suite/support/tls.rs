//! Certificates made for one test, and a listener that speaks TLS with them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

/// A server's certificate, with the authority that issued it.
#[derive(Clone)]
pub(crate) struct Identity {
    /// The authority's certificate, in PEM.
    pub(crate) authority: String,
    certificate: CertificateDer<'static>,
    key: Arc<PrivateKeyDer<'static>>,
    issuer: Arc<Issuer<'static, KeyPair>>,
    only_known_clients: bool,
}

/// A client's certificate and key, in PEM.
pub(crate) struct ClientIdentity {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Identity {
    /// Creates an authority and its certificate for a name or an address.
    pub(crate) fn signed_for(name: &str) -> Self {
        Self::signed_for_until(name, 2999)
    }

    /// Creates an authority and its certificate, which expires at the start of that year.
    pub(crate) fn signed_for_until(name: &str, year: i32) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(params, authority_key);
        let (certificate, key) = sign(&issuer, name, year);
        Self {
            authority: authority.pem(),
            certificate,
            key,
            issuer: Arc::new(issuer),
            only_known_clients: false,
        }
    }

    /// Issues another certificate of the same authority, which expires at the start of that year.
    pub(crate) fn again_for(&self, name: &str, year: i32) -> Self {
        let (certificate, key) = sign(&self.issuer, name, year);
        Self { certificate, key, ..self.clone() }
    }

    /// Issues a client certificate of the same authority.
    pub(crate) fn client(&self, name: &str) -> ClientIdentity {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        ClientIdentity { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    pub(super) fn only_known_clients(self) -> Self {
        Self { only_known_clients: true, ..self }
    }

    /// Returns the configuration of a server with this certificate.
    fn config(&self) -> ServerConfig {
        let clients: Arc<dyn ClientCertVerifier> = if self.only_known_clients {
            let mut roots = RootCertStore::empty();
            let authority = CertificateDer::from_pem_slice(self.authority.as_bytes()).unwrap();
            roots.add(authority).unwrap();
            WebPkiClientVerifier::builder(roots.into()).build().unwrap()
        } else {
            WebPkiClientVerifier::no_client_auth()
        };
        ServerConfig::builder()
            .with_client_cert_verifier(clients)
            .with_single_cert(vec![self.certificate.clone()], self.key.clone_key())
            .unwrap()
    }
}

type Signed = (CertificateDer<'static>, Arc<PrivateKeyDer<'static>>);

/// Issues a certificate for a name, which expires at the start of that year.
fn sign(issuer: &Issuer<'static, KeyPair>, name: &str, year: i32) -> Signed {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_after = date_time_ymd(year, 1, 1);
    let certificate = params.signed_by(&key, issuer).unwrap();
    (certificate.der().clone(), Arc::new(PrivateKeyDer::try_from(key.serialize_der()).unwrap()))
}

/// Speaks TLS on a free port and passes the bytes on to a plain server. It ends with the test's process.
pub(crate) fn terminate(identity: &Identity, to: SocketAddr) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(identity.config()));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut client) = acceptor.accept(stream).await else { return };
                    let Ok(mut server) = TcpStream::connect(to).await else { return };
                    _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
    });
    address
}

/// A listener that returns connections after their handshake.
pub(super) struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    /// The number of successful handshakes.
    handshakes: Arc<AtomicUsize>,
}

impl TlsListener {
    pub(super) fn new(
        listener: TcpListener,
        identity: &Identity,
        handshakes: Arc<AtomicUsize>,
    ) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(identity.config()));
        Self { listener, acceptor, handshakes }
    }
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = self.listener.accept().await.unwrap();
            // In some tests, the client rejects the certificate.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                self.handshakes.fetch_add(1, Ordering::SeqCst);
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
