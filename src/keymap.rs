//! The table of keys: what is pressed, what it does, and how help tells it. Dispatch, the footer,
//! the help, the settings and the README all come from here.

use std::collections::HashMap;

use crossterm::event::{KeyEvent, KeyModifiers};

use crate::handwritten;

mod chord;
mod table;

pub use chord::Chord;
pub use table::BINDINGS;

/// Something the user wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Down one row.
    Down,
    /// Up one row.
    Up,
    /// Down half a page.
    HalfDown,
    /// Up half a page.
    HalfUp,
    /// Down a page.
    PageDown,
    /// Up a page.
    PageUp,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
    /// Open what the cursor is on, and ask for it.
    Open,
    /// Open, or go into what is open.
    Expand,
    /// Close, or go up to what is around.
    Collapse,
    /// Open or close.
    Toggle,
    /// Open every fold.
    ExpandAll,
    /// Close every fold.
    CollapseAll,
    /// To the next pane.
    NextPane,
    /// To the pane before.
    PreviousPane,
    /// One pane fills the screen.
    FullScreen,
    /// YAML, JSON, raw.
    Format,
    /// The log of the instance before the last restart.
    Previous,
    /// Follow the log.
    Follow,
    /// The log with the times of its lines.
    Timestamps,
    /// Let the document stand still.
    Pause,
    /// Wrap long lines.
    Wrap,
    /// Scroll long lines to the left.
    ScrollLeft,
    /// Scroll long lines to the right.
    ScrollRight,
    /// Filter the rows.
    Filter,
    /// Sort the rows by a column.
    Sort,
    /// Sort the rows the other way round.
    Reverse,
    /// Show or hide the wide columns.
    Wide,
    /// Search in the document.
    Search,
    /// To the next match.
    NextMatch,
    /// To the match before.
    PreviousMatch,
    /// Go to a path, a resource or a namespace.
    GoTo,
    /// The pod that we run in.
    ThisPod,
    /// What went over the wire.
    Trace,
    /// Back in the history.
    Back,
    /// Forward in the history.
    Forward,
    /// Ask again.
    Refresh,
    /// Load all pages of the collection.
    LoadAll,
    /// Show or hide what a secret holds.
    Unmask,
    /// The container's view.
    ContainerView,
    /// Compare the container's view with what is inside, by an exec.
    Compare,
    /// Run what was asked about.
    Run,
    /// Choose what to copy.
    Copy,
    /// Copy the catalogue's line as a volume item.
    CopyItem,
    /// Copy the value of the line.
    CopyValue,
    /// Copy the path of the line.
    CopyLinePath,
    /// Copy the whole answer.
    CopyWhole,
    /// Copy the API path.
    CopyApiPath,
    /// Copy the request for kubectl.
    CopyKubectl,
    /// Copy the request for curl.
    CopyCurl,
    /// The keys.
    Help,
    /// Leave what covers the panes, or clear what filters them.
    Escape,
    /// End the program.
    Quit,
    /// Stop, until the shell lets the program go on.
    Suspend,
    /// Open the demo.
    Demo,
    /// Type the address of a server.
    TypeUrl,
    /// Connect by the token of another container.
    BorrowToken,
    /// Try to connect again.
    Reconnect,
}

impl Action {
    /// Its name in the settings, such as `half-down`.
    #[must_use]
    pub fn name(self) -> String {
        handwritten::kebab(&format!("{self:?}"))
    }
}

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Everywhere but while typing.
    Anywhere,
    /// In the tree.
    Tree,
    /// In the document.
    Document,
    /// In the container's view.
    Container,
    /// In the menu of what to copy.
    Copy,
    /// While it is asked whether something is to be run in a pod's containers.
    Exec,
    /// In the trace.
    Trace,
    /// In the help.
    Help,
    /// On the start screen.
    Start,
}

impl Mode {
    /// All modes, in the order that help tells them.
    pub const ALL: [Self; 9] = [
        Self::Anywhere,
        Self::Tree,
        Self::Document,
        Self::Container,
        Self::Copy,
        Self::Exec,
        Self::Trace,
        Self::Help,
        Self::Start,
    ];

    /// Its name in the settings, such as `tree`.
    #[must_use]
    pub fn name(self) -> String {
        handwritten::kebab(&format!("{self:?}"))
    }

