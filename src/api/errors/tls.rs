//! The errors of TLS in words: each names what is wrong, the server's certificate, its authority,
//! the client's certificate or the protocol.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};

use super::Explanation;
use crate::k8s::failure::FailureKind;

const RENEW: &str = "Have it renewed, or check this machine's clock";
const RENAME: &str = "Set tls-server-name in the kubeconfig, or use a name that it is for";
const REISSUE: &str = "Have a certificate issued that Go's TLS accepts";
const TRUST: &str = "Name the server's authority in the kubeconfig or by --certificate-authority";
const LOG_IN: &str = "Check the client certificate in the kubeconfig, or log in again";
const MODERNIZE: &str = "Let the server speak TLS 1.2 or 1.3 with usual ciphers";
const PLAIN: &str = "It may speak plain HTTP: try an address that begins with http://";
const RETRY: &str = "Check that the address is that of an API server, then refresh";

/// Explains why there is no TLS connection.
pub(super) fn explain(error: &Error) -> Explanation {
    let (why, hint) = match error {
        Error::InvalidCertificate(error) => of_server(error),
        Error::AlertReceived(alert) => of_alert(*alert),
        // The first bytes of an HTTP answer, read as TLS.
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            ("its answer is not TLS".to_owned(), PLAIN)
        }
        Error::NoCertificatesPresented => ("it shows no certificate".to_owned(), REISSUE),
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => ("it speaks neither TLS 1.2 nor 1.3".to_owned(), MODERNIZE),
        Error::PeerIncompatible(_) => {
            ("it shares no cipher and no signature scheme with kubewalk".to_owned(), MODERNIZE)
        }
        _ => ("what it sends breaks the rules of TLS".to_owned(), RETRY),
    };
    Explanation { kind: FailureKind::Tls, why, hint }
}

/// True if the server says what is wrong with the client's certificate.
pub(super) fn refuses_client_certificate(error: &Error) -> bool {
    matches!(error, Error::AlertReceived(alert) if of_client(*alert).is_some())
}

/// Explains what is wrong with the server's certificate.
fn of_server(error: &CertificateError) -> (String, &'static str) {
    use CertificateError as E;
    let (why, hint) = match error {
        E::Expired => ("its certificate has expired", RENEW),
        E::ExpiredContext { not_after, .. } => {
            return (format!("its certificate expired on {}", day(*not_after)), RENEW);
        }
        E::NotValidYet => ("its certificate is not valid yet", RENEW),
        E::NotValidYetContext { not_before, .. } => {
            return (format!("its certificate is not valid before {}", day(*not_before)), RENEW);
        }
        E::NotValidForName => ("its certificate is for another name", RENAME),
        E::NotValidForNameContext { expected, presented } => {
            let names: Vec<&str> = presented.iter().map(|name| bare(name)).collect();
            let names = if names.is_empty() { "no name".to_owned() } else { names.join(", ") };
            let why = format!("its certificate is for {names}, not for {}", expected.to_str());
            return (why, RENAME);
        }
        // The authorities of most clusters share a name, and only the signature tells them apart.
        E::UnknownIssuer | E::BadSignature => {
            ("its certificate is of an authority that is not trusted", TRUST)
        }
        E::InvalidPurpose | E::InvalidPurposeContext { .. } => {
            ("its certificate is not meant for servers", REISSUE)
        }
        E::Revoked => ("its certificate was revoked", REISSUE),
        E::BadEncoding => ("its certificate cannot be parsed", REISSUE),
        E::UnhandledCriticalExtension => {
            ("its certificate has a critical extension that is not supported", REISSUE)
        }
        E::UnsupportedSignatureAlgorithmContext { .. }
        | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            ("its certificate is signed by an algorithm that is not supported", REISSUE)
        }
        E::UnknownRevocationStatus
        | E::ExpiredRevocationList
        | E::ExpiredRevocationListContext { .. } => {
            ("it cannot be found out whether its certificate was revoked", TRUST)
        }
        _ => ("its certificate breaks the rules of X.509", REISSUE),
    };
    (why.to_owned(), hint)
}

