//! The health of the object that is shown, and the strip that shows it above the document.

use jiff::Timestamp;

use crate::k8s::names::Namespace;
use crate::k8s::path::ObjectPath;
use crate::k8s::request::{Request, Ticket};
use crate::object::health::{Health, Level, Reason, Related};
use crate::text::{columns, fit, visible, wrapped};

/// The most lines of the strip.
const MAX_LINES: usize = 4;
/// The columns of the level's mark before a sentence.
const MARK: usize = 2;

/// The health of the shown object.
#[derive(Clone, Debug, Default)]
pub struct ObjectHealth {
    /// The object; `None` if none is shown.
    pub(in crate::app) path: Option<ObjectPath>,
    /// Its `metadata.uid`.
    pub(in crate::app) uid: String,
    /// What was judged.
    pub(in crate::app) state: Judged,
    /// Why it has its level, worst first.
    pub health: Health,
    /// Its owners in a line.
    pub(in crate::app) owner: Option<String>,
    /// What further requests found.
    pub(in crate::app) related: Related,
    /// The version of the list of its events.
    pub(in crate::app) events_version: String,
    /// The further requests that were sent for this object, and their tickets.
    pub(in crate::app) requested: Vec<(Request, Ticket)>,
    /// The 0-based index of the selected reason while the strip has the focus; the number of reasons if the
    /// owner is selected.
    pub selected: Option<usize>,
    /// The reason whose line in the document was selected from the strip, while it stays selected.
    pub(in crate::app) followed: Option<usize>,
    /// True if the focus returns to the document afterwards, and not to the tree.
    pub(in crate::app) from_document: bool,
    /// When it is judged again.
    pub(in crate::app) due_at: Option<Timestamp>,
}

/// What an object was judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::app) struct Judged {
    /// The number of the answer that has it.
    pub(in crate::app) revision: u64,
    /// True if it was deleted since.
    pub(in crate::app) is_gone: bool,
    /// How often the view of its containers was computed.
    pub(in crate::app) views: u64,
}

/// A line of the strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripLine {
    /// The level of its reason.
    pub level: Level,
    /// The 0-based index of its reason, or the number of reasons for the owner; `None` for the line that
    /// counts the others.
    pub reason: Option<usize>,
    /// True for the first line of a reason, which has the mark of its level.
    pub is_first: bool,
    /// The text, made visible.
    pub text: String,
}

