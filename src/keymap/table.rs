//! The key table: every key of the program, a binding for each action of each mode.

mod anywhere;
mod overlays;
mod panes;
mod start;

use crossterm::event::KeyCode;

use super::action::{Action, Mode};
use super::chord::Chord;

/// What some keys do in a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The mode in which the keys count.
    pub mode: Mode,
    /// The keys. The footer shows the first one.
    pub chords: &'static [Chord],
    /// What the keys do.
    pub action: Action,
    /// The help text: sentence case, no full stop.
    pub help: &'static str,
    /// The rank and the word in the footer; `None` keeps the binding out of the footer. The lowest
    /// rank comes first.
    pub footer: Option<(u8, &'static str)>,
}

const fn key(c: char) -> Chord {
    Chord { code: KeyCode::Char(c), ctrl: false }
}

const fn ctrl(c: char) -> Chord {
    Chord { code: KeyCode::Char(c), ctrl: true }
}

const fn code(code: KeyCode) -> Chord {
    Chord { code, ctrl: false }
}

const UP: Chord = code(KeyCode::Up);
const DOWN: Chord = code(KeyCode::Down);
const LEFT: Chord = code(KeyCode::Left);
const RIGHT: Chord = code(KeyCode::Right);
const ENTER: Chord = code(KeyCode::Enter);
const ESC: Chord = code(KeyCode::Esc);
const TAB: Chord = code(KeyCode::Tab);

const fn bind(mode: Mode, chords: &'static [Chord], action: Action, help: &'static str) -> Binding {
    Binding { mode, chords, action, help, footer: None }
}

const fn foot(binding: Binding, rank: u8, word: &'static str) -> Binding {
    Binding { footer: Some((rank, word)), ..binding }
}

use Action as A;
use Mode as M;

/// The bindings of all modes, in the order of the help.
const PARTS: [&[Binding]; 4] =
    [anywhere::BINDINGS, panes::BINDINGS, overlays::BINDINGS, start::BINDINGS];

const COUNT: usize = PARTS[0].len() + PARTS[1].len() + PARTS[2].len() + PARTS[3].len();

/// All bindings, in the order of the help.
pub static BINDINGS: &[Binding] = &joined();

const fn joined() -> [Binding; COUNT] {
    let mut all = [PARTS[0][0]; COUNT];
    let (mut at, mut part) = (0, 0);
    while part < PARTS.len() {
        let mut within = 0;
        while within < PARTS[part].len() {
            all[at] = PARTS[part][within];
            (at, within) = (at + 1, within + 1);
        }
        part += 1;
    }
    all
}
