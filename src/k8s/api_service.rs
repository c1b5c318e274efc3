//! What the aggregator knows of a version of the API: its `APIService`, named `v1beta1.metrics.k8s.io`.

use serde_json::Value;

use super::names::{GroupVersion, Gvr};
use super::path::ObjectPath;

/// Where the `APIService` of a version is.
#[must_use]
pub fn path(version: &GroupVersion) -> ObjectPath {
    ObjectPath {
        gvr: Gvr::new("apiregistration.k8s.io", "v1", "apiservices"),
        namespace: None,
        name: format!("{}.{}", version.version, version.group.as_str()).into(),
    }
}

/// Whether it is available and since when, why, and what serves it, a sentence each. See
/// `staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/v1/types.go` of Kubernetes.
#[must_use]
pub fn sentences(service: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = word(&service["metadata"]["name"]);
    let conditions = service["status"]["conditions"].as_array();
    let available = conditions.into_iter().flatten().find(|c| c["type"] == "Available");
    let mut told = match available {
        None => vec![format!("APIService {name}: whether it is available is not told")],
        Some(condition) => {
            let since = word(&condition["lastTransitionTime"]);
            let since = if since.is_empty() { since } else { format!(" since {since}") };
            let why = [word(&condition["reason"]), word(&condition["message"])];
            let status = word(&condition["status"]);
            vec![format!("APIService {name}: Available is {status}{since}"), why.join(": ")]
        }
    };
    let behind = &service["spec"]["service"];
    told.push(if behind.is_object() {
        let (namespace, name) = (word(&behind["namespace"]), word(&behind["name"]));
        let port = behind["port"].as_u64().unwrap_or(443);
        format!("Behind it: service {namespace}/{name}, port {port}")
    } else {
        "Behind it: the API server itself".to_owned()
    });
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_serves_a_version_and_how_it_stands_is_told() {
        let version = GroupVersion::new("metrics.k8s.io", "v1beta1");
        assert_eq!(&*path(&version).name, "v1beta1.metrics.k8s.io");
        let local = json!({"metadata": {"name": "v1.apps"}, "spec": {"group": "apps"}, "status": {
            "conditions": [{"type": "Available", "status": "True", "reason": "Local", "message": "m"}],
        }});
        let told = [
            "APIService v1.apps: Available is True",
            "Local: m",
            "Behind it: the API server itself",
        ];
        assert_eq!(sentences(&local), told);
        let bare = json!({"spec": {"service": {"name": "a", "namespace": "b"}}});
        assert_eq!(sentences(&bare)[1], "Behind it: service b/a, port 443");
        assert!(sentences(&bare)[0].ends_with("is not told"));
    }
}
