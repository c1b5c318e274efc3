//! Everything that a pod can expose of itself, with its current value and a snippet to copy.

use std::collections::BTreeSet;

use super::content::Content;
use super::kubelet::{Kubelet, Placed, SEEN};
use super::object::PodObject;
use super::pod::{FieldRef, ResourceRef};
use super::resolved::{Resolution, Resolved};
use super::view::{ContainerKind, Origin};
use super::{Options, Surroundings, fields, resources};
use crate::k8s::quantity::Quantity;

/// A field or a resource that a pod can expose.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposable {
    /// The field or resource: `metadata.name`, `metadata.labels['app']`, `limits.cpu`.
    pub name: String,
    /// The container of a resource.
    pub container: Option<String>,
    /// How to expose it as an environment variable, if that is possible.
    pub env: Option<Exposure>,
    /// How to expose it as a file of a volume, if that is possible.
    pub volume: Option<Exposure>,
}

/// A way to expose a field or a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposure {
    /// Its current value; `None` unless the state is known.
    pub content: Option<Content>,
    /// Where the value comes from. The path is empty, because nothing declares it yet.
    pub origin: Origin,
    /// YAML for a list of `env`, or of a volume's `items`.
    pub snippet: String,
}

/// Returns the catalogue of a pod, or of a workload's template.
#[must_use]
pub fn catalogue(object: &PodObject, around: &Surroundings, options: Options) -> Vec<Exposable> {
    let kubelet = Kubelet::new(object, around, options);
    let metadata = &kubelet.pod.metadata;
    let keyed = |map: &str, key: &str| format!("metadata.{map}['{key}']");
    let mut paths: Vec<String> = [
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
        "metadata.labels",
        "metadata.annotations",
    ]
    .map(str::to_owned)
    .into();
    let added = kubelet.added_labels.iter().filter(|key| !metadata.labels.contains_key(**key));
    let labels = metadata.labels.keys().map(String::as_str);
    paths.extend(labels.chain(added.copied()).map(|key| keyed("labels", key)));
    let annotations = kubelet.annotations.keys().filter(|key| **key != SEEN);
    paths.extend(annotations.map(|key| keyed("annotations", key)));
    let mut entries: Vec<Exposable> =
        paths.into_iter().map(|path| of_field(&kubelet, path)).collect();
    for placed in kubelet.placed() {
        if placed.kind != ContainerKind::Ephemeral {
            entries.extend(resources_of(placed).map(|name| of_resource(&kubelet, placed, name)));
        }
    }
    entries.retain(|entry| entry.env.is_some() || entry.volume.is_some());
    entries
}

fn of_field(kubelet: &Kubelet<'_>, path: String) -> Exposable {
    let body = format!("fieldRef:\n  fieldPath: {path}");
    let field = FieldRef { api_version: "v1".to_owned(), field_path: path.clone() };
    let is_map = matches!(path.as_str(), "metadata.labels" | "metadata.annotations");
    // The kubelet can resolve a whole map in an environment, but the API refuses it.
    let env = if is_map { None } else { exposure(fields::in_env(kubelet, &field), false) };
    let volume = exposure(fields::in_volume(kubelet, &path), true);
    Exposable {
        env: env.map(|given| with_snippet(given, &env_snippet(&variable_name(&path), &body))),
        volume: volume.map(|given| with_snippet(given, &item_snippet(&file_name(&path), &body))),
        name: path,
        container: None,
    }
}

