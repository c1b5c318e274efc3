//! Why a container has what it has, as far as that can be known.

use super::Compared;
use crate::downward::view::{EnvRow, FileRow, MountView};

pub(super) const OVERWRITTEN: &str = "the program has written over its environment";

/// Where values come from that no update of a pod changes.
const FIXED: [&str; 6] = [
    "value",
    "field metadata.name",
    "field metadata.namespace",
    "field metadata.uid",
    "field spec.nodeName",
    "field spec.serviceAccountName",
];

/// Whether the image, the runtime or a shell sets a variable in nearly every container.
#[must_use]
pub fn is_of_runtime(name: &str) -> bool {
    matches!(name, "PATH" | "HOSTNAME" | "HOME" | "TERM") || is_of_shell(name)
}

/// Whether the name of a variable tells of a secret: where nothing else is known of it, its value
/// is better not shown.
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

/// Why a variable is there that nothing predicts. `unknown` is a source that may have it.
pub(super) fn unpredicted(name: &str, unknown: Option<&EnvRow>) -> String {
    if is_of_shell(name) {
        "set by a shell".to_owned()
    } else if is_of_runtime(name) {
        "set by the image or the runtime".to_owned()
    } else if let Some(row) = unknown {
        format!("perhaps of {}, which is not known", row.origin.from)
    } else if is_of_service(name) {
        "perhaps of a Service that existed when the container started".to_owned()
    } else {
        "set by the image, or by what started the program".to_owned()
    }
}

/// Whether a name has the form of a service variable.
#[must_use]
pub fn is_of_service(name: &str) -> bool {
    let port = |rest: &str| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let protocol = rest.get(digits..).and_then(|rest| rest.strip_prefix('_')).unwrap_or("");
        digits > 0 && ["TCP", "UDP", "SCTP"].iter().any(|known| protocol.starts_with(known))
    };
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.split_once("_PORT_").is_some_and(|(_, rest)| port(rest))
}

/// Why a variable has another value. All of them are frozen when the container starts.
pub(super) fn differs_in_env(row: &EnvRow) -> Option<String> {
    let origin = &row.origin;
    if origin.may_be_old {
        return origin.note.clone();
    }
    if row.name == "TERM" {
        return Some("a terminal that is attached sets it".to_owned());
    }
    let changed = match origin.from.split(' ').next().unwrap_or_default() {
        word @ ("label" | "annotation") => format!("the {word} has changed since"),
        "configMap" => "the ConfigMap has changed since".to_owned(),
        "secret" => "the Secret has changed since".to_owned(),
        "service" => "the Service has changed since".to_owned(),
        word if word.starts_with("limits.") || word.starts_with("requests.") => {
            "it was resized since, or the node has changed".to_owned()
        }
        _ => return None,
    };
    Some(format!("frozen when the container started: {changed}"))
}

/// Why a variable is absent.
pub(super) fn absent_in_env(row: &EnvRow) -> Option<String> {
    if row.origin.may_be_old {
        return row.origin.note.clone();
    }
    let made = match row.origin.from.split(' ').next().unwrap_or_default() {
        "service" => "the Service was made after",
        "configMap" => "the key was added to the ConfigMap after",
        "secret" => "the key was added to the Secret after",
        _ => return None,
    };
    Some(format!("{made} the container started, or what started the program took it away"))
}

/// Why a variable has another value whose source is the same as ever: a text differs where a variable
/// differs that is put into it, and all else of it has no part that changes while a pod lives.
pub(super) fn of_fixed(row: &mut Compared, different: &[String]) {
    let Some(origin) = row.origin.as_ref().filter(|_| row.why.is_none()) else { return };
    if let Some(used) = origin.uses.iter().find(|used| different.contains(used)) {
        row.why = Some(format!("it uses {used}, which differs"));
    } else if FIXED.contains(&origin.from.as_str()) {
        let why =
            "it never changes in a pod: what started the program, such as a shell, set another";
        row.why = Some(why.to_owned());
    }
}

/// Why a file is another, or absent.
pub(super) fn differs_in_file(row: &FileRow, mount: &MountView) -> Option<String> {
    if let Some(part) = &mount.sub_path {
        return Some(format!("mounted by subPath {part}: frozen since the container started"));
    }
    let later = "the kubelet brings changes within about 90 seconds, unless the pod is ending";
    row.origin.note.clone().or_else(|| row.origin.live.then(|| later.to_owned()))
}
