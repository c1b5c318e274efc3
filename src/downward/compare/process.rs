//! Compares the first process of a container with its prediction.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{Compared, Verdict};
use crate::downward::content::Content;
use crate::downward::inside::{ActualProcess, Found, Status};
use crate::downward::process::{MountPoint, Process, ProcessField, ProcessRow, ProcessValue};
use crate::downward::view::{ContainerView, OriginKind, View};

/// The capabilities of the kernel, by their bits.
const CAPABILITIES: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// Why a process has another value than predicted.
const CHANGED: &str = "the process may have changed it since its start";

/// Compares the properties that can be read.
pub(super) fn compare(
    (view, container): (&View, &ContainerView),
    process: &Process,
    actual: &ActualProcess,
) -> Vec<Compared> {
    let has_secrets = !container.secret_names.is_empty()
        || view.volumes.iter().any(|volume| !volume.secret_paths.is_empty());
    let both = Both { view, has_secrets };
    let mut compared = both.command(process, &actual.command);
    let status = |of: fn(&Status) -> Content| actual.status.clone().map(|status| of(&status));
    let numbers = |numbers: &[i64]| ProcessValue::Numbers(numbers.to_vec()).content();
    let text = |found: &Found<String>| found.clone().map(Content::from);
    let bytes =
        |found: &Found<Vec<u8>>| found.clone().map(|bytes| Content { bytes, secret: Vec::new() });
    let pairs = [
        (ProcessField::WorkingDir, text(&actual.working_dir)),
        (ProcessField::Hostname, text(&actual.hostname)),
        (ProcessField::Hosts, bytes(&actual.hosts)),
        (ProcessField::ResolvConf, bytes(&actual.resolv_conf)),
        (ProcessField::User, status(|it| it.user.to_string().into())),
        (ProcessField::Group, status(|it| it.group.to_string().into())),
        (ProcessField::Capabilities, status(|it| names(it.bounding))),
        (ProcessField::EffectiveCapabilities, status(|it| names(it.effective))),
        (
            ProcessField::NoNewPrivileges,
            status(|it| ProcessValue::Flag(it.no_new_privileges).content()),
        ),
        (
            ProcessField::OomScoreAdj,
            actual.oom_score_adj.clone().map(|number| number.to_string().into()),
        ),
    ];
    for (field, found) in pairs {
        compared.extend(process.row(field).map(|row| both.row(row, found)));
    }
    if let Some(row) = process.row(ProcessField::Groups) {
        compared.push(match (&row.value, &actual.status) {
            // The image may add groups.
            (Some(ProcessValue::Numbers(wanted)), Found::There(status))
                if wanted.iter().all(|group| status.groups.contains(group)) =>
            {
                compared_row(row, Verdict::Equal, Some(numbers(&status.groups)), None)
            }
            (_, Found::There(status)) => both.row(row, Found::There(numbers(&status.groups))),
            (_, Found::Unreadable(why)) => both.row(row, Found::Unreadable(why.clone())),
        });
    }
    compared.extend(process.mounts.iter().map(|mount| of_mount(mount, &actual.mounts)));
    compared
}

/// Compares a mount: whether it is there, and whether it is read-only.
fn of_mount(mount: &MountPoint, found: &Found<BTreeMap<String, bool>>) -> Compared {
    let access = |read_only| Content::from(if read_only { "read-only" } else { "read-write" });
    let found = match found {
        Found::There(found) => Ok(found.get(&mount.path)),
        Found::Unreadable(why) => Err(why),
    };
    let (verdict, why) = match found {
        Ok(Some(read_only)) if *read_only == mount.read_only => (Verdict::Equal, None),
        Ok(Some(_)) => (Verdict::Different, None),
        Ok(None) => (Verdict::OnlyPredicted, Some("nothing is mounted there".to_owned())),
        Err(why) => (Verdict::Unreadable, Some(why.clone())),
    };
    Compared {
        name: format!("mount {}", mount.path),
        verdict,
        predicted: Some(access(mount.read_only)),
        actual: found.ok().flatten().map(|read_only| access(*read_only)),
        modes: (None, None),
        why,
        origin: Some(mount.origin.clone()),
    }
}

struct Both<'a> {
    view: &'a View,
    /// True if the pod refers to a Secret.
    has_secrets: bool,
}

