//! Finds the pod and the container in a cgroup path, in all spellings of the drivers and runtimes.

/// The pod and the container that the cgroup of a process names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cgroup {
    /// The pod's uid; for a static pod the hash of its file, without dashes.
    pub pod_uid: Option<String>,
    /// The container's id, or the sandbox's, without the runtime's name.
    pub container_id: Option<String>,
}

/// Parses `/proc/PID/cgroup`, of version 1 (one line per controller) and 2 (one line `0::`).
#[must_use]
pub fn parse(text: &str) -> Cgroup {
    let mut found = Cgroup::default();
    for line in text.lines() {
        let Some(path) = line.splitn(3, ':').nth(2) else { continue };
        let of_path = of_path(path);
        found.pod_uid = found.pod_uid.or(of_path.pod_uid);
        found.container_id = found.container_id.or(of_path.container_id);
    }
    found
}

/// Returns the path in the hierarchy of a controller; in that of version 2 if `controller` is
/// empty.
#[must_use]
pub fn path<'t>(text: &'t str, controller: &str) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        controllers.split(',').any(|name| name == controller).then_some(path)
    })
}

/// True if a text has the form of a pod's uid: a UUID, or the hash of a static pod.
pub(super) fn is_uid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    matches!(lengths[..], [32] | [8, 4, 4, 4, 12]) && groups.iter().all(|group| is_hex(group))
}

fn of_path(path: &str) -> Cgroup {
    let mut found = Cgroup::default();
    // containerd under systemd may write `SLICE:cri-containerd:ID` as one name.
    for name in path.split(['/', ':']) {
        if let Some(uid) = uid(name) {
            // Ids above the pod's belong to a node that is a container itself.
            found = Cgroup { pod_uid: Some(uid), container_id: None };
        } else if found.container_id.is_none() {
            // Ids below the first belong to containers that were created inside the container.
            found.container_id = container_id(name);
        }
    }
    found
}

/// Parses a pod's uid: `podUID` of the cgroupfs driver, or `kubepods-burstable-podUID.slice` of the
/// systemd driver, which has underscores for dashes.
fn uid(name: &str) -> Option<String> {
    let uid = match name.strip_suffix(".slice") {
        Some(slice) => slice.rsplit_once("-pod").map(|(_, uid)| uid.replace('_', "-"))?,
        None => name.strip_prefix("pod")?.to_owned(),
    };
    is_uid(&uid).then_some(uid)
}

/// Parses a container's id: `ID` of the cgroupfs driver, or `cri-containerd-ID.scope`,
/// `crio-ID.scope` or `docker-ID.scope` of the systemd driver. The scope of CRI-O's monitor is not
/// that of its container.
fn container_id(name: &str) -> Option<String> {
    let name = name.strip_suffix(".scope").unwrap_or(name);
    let (runtime, id) = name.rsplit_once('-').unwrap_or(("", name));
    let is_id = id.len() == 64 && is_hex(id) && runtime != "crio-conmon";
    is_id.then(|| id.to_owned())
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UID: &str = "e716e899-8ca1-4e3e-ae65-dbfc374eeacc";
    const HASH: &str = "0cd59f23e7d3bd9a1b8ea5bd3f9bf5f8";
    const ID: &str = "1ab218debe186563cc7611d226e49957077e3b720f5a3722c0fead05b56afcf3";
    const OTHER: &str = "568411b7d1267db905cd320befa84042389417a70222afa6dbbc063d6c9d7e14";

    #[test]
    fn every_spelling_of_a_pod_and_a_container_is_parsed() {
        let slice = "e716e899_8ca1_4e3e_ae65_dbfc374eeacc";
        for path in [
            format!("4:memory:/kubepods/burstable/pod{UID}/{ID}"),
            format!("11:cpu,cpuacct:/kubepods/pod{UID}/{ID}"),
            format!("1:name=systemd:/kubepods/besteffort/pod{UID}/{ID}"),
            format!("0::/kubepods/burstable/pod{UID}/{ID}"),
            format!(
                "0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{slice}.slice/cri-containerd-{ID}.scope"
            ),
            format!("0::/kubepods.slice/kubepods-pod{slice}.slice/crio-{ID}.scope"),
            format!("0::/kubepods.slice/kubepods-pod{slice}.slice/crio-{ID}.scope/container"),
            format!(
                "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{slice}.slice/docker-{ID}.scope"
            ),
            format!(
                "3:cpu:/system.slice/containerd.service/kubepods-burstable-pod{slice}.slice:cri-containerd:{ID}"
            ),
            format!(
                "0::/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod{slice}.slice/cri-containerd-{ID}.scope"
            ),
            format!("5:pids:/docker/{OTHER}/kubelet/kubepods/burstable/pod{UID}/{ID}"),
            format!("0::/kubepods/pod{UID}/{ID}/docker/{OTHER}"),
            format!("0::/../../kubepods-pod{slice}.slice/cri-containerd-{ID}.scope/init.scope"),
        ] {
            let found = parse(&path);
            assert_eq!(found.pod_uid.as_deref(), Some(UID), "{path}");
            assert_eq!(found.container_id.as_deref(), Some(ID), "{path}");
        }
    }

    #[test]
    fn a_cgroup_namespace_shows_the_ids_of_other_containers_only() {
        for path in [format!("0::/../{ID}"), format!("0::/../cri-containerd-{ID}.scope")] {
            assert_eq!(parse(&path), Cgroup { pod_uid: None, container_id: Some(ID.to_owned()) });
        }
        for path in ["0::/", "0::/..", "", "garbage", "9:name=systemd:/\n0::/user.slice"] {
            assert_eq!(parse(path), Cgroup::default(), "{path}");
        }
    }

    #[test]
    fn a_static_pod_has_a_hash_as_uid_and_a_monitor_is_not_a_container() {
        let found = parse(&format!("0::/kubepods/pod{HASH}/{ID}"));
        assert_eq!(found.pod_uid.as_deref(), Some(HASH));
        let found = parse(&format!("0::/kubepods/pod{HASH}/crio-conmon-{ID}.scope"));
        assert_eq!(found.container_id, None);
        assert_eq!(parse("0::/kubepods/podsandbox/podium-0123"), Cgroup::default());
    }

    #[test]
    fn the_path_of_a_controller_is_on_its_line() {
        let text = "9:name=systemd:/a\n4:cpu,cpuacct:/b\n0::/c";
        assert_eq!(path(text, "cpu"), Some("/b"));
        assert_eq!(path(text, ""), Some("/c"));
        assert_eq!(path(text, "memory"), None);
    }
}
