//! TLS with the certificates and keys of `tests/fixtures/tls`, which OpenSSL made.

use std::time::Duration;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{Acceptor, ServerConfig, WebPkiClientVerifier};
use rustls::{
    CertificateError, ClientConnection, DigitallySignedStruct, DistinguishedName, Error,
    NamedGroup, RootCertStore, ServerConnection, SignatureScheme, SupportedProtocolVersion,
    version,
};

use super::*;

/// Reads a file of the fixtures, which OpenSSL made.
fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

fn certificate(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(&fixture(&format!("{name}.crt"))).unwrap()
}

/// Trusts the certificates of these names.
fn trusting(names: &[&str]) -> Tls {
    let pem: Vec<u8> = names.iter().flat_map(|name| fixture(&format!("{name}.crt"))).collect();
    Tls { trust: Trust::authorities(&pem, "test", None).unwrap(), ..Tls::new() }
}

fn presenting(certificate: &str, key: &str) -> Result<Identity, Failure> {
    let (certificate, key) = (fixture(certificate), fixture(key));
    Identity::read(
        Pem { name: "the certificate", bytes: &certificate },
        Pem { name: "the key", bytes: &key },
    )
}

/// Verifies a server's certificate at a time in Unix seconds.
fn verify(trusted: &[&str], server: &str, name: &str, seconds: u64) -> Result<(), Error> {
    verify_chain(trusted, (server, &[]), name, seconds)
}

/// Verifies a server that sends intermediate certificates with its own.
fn verify_chain(
    trusted: &[&str],
    (server, intermediates): (&str, &[&str]),
    name: &str,
    seconds: u64,
) -> Result<(), Error> {
    let intermediates: Vec<_> = intermediates.iter().map(|name| certificate(name)).collect();
    let provider = Arc::new(algorithms::provider());
    let verifier = trusting(trusted).verifier(&provider).unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let now = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    verifier.verify_server_cert(&certificate(server), &intermediates, &name, &[], now).map(|_| ())
}

const IN_2030: u64 = 1_900_000_000;
const IN_2300: u64 = 10_414_000_000;
const IN_2001: u64 = 1_000_000_000;

fn refusal(trusted: &[&str], server: &str, name: &str, seconds: u64) -> CertificateError {
    match verify(trusted, server, name, seconds) {
        Err(Error::InvalidCertificate(error)) => error,
        other => panic!("{server} by {trusted:?}: {other:?}"),
    }
}

#[test]
fn authorities_on_each_curve_may_sign_with_each_hash() {
    for curve in ["p256", "p384", "p521"] {
        for hash in ["sha256", "sha384", "sha512"] {
            let server = format!("{curve}-{hash}");
            let authority = format!("{server}-ca");
            assert_eq!(verify(&[&authority], &server, "127.0.0.1", IN_2030), Ok(()), "{server}");
            let other = if curve == "p256" { "p384-sha384-ca" } else { "p256-sha256-ca" };
            let refusal = refusal(&[other], &server, "127.0.0.1", IN_2030);
            assert!(matches!(refusal, CertificateError::UnknownIssuer), "{server}: {refusal:?}");
        }
    }
}

#[test]
fn a_certificate_that_is_itself_trusted_is_accepted() {
    assert_eq!(verify(&["server"], "server", "127.0.0.1", IN_2030), Ok(()));
    assert_eq!(verify(&["server"], "server", "localhost", IN_2030), Ok(()));
}

#[test]
fn a_certificate_of_an_authority_is_accepted_from_a_server() {
    for trusted in ["self-signed-authority", "root"] {
        let server = if trusted == "root" { "authority-as-server" } else { trusted };
        assert_eq!(verify(&[trusted], server, "127.0.0.1", IN_2030), Ok(()), "{server}");
        let unknown = refusal(&["p256-sha256-ca"], server, "127.0.0.1", IN_2030);
        assert!(matches!(unknown, CertificateError::UnknownIssuer), "{server}: {unknown:?}");
    }
}

