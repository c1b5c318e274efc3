//! The command line of a container (`ExpandContainerCommandAndArgs`).

use super::Environment;
use crate::downward::content::Content;
use crate::downward::expansion::{self, Piece};
use crate::downward::kubelet::Placed;
use crate::downward::place;
use crate::downward::process::{ProcessField, ProcessRow, text};
use crate::downward::resolved::Resolved;
use crate::downward::view::{OriginKind, State};

impl Environment<'_> {
    /// Returns the command line, expanded with the final environment. The variables of the runtime
    /// are not known to it.
    pub(super) fn command_line(&self) -> Vec<ProcessRow> {
        rows(self.placed, |element| {
            let resolved = self.expanded(element);
            let content = resolved.content.map(Content::into_utf8);
            self.kubelet.held(Resolved { content, ..resolved })
        })
    }
}

/// Returns the command line of a container that the kubelet refuses: what refers to a variable is
/// not known.
pub(in crate::downward) fn refused(placed: Placed<'_>, error: &str) -> Vec<ProcessRow> {
    rows(placed, |element| {
        let mut pieces = expansion::pieces(element).into_iter();
        if pieces.any(|piece| matches!(piece, Piece::Reference(_))) {
            let note = format!("the kubelet refuses the container: {error}");
            return Resolved::without(State::Unknown, OriginKind::Text, "", note);
        }
        let content = expansion::expand(element, |_| None);
        Resolved::known(OriginKind::Text, "", content).explained("the text as it is written")
    })
}

/// Returns the rows of `command` and `args`. Without a `command`, the first row stands for the
/// image's entrypoint, and without both also for its command.
fn rows(placed: Placed<'_>, expanded: impl Fn(&str) -> Resolved) -> Vec<ProcessRow> {
    let container = placed.container;
    let mut resolved = Vec::new();
    if container.command.is_empty() {
        let note = if container.args.is_empty() {
            "the image's entrypoint and command"
        } else {
            "the image's entrypoint, with `args` in place of its command"
        };
        let image = Resolved::without(State::Unknown, OriginKind::Image, "image", note);
        resolved.push((image, String::new()));
    }
    for (word, list) in [("command", &container.command), ("args", &container.args)] {
        let path = format!("{}.{word}", placed.place());
        resolved.extend(list.iter().enumerate().map(|(at, element)| {
            let resolved = Resolved { from: word.to_owned(), ..expanded(element) };
            (resolved, place::index(&path, at))
        }));
    }
    let rows = resolved.into_iter().enumerate();
    rows.map(|(at, (resolved, path))| text(ProcessField::Argument(at), resolved, path)).collect()
}
