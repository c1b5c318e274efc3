//! `fieldRef`: the fields of the environment and of volumes.

use super::addresses;
use super::keys;
use super::kubelet::{Kubelet, SEEN, SEEN_UNKNOWN};
use super::place;
use super::pod::FieldRef;
use super::quoting::{format_map, newly_printable};
use super::resolved::{Resolution, Resolved};
use super::view::{OriginKind, State};

/// Resolves a field of the environment (`podFieldSelectorRuntimeValue`).
pub(super) fn in_env(kubelet: &Kubelet<'_>, field: &FieldRef) -> Resolution {
    if field.api_version != "v1" {
        return Err(format!("unsupported pod version: {}", field.api_version).into());
    }
    match convert(&field.field_path)? {
        "spec.nodeName" => Ok(node_name(kubelet)),
        "spec.serviceAccountName" => Ok(service_account(kubelet)),
        "status.hostIP" => addresses::host_ips(kubelet, "status.hostIP"),
        "status.hostIPs" => addresses::host_ips(kubelet, "status.hostIPs"),
        "status.podIP" => Ok(addresses::pod_ips(kubelet, "status.podIP")),
        "status.podIPs" => Ok(addresses::pod_ips(kubelet, "status.podIPs")),
        path => in_volume(kubelet, path),
    }
}

/// Resolves a field of a volume (`ExtractFieldPathAsString`), which can only be one of the
/// metadata.
pub(super) fn in_volume(kubelet: &Kubelet<'_>, path: &str) -> Resolution {
    if let Some((base, key)) = subscript(path) {
        let (value, word, checked) = match base {
            "metadata.annotations" => {
                (kubelet.annotations.get(key).copied(), "annotation", key.to_lowercase())
            }
            "metadata.labels" => {
                let value = kubelet.pod.metadata.labels.get(key).map(String::as_str);
                (value, "label", key.to_owned())
            }
            _ => return Err(format!("fieldPath {path:?} does not support subscript").into()),
        };
        keys::check(&checked).map_err(|why| format!("invalid key subscript in {path}: {why}"))?;
        return Ok(entry(kubelet, value, word, key));
    }
    let metadata = &kubelet.pod.metadata;
    match path {
        "metadata.labels" => Ok(all_labels(kubelet)),
        "metadata.annotations" => Ok(all_annotations(kubelet)),
        "metadata.name" => Ok(identity(kubelet, path, &metadata.name)),
        "metadata.namespace" => Ok(identity(kubelet, path, &metadata.namespace)),
        "metadata.uid" => Ok(identity(kubelet, path, kubelet.uid)),
        _ => Err(format!("unsupported fieldPath: {path}").into()),
    }
}

/// `ConvertDownwardAPIFieldLabel`.
fn convert(path: &str) -> Result<&str, String> {
    match subscript(path) {
        Some(("metadata.annotations" | "metadata.labels", _)) => return Ok(path),
        Some(_) => return Err(format!("field label does not support subscript: {path}")),
        None => {}
    }
    match path {
        "spec.host" => Ok("spec.nodeName"),
        "metadata.annotations"
        | "metadata.labels"
        | "metadata.name"
        | "metadata.namespace"
        | "metadata.uid"
        | "spec.nodeName"
        | "spec.restartPolicy"
        | "spec.serviceAccountName"
        | "spec.schedulerName"
        | "status.phase"
        | "status.hostIP"
        | "status.hostIPs"
        | "status.podIP"
        | "status.podIPs" => Ok(path),
        _ => Err(format!("field label not supported: {path}")),
    }
}

/// `SplitMaybeSubscriptedPath`: only single quotes, split at the first `['`.
fn subscript(path: &str) -> Option<(&str, &str)> {
    path.strip_suffix("']")?.split_once("['").filter(|(base, _)| !base.is_empty())
}

