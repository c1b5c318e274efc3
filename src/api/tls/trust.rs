//! Which servers are trusted: those of some authorities, those of this machine's authorities, all, or
//! none.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::certificate::Certificate;
use crate::k8s::failure::{Failure, FailureKind};

/// A file of authorities is read again after this time: a cluster may replace its authority.
const RELOAD_INTERVAL: Duration = Duration::from_mins(1);

/// Which servers are trusted.
#[derive(Clone, Debug)]
pub(in crate::api) enum Trust {
    /// Those of the authorities of this machine.
    System,
    /// Those of some authorities.
    Authorities(Arc<Authorities>),
    /// All: no certificate is verified.
    Everyone,
    /// None.
    Nobody,
}

/// The authorities that are trusted, and no others.
#[derive(Debug)]
pub(in crate::api) struct Authorities {
    /// The file that they are read from again as time passes.
    file: Option<PathBuf>,
    last: Mutex<(Arc<Trusted>, Instant)>,
}

/// Trusted certificates.
#[derive(Debug)]
pub(super) struct Trusted {
    /// Those that may sign others.
    pub(super) anchors: RootCertStore,
    /// All of them.
    pub(super) certificates: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Trusts the certificates in PEM. `name` names them in failures; `file` is read again each minute.
    ///
    /// # Errors
    ///
    /// There is no certificate in them.
    pub(in crate::api) fn authorities(
        pem: &[u8],
        name: &str,
        file: Option<&Path>,
    ) -> Result<Self, Failure> {
        let trusted = Trusted::parse(pem).ok_or_else(|| {
            Failure::new(
                FailureKind::Input,
                format!("{name} contains no certificate"),
                "Give the certificate authority in PEM",
            )
        })?;
        Ok(Self::Authorities(Arc::new(Authorities::new(trusted, file))))
    }

    /// True if no certificate is verified.
    pub(in crate::api) fn is_everyone(&self) -> bool {
        matches!(self, Self::Everyone)
    }
}

impl Authorities {
    /// Those of this machine.
    ///
    /// # Errors
    ///
    /// There are none.
    #[cfg(not(any(windows, target_vendor = "apple")))]
    pub(super) fn of_machine() -> Result<Self, Failure> {
        let certificates = rustls_native_certs::load_native_certs().certs;
        let mut anchors = RootCertStore::empty();
        anchors.add_parsable_certificates(certificates.iter().cloned());
        if anchors.is_empty() {
            return Err(no_authorities());
        }
        Ok(Self::new(Trusted { anchors, certificates }, None))
    }

    /// None at all.
    pub(super) fn none() -> Self {
        let trusted = Trusted { anchors: RootCertStore::empty(), certificates: Vec::new() };
        Self::new(trusted, None)
    }

    /// Lets the next use read the file again.
    #[cfg(test)]
    pub(super) fn expire(&self) {
        self.last.lock().unwrap().1 = Instant::now().checked_sub(RELOAD_INTERVAL).unwrap();
    }

    fn new(trusted: Trusted, file: Option<&Path>) -> Self {
        let last = Mutex::new((Arc::new(trusted), Instant::now()));
        Self { file: file.map(Path::to_owned), last }
    }

    /// The authorities now. While their file cannot be read the last ones are kept.
    pub(super) fn current(&self) -> Arc<Trusted> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &self.file
            && last.1.elapsed() >= RELOAD_INTERVAL
        {
            let trusted = std::fs::read(file).ok().and_then(|pem| Trusted::parse(&pem));
            if let Some(trusted) = trusted {
                last.0 = Arc::new(trusted);
            }
            last.1 = Instant::now();
        }
        Arc::clone(&last.0)
    }
}

impl Trusted {
    /// Reads certificates in PEM. As Go does, it skips what is no certificate; `None` where there is
    /// none at all. A certificate that says it may not sign vouches for itself alone.
    fn parse(pem: &[u8]) -> Option<Self> {
        let certificates: Vec<_> =
            CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect();
        let mut trusted = Self { anchors: RootCertStore::empty(), certificates: Vec::new() };
        for certificate in certificates {
            let parsed = Certificate::parse(&certificate);
            let is_anchor = parsed.as_ref().is_none_or(Certificate::may_sign)
                && trusted.anchors.add(certificate.clone()).is_ok();
            if is_anchor || parsed.is_some() {
                trusted.certificates.push(certificate);
            }
        }
        (!trusted.certificates.is_empty()).then_some(trusted)
    }
}

/// The failure to find any authority on this machine.
pub(super) fn no_authorities() -> Failure {
    Failure::new(
        FailureKind::Input,
        "this machine has no certificate authorities, and none is named for the server",
        "Name the server's authority in the kubeconfig or by --certificate-authority",
    )
}
