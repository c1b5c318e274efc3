//! What the user may do: the self-subject reviews of `authorization.k8s.io`, which store nothing.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::failure::{Failure, FailureKind, advice};
use super::names::{Gvr, Namespace};
use super::path::ApiPath;
use super::request::Request;

/// What may be listed in a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listable {
    /// Whether everything may.
    pub all: bool,
    /// The resources as `pods` or `deployments.apps`; of `*.apps` all of a group may. Some of them
    /// may only be listed in part, by the name of their objects.
    pub resources: BTreeSet<String>,
    /// Whether the server knows of more rules than it tells.
    pub incomplete: bool,
}

/// Asks for all rules in a namespace. There is no such review without one.
#[must_use]
pub fn ask_rules(namespace: &Namespace) -> Request {
    let spec = serde_json::json!({ "namespace": namespace.as_str() });
    review("selfsubjectrulesreviews", "SelfSubjectRulesReview", &spec)
}

/// Asks whether a resource of the core group may be listed in the whole cluster.
#[must_use]
pub fn ask_list_everywhere(resource: &str) -> Request {
    let spec =
        serde_json::json!({ "resourceAttributes": { "verb": "list", "resource": resource } });
    review("selfsubjectaccessreviews", "SelfSubjectAccessReview", &spec)
}

/// Reads what may be listed from the answer to [`ask_rules`].
///
/// # Errors
///
/// A body that is not such a review.
pub fn read_listable(body: &[u8]) -> Result<Listable, Failure> {
    #[derive(Deserialize)]
    struct Review {
        status: Status,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Status {
        resource_rules: Option<Vec<Rule>>,
        #[serde(default)]
        incomplete: bool,
    }
    #[derive(Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    #[derive(Default)]
    struct Rule {
        verbs: Vec<String>,
        api_groups: Vec<String>,
        resources: Vec<String>,
    }
    let review = serde_json::from_slice::<Review>(body).map_err(|error| unreadable(&error))?;
    let mut listable = Listable { incomplete: review.status.incomplete, ..Listable::default() };
    for rule in review.status.resource_rules.unwrap_or_default() {
        if !rule.verbs.iter().any(|verb| verb == "list" || verb == "*") {
            continue;
        }
        for group in &rule.api_groups {
            // A subresource is read by a GET and never listed.
            for resource in rule.resources.iter().filter(|name| !name.contains('/')) {
                listable.all |= group == "*" && resource == "*";
                listable.resources.insert(match group.as_str() {
                    "" => resource.clone(),
                    group => format!("{resource}.{group}"),
                });
            }
        }
    }
    Ok(listable)
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
    let message = format!("the review of what we may do cannot be read: {error}");
    Failure::new(FailureKind::Malformed, message, advice(FailureKind::Malformed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_a_self_subject_review() {
        let request = ask_rules(&Namespace::new("shop"));
        assert_eq!(request.method(), "POST");
        assert_eq!(
            request.path_and_query(),
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
        );
        let body = request.review.unwrap();
        assert!(body.contains(r#""apiVersion":"authorization.k8s.io/v1""#), "{body}");
        assert!(body.ends_with(r#""spec":{"namespace":"shop"}}"#), "{body}");
    }

    #[test]
    fn only_what_is_listed_counts() {
        let body = br#"{"status":{"incomplete":true,"resourceRules":[
            {"verbs":["get"],"apiGroups":[""],"resources":["secrets"]},
            {"verbs":["get","list"],"apiGroups":["","apps"],"resources":["pods","pods/log"]},
            {"verbs":["*"],"apiGroups":["batch"],"resources":["*"]},
            {"verbs":["create"],"nonResourceURLs":["/x"]}]}}"#;
        let listable = read_listable(body).unwrap();
        assert!(listable.incomplete && !listable.all);
        let resources: Vec<_> = listable.resources.iter().map(String::as_str).collect();
        assert_eq!(resources, ["*.batch", "pods", "pods.apps"]);
        assert!(
            read_listable(br#"{"status":{"resourceRules":null}}"#).unwrap().resources.is_empty()
        );
        let all = br#"{"status":{"resourceRules":[
            {"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]}}"#;
        assert!(read_listable(all).unwrap().all);
        assert!(read_listable(b"{}").is_err());
    }

    #[test]
    fn an_access_is_allowed_or_not() {
        assert!(read_allowed(br#"{"status":{"allowed":true,"reason":"RBAC"}}"#).unwrap());
        assert!(!read_allowed(br#"{"status":{"allowed":false}}"#).unwrap());
        assert!(read_allowed(br#"{"status":{}}"#).is_err());
    }
}
