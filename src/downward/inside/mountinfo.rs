//! Parses `/proc/PID/mountinfo`: where file systems are mounted.

use std::collections::BTreeMap;

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

/// Parses a `mountinfo`. Lines of another form are skipped.
#[must_use]
pub fn parse(text: &str) -> Vec<Mount> {
    text.lines().filter_map(mount).collect()
}

/// Returns what is mounted where, with true for what is mounted read-only. Of two mounts at one point the
/// last covers the other.
#[must_use]
pub fn points(text: &str) -> BTreeMap<String, bool> {
    parse(text).into_iter().map(|mount| (mount.point, mount.read_only)).collect()
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
}
