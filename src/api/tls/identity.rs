//! The client's certificate and private key.

use std::sync::Arc;

use rustls::pki_types::pem::{PemObject as _, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SigningKey};
use x509_cert::der::Decode as _;
use x509_cert::spki::SubjectPublicKeyInfoRef;

use super::algorithms;
use super::certificate::Certificate;
use crate::k8s::failure::{Failure, FailureKind};

/// A certificate chain and its private key.
#[derive(Clone, Debug)]
pub(in crate::api) struct Identity(Arc<CertifiedKey>);

/// A PEM document, and what a failure calls it.
#[derive(Clone, Copy)]
pub(in crate::api) struct Pem<'a> {
    /// Its name, such as `client-key-data of user jane`.
    pub(in crate::api) name: &'a str,
    /// Its bytes.
    pub(in crate::api) bytes: &'a [u8],
}

impl Identity {
    /// Reads a certificate and its key as Go's `tls.X509KeyPair` does: any version of X.509, and a
    /// key in PKCS#1, PKCS#8 or SEC 1 whatever its label says.
    ///
    /// # Errors
    ///
    /// One of them is missing or cannot be used, or they do not belong together.
    pub(in crate::api) fn read(certificate: Pem<'_>, key: Pem<'_>) -> Result<Self, Failure> {
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(certificate.bytes).filter_map(Result::ok).collect();
        let Some(leaf) = chain.first() else {
            let message = format!("{} contains no certificate", certificate.name);
            return Err(unusable(message, "Give the client certificate in PEM"));
        };
        let parsed = Certificate::parse(leaf);
        // Each of the two parsers accepts certificates that the other does not.
        if parsed.is_none() && ParsedCertificate::try_from(leaf).is_err() {
            let message = format!("{} is not an X.509 certificate", certificate.name);
            return Err(unusable(message, "Give the client certificate in PEM"));
        }
        let signer = read_key(key)?;
        // What cannot be compared is left to the server.
        let public = signer.public_key();
        let public = public.as_deref().and_then(|der| SubjectPublicKeyInfoRef::from_der(der).ok());
        if let (Some(leaf), Some(public)) = (parsed, public)
            && leaf.public_key() != public.subject_public_key.raw_bytes()
        {
            return Err(unusable(
                format!("{} is not the key of {}", key.name, certificate.name),
                "Give the key for which the certificate was issued",
            ));
        }
        Ok(Self(Arc::new(CertifiedKey::new(chain, signer))))
    }

    /// The certificate and key, as rustls presents them.
    pub(super) fn certified_key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0)
    }
}

fn read_key(pem: Pem<'_>) -> Result<Arc<dyn SigningKey>, Failure> {
    let text = with_known_labels(pem.bytes);
    let sections = <(SectionKind, Vec<u8>)>::pem_slice_iter(&text).filter_map(Result::ok);
    let mut keys = sections.filter(|(kind, _)| *kind == SectionKind::PrivateKey);
    let key = keys.next().map(|(_, der)| der);
    let Some(der) = key else {
        let is_encrypted = memchr::memmem::find(pem.bytes, b"ENCRYPTED").is_some();
        return Err(if is_encrypted {
            let hint = "Decrypt it, as by `openssl pkey -in KEY -out PLAIN-KEY`; kubectl reads no \
                        encrypted keys either";
            unusable(format!("{} is encrypted with a passphrase", pem.name), hint)
        } else {
            unusable(format!("{} contains no private key", pem.name), "Give the client key in PEM")
        });
    };
    let key = PrivateKeyDer::try_from(der).ok();
    let loaded = key.and_then(|key| algorithms::provider().key_provider.load_private_key(key).ok());
    loaded.ok_or_else(|| {
        unusable(
            format!("{} contains a private key of a kind that is not supported", pem.name),
            "Use an RSA key of 2048 to 4096 bits, an ECDSA key on P-256, P-384 or P-521, or an \
             Ed25519 key",
        )
    })
}

/// Replaces all labels that end with `PRIVATE KEY` by that one: Go accepts them, and finds out the form
/// by itself. Encrypted keys keep theirs.
fn with_known_labels(pem: &[u8]) -> Vec<u8> {
    let relabel = |line: &[u8]| {
        let label = line.trim_ascii_end().strip_suffix(b" PRIVATE KEY-----");
        for boundary in ["-----BEGIN", "-----END"] {
            if let Some(kind) = label.and_then(|label| label.strip_prefix(boundary.as_bytes()))
                && kind != b" ENCRYPTED"
            {
                return format!("{boundary} PRIVATE KEY-----\n").into_bytes();
            }
        }
        line.to_vec()
    };
    pem.split_inclusive(|byte| *byte == b'\n').flat_map(relabel).collect()
}

fn unusable(message: String, hint: &str) -> Failure {
    Failure::new(FailureKind::Input, message, hint)
}