fn of_resource(kubelet: &Kubelet<'_>, placed: Placed<'_>, resource: String) -> Exposable {
    let container = placed.container.name.as_str();
    let is_cpu = resources::is_cpu(&resource);
    let divisor = if is_cpu { "\n  divisor: 1m" } else { "" };
    let reference = |container_name: &str| ResourceRef {
        container_name: container_name.to_owned(),
        resource: resource.clone(),
        divisor: Quantity::parse(if divisor.is_empty() { "1" } else { "1m" })
            .unwrap_or(Quantity::ZERO),
    };
    // Without a name the variable is of its own container: an init container that names itself does
    // not get the node's amount.
    let env = exposure(resources::in_env(kubelet, placed, &reference("")), false);
    let volume = exposure(resources::in_volume(kubelet, &reference(container)), true);
    let own = format!("resourceFieldRef:\n  resource: {resource}{divisor}");
    let named =
        format!("resourceFieldRef:\n  containerName: {container}\n  resource: {resource}{divisor}");
    let path = format!("{container}-{}", file_name(&resource));
    Exposable {
        env: env.map(|given| with_snippet(given, &env_snippet(&variable_name(&resource), &own))),
        volume: volume.map(|given| with_snippet(given, &item_snippet(&path, &named))),
        name: resource,
        container: Some(container.to_owned()),
    }
}

/// Returns the resources of every container, and the hugepages of this one.
fn resources_of(placed: Placed<'_>) -> impl Iterator<Item = String> {
    let lists = &placed.container.resources;
    let hugepages = lists.limits.keys().chain(lists.requests.keys());
    let mut names: BTreeSet<&str> =
        hugepages.map(String::as_str).filter(|name| name.starts_with("hugepages-")).collect();
    names.extend(["cpu", "memory", "ephemeral-storage"]);
    let of_list = |list: &str| names.iter().map(|name| format!("{list}.{name}")).collect();
    let all: Vec<Vec<String>> = vec![of_list("requests"), of_list("limits")];
    all.into_iter().flatten()
}

fn exposure(resolution: Resolution, live: bool) -> Option<(Option<Content>, Origin)> {
    resolution.ok().map(|resolved: Resolved| resolved.declared(String::new(), live))
}

fn with_snippet((content, origin): (Option<Content>, Origin), snippet: &str) -> Exposure {
    Exposure { content, origin, snippet: snippet.to_owned() }
}

fn env_snippet(name: &str, body: &str) -> String {
    format!("- name: {name}\n  valueFrom:\n{}", indented(body, 4))
}

fn item_snippet(path: &str, body: &str) -> String {
    format!("- path: {path}\n{}", indented(body, 2))
}

fn indented(text: &str, by: usize) -> String {
    text.lines().flat_map(|line| [" ".repeat(by), line.to_owned(), "\n".to_owned()]).collect()
}

/// Returns a name for a variable: `LABEL_APP_KUBERNETES_IO_NAME` for
/// `metadata.labels['app.kubernetes.io/name']`.
fn variable_name(path: &str) -> String {
    let (word, rest) = words(path);
    let name: String = rest
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect();
    format!("{}_{name}", word.to_uppercase())
}

fn file_name(path: &str) -> String {
    match path.split_once("['") {
        Some(_) => {
            let (word, key) = words(path);
            format!("{word}-{}", key.replace('/', "-"))
        }
        None => path
            .rsplit_once('.')
            .map_or(
                path,
                |(list, name)| {
                    if matches!(list, "limits" | "requests") { path } else { name }
                },
            )
            .replace('.', "-"),
    }
}

/// Returns the kind of a path and its own name, such as `label` and `app`.
fn words(path: &str) -> (&str, &str) {
    if let Some((map, key)) = path.strip_suffix("']").and_then(|path| path.split_once("['")) {
        return (if map == "metadata.labels" { "label" } else { "annotation" }, key);
    }
    match path.split_once('.') {
        Some(("metadata", name)) => ("pod", name),
        Some(("spec" | "status", "nodeName")) => ("node", "name"),
        Some(("spec", "serviceAccountName")) => ("service", "account"),
        Some(("status", "hostIP")) => ("host", "ip"),
        Some(("status", "hostIPs")) => ("host", "ips"),
        Some(("status", "podIP")) => ("pod", "ip"),
        Some(("status", "podIPs")) => ("pod", "ips"),
        Some((list, name)) => (list, name),
        None => ("", path),
    }
}