#[test]
fn an_unusual_certificate_is_accepted_through_an_intermediate_one() {
    for server in ["far-authority", "any-purpose"] {
        let accepted = |trusted: &str, intermediates: &[&str]| {
            verify_chain(&[trusted], (server, intermediates), "127.0.0.1", IN_2030).is_ok()
        };
        assert!(accepted("far-root", &["between"]), "{server}");
        assert!(accepted("far-root", &["root", "between", "far-root"]), "{server}");
        assert!(accepted("between", &[]), "{server}");
        assert!(!accepted("far-root", &[]), "{server}: the link is missing");
        assert!(!accepted("root", &["between", "far-root"]), "{server}: nothing trusted signed it");
        assert!(!accepted("far-root-limited", &["between"]), "{server}: it signs servers only");
    }
    let expired = ("by-expired", &["between-expired"][..]);
    assert!(verify_chain(&["far-root"], expired, "127.0.0.1", IN_2030).is_err());
    assert_eq!(verify_chain(&["between-expired"], expired, "127.0.0.1", IN_2030), Ok(()));
}

#[test]
fn a_wrong_name_time_or_purpose_is_refused_however_the_certificate_is_trusted() {
    use CertificateError as E;
    for (trusted, server) in [
        ("root", "server"),
        ("server", "server"),
        ("self-signed-authority", "self-signed-authority"),
        ("root", "authority-as-server"),
        ("authority-as-server", "authority-as-server"),
        ("between", "any-purpose"),
    ] {
        assert_eq!(verify(&[trusted], server, "127.0.0.1", IN_2030), Ok(()));
        let name = refusal(&[trusted], server, "example.com", IN_2030);
        assert!(matches!(name, E::NotValidForNameContext { .. }), "{server}: {name:?}");
        let expired = refusal(&[trusted], server, "127.0.0.1", IN_2300);
        assert!(matches!(expired, E::ExpiredContext { .. }), "{server}: {expired:?}");
        let early = refusal(&[trusted], server, "127.0.0.1", IN_2001);
        assert!(matches!(early, E::NotValidYetContext { .. }), "{server}: {early:?}");
    }
    for trusted in ["root", "for-clients"] {
        let purpose = refusal(&[trusted], "for-clients", "127.0.0.1", IN_2030);
        let is_purpose = matches!(purpose, E::InvalidPurpose | E::InvalidPurposeContext { .. });
        assert!(is_purpose, "{trusted}: {purpose:?}");
    }
}

#[test]
fn a_trusted_certificate_of_a_server_vouches_for_no_other() {
    let refusal = refusal(&["server"], "by-server", "127.0.0.1", IN_2030);
    assert!(matches!(refusal, CertificateError::UnknownIssuer), "{refusal:?}");
}

#[test]
fn a_server_certificate_of_version_1_has_no_names() {
    let refusal = refusal(&["root"], "client-v1", "127.0.0.1", IN_2030);
    let CertificateError::NotValidForNameContext { presented, .. } = refusal else {
        panic!("{refusal:?}")
    };
    assert_eq!(presented, [""; 0]);
}

#[test]
fn authorities_that_are_no_certificates_are_skipped() {
    let junk = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    let pem = [junk.as_bytes(), &fixture("root.crt"), b"no PEM at all\n"].concat();
    assert!(Trust::authorities(&pem, "test", None).is_ok());
    let failure = Trust::authorities(junk.as_bytes(), "the authority", None).unwrap_err();
    assert_eq!(failure.message, "the authority contains no certificate");
}