impl Both<'_> {
    fn row(&self, row: &ProcessRow, found: Found<Content>) -> Compared {
        let found = match found {
            Found::There(found) => found,
            Found::Unreadable(why) => {
                return compared_row(row, Verdict::Unreadable, None, Some(why));
            }
        };
        let (verdict, why) = match &row.content {
            Some(predicted) if predicted.bytes == found.bytes => (Verdict::Equal, None),
            Some(_) => (Verdict::Different, Some(CHANGED.to_owned())),
            None => (Verdict::OnlyActual, row.origin.note.clone()),
        };
        let actual = self.marked(row, found);
        compared_row(row, verdict, Some(actual), why)
    }

    /// Returns what was found, marked as secret unless it is proven not to come from a Secret.
    fn marked(&self, row: &ProcessRow, found: Content) -> Content {
        match &row.content {
            Some(predicted) if predicted.bytes == found.bytes => predicted.clone(),
            _ if row.origin.secret
                || self.view.secrets.are_in(&found.bytes)
                || self.has_secrets && !is_certainly_plain(row.field, &found.bytes) =>
            {
                Content::secret(found.bytes)
            }
            _ => found,
        }
    }

    /// Compares the command line. The row for the image's entrypoint gets what the others leave.
    fn command(&self, process: &Process, found: &Found<Vec<Vec<u8>>>) -> Vec<Compared> {
        let rows: Vec<&ProcessRow> = process.command().collect();
        let found = match found {
            Found::There(found) => found.as_slice(),
            Found::Unreadable(why) => {
                let unreadable = |row: &&ProcessRow| {
                    compared_row(row, Verdict::Unreadable, None, Some(why.clone()))
                };
                return rows.iter().map(unreadable).collect();
            }
        };
        let of_image = rows.iter().position(|row| row.origin.kind == OriginKind::Image);
        let of_image = of_image.map_or(0, |_| found.len().saturating_sub(rows.len() - 1));
        let (first, rest) = found.split_at(of_image);
        let mut compared = Vec::new();
        let mut rest = rest.iter();
        for row in &rows {
            let actual = if row.origin.kind == OriginKind::Image {
                Some(first.join(&b' '))
            } else {
                rest.next().cloned()
            };
            compared.push(match actual {
                Some(bytes) => self.row(row, Found::There(Content { bytes, secret: Vec::new() })),
                None if row.content.is_some() => {
                    compared_row(row, Verdict::OnlyPredicted, None, Some(CHANGED.to_owned()))
                }
                None => compared_row(row, Verdict::OnlyPredicted, None, row.origin.note.clone()),
            });
        }
        // What a program wrote over its command line may be any of its arguments.
        let may_be_secret = rows.iter().any(|row| row.may_be_secret);
        let others = compared.iter_mut().filter(|row| row.verdict != Verdict::Equal);
        for actual in others.filter(|_| may_be_secret).filter_map(|row| row.actual.as_mut()) {
            *actual = Content::secret(std::mem::take(&mut actual.bytes));
        }
        compared
    }
}

/// True if what was found does not come from a Secret, by its form.
fn is_certainly_plain(field: ProcessField, bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let first_words = || text.lines().filter_map(|line| line.split_whitespace().next());
    match field {
        ProcessField::WorkingDir => text.starts_with('/') && !text.contains("://"),
        ProcessField::Argument(_) => {
            text.starts_with('/') && !text.contains("://") && !text.contains(char::is_whitespace)
        }
        ProcessField::Hosts => text.lines().all(|line| {
            let first = line.split_whitespace().next();
            line.starts_with("# Kubernetes-managed hosts file")
                || line == "# Entries added by HostAliases."
                || first.is_none_or(|word| word.parse::<IpAddr>().is_ok())
        }),
        ProcessField::ResolvConf => {
            let words = ["search", "nameserver", "options", "domain"];
            first_words().all(|word| words.contains(&word))
        }
        ProcessField::Hostname => false,
        // Numbers, and names of the kernel.
        _ => true,
    }
}

fn compared_row(
    row: &ProcessRow,
    verdict: Verdict,
    actual: Option<Content>,
    why: Option<String>,
) -> Compared {
    Compared {
        name: row.field.title(),
        verdict,
        predicted: row.content.clone(),
        actual,
        modes: (None, None),
        why,
        origin: Some(row.origin.clone()),
    }
}

/// Returns the names of capabilities; `ALL` if the kernel's are all set.
fn names(bits: u64) -> Content {
    let all = CAPABILITIES.iter().enumerate();
    let mut names: Vec<String> =
        all.filter(|(bit, _)| bits & (1 << bit) != 0).map(|(_, name)| (*name).to_owned()).collect();
    names.sort();
    if names.len() == CAPABILITIES.len() {
        names = vec!["ALL".to_owned()];
    }
    ProcessValue::Names(names).content()
}