fn of_alert(alert: AlertDescription) -> (String, &'static str) {
    use AlertDescription as A;
    if let Some(why) = of_client(alert) {
        return (why.to_owned(), LOG_IN);
    }
    let (why, hint) = match alert {
        A::ProtocolVersion | A::InsufficientSecurity => {
            ("it refuses this version of TLS", MODERNIZE)
        }
        A::HandshakeFailure => (
            "it refuses the handshake",
            "It may require a client certificate, or other ciphers than those of TLS 1.2 and 1.3",
        ),
        A::UnrecognisedName => ("it does not serve this name", RENAME),
        A::InternalError => ("it reports an internal error", RETRY),
        _ => {
            let why = format!("it refuses the handshake with TLS alert {}", u8::from(alert));
            return (why, RETRY);
        }
    };
    (why.to_owned(), hint)
}

/// Explains what the server says about the client's certificate.
fn of_client(alert: AlertDescription) -> Option<&'static str> {
    use AlertDescription as A;
    Some(match alert {
        A::CertificateExpired => "it says that the client certificate has expired",
        A::CertificateRevoked => "it says that the client certificate was revoked",
        A::CertificateRequired | A::NoCertificate => "it wants a client certificate",
        A::BadCertificate
        | A::CertificateUnknown
        | A::UnsupportedCertificate
        | A::DecryptError
        | A::AccessDenied
        | A::UnknownCA => "it does not accept the client certificate",
        _ => return None,
    })
}

fn day(time: UnixTime) -> String {
    let time = i64::try_from(time.as_secs()).ok().and_then(|it| Timestamp::from_second(it).ok());
    time.map_or_else(|| "a day far away".to_owned(), |it| it.strftime("%Y-%m-%d").to_string())
}

/// Returns the name within `DnsName("host")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_about_the_client_certificate_is_a_sentence() {
        for (alert, sentence) in [
            (
                AlertDescription::CertificateExpired,
                "it says that the client certificate has expired",
            ),
            (AlertDescription::CertificateRequired, "it wants a client certificate"),
            (AlertDescription::UnknownCA, "it does not accept the client certificate"),
        ] {
            let error = Error::AlertReceived(alert);
            assert_eq!(explain(&error).why, sentence);
            assert!(refuses_client_certificate(&error));
        }
        let error = Error::AlertReceived(AlertDescription::InternalError);
        assert!(!refuses_client_certificate(&error));
    }

    #[test]
    fn no_sentence_has_the_names_of_types() {
        use rustls::{OtherError, PeerMisbehaved};
        use std::sync::Arc;
        let unsupported = CertificateError::UnsupportedSignatureAlgorithmContext {
            signature_algorithm_id: vec![1, 2],
            supported_algorithms: Vec::new(),
        };
        let other = CertificateError::Other(OtherError(Arc::new(std::fmt::Error)));
        let errors = [
            Error::InvalidCertificate(unsupported),
            Error::InvalidCertificate(other),
            Error::InvalidMessage(InvalidMessage::InvalidContentType),
            Error::InvalidMessage(InvalidMessage::InvalidCcs),
            Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon),
            Error::PeerMisbehaved(PeerMisbehaved::TooManyEmptyFragments),
            Error::AlertReceived(AlertDescription::HandshakeFailure),
            Error::AlertReceived(AlertDescription::Unknown(200)),
            Error::General("failed to do Something".to_owned()),
        ];
        for error in errors {
            let Explanation { why, hint, .. } = explain(&error);
            assert!(why.starts_with("it") || why.starts_with("what it sends"), "{why}");
            // `CamelCase`, braces and brackets are what `Debug` prints.
            let is_camel = |word: &str| word.chars().skip(1).any(char::is_uppercase);
            let is_odd = |word: &&str| is_camel(word) && !["TLS", "X.509", "HTTP:"].contains(word);
            assert_eq!(why.split(' ').find(is_odd), None, "{why}");
            assert!(!why.contains(['{', '(', '[']) && !hint.is_empty(), "{why}");
        }
    }
}
