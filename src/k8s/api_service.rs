//! The `APIService` of a version, such as `v1beta1.metrics.k8s.io`: the aggregator's status of it.

use serde_json::Value;

use super::names::{GroupVersion, Gvr};
use super::path::ObjectPath;

/// Returns the path of the `APIService` of a version.
#[must_use]
pub fn path(version: &GroupVersion) -> ObjectPath {
    ObjectPath {
        gvr: Gvr::new("apiregistration.k8s.io", "v1", "apiservices"),
        namespace: None,
        name: format!("{}.{}", version.version, version.group.as_str()).into(),
    }
}

/// Returns a sentence each on whether the version is available and since when, on the reason, and on
/// what serves it. See
/// `staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/v1/types.go` of Kubernetes.
#[must_use]
pub fn sentences(service: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = word(&service["metadata"]["name"]);
    let conditions = service["status"]["conditions"].as_array();
    let available = conditions.into_iter().flatten().find(|c| c["type"] == "Available");
    let mut sentences = match available {
        None => vec![format!("APIService {name}: no condition Available")],
        Some(condition) => {
            let since = word(&condition["lastTransitionTime"]);
            let since = if since.is_empty() { since } else { format!(" since {since}") };
            let why = [word(&condition["reason"]), word(&condition["message"])];
            let status = word(&condition["status"]);
            vec![format!("APIService {name}: Available is {status}{since}"), why.join(": ")]
        }
    };
    let backend = &service["spec"]["service"];
    sentences.push(if backend.is_object() {
        let (namespace, name) = (word(&backend["namespace"]), word(&backend["name"]));
        let port = backend["port"].as_u64().unwrap_or(443);
        format!("Served by service {namespace}/{name}, port {port}")
    } else {
        "Served by the API server itself".to_owned()
    });
    sentences
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sentences_name_the_condition_and_the_backend() {
        let version = GroupVersion::new("metrics.k8s.io", "v1beta1");
        assert_eq!(&*path(&version).name, "v1beta1.metrics.k8s.io");
        let local = json!({"metadata": {"name": "v1.apps"}, "spec": {"group": "apps"}, "status": {
            "conditions": [{"type": "Available", "status": "True", "reason": "Local", "message": "m"}],
        }});
        let expected = [
            "APIService v1.apps: Available is True",
            "Local: m",
            "Served by the API server itself",
        ];
        assert_eq!(sentences(&local), expected);
        let bare = json!({"spec": {"service": {"name": "a", "namespace": "b"}}});
        assert_eq!(sentences(&bare)[1], "Served by service b/a, port 443");
        assert!(sentences(&bare)[0].ends_with("no condition Available"));
    }
}
