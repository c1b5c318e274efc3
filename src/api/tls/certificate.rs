//! The fields of an X.509 certificate that Go's rules need and webpki does not return.

use std::time::Duration;

use rustls::CertificateError;
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use x509_cert::certificate::Version;
use x509_cert::der::asn1::{AnyRef, ObjectIdentifier};
use x509_cert::der::{Decode as _, Encode as _, Reader as _, SliceReader};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, NameConstraints};

const ANY_PURPOSE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");
const SERVER_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");

/// A parsed certificate.
pub(super) struct Certificate {
    parsed: x509_cert::Certificate,
    /// The part that the issuer signed.
    signed: Vec<u8>,
}

impl Certificate {
    /// Parses a certificate; `None` where it is not X.509.
    pub(super) fn parse(der: &CertificateDer<'_>) -> Option<Self> {
        let parsed = x509_cert::Certificate::from_der(der).ok()?;
        let content = AnyRef::from_der(der).ok()?.value();
        let signed = SliceReader::new(content).ok()?.tlv_bytes().ok()?.to_vec();
        Some(Self { parsed, signed })
    }

    /// True if it says that it is an authority.
    pub(super) fn is_authority(&self) -> bool {
        let tbs = self.parsed.tbs_certificate();
        let constraints = tbs.get_extension::<BasicConstraints>();
        constraints.is_ok_and(|found| found.is_some_and(|(_, constraints)| constraints.ca))
    }

    /// True if it is of a version that can name hosts.
    pub(super) fn can_name_hosts(&self) -> bool {
        self.parsed.tbs_certificate().version() == Version::V3
    }

    /// True if it may sign certificates (`CheckSignatureFrom` of Go's `crypto/x509`): only version
    /// 3 has to say so.
    pub(super) fn may_sign(&self) -> bool {
        let tbs = self.parsed.tbs_certificate();
        let usage = tbs.get_extension::<KeyUsage>();
        let is_usable =
            usage.is_ok_and(|usage| usage.is_none_or(|(_, usage)| usage.key_cert_sign()));
        is_usable && (tbs.version() != Version::V3 || self.is_authority())
    }

    /// True if it may sign with that many intermediate certificates between it and the server's.
    pub(super) fn may_sign_through(&self, intermediates: usize) -> bool {
        let tbs = self.parsed.tbs_certificate();
        let constraints = tbs.get_extension::<BasicConstraints>().ok().flatten();
        let limit = constraints.and_then(|(_, constraints)| constraints.path_len_constraint);
        self.may_sign() && limit.is_none_or(|limit| intermediates <= usize::from(limit))
    }

    /// True if it says that it is for any purpose.
    pub(super) fn is_for_any_purpose(&self) -> bool {
        let purposes = self.parsed.tbs_certificate().get_extension::<ExtendedKeyUsage>();
        purposes.is_ok_and(|found| found.is_some_and(|(_, it)| it.0.contains(&ANY_PURPOSE)))
    }

    /// True if it limits the names of the certificates that it signs.
    pub(super) fn limits_names(&self) -> bool {
        let limits = self.parsed.tbs_certificate().get_extension::<NameConstraints>();
        !limits.is_ok_and(|limits| limits.is_none())
    }

    /// True if that authority signed it.
    pub(super) fn is_signed_by(
        &self,
        issuer: &Self,
        algorithms: &[&dyn SignatureVerificationAlgorithm],
    ) -> bool {
        let key = issuer.parsed.tbs_certificate().subject_public_key_info();
        let (Some(signature_id), Some(key_id)) =
            (content(self.parsed.signature_algorithm()), content(&key.algorithm))
        else {
            return false;
        };
        let signature = self.parsed.signature().raw_bytes();
        let is_valid = |algorithm: &&dyn SignatureVerificationAlgorithm| {
            algorithm.signature_alg_id().as_ref() == signature_id
                && algorithm.public_key_alg_id().as_ref() == key_id
                && algorithm
                    .verify_signature(key.subject_public_key.raw_bytes(), &self.signed, signature)
                    .is_ok()
        };
        self.parsed.tbs_certificate().issuer() == issuer.parsed.tbs_certificate().subject()
            && algorithms.iter().any(is_valid)
    }

    /// The bits of its public key.
    pub(super) fn public_key(&self) -> &[u8] {
        self.parsed.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes()
    }

    /// Checks that a server may use it at that time.
    pub(super) fn check_server(&self, now: UnixTime) -> Result<(), CertificateError> {
        let tbs = self.parsed.tbs_certificate();
        let seconds = |time: x509_cert::time::Time| {
            UnixTime::since_unix_epoch(Duration::from_secs(time.to_unix_duration().as_secs()))
        };
        let not_before = seconds(tbs.validity().not_before);
        let not_after = seconds(tbs.validity().not_after);
        if now < not_before {
            return Err(CertificateError::NotValidYetContext { time: now, not_before });
        }
        if now > not_after {
            return Err(CertificateError::ExpiredContext { time: now, not_after });
        }
        match tbs.get_extension::<ExtendedKeyUsage>() {
            Ok(None) => Ok(()),
            Ok(Some((_, ExtendedKeyUsage(purposes))))
                if purposes.contains(&SERVER_AUTHENTICATION) || purposes.contains(&ANY_PURPOSE) =>
            {
                Ok(())
            }
            Ok(Some(_)) => Err(CertificateError::InvalidPurpose),
            Err(_) => Err(CertificateError::BadEncoding),
        }
    }
}

/// The content of an algorithm's identifier, as webpki compares it.
fn content(id: &x509_cert::spki::AlgorithmIdentifierOwned) -> Option<Vec<u8>> {
    let der = id.to_der().ok()?;
    Some(AnyRef::from_der(&der).ok()?.value().to_vec())
}
