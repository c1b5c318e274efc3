//! Which key does what in which mode. Dispatch, the footer, the help, the settings file and the
//! README's key list all come from the one table [`BINDINGS`].

use std::collections::HashMap;

use crossterm::event::{KeyEvent, KeyModifiers};

mod action;
mod chord;
mod table;

pub use action::{Action, Mode};
pub use chord::Chord;
pub use table::{BINDINGS, Binding};

/// The keys in force: those of the table, except for actions that the settings file rebinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    rebound: HashMap<(Mode, Action), Vec<Chord>>,
}

impl Keymap {
    /// Binds an action of a mode to these keys only; no keys disable the action.
    pub fn rebind(&mut self, mode: Mode, action: Action, chords: Vec<Chord>) {
        self.rebound.insert((mode, action), chords);
    }

    /// Takes from actions that are not rebound the keys that rebound ones have in the same mode, or in every
    /// pane: a key of the settings file wins over a default. A key of one pane only covers a default of all.
    pub fn yield_defaults(&mut self) {
        let mut yielded: Vec<(&Binding, Chord)> = Vec::new();
        for Conflict { chord, bindings: [one, other], .. } in self.conflicts() {
            let (default, rebound) = match [one, other].map(|it| self.is_rebound(it)) {
                [true, false] => (other, one),
                [false, true] => (one, other),
                _ => continue,
            };
            if default.mode != Mode::Anywhere || rebound.mode == Mode::Anywhere {
                yielded.push((default, chord));
            }
        }
        for (binding, chord) in yielded {
            let mut kept = self.chords(binding).to_vec();
            kept.retain(|kept| *kept != chord);
            self.rebind(binding.mode, binding.action, kept);
        }
    }

    /// True if the keys of a binding are not those of the table.
    #[must_use]
    pub fn is_rebound(&self, binding: &Binding) -> bool {
        self.rebound.contains_key(&(binding.mode, binding.action))
    }

    /// Returns the keys of a binding.
    #[must_use]
    pub fn chords(&self, binding: &Binding) -> &[Chord] {
        let rebound = self.rebound.get(&(binding.mode, binding.action));
        rebound.map_or(binding.chords, Vec::as_slice)
    }

    /// Returns what a sentence calls the key of an action: its first key, or the action's name in the
    /// settings file if no key is bound to it.
    #[must_use]
    pub fn key(&self, mode: Mode, action: Action) -> String {
        let binding = BINDINGS.iter().find(|b| (b.mode, b.action) == (mode, action));
        let chord = binding.and_then(|binding| self.chords(binding).first());
        chord.map_or_else(|| action.name().to_owned(), Chord::to_string)
    }

    /// Returns the heading over the keys of a mode.
    #[must_use]
    pub fn title(&self, mode: Mode) -> String {
        let key = |action| self.key(Mode::Anywhere, action);
        match mode {
            Mode::Anywhere => "Anywhere".to_owned(),
            Mode::Tree => "Tree".to_owned(),
            Mode::Document => "Document".to_owned(),
            Mode::Reasons => format!("Reasons above the document ({})", key(Action::Reasons)),
            Mode::Container => "Container view".to_owned(),
            Mode::Copy => format!("Copy menu ({})", key(Action::Copy)),
            Mode::Exec => format!("Question before an exec ({})", key(Action::Compare)),
            Mode::List => "List of problems, events or found objects".to_owned(),
            Mode::Explain => format!("Explanation ({})", key(Action::Explain)),
            Mode::History => format!("History ({})", key(Action::History)),
            Mode::Comparison => "Comparison".to_owned(),
            Mode::Trace => "Trace".to_owned(),
            Mode::Report => format!("Report ({})", key(Action::Report)),
            Mode::Help => "Help".to_owned(),
            Mode::Start => "Start screen".to_owned(),
        }
    }

