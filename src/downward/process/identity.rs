//! The working directory, the runtime's variables, the user and its groups, and the privileges.

use std::collections::BTreeSet;

use super::{
    OF_IMAGE, OF_RUNTIME, ProcessField, ProcessRow, ProcessValue, Why, known, text, without,
};
use crate::downward::kubelet::{Kubelet, Placed};
use crate::downward::path;
use crate::downward::resolved::Resolved;
use crate::downward::surroundings::Lookup;
use crate::downward::view::{ContainerView, OriginKind, State};

/// The capabilities that containerd and Docker give to a container.
const DEFAULT: [&str; 14] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Returns the working directory. It is created if it does not exist.
pub(super) fn working_dir(placed: Placed<'_>) -> ProcessRow {
    let field = ProcessField::WorkingDir;
    let written = placed.container.working_dir.as_str();
    if written.is_empty() {
        return without(field, OF_IMAGE, "image", "the image's, or / if it has none");
    }
    let explanation = "not expanded, but cleaned; created if it does not exist";
    let resolved = Resolved::known(OriginKind::Field, "workingDir", path::clean(written))
        .explained(explanation);
    text(field, resolved, format!("{}.workingDir", placed.place()))
}

/// Returns the variables that the runtime sets because the pod does not.
pub(super) fn variables(
    placed: Placed<'_>,
    hostname: &Resolved,
    view: &ContainerView,
) -> Vec<ProcessRow> {
    let is_set = |name: &str| {
        let mut rows = view.env.iter().filter(|row| !row.is_any);
        rows.any(|row| row.name == name && row.origin.state != State::Skipped)
    };
    let mut rows = Vec::new();
    if !is_set("HOSTNAME") {
        let resolved = Resolved {
            from: "runtime".to_owned(),
            kind: OriginKind::Runtime,
            ..hostname.clone().explained("the runtime sets it to the host name")
        };
        rows.push(text(ProcessField::Variable("HOSTNAME"), resolved, String::new()));
    }
    if placed.container.tty && !is_set("TERM") {
        let resolved = Resolved::known(OriginKind::Runtime, "runtime", "xterm")
            .explained("the runtime sets it, as the container has a terminal");
        rows.push(text(
            ProcessField::Variable("TERM"),
            resolved,
            format!("{}.tty", placed.place()),
        ));
    }
    if !is_set("HOME") {
        let note = "the home of the user in the image's /etc/passwd, else /";
        rows.push(without(ProcessField::Variable("HOME"), OF_IMAGE, "image", note));
    }
    rows
}

/// Returns a number that the container's security context sets, else the pod's, and its path.
fn chosen(
    placed: Placed<'_>,
    (own, of_pod): (Option<i64>, Option<i64>),
    name: &str,
) -> Option<(i64, String)> {
    let own = own.map(|it| (it, format!("{}.securityContext.{name}", placed.place())));
    own.or_else(|| of_pod.map(|it| (it, format!(".spec.securityContext.{name}"))))
}

/// Returns the user.
pub(super) fn user(kubelet: &Kubelet<'_>, placed: Placed<'_>) -> ProcessRow {
    let (own, of_pod) = (&placed.container.security_context, &kubelet.pod.spec.security_context);
    let is_checked = own.run_as_non_root.or(of_pod.run_as_non_root) == Some(true);
    match chosen(placed, (own.run_as_user, of_pod.run_as_user), "runAsUser") {
        Some((user, path)) => {
            let note = (is_checked && user == 0).then(|| {
                "refused by the kubelet: container's runAsUser breaks non-root policy".to_owned()
            });
            let why = Why { from: "runAsUser", explanation: "the user that is set", path, note };
            known(ProcessField::User, ProcessValue::Number(user), why)
        }
        None if is_checked => {
            let note = "the image's, which the kubelet refuses if it is 0 or a name (runAsNonRoot)";
            without(ProcessField::User, OF_IMAGE, "image", note)
        }
        None => without(ProcessField::User, OF_IMAGE, "image", "the image's, or 0 if it has none"),
    }
}

/// Returns the primary group and all groups.
pub(super) fn groups(kubelet: &Kubelet<'_>, placed: Placed<'_>) -> [ProcessRow; 2] {
    let (own, of_pod) = (&placed.container.security_context, &kubelet.pod.spec.security_context);
    let more: BTreeSet<i64> =
        of_pod.supplemental_groups.iter().copied().chain(of_pod.fs_group).collect();
    let Some((group, path)) = chosen(placed, (own.run_as_group, of_pod.run_as_group), "runAsGroup")
    else {
        let note = "that of the user in the image's /etc/passwd, or 0 if it has no such user";
        let numbers: Vec<String> = more.iter().map(i64::to_string).collect();
        let all = if numbers.is_empty() {
            "those of the user in the image's /etc/group".to_owned()
        } else {
            format!("{}, and those of the user in the image", numbers.join(", "))
        };
        return [
            without(ProcessField::Group, OF_IMAGE, "image", note),
            without(ProcessField::Groups, OF_IMAGE, "image", all),
        ];
    };
    let all: BTreeSet<i64> = more.into_iter().chain([group]).collect();
    let is_strict = of_pod.supplemental_groups_policy == "Strict";
    let why = Why { from: "runAsGroup", explanation: "the group that is set", path, note: None };
    let of_all = Why {
        from: "securityContext",
        explanation: "runAsGroup, fsGroup and supplementalGroups, sorted",
        path: ".spec.securityContext".to_owned(),
        note: (!is_strict)
            .then(|| "and those that the image's /etc/group has for the user".to_owned()),
    };
    [
        known(ProcessField::Group, ProcessValue::Number(group), why),
        known(ProcessField::Groups, ProcessValue::Numbers(all.into_iter().collect()), of_all),
    ]
}

