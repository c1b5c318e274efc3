//! The rights of the user: the self-subject reviews of `authorization.k8s.io`, which store nothing.

use k8s_openapi::api::authorization::v1::SubjectAccessReviewStatus;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use super::names::{Gvr, Namespace};
use super::path::ApiPath;
use super::request::Request;
use super::rules::Rules;

/// Requests all rules of the user in a namespace. There is no such review without a namespace.
#[must_use]
pub fn rules_request(namespace: &Namespace) -> Request {
    let spec = serde_json::json!({ "namespace": namespace.as_str() });
    review("selfsubjectrulesreviews", "SelfSubjectRulesReview", &spec)
}

/// Requests whether the user may list a resource in the whole cluster.
#[must_use]
pub fn list_request(gvr: &Gvr) -> Request {
    let mut attributes = serde_json::json!({ "verb": "list", "resource": &*gvr.resource });
    let group = gvr.group_version.group.as_str();
    if !group.is_empty() {
        attributes["group"] = group.into();
    }
    let spec = serde_json::json!({ "resourceAttributes": attributes });
    review("selfsubjectaccessreviews", "SelfSubjectAccessReview", &spec)
}

/// Somebody to walk as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impersonated {
    /// A user.
    User(String),
    /// A service account.
    ServiceAccount {
        /// Its namespace.
        namespace: Namespace,
        /// Its name.
        name: String,
    },
}

impl Impersonated {
    /// Returns the name of the user, as the server knows it.
    #[must_use]
    pub fn user(&self) -> String {
        match self {
            Self::User(user) => user.clone(),
            Self::ServiceAccount { namespace, name } => {
                format!("system:serviceaccount:{namespace}:{name}")
            }
        }
    }
}

/// Requests whether the user may impersonate another one.
#[must_use]
pub fn impersonate_request(who: &Impersonated) -> Request {
    let attributes = match who {
        Impersonated::User(user) => {
            serde_json::json!({ "verb": "impersonate", "resource": "users", "name": user })
        }
        Impersonated::ServiceAccount { namespace, name } => serde_json::json!({
            "verb": "impersonate", "resource": "serviceaccounts",
            "namespace": namespace.as_str(), "name": name,
        }),
    };
    let spec = serde_json::json!({ "resourceAttributes": attributes });
    review("selfsubjectaccessreviews", "SelfSubjectAccessReview", &spec)
}

/// Parses the rules from the answer to [`rules_request`].
///
/// # Errors
///
/// A body without the status of such a review.
pub fn parse_rules(body: &[u8]) -> Result<Rules, Failure> {
    parse_status(body, "the review of the user's rights")
}

/// Parses the answer to [`list_request`] or [`impersonate_request`]: true if the request is allowed.
///
/// # Errors
///
/// A body without the status of such a review.
pub fn parse_allowed(body: &[u8]) -> Result<bool, Failure> {
    let status: SubjectAccessReviewStatus = parse_status(body, "the review of the user's rights")?;
    Ok(status.allowed)
}

/// Parses the status of a review, which answers its spec. `what` names the review in a failure.
pub(super) fn parse_status<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, Failure> {
    #[derive(Deserialize)]
    struct Review<T> {
        status: T,
    }
    let review = serde_json::from_slice::<Review<T>>(body);
    review.map(|review| review.status).map_err(|error| Failure::unreadable(what, &error))
}

fn review(resource: &str, kind: &str, spec: &serde_json::Value) -> Request {
    let gvr = Gvr::new("authorization.k8s.io", "v1", resource);
    let api_version = gvr.group_version.to_string();
    let body = serde_json::json!({ "apiVersion": api_version, "kind": kind, "spec": spec });
    Request::review(ApiPath::Collection { gvr, namespace: None }, body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_self_subject_reviews() {
        let request = rules_request(&Namespace::new("shop"));
        assert_eq!(request.method(), "POST");
        assert_eq!(
            request.path_and_query(),
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
        );
        let body = request.review.unwrap();
        assert!(body.contains(r#""apiVersion":"authorization.k8s.io/v1""#), "{body}");
        assert!(body.ends_with(r#""spec":{"namespace":"shop"}}"#), "{body}");
        let body = list_request(&Gvr::new("apps", "v1", "deployments")).review.unwrap();
        for part in [r#""verb":"list""#, r#""group":"apps""#, r#""resource":"deployments""#] {
            assert!(body.contains(part) && !body.contains("namespace"), "{body}");
        }
    }

    #[test]
    fn the_rules_are_the_status_of_a_review() {
        assert!(parse_rules(br#"{"status":{"incomplete":true}}"#).unwrap().is_incomplete());
        assert!(!parse_rules(br#"{"status":{"resourceRules":null}}"#).unwrap().is_incomplete());
        assert!(parse_rules(b"{}").is_err());
    }

    #[test]
    fn the_status_of_a_review_says_what_is_allowed() {
        assert!(parse_allowed(br#"{"status":{"allowed":true,"reason":"RBAC"}}"#).unwrap());
        assert!(!parse_allowed(br#"{"status":{"allowed":false}}"#).unwrap());
        assert!(parse_allowed(b"{}").is_err());
    }
}
