//! The server's version, and the user that the server sees.

use k8s_openapi::api::authentication::v1::SelfSubjectReviewStatus;
use serde::Deserialize;

use super::failure::{Failure, FailureKind, advice};
use super::path::ApiPath;
use super::request::{Form, Request};
use super::reviews::parse_status;

/// The user that the server sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name, such as `system:serviceaccount:shop:debug`.
    pub name: String,
    /// The groups.
    pub groups: Vec<String>,
    /// The pod that the credentials are bound to, if any.
    pub pod: Option<String>,
    /// The uid of that pod.
    pub pod_uid: Option<String>,
}

/// Returns the namespace and the name of a service account, if the user is one.
#[must_use]
pub fn service_account(user: &str) -> Option<(&str, &str)> {
    user.strip_prefix("system:serviceaccount:")?.split_once(':')
}

/// Requests the server's version.
#[must_use]
pub fn version_request() -> Request {
    Request::get(ApiPath::NonResource("/version".into()), Form::Any)
}

/// Requests the user that the server sees, by a self-subject review, which stores nothing.
#[must_use]
pub fn user_request() -> Request {
    let body = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;
    let reviews = super::names::Gvr::new("authentication.k8s.io", "v1", "selfsubjectreviews");
    Request::review(ApiPath::Collection { gvr: reviews, namespace: None }, body.to_owned())
}

/// Parses the version, such as `v1.36.2`, from the answer of `/version`.
///
/// # Errors
///
/// A body without a version, which no API server sends.
pub fn parse_version(body: &[u8]) -> Result<String, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Version {
        git_version: String,
    }
    let version = serde_json::from_slice::<Version>(body).map_err(|_| {
        let message = "the answer to /version has no Kubernetes version";
        Failure::new(FailureKind::NotAnApi, message, advice(FailureKind::NotAnApi))
    })?;
    Ok(version.git_version)
}

/// Parses the user from the answer of a `SelfSubjectReview`.
///
/// # Errors
///
/// A body without the status of such a review.
pub fn parse_user(body: &[u8]) -> Result<User, Failure> {
    let status: SelfSubjectReviewStatus = parse_status(body, "the review of the user")?;
    let user = status.user_info.unwrap_or_default();
    let extra = user.extra.unwrap_or_default();
    let first = |name: &str| extra.get(name).and_then(|values| values.first()).cloned();
    Ok(User {
        pod: first("authentication.kubernetes.io/pod-name"),
        pod_uid: first("authentication.kubernetes.io/pod-uid"),
        name: user.username.unwrap_or_default(),
        groups: user.groups.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_git_version() {
        let body = br#"{"major":"1","minor":"36","gitVersion":"v1.36.2","goVersion":"go1.26"}"#;
        assert_eq!(parse_version(body).unwrap(), "v1.36.2");
        assert_eq!(parse_version(b"<html>").unwrap_err().kind, FailureKind::NotAnApi);
    }

    #[test]
    fn the_user_is_in_the_status_of_the_review() {
        let body = br#"{"kind":"SelfSubjectReview","status":{"userInfo":{"username":"ann",
            "groups":["system:authenticated"],
            "extra":{"authentication.kubernetes.io/pod-name":["debug"]}}}}"#;
        let user = parse_user(body).unwrap();
        assert_eq!((user.pod.as_deref(), user.pod_uid.as_deref()), (Some("debug"), None));
        assert_eq!((user.name.as_str(), user.groups.len()), ("ann", 1));
        assert!(parse_user(b"{}").is_err());
        assert_eq!(user_request().method(), "POST");
    }
}
