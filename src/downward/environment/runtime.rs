//! Changes of the environment between the kubelet and the process.

use crate::downward::view::{EnvRow, State};

/// The maximum size of a variable on Linux, in bytes, with its name, `=` and the zero byte at the
/// end (`MAX_ARG_STRLEN`).
const MAX_VARIABLE: usize = 128 * 1024;

/// Returns why no process can have a variable.
pub(super) fn hindrance(row: &EnvRow) -> Option<String> {
    let bytes = &row.content.as_ref()?.bytes;
    let size = row.name.len() + bytes.len() + "=\0".len();
    if bytes.contains(&0) {
        Some("has a NUL byte, which no process can have in its environment".to_owned())
    } else if size > MAX_VARIABLE {
        Some(format!("takes {size} bytes, and Linux takes at most {MAX_VARIABLE} for a variable"))
    } else {
        None
    }
}

/// Changes a value as the container runtime does.
pub(super) fn as_the_runtime_sets(row: &mut EnvRow) {
    let Some(content) = row.content.take() else { return };
    if row.name == "HOME" && content.bytes.is_empty() {
        let note = "the runtime sets an empty HOME to the home of the user in the image";
        row.origin.state = State::Unknown;
        row.origin.note = Some(note.to_owned());
        note.clone_into(&mut row.origin.explanation);
        return;
    }
    row.content = Some(content.into_utf8());
}
