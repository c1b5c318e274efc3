//! Parses `/proc/PID/mountinfo`: where file systems are mounted, and whose pod and container it is.

use super::cgroup::is_uid;

/// One mount that a process sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mount {
    /// The part of the file system that is mounted; `/` for all of it.
    pub root: String,
    /// The mount point.
    pub point: String,
    /// The type of the file system, such as `tmpfs`.
    pub kind: String,
    /// True if it is mounted read-only.
    pub read_only: bool,
    /// The options of the file system; those of cgroup version 1 name the controllers.
    pub options: Vec<String>,
}

/// The pod and the container that the kubelet's own mounts name: their sources are in the pod's
/// directory on the node, whether or not there is a cgroup namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KubeletMounts {
    /// The pod's uid, from `/etc/hosts` or the termination log.
    pub pod_uid: Option<String>,
    /// The container's name, from the termination log.
    pub container: Option<String>,
}

impl Mount {
    /// True if it belongs to a pod whose directory can be seen, as on a node and in its agents: the
    /// kubelet mounts the volumes of each pod below `…/pods/UID`.
    #[must_use]
    pub fn is_of_pod_directory(&self) -> bool {
        let names: Vec<&str> = self.point.split('/').collect();
        names.windows(2).any(|pair| pair[0] == "pods" && is_uid(pair[1]))
    }
}

/// Parses a `mountinfo`. Lines of another form are skipped.
#[must_use]
pub fn parse(text: &str) -> Vec<Mount> {
    text.lines().filter_map(mount).collect()
}

/// Finds the kubelet's mounts: `…/pods/UID/etc-hosts` at `/etc/hosts`, and the termination log,
/// `…/pods/UID/containers/NAME/…`.
#[must_use]
pub fn kubelet(mounts: &[Mount]) -> KubeletMounts {
    let mut found = KubeletMounts::default();
    for mount in mounts.iter().filter(|mount| !mount.is_of_pod_directory()) {
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

fn mount(line: &str) -> Option<Mount> {
    let (before, after) = line.split_once(" - ")?;
    let mut before = before.split(' ').skip(3);
    let (root, point, options) = (before.next()?, before.next()?, before.next()?);
    let mut after = after.split(' ');
    let (kind, _source) = (after.next()?, after.next()?);
    Some(Mount {
        root: unescape(root),
        point: unescape(point),
        kind: kind.to_owned(),
        read_only: options.split(',').any(|option| option == "ro"),
        options: after.next().unwrap_or_default().split(',').map(str::to_owned).collect(),
    })
}

/// Replaces octal escapes: the kernel escapes space, tab, line break and backslash.
fn unescape(text: &str) -> String {
    let mut parts = text.split('\\');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) if byte.is_ascii() => {
                plain.push(char::from(byte));
                plain.push_str(part.get(3..).unwrap_or_default());
            }
            _ => {
                plain.push('\\');
                plain.push_str(part);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_parsed_into_its_parts() {
        let text = "863 825 0:40 / /etc/down\\040ward ro,relatime shared:3 master:1 - tmpfs tmpfs rw,size=16384k\n\
                    900 825 0:30 /kubepods/x /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n\
                    nonsense";
        let mounts = parse(text);
        assert_eq!(mounts.len(), 2);
        assert_eq!(mounts[0].point, "/etc/down ward");
        assert!(mounts[0].read_only);
        assert_eq!((mounts[0].kind.as_str(), mounts[0].root.as_str()), ("tmpfs", "/"));
        assert_eq!(mounts[1].options, ["rw", "memory"]);
        assert_eq!(unescape("a\\134b\\x"), "a\\b\\x");
    }

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
