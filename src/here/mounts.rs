//! Finds in `/proc/PID/mountinfo` whose pod and container a process belongs to.

use super::cgroup::is_uid;
pub use crate::downward::inside::mountinfo::{Mount, parse};

/// The pod and the container that the kubelet's own mounts name: their sources are in the pod's
/// directory on the node, whether or not there is a cgroup namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KubeletMounts {
    /// The pod's uid, from `/etc/hosts` or the termination log.
    pub pod_uid: Option<String>,
    /// The container's name, from the termination log.
    pub container: Option<String>,
}

/// True if a mount belongs to a pod whose directory can be seen, as on a node and in its agents: the
/// kubelet mounts the volumes of each pod below `…/pods/UID`.
#[must_use]
pub fn is_of_pod_directory(mount: &Mount) -> bool {
    let names: Vec<&str> = mount.point.split('/').collect();
    names.windows(2).any(|pair| pair[0] == "pods" && is_uid(pair[1]))
}

/// Finds the kubelet's mounts: `…/pods/UID/etc-hosts` at `/etc/hosts`, and the termination log,
/// `…/pods/UID/containers/NAME/…`.
#[must_use]
pub fn kubelet(mounts: &[Mount]) -> KubeletMounts {
    let mut found = KubeletMounts::default();
    for mount in mounts.iter().filter(|mount| !is_of_pod_directory(mount)) {
        let names: Vec<&str> = mount.root.split('/').collect();
        let Some(at) = names.windows(2).position(|pair| pair[0] == "pods" && is_uid(pair[1]))
        else {
            continue;
        };
        match names.get(at + 1..).unwrap_or_default() {
            [uid, "etc-hosts"] if mount.point == "/etc/hosts" => {
                found.pod_uid = Some((*uid).to_owned());
            }
            [uid, "containers", container, _] => {
                found.pod_uid = Some((*uid).to_owned());
                found.container = Some((*container).to_owned());
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kubelets_mounts_name_the_pod_and_the_container() {
        let uid = "e716e899-8ca1-4e3e-ae65-dbfc374eeacc";
        let text = format!(
            "1 0 8:1 /var/lib/kubelet/pods/{uid}/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n\
             2 0 8:1 /lib/kubelet/pods/{uid}/containers/main/0a1b2c3d /dev/termination-log rw - ext4 /dev/sda1 rw\n\
             3 0 8:1 /var/lib/kubelet/pods /host ro - ext4 /dev/sda1 rw"
        );
        let found = kubelet(&parse(&text));
        assert_eq!(found.pod_uid.as_deref(), Some(uid));
        assert_eq!(found.container.as_deref(), Some("main"));
        assert_eq!(
            kubelet(&parse("3 0 8:1 /srv/pods/web /srv rw - ext4 x rw")),
            KubeletMounts::default()
        );
    }
}
