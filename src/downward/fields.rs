//! `fieldRef`: which fields there are, in the environment and in volumes.

use super::addresses;
use super::keys;
use super::place;
use super::pod::FieldRef;
use super::quoting::format_map;
use super::scene::{Answer, Outcome, SEEN, SEEN_UNKNOWN, Scene};
use super::view::State;

/// The value in the environment (`podFieldSelectorRuntimeValue`).
pub(super) fn in_env(scene: &Scene<'_>, field: &FieldRef) -> Outcome {
    if field.api_version != "v1" {
        return Err(format!("unsupported pod version: {}", field.api_version));
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
pub(super) fn in_volume(scene: &Scene<'_>, path: &str) -> Outcome {
    if let Some((base, key)) = subscript(path) {
        let (value, word, checked) = match base {
            "metadata.annotations" => {
                (scene.annotations.get(key).copied(), "annotation", key.to_lowercase())
            }
            "metadata.labels" => {
                let value = scene.pod.metadata.labels.get(key).map(String::as_str);
                (value, "label", key.to_owned())
            }
            _ => return Err(format!("fieldPath {path:?} does not support subscript")),
        };
        keys::check(&checked).map_err(|why| format!("invalid key subscript in {path}: {why}"))?;
        return Ok(entry(scene, value, word, key));
    }
    let metadata = &scene.pod.metadata;
    match path {
        "metadata.labels" => {
            let labels = metadata.labels.iter().map(|(key, value)| (key.as_str(), value.as_str()));
            Ok(whole("labels", format_map(labels)))
        }
        "metadata.annotations" => {
            let annotations = scene.annotations.iter().map(|(key, value)| (*key, *value));
            let answer = whole("annotations", format_map(annotations));
            if scene.annotations.get(SEEN) != Some(&SEEN_UNKNOWN) {
                return Ok(answer);
            }
            Ok(answer.noted(format!("only the kubelet knows the time in {SEEN}")))
        }
        "metadata.name" => Ok(identity(scene, path, &metadata.name)),
        "metadata.namespace" => Ok(identity(scene, path, &metadata.namespace)),
        "metadata.uid" => Ok(identity(scene, path, scene.uid)),
        _ => Err(format!("unsupported fieldPath: {path}")),
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

fn entry(scene: &Scene<'_>, value: Option<&str>, word: &str, key: &str) -> Answer {
    let from = format!("{word} {key}");
    let source = place::key(&format!(".metadata.{word}s"), key);
    match value {
        Some(SEEN_UNKNOWN) if key == SEEN => {
            Answer::without(State::Unknown, from, "the time when the kubelet first saw the pod")
        }
        Some(value) => Answer::known(from, value).explained(format!("the {word} `{key}` as it is")),
        None if word == "label" && scene.added_labels.contains(&key) => {
            Answer::without(State::Pending, from, "set by the controller of the pod")
        }
        None => Answer::known(from, "").explained(format!(
            "the pod has no {word} `{key}`, which gives an empty value and no error"
        )),
    }
    .at(source)
}

fn whole(name: &str, text: String) -> Answer {
    Answer::known(format!("field metadata.{name}"), text)
        .explained(format!("all {name}, one a line, sorted by key, values quoted as Go does"))
        .at(format!(".metadata.{name}"))
}

fn identity(scene: &Scene<'_>, path: &str, value: &str) -> Answer {
    let from = format!("field {path}");
    if value.is_empty() && !scene.is_created() {
        return Answer::without(State::Pending, from, "set when the pod is created")
            .at(format!(".{path}"));
    }
    let static_uid = path == "metadata.uid" && value != scene.pod.metadata.uid;
    let answer = Answer::known(from, value);
    if static_uid {
        return answer
            .explained("a static pod's uid is its hash; the API shows the uid of its mirror pod")
            .at(".metadata.annotations['kubernetes.io/config.hash']");
    }
    answer.explained(format!("the pod's `{path}`")).at(format!(".{path}"))
}

fn node_name(scene: &Scene<'_>) -> Answer {
    let from = "field spec.nodeName";
    if !scene.is_scheduled() {
        return Answer::without(State::Pending, from, "set when scheduled").at(".spec.nodeName");
    }
    Answer::known(from, scene.pod.spec.node_name.as_str())
        .explained("the pod's `spec.nodeName`")
        .at(".spec.nodeName")
}

fn service_account(scene: &Scene<'_>) -> Answer {
    Answer::known("field spec.serviceAccountName", scene.pod.spec.service_account_name.as_str())
        .explained("the pod's `spec.serviceAccountName`")
        .at(".spec.serviceAccountName")
}
