//! What is wrong with a certificate, the server's or ours, in words.

use jiff::Timestamp;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error};

use crate::k8s::failure::{FailureKind, advice};

const RENEW: &str = "Have it renewed, or check this machine's clock";
const RENAME: &str = "Set tls-server-name in the kubeconfig, or use a name that it is for";
const LOG_IN: &str = "Check the client certificate in the kubeconfig, or log in again";

/// Why there is no TLS, and what to try; `None` where rustls says it well.
pub(super) fn trouble(error: &Error) -> Option<(String, &'static str)> {
    Some(match error {
        Error::InvalidCertificate(why) => of_server(why)?,
        Error::AlertReceived(alert) => (of_ours(*alert)?.to_owned(), LOG_IN),
        _ => return None,
    })
}

/// Whether it is the server that says what is wrong with ours.
pub(super) fn is_of_ours(error: &Error) -> bool {
    matches!(error, Error::AlertReceived(alert) if of_ours(*alert).is_some())
}

fn of_server(why: &CertificateError) -> Option<(String, &'static str)> {
    use CertificateError as E;
    Some(match why {
        E::Expired => ("its certificate has expired".to_owned(), RENEW),
        E::ExpiredContext { not_after, .. } => {
            (format!("its certificate expired on {}", day(*not_after)), RENEW)
        }
        E::NotValidYet => ("its certificate is not valid yet".to_owned(), RENEW),
        E::NotValidYetContext { not_before, .. } => {
            (format!("its certificate is not valid before {}", day(*not_before)), RENEW)
        }
        E::NotValidForName => ("its certificate is for another name".to_owned(), RENAME),
        E::NotValidForNameContext { expected, presented } => {
            let names: Vec<&str> = presented.iter().map(|name| bare(name)).collect();
            let names = if names.is_empty() { "no name".to_owned() } else { names.join(", ") };
            (format!("its certificate is for {names}, not for {}", expected.to_str()), RENAME)
        }
        // The authorities of most clusters have the same name, and only the signature tells them apart.
        E::UnknownIssuer | E::BadSignature => {
            let why = "its certificate is of an authority that is not trusted";
            (why.to_owned(), advice(FailureKind::Tls))
        }
        _ => return None,
    })
}

/// What a server says of the certificate that we showed.
fn of_ours(alert: AlertDescription) -> Option<&'static str> {
    Some(match alert {
        AlertDescription::CertificateExpired => "it says that the client certificate has expired",
        AlertDescription::CertificateRequired => "it wants a client certificate",
        AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::DecryptError
        | AlertDescription::UnknownCA => "it does not accept the client certificate",
        _ => return None,
    })
}

fn day(time: UnixTime) -> String {
    let time = i64::try_from(time.as_secs()).ok().and_then(|it| Timestamp::from_second(it).ok());
    time.map_or_else(|| "a day far away".to_owned(), |it| it.strftime("%Y-%m-%d").to_string())
}

/// The name within `DnsName("host")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(name).trim_matches('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_of_our_certificate_is_a_sentence() {
        let said = |alert| trouble(&Error::AlertReceived(alert)).map(|(why, _)| why);
        for (alert, sentence) in [
            (
                AlertDescription::CertificateExpired,
                "it says that the client certificate has expired",
            ),
            (AlertDescription::CertificateRequired, "it wants a client certificate"),
            (AlertDescription::UnknownCA, "it does not accept the client certificate"),
        ] {
            assert_eq!(said(alert).as_deref(), Some(sentence));
        }
        assert_eq!(said(AlertDescription::InternalError), None);
    }
}
