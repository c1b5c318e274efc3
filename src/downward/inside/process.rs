//! What was read of the first process of a container.

use std::collections::BTreeMap;

use super::Found;

/// What was read of a process besides its environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActualProcess {
    /// Its command line.
    pub command: Found<Vec<Vec<u8>>>,
    /// Its working directory.
    pub working_dir: Found<String>,
    /// Its user, groups and privileges.
    pub status: Found<Status>,
    /// The adjustment of the score by which the kernel chooses what to kill.
    pub oom_score_adj: Found<i64>,
    /// The host name.
    pub hostname: Found<String>,
    /// The content of `/etc/hosts`.
    pub hosts: Found<Vec<u8>>,
    /// The content of `/etc/resolv.conf`.
    pub resolv_conf: Found<Vec<u8>>,
    /// What is mounted where, with true for what is mounted read-only.
    pub mounts: Found<BTreeMap<String, bool>>,
}

/// The user, the groups and the privileges of a process, from `/proc/PID/status`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The effective user.
    pub user: i64,
    /// The effective group.
    pub group: i64,
    /// All groups, ascending.
    pub groups: Vec<i64>,
    /// The bits of the bounding set.
    pub bounding: u64,
    /// The bits of the effective set.
    pub effective: u64,
    /// True if no program it starts gets more privileges.
    pub no_new_privileges: bool,
}

impl ActualProcess {
    /// Parses `/proc/PID/cmdline`: each element ends with a zero byte.
    #[must_use]
    pub fn command_line(bytes: &[u8]) -> Vec<Vec<u8>> {
        let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
        bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect()
    }
}

impl Status {
    /// Parses `/proc/PID/status`. Returns `None` if a field is missing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let field = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(':'));
            lines.find(|(other, _)| *other == name).map(|(_, value)| value.trim())
        };
        // Real, effective, saved and file system ids.
        let id = |name| field(name)?.split_whitespace().nth(1)?.parse::<i64>().ok();
        let mask = |name| u64::from_str_radix(field(name)?, 16).ok();
        let group = id("Gid")?;
        let others = field("Groups")?.split_whitespace().filter_map(|it| it.parse().ok());
        let mut groups: Vec<i64> = others.chain([group]).collect();
        groups.sort_unstable();
        groups.dedup();
        Some(Self {
            user: id("Uid")?,
            group,
            groups,
            bounding: mask("CapBnd")?,
            effective: mask("CapEff")?,
            no_new_privileges: field("NoNewPrivs") == Some("1"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effective_ids_and_all_groups_are_parsed() {
        let text = "Name:\tsleep\nUid:\t0\t1000\t0\t0\nGid:\t7\t7\t7\t7\nGroups:\t5 2000 7 \n\
                    CapEff:\t0000000000000000\nCapBnd:\t00000000a80425fb\nNoNewPrivs:\t1\n";
        let status = Status::parse(text).unwrap();
        assert_eq!((status.user, status.group), (1000, 7));
        assert_eq!(status.groups, [5, 7, 2000]);
        assert_eq!((status.effective, status.bounding), (0, 0xa804_25fb));
        assert!(status.no_new_privileges);
        assert_eq!(Status::parse("Name:\tsleep\n"), None);
    }

    #[test]
    fn empty_elements_of_a_command_line_stay() {
        assert_eq!(ActualProcess::command_line(b"sh\0\0x\0"), [&b"sh"[..], b"", b"x"]);
    }
}
