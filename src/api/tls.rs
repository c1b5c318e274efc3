//! TLS towards servers and proxies. It accepts the certificates and keys that Go's `crypto/tls`
//! accepts, and refuses what Go refuses.

mod algorithms;
mod certificate;
mod exchange;
mod identity;
mod trust;
mod verifier;

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::sign::SingleCertAndKey;

use crate::k8s::failure::{Failure, FailureKind};

pub(super) use identity::{Identity, Pem};
use trust::Authorities;
pub(super) use trust::Trust;
use verifier::{Unverified, Verifier};

/// What a connection trusts and presents.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    /// Which servers are trusted.
    pub(super) trust: Trust,
    /// The name that the server's certificate must be for, in place of the host of its URL.
    pub(super) server_name: Option<String>,
    /// The client's certificate and key.
    pub(super) identity: Option<Identity>,
}

impl Tls {
    /// Trusts the authorities of this machine, and presents nothing.
    pub(super) fn new() -> Self {
        Self { trust: Trust::System, server_name: None, identity: None }
    }

    /// Builds rustls' configuration.
    ///
    /// # Errors
    ///
    /// This machine has no authorities, and they are what is trusted.
    pub(super) fn config(&self) -> Result<ClientConfig, Failure> {
        let provider = Arc::new(algorithms::provider());
        let verifier: Arc<dyn ServerCertVerifier> = self.verifier(&provider)?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| unusable())?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        Ok(match &self.identity {
            Some(identity) => {
                let resolver = SingleCertAndKey::from(identity.certified_key());
                builder.with_client_cert_resolver(Arc::new(resolver))
            }
            None => builder.with_no_client_auth(),
        })
    }

    fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, Failure> {
        let algorithms = provider.signature_verification_algorithms;
        let authorities = match &self.trust {
            Trust::System => return system(provider),
            Trust::Everyone => return Ok(Arc::new(Unverified(algorithms))),
            Trust::Authorities(authorities) => Arc::clone(authorities),
            Trust::Nobody => Arc::new(Authorities::none()),
        };
        Ok(Arc::new(Verifier { authorities, algorithms }))
    }
}

/// Returns what verifies by the rules of the operating system.
#[cfg(any(windows, target_vendor = "apple"))]
fn system(provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Failure> {
    let verifier = rustls_platform_verifier::Verifier::new(Arc::clone(provider));
    Ok(Arc::new(verifier.map_err(|_| trust::no_authorities())?))
}

/// Returns what verifies by the authorities of this machine.
#[cfg(not(any(windows, target_vendor = "apple")))]
fn system(provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Failure> {
    let authorities = Arc::new(Authorities::of_machine()?);
    let algorithms = provider.signature_verification_algorithms;
    Ok(Arc::new(Verifier { authorities, algorithms }))
}

fn unusable() -> Failure {
    Failure::new(FailureKind::Tls, "TLS cannot be set up on this machine", "")
}

#[cfg(test)]
mod tests;