/// Resolves one label or annotation; `word` is `label` or `annotation`.
fn entry(kubelet: &Kubelet<'_>, value: Option<&str>, word: &str, key: &str) -> Resolved {
    let from = format!("{word} {key}");
    let source = place::key(&format!(".metadata.{word}s"), key);
    let (kind, added) = if word == "label" {
        (OriginKind::Label, kubelet.added_labels)
    } else {
        (OriginKind::Annotation, kubelet.added_annotations)
    };
    match value {
        Some(SEEN_UNKNOWN) if key == SEEN => {
            let note = "the time when the kubelet first saw the pod";
            Resolved::without(State::Unknown, kind, from, note)
        }
        Some(value) => {
            Resolved::known(kind, from, value).explained(format!("the {word} `{key}` as it is"))
        }
        None if added.contains(&key) => {
            Resolved::without(State::Pending, kind, from, "set by the controller of the pod")
        }
        None => Resolved::known(kind, from, "").explained(format!(
            "the pod has no {word} `{key}`, which gives an empty value and no error"
        )),
    }
    .at(source)
}

fn all_labels(kubelet: &Kubelet<'_>) -> Resolved {
    let labels = &kubelet.pod.metadata.labels;
    let entries = labels.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let added = kubelet.added_labels.iter().filter(|key| !labels.contains_key(**key)).copied();
    whole(OriginKind::Label, "labels", entries, &added.collect::<Vec<_>>())
}

fn all_annotations(kubelet: &Kubelet<'_>) -> Resolved {
    let entries = kubelet.annotations.iter().map(|(key, value)| (*key, *value));
    let added = kubelet.added_annotations.iter();
    let added = added.filter(|key| !kubelet.annotations.contains_key(**key)).copied();
    let added: Vec<&str> = added.collect();
    let resolved = whole(OriginKind::Annotation, "annotations", entries, &added);
    if resolved.state == State::Pending || kubelet.annotations.get(SEEN) != Some(&SEEN_UNKNOWN) {
        return resolved;
    }
    resolved.noted(format!("known except one line: only the kubelet knows the time in {SEEN}"))
}

/// Resolves all labels or annotations. A controller adds those of `added` later.
fn whole<'t>(
    kind: OriginKind,
    name: &str,
    entries: impl Iterator<Item = (&'t str, &'t str)> + Clone,
    added: &[&str],
) -> Resolved {
    let from = format!("field metadata.{name}");
    let source = format!(".metadata.{name}");
    if !added.is_empty() {
        let note = format!("the controller of the pod adds {}", added.join(", "));
        return Resolved::without(State::Pending, kind, from, note).at(source);
    }
    let holds_new_signs = entries.clone().any(|(_, value)| newly_printable(value));
    let resolved = Resolved::known(kind, from, format_map(entries))
        .explained(format!("all {name}, one a line, sorted by key, values quoted as Go does"))
        .at(source);
    if holds_new_signs {
        return resolved.noted(
            "it holds signs of Unicode 16 or 17: a kubelet built with Go 1.27 does not escape them",
        );
    }
    resolved
}

fn identity(kubelet: &Kubelet<'_>, path: &str, value: &str) -> Resolved {
    let from = format!("field {path}");
    if value.is_empty() && !kubelet.is_created() {
        let note = "set when the pod is created";
        return Resolved::without(State::Pending, OriginKind::Field, from, note)
            .at(format!(".{path}"));
    }
    let static_uid = path == "metadata.uid" && value != kubelet.pod.metadata.uid;
    let resolved = Resolved::known(OriginKind::Field, from, value);
    if static_uid {
        return resolved
            .explained("a static pod's uid is its hash; the API shows the uid of its mirror pod")
            .at(".metadata.annotations['kubernetes.io/config.hash']");
    }
    resolved.explained(format!("the pod's `{path}`")).at(format!(".{path}"))
}

fn node_name(kubelet: &Kubelet<'_>) -> Resolved {
    let (kind, from) = (OriginKind::Field, "field spec.nodeName");
    if !kubelet.is_scheduled() {
        return Resolved::without(State::Pending, kind, from, "set when scheduled")
            .at(".spec.nodeName");
    }
    Resolved::known(kind, from, kubelet.pod.spec.node_name.as_str())
        .explained("the pod's `spec.nodeName`")
        .at(".spec.nodeName")
}

fn service_account(kubelet: &Kubelet<'_>) -> Resolved {
    let from = "field spec.serviceAccountName";
    Resolved::known(OriginKind::Field, from, kubelet.pod.spec.service_account_name.as_str())
        .explained("the pod's `spec.serviceAccountName`")
        .at(".spec.serviceAccountName")
}