#[test]
fn authorities_are_read_again_from_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.crt");
    std::fs::write(&file, fixture("root.crt")).unwrap();
    let trust = Trust::authorities(&fixture("root.crt"), "test", Some(&file)).unwrap();
    let Trust::Authorities(authorities) = trust else { panic!("{trust:?}") };
    let first = authorities.current();
    std::fs::write(&file, fixture("server.crt")).unwrap();
    assert!(Arc::ptr_eq(&authorities.current(), &first), "not before a minute is over");
    authorities.expire();
    let second = authorities.current();
    assert!(!Arc::ptr_eq(&second, &first));
    std::fs::remove_file(&file).unwrap();
    authorities.expire();
    assert!(Arc::ptr_eq(&authorities.current(), &second), "the last ones are kept");
}

/// A verifier of clients that accepts all of them, as Go's `RequireAnyClientCert`.
#[derive(Debug)]
struct AnyClient(Vec<SignatureScheme>);

impl ClientCertVerifier for AnyClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.clone()
    }
}

/// Does a handshake in memory, and returns the client's certificates as the server got them.
fn handshake(
    tls: &Tls,
    (server, version): (&str, &'static SupportedProtocolVersion),
    clients: Arc<dyn ClientCertVerifier>,
) -> Result<Vec<CertificateDer<'static>>, Error> {
    handshake_by(algorithms::provider(), tls, (server, version), clients)
}

/// Does a handshake with a server that has these algorithms.
fn handshake_by(
    provider: CryptoProvider,
    tls: &Tls,
    (server, version): (&str, &'static SupportedProtocolVersion),
    clients: Arc<dyn ClientCertVerifier>,
) -> Result<Vec<CertificateDer<'static>>, Error> {
    let identity = presenting(&format!("{server}.crt"), &format!("{server}.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(identity.certified_key())));
    let mut server = ServerConnection::new(Arc::new(config)).unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut client = ClientConnection::new(Arc::new(tls.config().unwrap()), name).unwrap();
    let mut wire = Vec::new();
    while client.is_handshaking() || server.is_handshaking() {
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets()?;
        wire.clear();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        client.process_new_packets()?;
        wire.clear();
    }
    Ok(server.peer_certificates().unwrap_or_default().to_vec())
}

const VERSIONS: [&SupportedProtocolVersion; 2] = [&version::TLS12, &version::TLS13];

/// Verifies clients of the root authority.
fn of_root() -> Arc<dyn ClientCertVerifier> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate("root")).unwrap();
    let provider = Arc::new(algorithms::provider());
    WebPkiClientVerifier::builder_with_provider(roots.into(), provider).build().unwrap()
}

#[test]
fn a_server_may_have_a_key_on_p521() {
    for version in VERSIONS {
        let tls = trusting(&["root"]);
        let none = WebPkiClientVerifier::no_client_auth();
        assert!(handshake(&tls, ("server-p521", version), none).is_ok(), "{version:?}");
    }
}

#[test]
fn p521_is_offered_for_the_key_exchange() {
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let config = trusting(&["root"]).config().unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut wire = Vec::new();
    client.write_tls(&mut wire).unwrap();
    let mut acceptor = Acceptor::default();
    acceptor.read_tls(&mut wire.as_slice()).unwrap();
    let accepted = acceptor.accept().unwrap().unwrap();
    let groups = accepted.client_hello().named_groups().unwrap().to_vec();
    // A server that speaks TLS 1.2 uses no certificate on a curve that is not offered.
    assert_eq!(groups.last(), Some(&NamedGroup::secp521r1), "{groups:?}");
}

#[test]
fn keys_are_exchanged_on_p521_with_a_server_that_has_no_other_curve() {
    let ours = algorithms::provider();
    let p521 = *ours.kx_groups.last().unwrap();
    for version in VERSIONS {
        let provider = CryptoProvider { kx_groups: vec![p521], ..ours.clone() };
        let tls = trusting(&["root"]);
        let none = WebPkiClientVerifier::no_client_auth();
        assert_eq!(handshake_by(provider, &tls, ("server", version), none), Ok(vec![]));
    }
    let started = p521.start().unwrap();
    for share in [&[][..], &[4; 133], &[2; 67]] {
        assert!(p521.start().unwrap().complete(share).is_err(), "{share:?}");
    }
    assert_eq!(started.pub_key().len(), 133);
}

