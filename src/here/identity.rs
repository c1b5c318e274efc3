//! Finds out which pod this process is in, by its files and variables.

use super::Root;
use super::processes::Process;
use super::token::SERVICE_ACCOUNT;
use super::volumes::{is_service_account, looks_like_downward_api, plain_name};
use crate::downward::inside::{ActualFile, Clue, Environment, Found, ThisPod, Volume};

/// Finds out which pod this process is in. It is in one only if our own cgroup, the kubelet's
/// mounts at their usual paths, our service account or a volume of the Downward API says so, and if
/// all uids among them are the same. Variables alone prove nothing, because anybody can set them.
pub(super) fn find(
    root: &Root,
    environment: &Environment,
    own: &Process,
    volumes: &[Volume],
) -> ThisPod {
    let variable = |name: &str| clue(environment.text(name).map(str::to_owned), name);
    let line = |path: &str| clue(root.line(path), path);
    let volumes: Vec<&Volume> =
        volumes.iter().filter(|volume| looks_like_downward_api(volume)).collect();
    let mounted = |names: &[&str]| of_volumes(&volumes, names);
    let uids: Vec<Clue> = [
        clue(own.cgroup.pod_uid.clone(), "/proc/self/cgroup"),
        clue(own.kubelet.pod_uid.clone(), "the mounts of the kubelet"),
        mounted(&["poduid", "uid"]),
    ]
    .into_iter()
    .flatten()
    .collect();
    let has_account = has_service_account(root, own);
    let is_pod = has_account || !uids.is_empty() || !volumes.is_empty();
    if !is_pod || uids.windows(2).any(|pair| pair[0].value != pair[1].value) {
        return ThisPod::default();
    }
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
    ThisPod {
        is_certain: true,
        namespace: line(&format!("{SERVICE_ACCOUNT}/namespace"))
            .or_else(|| variable("POD_NAMESPACE"))
            .or_else(|| mounted(&["podnamespace", "namespace"]))
            .or_else(|| resolver(root))
            .filter(|clue| is_name(&clue.value)),
        names,
        uid: uids.into_iter().next().or_else(|| variable("POD_UID")),
        container_id: own.cgroup.container_id.clone(),
        container: clue(own.kubelet.container.clone(), "the mounts of the kubelet"),
    }
}

/// True if our service account is mounted; if the mounts cannot be read, if its directory exists.
fn has_service_account(root: &Root, own: &Process) -> bool {
    own.mounts.iter().any(|mount| is_service_account(&mount.point))
        || own.mounts.is_empty() && root.is_dir(SERVICE_ACCOUNT)
}

fn clue(value: Option<String>, from: &str) -> Option<Clue> {
    Some(Clue { value: value?, from: from.to_owned() })
}

/// Returns the first small file with one of these names, whatever its case and separators.
fn of_volumes(volumes: &[&Volume], names: &[&str]) -> Option<Clue> {
    let mut files =
        volumes.iter().flat_map(|volume| volume.files.iter().map(move |file| (volume, file)));
    files.find_map(|(volume, file)| {
        let is_named = names.contains(&plain_name(&file.path).as_str());
        let value = small_text(file).filter(|_| is_named)?;
        Some(Clue { value, from: format!("{}/{}", volume.point, file.path) })
    })
}

fn small_text(file: &ActualFile) -> Option<String> {
    let Found::There(bytes) = &file.bytes else { return None };
    let text = std::str::from_utf8(bytes).ok()?.trim();
    (1..=253).contains(&text.len()).then(|| text.to_owned())
}

/// Returns the namespace that the cluster's DNS searches first: `search shop.svc.cluster.local …`.
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

/// True if a text can be the name of a pod or a namespace, and so a part of a path.
fn is_name(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    (1..=253).contains(&text.len()) && text.bytes().all(is_plain) && !text.starts_with('.')
}
