//! The algorithms of TLS: ring's, and the curves and hashes that Go has and ring does not.

use std::fmt;
use std::sync::{Arc, LazyLock};

use p256::ecdsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};
use p256::ecdsa::signature::{Error as EcdsaError, Result as EcdsaResult};
use p521::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use rustls::crypto::{CryptoProvider, KeyProvider, WebPkiSupportedAlgorithms, ring};
use rustls::pki_types::{
    AlgorithmIdentifier, InvalidSignature, PrivateKeyDer, PrivatePkcs8KeyDer,
    SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer, alg_id,
};
use rustls::sign::{Signer, SigningKey, public_key_to_spki};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::exchange::P521Exchange;

/// Returns the provider for all TLS connections.
pub(super) fn provider() -> CryptoProvider {
    CryptoProvider {
        signature_verification_algorithms: *ALGORITHMS,
        key_provider: &Keys,
        kx_groups: [ring::ALL_KX_GROUPS, &[&P521Exchange]].concat(),
        ..ring::default_provider()
    }
}

/// ring's algorithms and the additional ones. In TLS 1.3 a scheme names its curve, so the first
/// algorithm of a scheme is the only one; in TLS 1.2 it names the hash alone.
static ALGORITHMS: LazyLock<WebPkiSupportedAlgorithms> = LazyLock::new(|| {
    let ring = ring::default_provider().signature_verification_algorithms;
    let mapping = ring.mapping.iter().map(|&(scheme, algorithms)| {
        let more: &[Algorithm] = match scheme {
            SignatureScheme::ECDSA_NISTP256_SHA256 => &[&P521_SHA256],
            SignatureScheme::ECDSA_NISTP384_SHA384 => &[&P521_SHA384],
            _ => &[],
        };
        (scheme, &*[algorithms, more].concat().leak())
    });
    WebPkiSupportedAlgorithms {
        all: [ring.all, ADDITIONAL].concat().leak(),
        mapping: mapping
            .chain([(SignatureScheme::ECDSA_NISTP521_SHA512, SHA512)])
            .collect::<Vec<_>>()
            .leak(),
    }
});

type Algorithm = &'static dyn SignatureVerificationAlgorithm;

const ADDITIONAL: &[Algorithm] =
    &[&P256_SHA512, &P384_SHA512, &P521_SHA256, &P521_SHA384, &P521_SHA512];

/// The curves of a signature whose scheme is ECDSA with SHA-512.
const SHA512: &[Algorithm] = &[&P521_SHA512, &P384_SHA512, &P256_SHA512];

static P256_SHA512: Ecdsa = Ecdsa {
    curve: alg_id::ECDSA_P256,
    hash: alg_id::ECDSA_SHA512,
    verify: |key, message, signature| {
        let signature = p256::ecdsa::Signature::from_der(signature)?;
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key)?;
        key.verify_prehash(&Sha512::digest(message), &signature)
    },
};

static P384_SHA512: Ecdsa = Ecdsa {
    curve: alg_id::ECDSA_P384,
    hash: alg_id::ECDSA_SHA512,
    verify: |key, message, signature| {
        let signature = p384::ecdsa::Signature::from_der(signature)?;
        let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key)?;
        key.verify_prehash(&Sha512::digest(message), &signature)
    },
};

static P521_SHA256: Ecdsa = Ecdsa {
    curve: alg_id::ECDSA_P521,
    hash: alg_id::ECDSA_SHA256,
    verify: |key, message, signature| verify_p521(key, &Sha256::digest(message), signature),
};

static P521_SHA384: Ecdsa = Ecdsa {
    curve: alg_id::ECDSA_P521,
    hash: alg_id::ECDSA_SHA384,
    verify: |key, message, signature| verify_p521(key, &Sha384::digest(message), signature),
};

static P521_SHA512: Ecdsa = Ecdsa {
    curve: alg_id::ECDSA_P521,
    hash: alg_id::ECDSA_SHA512,
    verify: |key, message, signature| verify_p521(key, &Sha512::digest(message), signature),
};

fn verify_p521(key: &[u8], digest: &[u8], signature: &[u8]) -> EcdsaResult<()> {
    let signature = p521::ecdsa::Signature::from_der(signature)?;
    p521::ecdsa::VerifyingKey::from_sec1_bytes(key)?.verify_prehash(digest, &signature)
}

/// Verifies the signature of a message: public key, message, signature.
type Verify = fn(&[u8], &[u8], &[u8]) -> EcdsaResult<()>;

/// An ECDSA algorithm: a curve and a hash.
struct Ecdsa {
    curve: AlgorithmIdentifier,
    hash: AlgorithmIdentifier,
    verify: Verify,
}

impl SignatureVerificationAlgorithm for Ecdsa {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        (self.verify)(public_key, message, signature).map_err(|_: EcdsaError| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.curve
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.hash
    }
}

impl fmt::Debug for Ecdsa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ecdsa").field("curve", &self.curve).finish_non_exhaustive()
    }
}

/// Loads private keys: those that ring takes, ECDSA keys on P-521, and ECDSA keys without their
/// public half, which ring refuses.
#[derive(Debug)]
struct Keys;

impl KeyProvider for Keys {
    fn load_private_key(&self, key: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, Error> {
        let refused = match ring::sign::any_supported_type(&key) {
            Ok(key) => return Ok(key),
            Err(error) => error,
        };
        if let Some(key) = p521_key(&key) {
            return Ok(Arc::new(P521Key(Arc::new(key.into()))));
        }
        let whole = with_public_half(&key).ok_or(refused)?;
        ring::sign::any_ecdsa_type(&whole)
    }
}

fn p521_key(key: &PrivateKeyDer<'_>) -> Option<p521::SecretKey> {
    match key {
        PrivateKeyDer::Pkcs8(der) => p521::SecretKey::from_pkcs8_der(der.secret_pkcs8_der()).ok(),
        PrivateKeyDer::Sec1(der) => p521::SecretKey::from_sec1_der(der.secret_sec1_der()).ok(),
        _ => None,
    }
}

fn with_public_half(key: &PrivateKeyDer<'_>) -> Option<PrivateKeyDer<'static>> {
    let (p256, p384) = match key {
        PrivateKeyDer::Pkcs8(der) => {
            let der = der.secret_pkcs8_der();
            (p256::SecretKey::from_pkcs8_der(der).ok(), p384::SecretKey::from_pkcs8_der(der).ok())
        }
        PrivateKeyDer::Sec1(der) => {
            let der = der.secret_sec1_der();
            (p256::SecretKey::from_sec1_der(der).ok(), p384::SecretKey::from_sec1_der(der).ok())
        }
        _ => return None,
    };
    let whole = match (p256, p384) {
        (Some(key), _) => key.to_pkcs8_der().ok()?,
        (None, Some(key)) => key.to_pkcs8_der().ok()?,
        (None, None) => return None,
    };
    Some(PrivatePkcs8KeyDer::from(whole.as_bytes().to_vec()).into())
}

/// A private key on P-521.
#[derive(Clone, Debug)]
struct P521Key(Arc<p521::ecdsa::SigningKey>);

impl SigningKey for P521Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let is_offered = offered.contains(&self.scheme());
        is_offered.then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        let point = self.0.verifying_key().to_sec1_point(false);
        Some(public_key_to_spki(&alg_id::ECDSA_P521, point))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for P521Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: EcdsaResult<p521::ecdsa::Signature> =
            self.0.sign_prehash(&Sha512::digest(message));
        let signature = signature.map_err(|_| Error::General("signing failed".to_owned()))?;
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}
