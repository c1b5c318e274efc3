//! Which pod this is, by what lies around.

use super::Root;
use super::processes::Process;
use super::token::SERVICE_ACCOUNT;
use crate::downward::inside::{ActualFile, Clue, Environment, Found, Guess, ThisPod, Volume};

/// Collects the clues.
pub(super) fn find(
    root: &Root,
    environment: &Environment,
    own: &Process,
    volumes: &[Volume],
) -> ThisPod {
    let variable = |name: &str| clue(environment.text(name).map(str::to_owned), name);
    let line = |path: &str| clue(root.line(path), path);
    let mounted = |names: &[&str]| of_volumes(volumes, names);
    let mut names: Vec<Clue> = [
        variable("POD_NAME"),
        mounted(&["podname", "name"]),
        variable("HOSTNAME"),
        line("/proc/sys/kernel/hostname"),
        line("/etc/hostname"),
    ]
    .into_iter()
    .flatten()
    .filter(|clue| is_name(&clue.value))
    .collect();
    let mut seen = Vec::new();
    names.retain(|clue| {
        let is_new = !seen.contains(&clue.value);
        seen.push(clue.value.clone());
        is_new
    });
    let uid = clue(own.cgroup.pod_uid.clone(), "/proc/self/cgroup")
        .or_else(|| clue(own.kubelet.pod_uid.clone(), "the mounts of the kubelet"))
        .or_else(|| variable("POD_UID"))
        .or_else(|| mounted(&["poduid", "uid"]));
    ThisPod {
        namespace: line(&format!("{SERVICE_ACCOUNT}/namespace"))
            .or_else(|| variable("POD_NAMESPACE"))
            .or_else(|| mounted(&["podnamespace", "namespace"]))
            .or_else(|| resolver(root))
            .filter(|clue| is_name(&clue.value)),
        names,
        uid,
        container_id: own.cgroup.container_id.clone(),
        container: clue(own.kubelet.container.clone(), "the mounts of the kubelet"),
    }
}

fn clue(value: Option<String>, from: &str) -> Option<Clue> {
    Some(Clue { value: value?, from: from.to_owned() })
}

/// A small file with one of the names that such files usually have, however they are written.
fn of_volumes(volumes: &[Volume], names: &[&str]) -> Option<Clue> {
    let ours = volumes.iter().filter(|volume| volume.guess != Guess::ServiceAccount);
    let files = ours.flat_map(|volume| volume.files.iter().map(move |file| (volume, file)));
    for (volume, file) in files {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        if names.contains(&plain.to_ascii_lowercase().as_str())
            && let Some(value) = small_text(file)
        {
            return Some(Clue { value, from: format!("{}/{}", volume.point, file.path) });
        }
    }
    None
}

fn small_text(file: &ActualFile) -> Option<String> {
    let Found::There(bytes) = &file.bytes else { return None };
    let text = std::str::from_utf8(bytes).ok()?.trim();
    (1..=253).contains(&text.len()).then(|| text.to_owned())
}

/// The cluster's DNS searches the pod's own namespace first: `search shop.svc.cluster.local …`.
fn resolver(root: &Root) -> Option<Clue> {
    let text = root.text("/etc/resolv.conf")?;
    let mut domains =
        text.lines().filter_map(|line| line.strip_prefix("search")).flat_map(str::split_whitespace);
    let namespace = domains.find_map(|domain| {
        let (namespace, rest) = domain.split_once('.')?;
        rest.starts_with("svc.").then(|| namespace.to_owned())
    });
    clue(namespace, "/etc/resolv.conf")
}

/// Whether a text can be the name of a pod or a namespace; so that it can be put into a path.
fn is_name(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    (1..=253).contains(&text.len()) && text.bytes().all(is_plain) && !text.starts_with('.')
}
