//! The claims of a service account's token. They are shown and never trusted: only the server can
//! verify a token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;

/// The claims of a token (RFC 7519; those of Kubernetes: KEP 1205), without anything secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// The user, such as `system:serviceaccount:shop:debug`.
    pub subject: String,
    /// The servers that accept the token; empty for the issuer alone.
    pub audiences: Vec<String>,
    /// When it expires; `None` if it never does.
    pub expires: Option<Timestamp>,
    /// The name of the pod that it is bound to.
    pub pod: Option<String>,
    /// The uid of that pod.
    pub pod_uid: Option<String>,
}

/// Parses the payload of a token; `None` if the text is not a JSON web token with a subject.
#[must_use]
pub fn parse_claims(token: &str) -> Option<Claims> {
    let mut parts = token.trim().split('.');
    let (_head, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let payload: Payload = serde_json::from_slice(&payload).ok()?;
    let (pod, pod_uid) = payload.bound.pod.map(|pod| (pod.name, pod.uid)).unzip();
    Some(Claims {
        subject: payload.sub,
        audiences: match payload.aud {
            Audiences::None => Vec::new(),
            Audiences::One(one) => vec![one],
            Audiences::Several(several) => several,
        },
        expires: payload.exp.and_then(|seconds| Timestamp::from_second(seconds).ok()),
        pod,
        pod_uid,
    })
}

#[derive(Deserialize)]
struct Payload {
    sub: String,
    #[serde(default)]
    aud: Audiences,
    exp: Option<i64>,
    #[serde(default, rename = "kubernetes.io")]
    bound: Bound,
}

#[derive(Default, Deserialize)]
struct Bound {
    pod: Option<Object>,
}

#[derive(Deserialize)]
struct Object {
    name: String,
    uid: String,
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Audiences {
    One(String),
    Several(Vec<String>),
    #[default]
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn a_bound_token_names_its_pod() {
        let claims = parse_claims(&token(
            r#"{"aud":["https://kubernetes.default.svc"],"exp":1795421289,"iss":"x",
            "kubernetes.io":{"namespace":"shop","node":{"name":"n1","uid":"1"},
            "pod":{"name":"debug","uid":"p-1"},"serviceaccount":{"name":"debug","uid":"2"}},
            "sub":"system:serviceaccount:shop:debug"}"#,
        ));
        let claims = claims.unwrap();
        assert_eq!(claims.subject, "system:serviceaccount:shop:debug");
        assert_eq!(claims.audiences, ["https://kubernetes.default.svc"]);
        assert_eq!(claims.expires.unwrap().to_string(), "2026-11-23T08:08:09Z");
        assert_eq!(claims.pod.as_deref(), Some("debug"));
        assert_eq!(claims.pod_uid.as_deref(), Some("p-1"));
    }

    #[test]
    fn a_token_from_a_secret_never_expires() {
        let claims = parse_claims(&token(
            r#"{"iss":"kubernetes/serviceaccount","sub":"system:serviceaccount:shop:old",
            "kubernetes.io/serviceaccount/namespace":"shop"}"#,
        ));
        let claims = claims.unwrap();
        assert_eq!((claims.expires, claims.pod), (None, None));
        assert_eq!(parse_claims(&token(r#"{"sub":"a","aud":"b"}"#)).unwrap().audiences, ["b"]);
    }

    #[test]
    fn other_texts_have_no_claims() {
        for text in ["", "opaque", "a.b.c", "e30.e30.e30", "..", "a.b"] {
            assert_eq!(parse_claims(text), None, "{text}");
        }
    }
}
