//! What a server says of itself, and of whom it takes us for.

use k8s_openapi::api::authentication::v1::SelfSubjectReviewStatus;
use serde::Deserialize;

use super::failure::{Failure, FailureKind, advice};
use super::path::ApiPath;
use super::request::{Form, Request};
use super::reviews::read_status;

/// Whom the server takes us for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name, such as `system:serviceaccount:shop:debug`.
    pub name: String,
    /// The groups.
    pub groups: Vec<String>,
    /// The pod that the credentials are bound to, where they are.
    pub pod: Option<String>,
    /// The uid of that pod.
    pub pod_uid: Option<String>,
}

/// The namespace and the name of a service account, where the user of that name is one.
#[must_use]
pub fn service_account(user: &str) -> Option<(&str, &str)> {
    user.strip_prefix("system:serviceaccount:")?.split_once(':')
}

/// Asks for the server's version.
#[must_use]
pub fn version_request() -> Request {
    Request::get(ApiPath::NonResource("/version".into()), Form::Any)
}

/// Asks whom the server takes us for: a self-subject review, which stores nothing.
#[must_use]
pub fn user_request() -> Request {
    let body = r#"{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}"#;
    let reviews = super::names::Gvr::new("authentication.k8s.io", "v1", "selfsubjectreviews");
    Request::review(ApiPath::Collection { gvr: reviews, namespace: None }, body.to_owned())
}

/// Reads the version, such as `v1.36.2`, from the answer of `/version`.
///
/// # Errors
///
/// An answer that is not a version: whatever answers there is no API server.
pub fn read_version(body: &[u8]) -> Result<String, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Version {
        git_version: String,
    }
    let version = serde_json::from_slice::<Version>(body).map_err(|_| {
        let message = "what answers there tells no Kubernetes version";
        Failure::new(FailureKind::NotAnApi, message, advice(FailureKind::NotAnApi))
    })?;
    Ok(version.git_version)
}

/// Reads the user from the answer of a `SelfSubjectReview`.
///
/// # Errors
///
/// A body that is not one.
pub fn read_user(body: &[u8]) -> Result<User, Failure> {
    let status: SelfSubjectReviewStatus = read_status(body, "the review of the user")?;
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
    fn the_version_is_the_one_that_git_knows() {
        let body = br#"{"major":"1","minor":"36","gitVersion":"v1.36.2","goVersion":"go1.26"}"#;
        assert_eq!(read_version(body).unwrap(), "v1.36.2");
        assert_eq!(read_version(b"<html>").unwrap_err().kind, FailureKind::NotAnApi);
    }

    #[test]
    fn the_user_is_the_one_of_the_review() {
        let body = br#"{"kind":"SelfSubjectReview","status":{"userInfo":{"username":"ann",
            "groups":["system:authenticated"],
            "extra":{"authentication.kubernetes.io/pod-name":["debug"]}}}}"#;
        let user = read_user(body).unwrap();
        assert_eq!((user.pod.as_deref(), user.pod_uid.as_deref()), (Some("debug"), None));
        assert_eq!((user.name.as_str(), user.groups.len()), ("ann", 1));
        assert!(read_user(b"{}").is_err());
        assert_eq!(user_request().method(), "POST");
    }
}
