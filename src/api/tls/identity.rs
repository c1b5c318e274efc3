//! The client's certificate and private key.

use std::sync::Arc;

use rustls::pki_types::pem::{PemObject as _, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
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
        let signer = read_key(key)?;
        // What cannot be compared is left to the server.
        let leaf = Certificate::parse(leaf);
        let public = signer.public_key();
        let public = public.as_deref().and_then(|der| SubjectPublicKeyInfoRef::from_der(der).ok());
        if let (Some(leaf), Some(public)) = (leaf, public)
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
    let is_key = |kind: &SectionKind| {
        use SectionKind::{EcPrivateKey, PrivateKey, RsaPrivateKey};
        matches!(kind, EcPrivateKey | PrivateKey | RsaPrivateKey)
    };
    let sections = <(SectionKind, Vec<u8>)>::pem_slice_iter(pem.bytes).filter_map(Result::ok);
    let key = sections.into_iter().find(|(kind, _)| is_key(kind)).map(|(_, der)| der);
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

fn unusable(message: String, hint: &str) -> Failure {
    Failure::new(FailureKind::Input, message, hint)
}