#[test]
fn a_client_may_have_a_key_on_any_curve_and_in_any_form() {
    for (certificate_name, key) in [
        ("client-p256", "client-p256.key"),
        ("client-p384", "client-p384.key"),
        ("client-p521", "client-p521.key"),
        ("client-p521", "client-p521-pkcs8.key"),
        ("client-p256", "client-p256-without-public.key"),
        ("client-p384", "client-p384-without-public.key"),
        ("client-p521", "client-p521-without-public.key"),
    ] {
        for version in VERSIONS {
            let identity = presenting(&format!("{certificate_name}.crt"), key).unwrap();
            let tls = Tls { identity: Some(identity), ..trusting(&["root"]) };
            let presented = handshake(&tls, ("server", version), of_root());
            assert_eq!(presented, Ok(vec![certificate(certificate_name)]), "{key} {version:?}");
        }
    }
}

#[test]
fn a_client_certificate_may_be_of_version_1() {
    for (name, key) in [("client-v1", "client-v1.key"), ("client-rsa", "client-rsa.key")] {
        for version in VERSIONS {
            let identity = presenting(&format!("{name}.crt"), key).unwrap();
            let tls = Tls { identity: Some(identity), ..trusting(&["root"]) };
            let schemes = algorithms::provider().signature_verification_algorithms;
            let any = Arc::new(AnyClient(schemes.supported_schemes()));
            let presented = handshake(&tls, ("server", version), any);
            assert_eq!(presented, Ok(vec![certificate(name)]), "{name} {version:?}");
        }
    }
}

#[test]
fn the_label_of_a_key_does_not_decide_its_form() {
    let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ANY PRIVATE KEY"];
    for (certificate, key) in [
        ("client-rsa.crt", "client-rsa.key"),
        ("client-rsa.crt", "client-rsa-pkcs8.key"),
        ("client-p256.crt", "client-p256.key"),
        ("client-p521.crt", "client-p521.key"),
        ("client-p521.crt", "client-p521-pkcs8.key"),
    ] {
        let certificate = fixture(certificate);
        let text = String::from_utf8(fixture(key)).unwrap();
        let (_, label) = text.lines().next().unwrap().split_once("BEGIN ").unwrap();
        let label = label.trim_end_matches('-');
        for other in labels {
            let text = text.replace(label, other);
            let identity = Identity::read(
                Pem { name: "certificate", bytes: &certificate },
                Pem { name: "key", bytes: text.as_bytes() },
            );
            assert!(identity.is_ok(), "{key} as {other}");
        }
    }
}

#[test]
fn a_key_that_cannot_be_used_is_refused_with_a_sentence() {
    let message = |certificate: &str, key: &str| {
        let failure = presenting(certificate, key).unwrap_err();
        assert!(!failure.hint.is_empty() && failure.kind == FailureKind::Input);
        failure.message
    };
    let encrypted = message("client-rsa.crt", "client-rsa-encrypted.key");
    assert_eq!(encrypted, "the key is encrypted with a passphrase");
    assert_eq!(message("client-rsa.crt", "client-rsa.crt"), "the key contains no private key");
    assert_eq!(
        message("client-rsa.key", "client-rsa.key"),
        "the certificate contains no certificate"
    );
    let junk = b"-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    let failure = Identity::read(
        Pem { name: "the certificate", bytes: junk },
        Pem { name: "the key", bytes: &fixture("client-rsa.key") },
    );
    assert_eq!(failure.unwrap_err().message, "the certificate is not an X.509 certificate");
    for other in ["client-p256.key", "client-v1.key", "client-rsa-pkcs8.key"] {
        let mismatch = message("client-p384.crt", other);
        assert_eq!(mismatch, "the key is not the key of the certificate", "{other}");
    }
}
