//! The tour through the demo: its steps, and the one that is next.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::k8s::path::ApiPath;
use crate::keymap::{Action, BINDINGS, Keymap, Mode};
use crate::text::wrapped;
use crate::theme::Role;

/// The steps, as they are written.
static STEPS: LazyLock<Vec<Step>> = LazyLock::new(|| {
    let steps = toml::from_str(include_str!("../../../assets/tour.toml"));
    steps.map(|file: File| file.step).unwrap_or_default()
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    step: Vec<Step>,
}

/// A step: what to do, and how it shows that it was done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    text: String,
    /// What is shown once it was done.
    seen: String,
    /// The API path that has to be shown.
    path: Option<String>,
    /// The kind of row that has to be selected in the container's view.
    pub(in crate::app) row: Option<RowKind>,
    /// The path in its volume of the file that has to be selected there.
    pub(in crate::app) file: Option<String>,
    /// A part of the path of the line that has to be selected in the document.
    pub(in crate::app) line: Option<String>,
    /// True if a reason has to be selected.
    pub(in crate::app) reason: bool,
    /// What has to cover the panes.
    pub(in crate::app) overlay: Option<Cover>,
}

/// A kind of row of the container's view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::app) enum RowKind {
    /// A variable.
    Environment,
    /// A file of a volume.
    File,
}

/// What can cover the panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::app) enum Cover {
    /// The history of an object.
    History,
    /// The copy menu.
    Copy,
}

/// Where the tour is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tour {
    /// The 0-based index of the next step; that after the last one if all were done.
    pub step: usize,
    /// True if the step before was done, not skipped.
    pub was_done: bool,
}

impl Tour {
    /// The number of steps.
    #[must_use]
    pub fn count() -> usize {
        STEPS.len()
    }

    /// Returns the next step; `None` after the last one.
    #[must_use]
    pub fn next(self) -> Option<&'static Step> {
        STEPS.get(self.step)
    }

    /// Returns the lines of the tour in that many columns: what is seen now, and what to do next.
    #[must_use]
    pub fn lines(self, keymap: &Keymap, width: usize) -> Vec<Vec<(String, Role)>> {
        let key = |action| keymap.key(Mode::Anywhere, action);
        let mut lines = Vec::new();
        let before = self.step.checked_sub(1).and_then(|before| STEPS.get(before));
        if let Some(before) = before.filter(|_| self.was_done) {
            let seen =
                [(" ✓ ".to_owned(), Role::Good), (with_keys(&before.seen, keymap), Role::Good)];
            lines.extend(wrapped(&seen, width, 3));
        }
        let leave = key(Action::LeaveTour);
        let (text, keys) = match self.next() {
            Some(step) => {
                let number = format!(" {}/{} ", self.step + 1, Self::count());
                let text = vec![(number, Role::Key), (with_keys(&step.text, keymap), Role::Text)];
                (text, format!("  {} skips · {leave} leaves", key(Action::NextStep)))
            }
            None => (Vec::new(), format!("   {leave} closes the tour")),
        };
        let text = [text, vec![(keys, Role::Dim)]].concat();
        lines.extend(wrapped(&text, width, 3));
        lines
    }
}

impl Step {
    /// Returns the API path that has to be shown.
    pub(in crate::app) fn path(&self) -> Option<ApiPath> {
        self.path.as_deref().map(ApiPath::parse)
    }
}

/// Replaces each `{mode.action}` by the key of that action.
fn with_keys(text: &str, keymap: &Keymap) -> String {
    let mut pieces = text.split('{');
    let mut written = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        let binding = BINDINGS.iter().find(|binding| {
            name.split_once('.') == Some((binding.mode.name(), binding.action.name()))
        });
        let key = binding.map(|binding| keymap.key(binding.mode, binding.action));
        written += key.as_deref().unwrap_or(name);
        written += rest;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_says_what_to_do_and_what_is_seen() {
        assert_eq!(Tour::count(), 10);
        for step in &*STEPS {
            assert!(!step.text.is_empty() && !step.seen.is_empty(), "{step:?}");
            let [text, seen] = [&step.text, &step.seen].map(|it| with_keys(it, &Keymap::default()));
            assert!(!format!("{text}{seen}").contains('{'), "{text} {seen}");
            assert!(!text.contains(".go-to") && !seen.contains("anywhere."), "{text} {seen}");
        }
    }

    #[test]
    fn every_key_of_a_step_is_bound() {
        for name in include_str!("../../../assets/tour.toml").split('{').skip(2) {
            let name = name.split_once('}').unwrap().0;
            let is_it = |binding: &&crate::keymap::Binding| {
                name == format!("{}.{}", binding.mode.name(), binding.action.name())
            };
            assert!(BINDINGS.iter().any(|binding| is_it(&binding)), "{name}");
        }
    }

    #[test]
    fn a_step_takes_at_most_five_lines_of_eighty_columns() {
        for step in 0..=Tour::count() {
            let lines = Tour { step, was_done: step > 0 }.lines(&Keymap::default(), 80);
            assert!((1..=5).contains(&lines.len()), "{step}: {lines:?}");
        }
    }
}
