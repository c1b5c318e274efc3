//! The requests that judgements want, and where the objects of built-in kinds are.

use serde_json::Value;

use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::object::path;

/// How many rows of a list are looked through for a name.
const NAMES: &str = "500";
/// How many objects of a list are judged.
const SAMPLE: &str = "20";

/// Group, version, plural name and scope of the built-in kinds that judgements refer to.
const KINDS: [(&str, &str, &str, &str, bool); 21] = [
    ("Pod", "", "v1", "pods", true),
    ("Node", "", "v1", "nodes", false),
    ("Namespace", "", "v1", "namespaces", false),
    ("Service", "", "v1", "services", true),
    ("Event", "", "v1", "events", true),
    ("ConfigMap", "", "v1", "configmaps", true),
    ("Secret", "", "v1", "secrets", true),
    ("PersistentVolumeClaim", "", "v1", "persistentvolumeclaims", true),
    ("PersistentVolume", "", "v1", "persistentvolumes", false),
    ("ResourceQuota", "", "v1", "resourcequotas", true),
    ("ReplicationController", "", "v1", "replicationcontrollers", true),
    ("Deployment", "apps", "v1", "deployments", true),
    ("ReplicaSet", "apps", "v1", "replicasets", true),
    ("StatefulSet", "apps", "v1", "statefulsets", true),
    ("DaemonSet", "apps", "v1", "daemonsets", true),
    ("Job", "batch", "v1", "jobs", true),
    ("CronJob", "batch", "v1", "cronjobs", true),
    ("EndpointSlice", "discovery.k8s.io", "v1", "endpointslices", true),
    ("StorageClass", "storage.k8s.io", "v1", "storageclasses", false),
    ("IngressClass", "networking.k8s.io", "v1", "ingressclasses", false),
    ("APIService", "apiregistration.k8s.io", "v1", "apiservices", false),
];

/// Returns the resource of a built-in kind, and whether it is namespaced.
pub(super) fn resource(kind: &str) -> Option<(Gvr, bool)> {
    let known = KINDS.iter().find(|(known, ..)| *known == kind)?;
    let (_, group, version, plural, namespaced) = *known;
    Some((Gvr::new(group, version, plural), namespaced))
}

/// Returns where an object of a built-in kind is; the namespace is left out for cluster kinds.
pub(super) fn object(kind: &str, namespace: &str, name: &str) -> ObjectPath {
    let (gvr, is_namespaced) =
        resource(kind).unwrap_or_else(|| (Gvr::new("", "v1", &kind.to_lowercase()), true));
    let namespace = Some(Namespace::new(namespace)).filter(|_| is_namespaced);
    ObjectPath { gvr, namespace, name: name.into() }
}

/// Returns where the lease of a node is, which its kubelet renews.
pub(super) fn lease(node: &str) -> ObjectPath {
    ObjectPath {
        gvr: Gvr::new("coordination.k8s.io", "v1", "leases"),
        namespace: Some(Namespace::new("kube-node-lease")),
        name: node.into(),
    }
}

/// Returns the collection of a built-in kind in a namespace, or in the cluster for cluster kinds.
pub(super) fn collection(kind: &str, namespace: &str) -> ApiPath {
    object(kind, namespace, "").collection()
}

/// Returns the request for one object.
pub(super) fn get(object: &ObjectPath) -> Request {
    Request::get(ApiPath::Object(object.clone()), Form::Json)
}

/// Returns the request for the names and cells of a collection, without its objects.
pub(super) fn names(kind: &str, namespace: &str) -> Request {
    Request::get(collection(kind, namespace), Form::Table)
        .with("includeObject", "None")
        .with("limit", NAMES)
}

/// Returns the request for a few objects that a label selector matches.
pub(super) fn sample(kind: &str, namespace: &str, selector: impl Into<String>) -> Request {
    let request = Request::get(collection(kind, namespace), Form::Json);
    request.with("labelSelector", selector).with("limit", SAMPLE)
}

/// Returns the request for a few objects of a cluster kind.
pub(super) fn sample_all(kind: &str) -> Request {
    Request::get(collection(kind, ""), Form::Json).with("limit", SAMPLE)
}

/// Returns the request for the labels of the pods that have all of these label keys.
pub(super) fn labelled_pods(namespace: &str, keys: &[&str]) -> Request {
    Request::get(collection("Pod", namespace), Form::Metadata)
        .with("labelSelector", keys.join(","))
        .with("limit", NAMES)
}

/// Writes a `LabelSelector`, or the plain map of a Service, as the query parameter spells it. `None` if
/// it selects nothing, or uses an operator that does not exist.
pub(in crate::object) fn selector(value: &Value) -> Option<String> {
    let is_plain = path::find(value, ".matchLabels").is_none()
        && path::find(value, ".matchExpressions").is_none();
    let labels = if is_plain { value } else { path::at(value, ".matchLabels") };
    let pair = |(key, value): (&String, &Value)| Some(format!("{key}={}", value.as_str()?));
    let pairs = labels.as_object().into_iter().flatten().map(pair);
    let expressions = path::list(value, ".matchExpressions").iter().map(expression);
    let parts: Vec<String> = pairs.chain(expressions).collect::<Option<_>>()?;
    Some(parts.join(",")).filter(|selector| !selector.is_empty())
}

fn expression(value: &Value) -> Option<String> {
    let key = path::at(value, ".key").as_str()?;
    let values: Vec<&str> = path::list(value, ".values").iter().filter_map(Value::as_str).collect();
    let values = values.join(",");
    match path::text(value, ".operator") {
        "In" => Some(format!("{key} in ({values})")),
        "NotIn" => Some(format!("{key} notin ({values})")),
        "Exists" => Some(key.to_owned()),
        "DoesNotExist" => Some(format!("!{key}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn selectors_are_written_as_the_query_spells_them() {
        assert_eq!(selector(&json!({"app": "web", "tier": "a"})).unwrap(), "app=web,tier=a");
        let full = json!({"matchLabels": {"app": "web"}, "matchExpressions": [
            {"key": "env", "operator": "In", "values": ["a", "b"]},
            {"key": "old", "operator": "DoesNotExist"}]});
        assert_eq!(selector(&full).unwrap(), "app=web,env in (a,b),!old");
        assert_eq!(selector(&json!({})), None);
        assert_eq!(selector(&json!({"matchExpressions": [{"key": "a", "operator": "?"}]})), None);
    }
}
