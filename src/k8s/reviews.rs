//! What the user may do: the self-subject reviews of `authorization.k8s.io`, which store nothing.

use serde::Deserialize;

use super::failure::Failure;
use super::names::{Gvr, Namespace};
use super::path::ApiPath;
use super::request::Request;
use super::rules::Rules;

/// Asks for all rules in a namespace. There is no such review without one.
#[must_use]
pub fn rules_request(namespace: &Namespace) -> Request {
    let spec = serde_json::json!({ "namespace": namespace.as_str() });
    review("selfsubjectrulesreviews", "SelfSubjectRulesReview", &spec)
}

/// Asks whether a resource may be listed in the whole cluster.
#[must_use]
pub fn ask_list_everywhere(gvr: &Gvr) -> Request {
    let mut attributes = serde_json::json!({ "verb": "list", "resource": &*gvr.resource });
    let group = gvr.group_version.group.as_str();
    if !group.is_empty() {
        attributes["group"] = group.into();
    }
    let spec = serde_json::json!({ "resourceAttributes": attributes });
    review("selfsubjectaccessreviews", "SelfSubjectAccessReview", &spec)
}

/// Reads the rules from the answer to [`rules_request`].
///
/// # Errors
///
/// A body that is not such a review.
pub fn read_rules(body: &[u8]) -> Result<Rules, Failure> {
    #[derive(Deserialize)]
    struct Review {
        status: Rules,
    }
    let review = serde_json::from_slice::<Review>(body).map_err(|error| unreadable(&error))?;
    Ok(review.status)
}

/// Reads whether it is allowed from the answer to [`ask_list_everywhere`].
///
/// # Errors
///
/// A body that is not such a review.
pub fn read_allowed(body: &[u8]) -> Result<bool, Failure> {
    #[derive(Deserialize)]
    struct Review {
        status: Status,
    }
    #[derive(Deserialize)]
    struct Status {
        allowed: bool,
    }
    let review = serde_json::from_slice::<Review>(body).map_err(|error| unreadable(&error))?;
    Ok(review.status.allowed)
}

fn review(resource: &str, kind: &str, spec: &serde_json::Value) -> Request {
    let gvr = Gvr::new("authorization.k8s.io", "v1", resource);
    let api_version = gvr.group_version.to_string();
    let body = serde_json::json!({ "apiVersion": api_version, "kind": kind, "spec": spec });
    Request::review(ApiPath::Collection { gvr, namespace: None }, body.to_string())
}

fn unreadable(error: &serde_json::Error) -> Failure {
    Failure::unreadable("the review of what we may do", error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_a_self_subject_review() {
        let request = rules_request(&Namespace::new("shop"));
        assert_eq!(request.method(), "POST");
        assert_eq!(
            request.path_and_query(),
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
        );
        let body = request.review.unwrap();
        assert!(body.contains(r#""apiVersion":"authorization.k8s.io/v1""#), "{body}");
        assert!(body.ends_with(r#""spec":{"namespace":"shop"}}"#), "{body}");
        let body = ask_list_everywhere(&Gvr::new("apps", "v1", "deployments")).review.unwrap();
        for part in [r#""verb":"list""#, r#""group":"apps""#, r#""resource":"deployments""#] {
            assert!(body.contains(part) && !body.contains("namespace"), "{body}");
        }
    }

    #[test]
    fn rules_are_those_of_a_review() {
        assert!(read_rules(br#"{"status":{"incomplete":true}}"#).unwrap().is_incomplete());
        assert!(!read_rules(br#"{"status":{"resourceRules":null}}"#).unwrap().is_incomplete());
        assert!(read_rules(b"{}").is_err());
    }

    #[test]
    fn an_access_is_allowed_or_not() {
        assert!(read_allowed(br#"{"status":{"allowed":true,"reason":"RBAC"}}"#).unwrap());
        assert!(!read_allowed(br#"{"status":{"allowed":false}}"#).unwrap());
        assert!(read_allowed(br#"{"status":{}}"#).is_err());
    }
}