/// Returns the capabilities, whether programs may get new privileges, and the seccomp profile.
pub(super) fn privileges(
    kubelet: &Kubelet<'_>,
    placed: Placed<'_>,
    user: &ProcessRow,
) -> [ProcessRow; 4] {
    let context = &placed.container.security_context;
    let path = format!("{}.securityContext", placed.place());
    let escalation = context.allow_privilege_escalation;
    let why = Why {
        from: "allowPrivilegeEscalation",
        explanation: match escalation {
            Some(_) => "the opposite of allowPrivilegeEscalation",
            None => "allowPrivilegeEscalation is not set",
        },
        path: escalation.map(|_| format!("{path}.allowPrivilegeEscalation")).unwrap_or_default(),
        note: None,
    };
    let flag = ProcessValue::Flag(escalation == Some(false));
    let names = capabilities(kubelet, placed);
    let effective = effective(names.as_deref(), user);
    [
        bounding(names, placed, &path),
        effective,
        known(ProcessField::NoNewPrivileges, flag, why),
        seccomp(kubelet, placed),
    ]
}

/// Returns the names of all capabilities that a process of the container can have; `None` if the
/// runtime's own set is not known.
fn capabilities(kubelet: &Kubelet<'_>, placed: Placed<'_>) -> Option<Vec<String>> {
    let context = &placed.container.security_context;
    let has_all = |list: &[String]| list.iter().any(|name| name.eq_ignore_ascii_case("ALL"));
    if context.privileged {
        return Some(vec!["ALL".to_owned()]);
    }
    let (add, drop) = (&context.capabilities.add, &context.capabilities.drop);
    let start: Vec<String> = match (has_all(add), has_all(drop)) {
        (_, true) => Vec::new(),
        (true, false) if drop.is_empty() => return Some(vec!["ALL".to_owned()]),
        (false, false) if has_known_runtime(kubelet) => DEFAULT.map(str::to_owned).to_vec(),
        _ => return None,
    };
    let name = |text: &String| text.to_ascii_uppercase().trim_start_matches("CAP_").to_owned();
    let mut set: BTreeSet<String> = start.into_iter().collect();
    set.extend(add.iter().map(name).filter(|name| name != "ALL"));
    drop.iter().map(name).for_each(|name| _ = set.remove(&name));
    Some(set.into_iter().collect())
}

/// True if the node's runtime gives the [`DEFAULT`] capabilities.
fn has_known_runtime(kubelet: &Kubelet<'_>) -> bool {
    let Lookup::Found(node) = &kubelet.around.node else { return false };
    let runtime = &node.status.node_info.container_runtime_version;
    ["containerd://", "docker://"].iter().any(|name| runtime.starts_with(name))
}

fn bounding(names: Option<Vec<String>>, placed: Placed<'_>, path: &str) -> ProcessRow {
    let field = ProcessField::Capabilities;
    let Some(names) = names else {
        let note = "the runtime's own set, with the changes of the security context";
        return without(field, OF_RUNTIME, "runtime", note);
    };
    let explanation = if placed.container.security_context.privileged {
        "the container is privileged"
    } else {
        "the runtime's own set, with the changes of the security context"
    };
    let why = Why { from: "capabilities", explanation, path: path.to_owned(), note: None };
    known(field, ProcessValue::Names(names), why)
}

fn effective(names: Option<&[String]>, user: &ProcessRow) -> ProcessRow {
    let field = ProcessField::EffectiveCapabilities;
    let path = user.origin.path.clone();
    let why = |explanation| Why { from: "user", explanation, path, note: None };
    match (&user.value, names) {
        (Some(ProcessValue::Number(0)), Some(names)) => known(
            field,
            ProcessValue::Names(names.to_vec()),
            why("root has all that the container has"),
        ),
        (Some(ProcessValue::Number(number)), _) if *number != 0 => {
            let why = why("a user that is not root has none");
            known(field, ProcessValue::Names(Vec::new()), why)
        }
        (None, _) => {
            let note = "all of the container's for root, none for another user of the image";
            without(field, OF_IMAGE, "image", note)
        }
        _ => without(field, OF_RUNTIME, "runtime", "the runtime's own set"),
    }
}

fn seccomp(kubelet: &Kubelet<'_>, placed: Placed<'_>) -> ProcessRow {
    let (own, of_pod) = (&placed.container.security_context, &kubelet.pod.spec.security_context);
    let field = ProcessField::Seccomp;
    let row = |value: &str, from: &str, explanation: &str, path: String| {
        let resolved = Resolved::known(OriginKind::Field, from, value).explained(explanation);
        text(field, resolved, path)
    };
    if own.privileged {
        let path = format!("{}.securityContext.privileged", placed.place());
        return row("Unconfined", "privileged", "a privileged container has no profile", path);
    }
    let of_own = own.seccomp_profile.as_ref();
    let profile = of_own.map(|profile| (profile, format!("{}.securityContext", placed.place())));
    let of_pod = of_pod.seccomp_profile.as_ref();
    let profile = profile.or_else(|| of_pod.map(|it| (it, ".spec.securityContext".to_owned())));
    let Some((profile, path)) = profile else {
        let note = "Unconfined, or RuntimeDefault if the kubelet is set so (seccompDefault)";
        return without(field, OF_RUNTIME, "kubelet", note);
    };
    let value = match profile.localhost_profile.as_str() {
        "" => profile.r#type.clone(),
        file => format!("{} {file}", profile.r#type),
    };
    let path = format!("{path}.seccompProfile");
    row(&value, "seccompProfile", "the profile that is set", path)
}