    /// Returns what a key does in a mode. Keys with Alt do nothing.
    #[must_use]
    pub fn action(&self, mode: Mode, event: KeyEvent) -> Option<Action> {
        if event.modifiers.contains(KeyModifiers::ALT) {
            return None;
        }
        let chord = Chord::of(event);
        let action_in = |mode: Mode| {
            let mut of_mode = BINDINGS.iter().filter(|binding| binding.mode == mode);
            of_mode.find(|binding| self.chords(binding).contains(&chord)).map(|b| b.action)
        };
        let moves = || action_in(Mode::List).filter(|it| mode.moves_as_list() && it.moves());
        action_in(mode)
            .or_else(moves)
            .or_else(|| action_in(Mode::Anywhere).filter(|_| mode.is_pane()))
    }

    /// Returns the keys and words of a mode's footer, the most important first. Actions that are not
    /// offered are left out.
    #[must_use]
    pub fn footer(
        &self,
        mode: Mode,
        is_offered: impl Fn(Action) -> bool,
    ) -> Vec<(String, &'static str)> {
        let mut ranked: Vec<_> = BINDINGS
            .iter()
            .filter(|b| b.mode == mode || (mode.is_pane() && b.mode == Mode::Anywhere))
            .filter(|binding| is_offered(binding.action))
            .filter_map(|binding| {
                let (rank, word) = binding.footer?;
                Some((rank, self.chords(binding).first()?.to_string(), word))
            })
            .collect();
        ranked.sort_by_key(|(rank, ..)| *rank);
        ranked.into_iter().map(|(_, key, word)| (key, word)).collect()
    }

    /// Returns the keys that have two actions in one mode. The keys of [`Mode::Anywhere`] belong to
    /// the mode of every pane.
    #[must_use]
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut found = Vec::new();
        for (at, binding) in BINDINGS.iter().enumerate() {
            for earlier in &BINDINGS[..at] {
                let overlap = earlier.mode == binding.mode
                    || (earlier.mode == Mode::Anywhere && binding.mode.is_pane());
                let shared = self.chords(binding).iter();
                let shared = shared.filter(|chord| overlap && self.chords(earlier).contains(chord));
                let (mode, bindings) = (binding.mode, [earlier, binding]);
                found.extend(shared.map(|chord| Conflict { mode, chord: *chord, bindings }));
            }
        }
        found
    }
}

/// A key with two actions in one mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The mode.
    pub mode: Mode,
    /// The key.
    pub chord: Chord,
    /// The bindings of the actions, in the order of the table.
    pub bindings: [&'static Binding; 2],
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crossterm::event::KeyCode;

    #[test]
    fn no_key_has_two_actions_in_one_mode() {
        assert_eq!(Keymap::default().conflicts(), []);
    }

    #[test]
    fn no_two_actions_and_no_two_modes_share_a_name() {
        let actions: HashSet<Action> = BINDINGS.iter().map(|binding| binding.action).collect();
        let names: HashSet<&str> = actions.iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), actions.len());
        assert_eq!(Mode::ALL.map(Mode::name).iter().collect::<HashSet<_>>().len(), Mode::ALL.len());
    }

    #[test]
    fn the_most_important_keys_of_a_pane_fit_eighty_columns() {
        let keymap = Keymap::default();
        for mode in [Mode::Tree, Mode::Document, Mode::Reasons, Mode::Container, Mode::Start] {
            let footer = keymap.footer(mode, |_| true).into_iter().take(5);
            let widths = footer.map(|(key, word)| key.chars().count() + word.len() + 3);
            let width: usize = widths.sum();
            assert!(width <= 80, "{mode:?}: {width}");
        }
    }

    #[test]
    fn help_texts_fit_on_one_line_of_eighty_columns() {
        // A border on each side, and 17 columns for the keys.
        let too_long = BINDINGS.iter().find(|binding| binding.help.chars().count() > 80 - 2 - 17);
        assert_eq!(too_long.map(|binding| binding.help), None);
    }

    #[test]
    fn ctrl_d_moves_half_a_page_or_does_nothing() {
        for mode in Mode::ALL {
            let event = KeyEvent::new(KeyCode::Char('d'), KeyModifiers::CONTROL);
            assert!(matches!(Keymap::default().action(mode, event), None | Some(Action::HalfDown)));
        }
    }
}