impl ObjectHealth {
    /// Returns the namespace of the object.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.path.as_ref()?.namespace.as_ref().map(Namespace::as_str)
    }

    /// Returns the selected reason, while the strip has the focus.
    #[must_use]
    pub fn selected_reason(&self) -> Option<&Reason> {
        self.health.reasons.get(self.selected?)
    }

    /// Returns how many reasons there are, and one more for the owner.
    pub(in crate::app) fn selectable(&self) -> usize {
        self.health.reasons.len() + usize::from(self.owner.is_some())
    }

    /// True if the strip has the focus and the owner is selected.
    pub(in crate::app) fn selects_owner(&self) -> bool {
        self.owner.is_some() && self.selected == Some(self.health.reasons.len())
    }

    /// Returns the lines of the strip for a width in columns and a number of lines at most: up to four.
    /// The sentence of the first reason is shown whole, if it is not longer than that, then the others while
    /// lines are left; the selected one may take all lines. The owner is below the reasons, if they leave a line.
    #[must_use]
    pub fn strip(&self, width: usize, lines: usize) -> Vec<StripLine> {
        let most = lines.min(MAX_LINES);
        if width <= MARK || most == 0 {
            return Vec::new();
        }
        if let Some(at) = self.selected.filter(|at| *at < self.selectable()) {
            return self.around(at, width, most);
        }
        let mut lines = self.lines_of_reasons(width, most);
        if self.owner.is_some() && lines.len() < most {
            lines.extend(self.lines_of(self.health.reasons.len(), width, 1));
        }
        lines
    }

    fn lines_of_reasons(&self, width: usize, most: usize) -> Vec<StripLine> {
        let reasons = &self.health.reasons;
        let Some((first, others)) = reasons.split_first() else { return Vec::new() };
        let lines_at = |at: usize, level, most| {
            // A note is not worth a second line.
            self.lines_of(at, width, if level == Level::Ok { 1 } else { most })
        };
        let mut lines = lines_at(0, first.level, most);
        let left = most - lines.len();
        let listed = if others.len() > left { left.saturating_sub(1) } else { others.len() };
        for (at, reason) in others.iter().enumerate().take(listed) {
            // Each that follows keeps its line, and so does the number of those that are left out.
            let kept = listed - at - 1 + usize::from(listed < others.len());
            lines.extend(lines_at(at + 1, reason.level, most - lines.len() - kept));
        }
        let more = others.len() - listed;
        if more > 0 && left > 0 {
            let level = others[listed].level;
            let text = format!("+{more} more");
            lines.push(StripLine { level, reason: None, is_first: false, text });
        } else if let (1.., Some(last)) = (more, lines.last_mut()) {
            let more = format!(" +{more}");
            last.text =
                fit(last.text.trim_end(), width - MARK - columns(&more)).into_owned() + &more;
        }
        lines
    }

    /// Returns the lines around the selected reason, which is shown whole if there is room.
    fn around(&self, selected: usize, width: usize, most: usize) -> Vec<StripLine> {
        let mut lines = self.lines_of(selected, width, most);
        let (mut above, mut below) = (selected, selected + 1);
        while lines.len() < most && (above > 0 || below < self.selectable()) {
            if below < self.selectable() {
                lines.extend(self.lines_of(below, width, 1));
                below += 1;
            } else {
                above -= 1;
                lines.splice(0..0, self.lines_of(above, width, 1));
            }
        }
        lines
    }

    /// Returns the lines of one reason or of the owner, `most` at most.
    fn lines_of(&self, at: usize, width: usize, most: usize) -> Vec<StripLine> {
        let reason = self.health.reasons.get(at);
        let (level, sentence) = match reason {
            Some(reason) => (reason.level, reason.sentence.as_str()),
            None => (Level::Ok, self.owner.as_deref().unwrap_or_default()),
        };
        let sentence = visible(sentence).into_owned();
        let room = width - MARK;
        let line = |(index, text): (usize, String)| StripLine {
            level,
            reason: Some(at),
            is_first: index == 0 && reason.is_some(),
            text,
        };
        let whole = wrapped(&[(sentence, ())], room, 0);
        let whole = whole.into_iter().map(|line| line.into_iter().map(|(text, ())| text).collect());
        let mut texts: Vec<String> = whole.collect();
        if texts.len() > most {
            let rest = texts.split_off(most - 1).concat();
            texts.push(fit(&rest, room).into_owned());
        }
        texts.into_iter().enumerate().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::health::{Hint, Source};

    fn of(sentences: &[&str]) -> ObjectHealth {
        let reason = |sentence: &&str| Reason {
            rule: "test",
            level: Level::Broken,
            sentence: (*sentence).to_owned(),
            evidence: String::new(),
            source: Source::Object,
            related: Vec::new(),
            hint: Hint::None,
            since: None,
        };
        let health =
            Health { reasons: sentences.iter().map(reason).collect(), ..Health::default() };
        ObjectHealth { health, ..ObjectHealth::default() }
    }

    fn texts(health: &ObjectHealth, width: usize) -> Vec<String> {
        health.strip(width, 9).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn without_reasons_the_strip_takes_no_line() {
        assert_eq!(texts(&of(&[]), 80), [""; 0]);
    }

    #[test]
    fn more_than_four_reasons_are_counted_on_the_fourth_line() {
        assert_eq!(texts(&of(&["a", "b", "c", "d"]), 80), ["a", "b", "c", "d"]);
        assert_eq!(texts(&of(&["a", "b", "c", "d", "e"]), 80), ["a", "b", "c", "+2 more"]);
    }

    #[test]
    fn the_first_sentence_is_whole_before_others_have_a_line() {
        let health = of(&["it does not start at all", "b", "c", "d"]);
        assert_eq!(texts(&health, 14), ["it does not ", "start at all", "b", "+2 more"]);
        let health = of(&["it does not start at all, or ever", "b", "c"]);
        assert_eq!(texts(&health, 14), ["it does not ", "start at ", "all, or ever", "+2 more"]);
    }

    #[test]
    fn a_sentence_that_takes_all_lines_ends_with_the_number_of_the_others() {
        let health = of(&["it does not start at all, and it never did", "b", "c"]);
        let lines = health.strip(14, 2).into_iter().map(|line| line.text);
        assert_eq!(lines.collect::<Vec<_>>(), ["it does not ", "start at… +2"]);
    }

    #[test]
    fn a_low_pane_has_fewer_lines() {
        let health = of(&["it does not start", "b", "c"]);
        assert_eq!(health.strip(40, 1).len(), 1);
        assert_eq!(health.strip(40, 0), []);
    }

    #[test]
    fn a_long_sentence_takes_the_lines_that_are_left() {
        let long = "word ".repeat(30);
        let lines = of(&[&long, "b"]).strip(62, 9);
        assert_eq!(lines.len(), 4);
        assert_eq!(lines.iter().filter(|line| line.is_first).count(), 2);
        assert_eq!(lines[3].text, "b");
        assert!(of(&[&"word ".repeat(99)]).strip(62, 9)[3].text.ends_with('…'));
    }

    #[test]
    fn the_selected_reason_is_in_view() {
        let mut health = of(&["a", "b", "c", "d", "e", "f"]);
        health.selected = Some(5);
        assert_eq!(texts(&health, 80), ["c", "d", "e", "f"]);
    }
}
