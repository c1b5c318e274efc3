//! Explains why a container has another value than predicted.

use super::Compared;
use crate::downward::services;
use crate::downward::view::{EnvRow, FileRow, MountView, OriginKind};

pub(super) const OVERWRITTEN: &str = "the program has written over its environment";

/// True if the image, the runtime or a shell sets a variable of that name in nearly every
/// container.
#[must_use]
pub fn is_of_runtime(name: &str) -> bool {
    matches!(name, "PATH" | "HOSTNAME" | "HOME" | "TERM") || is_of_shell(name)
}

/// True if the name of a variable suggests a secret.
#[must_use]
pub fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let words =
        ["PASS", "PWD", "SECRET", "TOKEN", "CREDENTIAL", "PRIVATE", "APIKEY", "_KEY", "DSN"];
    !is_of_shell(&name) && words.iter().any(|word| name.contains(word))
}

fn is_of_shell(name: &str) -> bool {
    matches!(name, "PWD" | "OLDPWD" | "SHLVL" | "_" | "LINES" | "COLUMNS")
}

/// Explains a variable that the pod does not define. `unknown` is a source that may have it.
pub(super) fn unpredicted(
    name: &str,
    value: &[u8],
    unknown: Option<&EnvRow>,
    is_secret: bool,
) -> String {
    if is_of_shell(name) {
        "set by a shell".to_owned()
    } else if is_of_runtime(name) {
        "set by the image or the runtime".to_owned()
    } else if name.starts_with("KUBERNETES_") && is_of_service(name, value) {
        "of the Service kubernetes, by its name and its value".to_owned()
    } else if let Some(row) = unknown {
        format!("perhaps of {}, which is not known", row.origin.from)
    } else if is_secret {
        "perhaps of a Secret that has changed since".to_owned()
    } else if is_of_service(name, value) {
        "perhaps of a Service that existed when the container started".to_owned()
    } else {
        "set by the image, or by what started the program".to_owned()
    }
}

/// True if a variable has the name and the value of one that a Service makes.
#[must_use]
pub fn is_of_service(name: &str, value: &[u8]) -> bool {
    services::has_shape(name, value)
}

/// True if a variable does not come from a Secret, by its name together with its value: it is one
/// of the runtime, of a shell or of a Service.
pub(in crate::downward) fn is_certainly_plain(name: &str, value: &[u8], pod: &str) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let is_path = |text: &str| text.starts_with('/') && !text.contains("://");
    let is_number = || text.parse::<u32>().is_ok();
    let is_terminal = || {
        let known = ["xterm", "linux", "dumb", "screen", "tmux", "vt100", "vt220"];
        known.iter().any(|known| text.split('-').next() == Some(known))
    };
    match name {
        "PATH" => text.split(':').all(is_path),
        "HOME" | "PWD" | "OLDPWD" | "_" => is_path(text),
        "HOSTNAME" => text == pod,
        "TERM" => is_terminal(),
        "SHLVL" | "LINES" | "COLUMNS" => is_number(),
        _ => is_of_service(name, value),
    }
}

/// Explains another value of a variable. All variables are frozen when the container starts.
pub(super) fn differs_in_env(row: &EnvRow) -> Option<String> {
    let origin = &row.origin;
    if origin.may_be_old {
        return origin.note.clone();
    }
    if row.name == "TERM" {
        return Some("an attached terminal sets it".to_owned());
    }
    let changed = match origin.kind {
        OriginKind::Label => "the label has changed since",
        OriginKind::Annotation => "the annotation has changed since",
        OriginKind::ConfigMap => "the ConfigMap has changed since",
        OriginKind::Secret => "the Secret has changed since",
        OriginKind::Service => "the Service has changed since",
        OriginKind::Resource => "it was resized since, or the node has changed",
        _ => return None,
    };
    Some(format!("frozen when the container started: {changed}"))
}

/// Explains a missing variable.
pub(super) fn absent_in_env(row: &EnvRow) -> Option<String> {
    if row.origin.may_be_old {
        return row.origin.note.clone();
    }
    let made = match row.origin.kind {
        OriginKind::Service => "the Service was created after",
        OriginKind::ConfigMap => "the key was added to the ConfigMap after",
        OriginKind::Secret => "the key was added to the Secret after",
        _ => return None,
    };
    Some(format!("{made} the container started, or what started the program removed it"))
}

/// Explains another value of a variable whose source never changes: a text differs if a variable
/// that it uses differs; otherwise another program set it.
pub(super) fn of_fixed(row: &mut Compared, different: &[String]) {
    let Some(origin) = row.origin.as_ref().filter(|_| row.why.is_none()) else { return };
    if let Some(used) = origin.uses.iter().find(|used| different.contains(used)) {
        row.why = Some(format!("it uses {used}, which differs"));
    } else if origin.kind.is_fixed() {
        let why = "it never changes in a pod: what started the program, such as a shell, set another value";
        row.why = Some(why.to_owned());
    }
}

/// Explains other or missing bytes of a file.
pub(super) fn differs_in_file(row: &FileRow, mount: &MountView) -> Option<String> {
    if let Some(part) = &mount.sub_path {
        let part = if part.secret.is_empty() { part.text().unwrap_or_default() } else { "" };
        let part = if part.is_empty() { String::new() } else { format!(" {part}") };
        return Some(format!("mounted by subPath{part}: frozen since the container started"));
    }
    let later = "the kubelet updates it within about 90 seconds";
    row.origin.note.clone().or_else(|| row.origin.live.then(|| later.to_owned()))
}
