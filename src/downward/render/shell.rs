//! Renders a container's environment as words for a shell.

use super::{Display, RenderError, Shown, word};
use crate::downward::view::ContainerView;
use crate::text::one_line;

/// Renders one quoted word per variable, because names need not be valid in a shell. A variable
/// without a value is a comment.
pub(super) fn render(
    container: &ContainerView,
    notes: &[String],
    display: &Display,
) -> Result<Vec<u8>, RenderError> {
    if let Some(message) = &container.error {
        let (container, message) = (container.name.clone(), message.clone());
        return Err(RenderError::Refused { container, message });
    }
    let mut out = Vec::new();
    for note in notes {
        out.extend(format!("# {}\n", one_line(note)).into_bytes());
    }
    for row in &container.env {
        let comment = match display.of_row(row) {
            Shown::Value(content) if content.bytes.contains(&0) => {
                "a NUL byte: no process can have it".to_owned()
            }
            Shown::Value(content) => {
                out.extend(quoted(row.name.as_bytes(), &content.bytes));
                continue;
            }
            Shown::Masked(mask) => format!("masked {mask}"),
            Shown::Nothing(state) => {
                let note = row.origin.note.as_deref().unwrap_or_default();
                format!("{}: {note}", word(state))
            }
        };
        let line = format!("# {} {}\n", one_line(&row.name), one_line(&comment));
        out.extend(line.into_bytes());
    }
    Ok(out)
}

fn quoted(name: &[u8], value: &[u8]) -> Vec<u8> {
    let mut word = vec![b'\''];
    for byte in name.iter().chain(b"=").chain(value) {
        match byte {
            b'\'' => word.extend(br"'\''"),
            byte => word.push(*byte),
        }
    }
    word.extend(b"'\n");
    word
}
