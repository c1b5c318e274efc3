//! Expands the texts of `env`.

use super::Environment;
use crate::downward::content::Content;
use crate::downward::expansion::{self, Piece};
use crate::downward::resolved::Resolved;
use crate::downward::view::{OriginKind, State};

/// The maximum size of a value that is expanded, in bytes. Linux takes at most 128 KiB, and a chain
/// of references that each double the value would never end.
const MAX_EXPANDED: usize = 1024 * 1024;

impl Environment<'_> {
    /// Expands a text.
    pub(super) fn expanded(&self, text: &str) -> Resolved {
        if self.expanded_size(text) > MAX_EXPANDED {
            let note = "too large for any process";
            return Resolved::without(State::Unknown, OriginKind::Text, "value", note);
        }
        let mut unknown = None;
        let mut pending = None;
        let mut old = None;
        let mut secret = false;
        let mut used = Vec::new();
        let empty = Content::default();
        let content = expansion::expand(text, |name| {
            if let Some(row) = self.variables.get(name).or_else(|| self.services.get(name)) {
                used.push(name.to_owned());
                secret |= row.origin.secret;
                if row.origin.state == State::Unknown {
                    unknown.get_or_insert(format!("it uses {name}, which is not known"));
                }
                if row.origin.state == State::Pending {
                    pending.get_or_insert(format!("{name} is not set yet"));
                }
                if row.origin.may_be_old {
                    old.get_or_insert(format!("may be old: it uses {name}"));
                }
                return Some(row.content.as_ref().unwrap_or(&empty));
            }
            let may_exist = self.unknown.iter().find(|names| name.starts_with(&names.prefix));
            if let Some(names) = may_exist {
                secret |= names.secret;
                unknown.get_or_insert(format!("whether {name} exists is not known: {}", names.why));
            }
            None
        });
        used.dedup();
        let counts_as_empty = self.kubelet.options.pending_is_empty;
        let resolved = match (unknown, pending.filter(|_| !counts_as_empty)) {
            (Some(note), _) => Resolved::without(State::Unknown, OriginKind::Text, "value", note),
            (None, Some(note)) => {
                Resolved::without(State::Pending, OriginKind::Text, "value", note)
            }
            (None, None) => {
                let has_reference = expansion::pieces(text)
                    .iter()
                    .any(|piece| matches!(piece, Piece::Reference(_)));
                Resolved::known(OriginKind::Text, "value", content).explained(
                    match (has_reference, used.is_empty()) {
                        (false, _) => "the text as it is written".to_owned(),
                        (true, true) => "the text as it is written: none of its references is \
                                         defined before it"
                            .to_owned(),
                        (true, false) => format!("the text with {} put in", used.join(", ")),
                    },
                )
            }
        };
        let template = (!used.is_empty()).then(|| text.to_owned());
        let resolved = Resolved { uses: used, template, ..resolved };
        let resolved = if secret { resolved.of_secret() } else { resolved };
        match old {
            Some(note) => resolved.old(note),
            None => resolved,
        }
    }

    /// Returns an upper bound of the size of an expanded text, in bytes.
    fn expanded_size(&self, text: &str) -> usize {
        let size_of = |piece: &Piece<'_>| match piece {
            Piece::Text(text) => text.len(),
            Piece::Reference(name) => {
                let row = self.variables.get(*name).or_else(|| self.services.get(*name));
                let content = row.and_then(|row| row.content.as_ref());
                content.map_or(name.len() + 3, |content| content.bytes.len())
            }
        };
        expansion::pieces(text).iter().map(size_of).sum()
    }
}