    /// Whether the keys for anywhere count here too.
    #[must_use]
    pub fn is_pane(self) -> bool {
        matches!(self, Self::Tree | Self::Document | Self::Container)
    }
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where it counts.
    pub mode: Mode,
    /// The keys, the first of them the one that the footer names.
    pub chords: &'static [Chord],
    /// What they do.
    pub action: Action,
    /// What help says, without a full stop.
    pub help: &'static str,
    /// The word of the footer and its rank, the lowest shown first; not there without one.
    pub footer: Option<(u8, &'static str)>,
}

/// How many lines the help takes: a heading, the keys and a blank line for each mode, and how we are
/// connected.
#[must_use]
pub fn help_lines() -> u16 {
    let lines = BINDINGS.len() + 2 * Mode::ALL.len() + 3;
    u16::try_from(lines).unwrap_or(u16::MAX)
}

/// The keys as they are in force: those of the table, but for what was bound otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    rebound: HashMap<(Mode, Action), Vec<Chord>>,
}

impl Keymap {
    /// Binds an action of a mode to these keys and no others; without any it cannot be pressed.
    pub fn rebind(&mut self, mode: Mode, action: Action, chords: Vec<Chord>) {
        self.rebound.insert((mode, action), chords);
    }

    /// The keys of a line of the table.
    #[must_use]
    pub fn chords(&self, binding: &Binding) -> &[Chord] {
        let rebound = self.rebound.get(&(binding.mode, binding.action));
        rebound.map_or(binding.chords, Vec::as_slice)
    }

    /// How a sentence names the key for an action: by the first one that the action has, or by the
    /// action's name in the settings where no key is bound to it.
    #[must_use]
    pub fn key(&self, mode: Mode, action: Action) -> String {
        let binding = BINDINGS.iter().find(|b| (b.mode, b.action) == (mode, action));
        let chord = binding.and_then(|binding| self.chords(binding).first());
        chord.map_or_else(|| action.name(), Chord::to_string)
    }

    /// The heading of the keys of a mode.
    #[must_use]
    pub fn title(&self, mode: Mode) -> String {
        let after = |action| self.key(Mode::Anywhere, action);
        match mode {
            Mode::Anywhere => "Anywhere".to_owned(),
            Mode::Tree => "In the tree".to_owned(),
            Mode::Document => "In the document".to_owned(),
            Mode::Container => "In the container's view".to_owned(),
            Mode::Copy => format!("After {}, copy", after(Action::Copy)),
            Mode::Exec => format!("After {}, when it is asked", after(Action::Compare)),
            Mode::Trace => "In the trace".to_owned(),
            Mode::Help => "In this help".to_owned(),
            Mode::Start => "On the start screen".to_owned(),
        }
    }

    /// What a key does in a mode.
    #[must_use]
    pub fn action(&self, mode: Mode, event: KeyEvent) -> Option<Action> {
        if event.modifiers.contains(KeyModifiers::ALT) {
            return None;
        }
        let chord = Chord::of(event);
        let here = |mode: Mode| {
            let mut of_mode = BINDINGS.iter().filter(|binding| binding.mode == mode);
            of_mode.find(|binding| self.chords(binding).contains(&chord)).map(|b| b.action)
        };
        here(mode).or_else(|| here(Mode::Anywhere).filter(|_| mode.is_pane()))
    }

    /// The keys and words of the footer of a mode, the most important first, of what is offered.
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

    /// The keys that mean two things: the mode, the key, and the two actions. A key of a pane may
    /// not be one of those for anywhere either.
    #[must_use]
    pub fn conflicts(&self) -> Vec<(Mode, Chord, [Action; 2])> {
        let mut found = Vec::new();
        for (at, binding) in BINDINGS.iter().enumerate() {
            for earlier in &BINDINGS[..at] {
                let meet = earlier.mode == binding.mode
                    || (earlier.mode == Mode::Anywhere && binding.mode.is_pane());
                let shared = self.chords(binding).iter();
                let shared = shared.filter(|chord| meet && self.chords(earlier).contains(chord));
                let actions = [earlier.action, binding.action];
                found.extend(shared.map(|chord| (binding.mode, *chord, actions)));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyCode;

    #[test]
    fn no_key_means_two_things_in_one_mode() {
        assert_eq!(Keymap::default().conflicts(), []);
    }

    #[test]
    fn the_footer_of_a_pane_fits_eighty_columns() {
        for mode in [Mode::Tree, Mode::Document, Mode::Container, Mode::Start] {
            let width: usize = Keymap::default()
                .footer(mode, |_| true)
                .iter()
                .map(|(key, word)| key.chars().count() + word.chars().count() + 3)
                .sum();
            assert!(width <= 80, "{mode:?}: {width}");
        }
    }

    #[test]
    fn ctrl_d_only_ever_moves() {
        for mode in Mode::ALL {
            let event = KeyEvent::new(KeyCode::Char('d'), KeyModifiers::CONTROL);
            assert!(matches!(Keymap::default().action(mode, event), None | Some(Action::HalfDown)));
        }
    }
}
