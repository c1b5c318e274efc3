//! Verifies servers as Go's `crypto/x509` does. webpki verifies all ordinary chains; the rest is
//! what Go accepts and webpki does not: a certificate that is itself trusted, an authority's
//! certificate that a server uses as its own, and one that is for any purpose.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, SignatureVerificationAlgorithm, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};

use super::certificate::Certificate;
use super::trust::{Authorities, Trusted};

/// A chain has at most this many intermediate certificates.
const MAX_DEPTH: usize = 3;

/// The most intermediate certificates of a server that are tried. It may send any number.
const MAX_INTERMEDIATES: usize = 8;

/// Verifies by some authorities.
#[derive(Debug)]
pub(super) struct Verifier {
    pub(super) authorities: Arc<Authorities>,
    pub(super) algorithms: WebPkiSupportedAlgorithms,
}

/// Verifies nothing.
#[derive(Debug)]
pub(super) struct Unverified(pub(super) WebPkiSupportedAlgorithms);

impl Verifier {
    /// Verifies a server that webpki refused with `refused`, by the rules of Go's `crypto/x509`: its
    /// certificate is one of the trusted, or one of them signed it and it says that it is an authority
    /// or for any purpose.
    fn verify_directly(
        &self,
        (der, intermediates): (&CertificateDer<'_>, &[CertificateDer<'_>]),
        trusted: &Trusted,
        now: UnixTime,
        refused: Error,
    ) -> Result<(), Error> {
        let Some(certificate) = Certificate::parse(der) else { return Err(refused) };
        let is_trusted = trusted.certificates.iter().any(|trusted| trusted == der);
        let is_unusual = certificate.is_authority() || certificate.is_for_any_purpose();
        let chain = Chain { trusted, intermediates, algorithms: self.algorithms.all, now };
        if is_trusted || is_unusual && chain.reaches(&certificate, 0) {
            return Ok(certificate.check_server(now)?);
        }
        // webpki says no more of an authority's certificate than that it is one.
        Err(match refused {
            Error::InvalidCertificate(CertificateError::Other(_)) if certificate.is_authority() => {
                CertificateError::UnknownIssuer.into()
            }
            refused => refused,
        })
    }
}

/// The certificates that may sign that of a server.
struct Chain<'a> {
    trusted: &'a Trusted,
    /// What the server sent with its own.
    intermediates: &'a [CertificateDer<'a>],
    algorithms: &'a [&'static dyn SignatureVerificationAlgorithm],
    now: UnixTime,
}

impl Chain<'_> {
    /// True if a trusted certificate signed that one, itself or through intermediate ones. `depth` is
    /// the number of intermediate ones so far.
    fn reaches(&self, certificate: &Certificate, depth: usize) -> bool {
        let signs = |issuer: &Certificate| {
            issuer.may_sign_through(depth)
                && !issuer.limits_names()
                && certificate.is_signed_by(issuer, self.algorithms)
        };
        let mut trusted = self.trusted.certificates.iter().filter_map(Certificate::parse);
        if trusted.any(|issuer| signs(&issuer)) {
            return true;
        }
        // Before version 3, a certificate is an authority only if it is trusted itself.
        let candidates = if depth < MAX_DEPTH { self.intermediates } else { &[] };
        let candidates = candidates.iter().take(MAX_INTERMEDIATES);
        candidates.filter_map(Certificate::parse).any(|issuer| {
            issuer.is_authority()
                && signs(&issuer)
                && issuer.check_server(self.now).is_ok()
                && self.reaches(&issuer, depth + 1)
        })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let parsed = ParsedCertificate::try_from(end_entity).map_err(|error| {
            match Certificate::parse(end_entity) {
                Some(certificate) if !certificate.can_name_hosts() => without_names(server_name),
                _ => error,
            }
        })?;
        let trusted = self.authorities.current();
        verify_server_cert_signed_by_trust_anchor(
            &parsed,
            &trusted.anchors,
            intermediates,
            now,
            self.algorithms.all,
        )
        .or_else(|refused| {
            let presented = (end_entity, intermediates);
            self.verify_directly(presented, &trusted, now, refused)
        })?;
        verify_server_name(&parsed, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// The error of a certificate of version 1 or 2, which webpki does not parse. Go finds no name in it.
fn without_names(wanted: &ServerName<'_>) -> Error {
    let expected = wanted.to_owned();
    CertificateError::NotValidForNameContext { expected, presented: Vec::new() }.into()
}

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
