//! What is mounted into a container (`makeMounts`, and the runtime's own mounts).

use super::Why;
use super::volumes::{self, Described};
use crate::downward::kubelet::{Kubelet, Placed};
use crate::downward::path;
use crate::downward::place;
use crate::downward::surroundings::Lookup;
use crate::downward::view::process::MountPoint;
use crate::downward::view::{ContainerView, Origin, OriginKind, SourceObject, State};
use crate::k8s::quantity::Quantity;

/// Returns the mounts of a container.
pub(super) fn of_container(
    kubelet: &Kubelet<'_>,
    placed: Placed<'_>,
    view: &ContainerView,
) -> Vec<MountPoint> {
    let mut all = Vec::new();
    for (at, mount) in placed.container.volume_mounts.iter().enumerate() {
        let described = volumes::describe(kubelet, &mount.name);
        let sub_path = crate::downward::mounts::sub_path(view, mount);
        let sub_path = sub_path.unwrap_or_else(|_| Some(mount.sub_path_expr.as_str().into()));
        let declared = place::index(&format!("{}.volumeMounts", placed.place()), at);
        let size = size(kubelet, &described);
        let from = format!("volume {}", mount.name);
        let read_only = mount.read_only || described.is_read_only;
        all.push(MountPoint {
            path: path::of_mount(&mount.mount_path),
            volume: Some(mount.name.clone()),
            read_only,
            sub_path,
            size,
            origin: of_claim(
                origin(&from, &explanation(&described, size, read_only), declared),
                described.claim,
            ),
            kind: described.kind,
            about: described.about.into(),
        });
    }
    add_own_mounts(kubelet, placed, &mut all);
    all
}

/// Returns a few words on a volume and how it is mounted.
fn explanation(volume: &Described, size: Option<i64>, read_only: bool) -> String {
    let mut words = vec![volume.about.clone()];
    let claim = volume.claim.as_ref();
    words.extend(claim.map(|claim| format!("the claim {}/{}", claim.namespace, claim.name)));
    words.extend(size.map(|size| format!("in memory, at most {size} bytes")));
    words.extend(read_only.then(|| "mounted read-only".to_owned()));
    words.join(" · ")
}

fn origin(from: &str, explanation: &str, path: String) -> Origin {
    let why = Why { from, explanation, path, note: None };
    super::origin((State::Known, OriginKind::Field), why)
}

/// Returns an origin with the claim of the volume.
fn of_claim(origin: Origin, claim: Option<SourceObject>) -> Origin {
    match claim {
        Some(claim) => Origin { kind: OriginKind::Claim, object: Some(claim), ..origin },
        None => origin,
    }
}

/// Adds what the kubelet and the runtime mount into every container, where nothing else is mounted.
fn add_own_mounts(kubelet: &Kubelet<'_>, placed: Placed<'_>, all: &mut Vec<MountPoint>) {
    let container = placed.container;
    let mut add = |(kind, explanation): (&str, &str), path: &str, read_only, about: &str| {
        if all.iter().any(|mount| mount.path == path) {
            return;
        }
        all.push(MountPoint {
            path: path.to_owned(),
            volume: None,
            kind: kind.to_owned(),
            about: about.into(),
            read_only,
            sub_path: None,
            size: None,
            origin: origin(kind, explanation, String::new()),
        });
    };
    let log = match container.termination_message_path.as_str() {
        "" => "/dev/termination-log",
        path => path,
    };
    let is_fixed = container.security_context.read_only_root_filesystem;
    let memory = if kubelet.pod.spec.host_ipc { "that of the node" } else { "memory, 64Mi" };
    let kubelet = ("kubelet", "the kubelet mounts it into every container");
    let runtime = ("runtime", "the runtime mounts it into every container");
    add(kubelet, "/etc/hosts", false, "written by the kubelet");
    add(kubelet, &path::of_mount(log), false, "the termination message");
    add(runtime, "/etc/hostname", is_fixed, "the host name of the pod");
    add(runtime, "/etc/resolv.conf", is_fixed, "the resolver of the pod");
    add(runtime, "/dev/shm", false, memory);
}

/// Returns the maximum size of a file system in memory, in bytes: the limit of the pod, if all its
/// containers have one, else the node's allocatable memory (`calculateEmptyDirMemorySize`).
fn size(kubelet: &Kubelet<'_>, volume: &Described) -> Option<i64> {
    if !volume.is_in_memory {
        return None;
    }
    let node = match &kubelet.around.node {
        Lookup::Found(node) => node.status.allocatable.get("memory").map(Quantity::value),
        _ => None,
    };
    let own = volume.size_limit.as_deref().and_then(|text| Quantity::parse(text).ok());
    let own = own.map(|limit| limit.value()).filter(|limit| *limit > 0);
    let least = |a: Option<i64>, b: Option<i64>| match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    least(own, least(of_pod(kubelet), node))
}

/// Returns the memory limit of the pod's cgroup, in bytes; `None` if there is none.
fn of_pod(kubelet: &Kubelet<'_>) -> Option<i64> {
    let spec = &kubelet.pod.spec;
    let limit = |limits: &crate::downward::amounts::Amounts| {
        limits.get("memory").map(Quantity::value).filter(|limit| *limit > 0)
    };
    if let Some(limit) = limit(&spec.resources.limits) {
        return Some(limit);
    }
    let of = |container: &crate::downward::pod::Container| limit(&container.resources.limits);
    let regular: Option<Vec<i64>> = spec.containers.iter().map(of).collect();
    let (mut sidecars, mut highest) = (0, 0);
    for container in &spec.init_containers {
        let limit = of(container)?;
        if container.restart_policy == "Always" {
            sidecars = limit.saturating_add(sidecars);
            highest = highest.max(sidecars);
        } else {
            highest = highest.max(limit.saturating_add(sidecars));
        }
    }
    let regular = regular?.into_iter().fold(sidecars, i64::saturating_add);
    Some(regular.max(highest))
}
