//! The key exchange on P-521, which Go has and ring does not. It is offered after the others, and TLS
//! 1.2 needs the offer for another reason: a certificate's curve must be among those of the exchange
//! (RFC 8422, section 5.1).

use p521::ecdh::EphemeralSecret;
use p521::elliptic_curve::Generate as _;
use p521::elliptic_curve::sec1::ToSec1Point as _;
use rustls::crypto::{ActiveKeyExchange, GetRandomFailed, SharedSecret, SupportedKxGroup};
use rustls::{Error, NamedGroup, PeerMisbehaved};

/// Elliptic-curve Diffie-Hellman on P-521.
#[derive(Debug)]
pub(super) struct P521Exchange;

/// An exchange that waits for the public key of the server.
struct StartedExchange {
    secret: EphemeralSecret,
    /// The public key, as an uncompressed point.
    public: Vec<u8>,
}

impl SupportedKxGroup for P521Exchange {
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let secret = EphemeralSecret::try_generate().map_err(|_| GetRandomFailed)?;
        let public = secret.public_key().to_sec1_point(false).as_bytes().to_vec();
        Ok(Box::new(StartedExchange { secret, public }))
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}

impl ActiveKeyExchange for StartedExchange {
    fn complete(self: Box<Self>, server: &[u8]) -> Result<SharedSecret, Error> {
        // TLS has uncompressed points only (RFC 8446, section 4.2.8.2).
        let key = Some(server).filter(|point| point.first() == Some(&4));
        let key = key.and_then(|point| p521::PublicKey::from_sec1_bytes(point).ok());
        let key = key.ok_or(PeerMisbehaved::InvalidKeyShare)?;
        Ok(SharedSecret::from(&self.secret.diffie_hellman(&key).raw_secret_bytes()[..]))
    }

    fn pub_key(&self) -> &[u8] {
        &self.public
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::secp521r1
    }
}
