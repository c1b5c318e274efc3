//! `fieldRef`: which fields there are, in the environment and in volumes.

use super::addresses;
use super::keys;
use super::place;
use super::pod::FieldRef;
use super::quoting::{format_map, newly_printable};
use super::resolved::{Resolution, Resolved};
use super::scene::{SEEN, SEEN_UNKNOWN, Scene};
use super::view::{OriginKind, State};

/// The value in the environment (`podFieldSelectorRuntimeValue`).
pub(super) fn in_env(scene: &Scene<'_>, field: &FieldRef) -> Resolution {
    if field.api_version != "v1" {
        return Err(format!("unsupported pod version: {}", field.api_version).into());
    }
    match convert(&field.field_path)? {
        "spec.nodeName" => Ok(node_name(scene)),
        "spec.serviceAccountName" => Ok(service_account(scene)),
        "status.hostIP" => addresses::host_ips(scene, "status.hostIP"),
        "status.hostIPs" => addresses::host_ips(scene, "status.hostIPs"),
        "status.podIP" => Ok(addresses::pod_ips(scene, "status.podIP")),
        "status.podIPs" => Ok(addresses::pod_ips(scene, "status.podIPs")),
        path => in_volume(scene, path),
    }
}

/// The value in a volume (`ExtractFieldPathAsString`), which knows only the metadata.
pub(super) fn in_volume(scene: &Scene<'_>, path: &str) -> Resolution {
    if let Some((base, key)) = subscript(path) {
        let (value, word, checked) = match base {
            "metadata.annotations" => {
                (scene.annotations.get(key).copied(), "annotation", key.to_lowercase())
            }
            "metadata.labels" => {
                let value = scene.pod.metadata.labels.get(key).map(String::as_str);
                (value, "label", key.to_owned())
            }
            _ => return Err(format!("fieldPath {path:?} does not support subscript").into()),
        };
        keys::check(&checked).map_err(|why| format!("invalid key subscript in {path}: {why}"))?;
        return Ok(entry(scene, value, word, key));
    }
    let metadata = &scene.pod.metadata;
    match path {
        "metadata.labels" => Ok(all_labels(scene)),
        "metadata.annotations" => Ok(all_annotations(scene)),
        "metadata.name" => Ok(identity(scene, path, &metadata.name)),
        "metadata.namespace" => Ok(identity(scene, path, &metadata.namespace)),
        "metadata.uid" => Ok(identity(scene, path, scene.uid)),
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

/// One label or annotation; `word` is which.
fn entry(scene: &Scene<'_>, value: Option<&str>, word: &str, key: &str) -> Resolved {
    let from = format!("{word} {key}");
    let source = place::key(&format!(".metadata.{word}s"), key);
    let (kind, added) = if word == "label" {
        (OriginKind::Label, scene.added_labels)
    } else {
        (OriginKind::Annotation, scene.added_annotations)
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

fn all_labels(scene: &Scene<'_>) -> Resolved {
    let labels = &scene.pod.metadata.labels;
    let entries = labels.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let added = scene.added_labels.iter().filter(|key| !labels.contains_key(**key)).copied();
    whole(OriginKind::Label, "labels", entries, &added.collect::<Vec<_>>())
}

fn all_annotations(scene: &Scene<'_>) -> Resolved {
    let entries = scene.annotations.iter().map(|(key, value)| (*key, *value));
    let added = scene.added_annotations.iter();
    let added = added.filter(|key| !scene.annotations.contains_key(**key)).copied();
    let added: Vec<&str> = added.collect();
    let resolved = whole(OriginKind::Annotation, "annotations", entries, &added);
    if resolved.state == State::Pending || scene.annotations.get(SEEN) != Some(&SEEN_UNKNOWN) {
        return resolved;
    }
    resolved.noted(format!("known except one line: only the kubelet knows the time in {SEEN}"))
}

/// All labels or annotations; a controller will add those of `added`.
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

fn identity(scene: &Scene<'_>, path: &str, value: &str) -> Resolved {
    let from = format!("field {path}");
    if value.is_empty() && !scene.is_created() {
        let note = "set when the pod is created";
        return Resolved::without(State::Pending, OriginKind::Field, from, note)
            .at(format!(".{path}"));
    }
    let static_uid = path == "metadata.uid" && value != scene.pod.metadata.uid;
    let resolved = Resolved::known(OriginKind::Field, from, value);
    if static_uid {
        return resolved
            .explained("a static pod's uid is its hash; the API shows the uid of its mirror pod")
            .at(".metadata.annotations['kubernetes.io/config.hash']");
    }
    resolved.explained(format!("the pod's `{path}`")).at(format!(".{path}"))
}

fn node_name(scene: &Scene<'_>) -> Resolved {
    let (kind, from) = (OriginKind::Field, "field spec.nodeName");
    if !scene.is_scheduled() {
        return Resolved::without(State::Pending, kind, from, "set when scheduled")
            .at(".spec.nodeName");
    }
    Resolved::known(kind, from, scene.pod.spec.node_name.as_str())
        .explained("the pod's `spec.nodeName`")
        .at(".spec.nodeName")
}

fn service_account(scene: &Scene<'_>) -> Resolved {
    let from = "field spec.serviceAccountName";
    Resolved::known(OriginKind::Field, from, scene.pod.spec.service_account_name.as_str())
        .explained("the pod's `spec.serviceAccountName`")
        .at(".spec.serviceAccountName")
}
