//! The table of keys: what is pressed, what it does, and how help tells it. Dispatch, the footer,
//! the help and the README all come from here.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

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
    /// Wrap long lines.
    Wrap,
    /// Scroll long lines to the left.
    ScrollLeft,
    /// Scroll long lines to the right.
    ScrollRight,
    /// Filter the rows.
    Filter,
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
    /// Try to connect again.
    Reconnect,
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
    /// In the help.
    Help,
    /// On the start screen.
    Start,
}

impl Mode {
    /// All modes, in the order that help tells them.
    pub const ALL: [Self; 7] = [
        Self::Anywhere,
        Self::Tree,
        Self::Document,
        Self::Container,
        Self::Copy,
        Self::Help,
        Self::Start,
    ];

    /// The heading of its keys.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Anywhere => "Anywhere",
            Self::Tree => "In the tree",
            Self::Document => "In the document",
            Self::Container => "In the container's view",
            Self::Copy => "After c, copy",
            Self::Help => "In this help",
            Self::Start => "On the start screen",
        }
    }

    /// Whether the keys for anywhere count here too.
    #[must_use]
    pub fn is_pane(self) -> bool {
        matches!(self, Self::Tree | Self::Document | Self::Container)
    }
}

/// One key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chord {
    /// The key.
    pub code: KeyCode,
    /// Whether Ctrl is held.
    pub ctrl: bool,
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

impl std::fmt::Display for Chord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("space"),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::Enter => f.write_str("⏎"),
            KeyCode::Esc => f.write_str("esc"),
            KeyCode::Tab => f.write_str("tab"),
            KeyCode::BackTab => f.write_str("shift-tab"),
            KeyCode::Home => f.write_str("home"),
            KeyCode::End => f.write_str("end"),
            KeyCode::PageUp => f.write_str("pgup"),
            KeyCode::PageDown => f.write_str("pgdn"),
            KeyCode::F(n) => write!(f, "F{n}"),
            other => write!(f, "{other:?}"),
        }
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

const fn bind(mode: Mode, chords: &'static [Chord], action: Action, help: &'static str) -> Binding {
    Binding { mode, chords, action, help, footer: None }
}

const fn foot(binding: Binding, rank: u8, word: &'static str) -> Binding {
    Binding { footer: Some((rank, word)), ..binding }
}

use Action as A;
use Mode as M;

/// Every key of the program.
pub const BINDINGS: &[Binding] = &[
    bind(M::Anywhere, &[key('j'), DOWN], A::Down, "down"),
    bind(M::Anywhere, &[key('k'), UP], A::Up, "up"),
    bind(M::Anywhere, &[ctrl('d')], A::HalfDown, "half a page down"),
    bind(M::Anywhere, &[ctrl('u')], A::HalfUp, "half a page up"),
    bind(M::Anywhere, &[ctrl('f'), code(KeyCode::PageDown)], A::PageDown, "a page down"),
    bind(M::Anywhere, &[ctrl('b'), code(KeyCode::PageUp)], A::PageUp, "a page up"),
    bind(M::Anywhere, &[key('g'), code(KeyCode::Home)], A::Top, "to the top"),
    bind(M::Anywhere, &[key('G'), code(KeyCode::End)], A::Bottom, "to the bottom"),
    foot(bind(M::Anywhere, &[TAB], A::NextPane, "to the next pane"), 5, "pane"),
    bind(M::Anywhere, &[code(KeyCode::BackTab)], A::PreviousPane, "to the pane before"),
    bind(M::Anywhere, &[key('f')], A::FullScreen, "one pane fills the screen"),
    foot(
        bind(
            M::Anywhere,
            &[key(':')],
            A::GoTo,
            "go to a path, a resource, an object; ns NAME chooses a namespace",
        ),
        2,
        "go to",
    ),
    foot(bind(M::Anywhere, &[key('y')], A::Format, "YAML, JSON, raw"), 6, "yaml/json"),
    foot(
        bind(M::Anywhere, &[key('d')], A::ContainerView, "what the pod's containers see"),
        3,
        "containers",
    ),
    bind(M::Anywhere, &[key('x')], A::Unmask, "show or mask what a Secret holds"),
    foot(bind(M::Anywhere, &[key('c')], A::Copy, "copy through the terminal"), 7, "copy"),
    bind(M::Anywhere, &[key('.')], A::ThisPod, "the pod that this runs in"),
    bind(M::Anywhere, &[key('[')], A::Back, "back"),
    bind(M::Anywhere, &[key(']')], A::Forward, "forward"),
    bind(M::Anywhere, &[key('r'), ctrl('r')], A::Refresh, "ask again"),
    bind(M::Anywhere, &[ESC], A::Escape, "clear the filter or the search, leave the full screen"),
    foot(bind(M::Anywhere, &[key('?'), code(KeyCode::F(1))], A::Help, "these keys"), 0, "help"),
    bind(M::Anywhere, &[key('q'), ctrl('c')], A::Quit, "quit"),
    bind(M::Anywhere, &[ctrl('z')], A::Suspend, "stop until the shell's fg, wherever the keys are"),
    foot(
        bind(M::Tree, &[ENTER], A::Open, "open: what is below, its answer, and its changes"),
        1,
        "open",
    ),
    bind(M::Tree, &[key('l'), RIGHT], A::Expand, "open, or go into what is open"),
    bind(M::Tree, &[key('h'), LEFT], A::Collapse, "close, or go up"),
    bind(M::Tree, &[key(' ')], A::Toggle, "open or close"),
    foot(bind(M::Tree, &[key('/')], A::Filter, "filter the rows by any cell"), 4, "filter"),
    bind(M::Tree, &[key('L')], A::LoadAll, "load all pages of the collection"),
    bind(M::Document, &[ENTER, key(' ')], A::Toggle, "fold or unfold"),
    bind(M::Document, &[key('l'), RIGHT], A::Expand, "unfold, or go into it"),
    bind(M::Document, &[key('h'), LEFT], A::Collapse, "fold, or go to what is around"),
    bind(M::Document, &[key('E')], A::ExpandAll, "unfold all"),
    bind(M::Document, &[key('C')], A::CollapseAll, "fold all"),
    foot(bind(M::Document, &[key('/')], A::Search, "search"), 1, "search"),
    bind(M::Document, &[key('n')], A::NextMatch, "next match"),
    bind(M::Document, &[key('N')], A::PreviousMatch, "match before"),
    foot(bind(M::Document, &[key('w')], A::Wrap, "wrap long lines"), 4, "wrap"),
    bind(M::Document, &[key('<')], A::ScrollLeft, "scroll long lines to the left"),
    bind(M::Document, &[key('>')], A::ScrollRight, "scroll long lines to the right"),
    foot(
        bind(M::Container, &[ENTER], A::Open, "read the file, or go to where the row comes from"),
        1,
        "read",
    ),
    bind(M::Container, &[key('l'), RIGHT], A::Expand, "the next container"),
    bind(M::Container, &[key('h'), LEFT], A::Collapse, "the container before"),
    bind(
        M::Container,
        &[key('C')],
        A::CopyItem,
        "in the catalogue: copy as a volume item; c as env",
    ),
    bind(M::Copy, &[key('v')], A::CopyValue, "the value of the line"),
    bind(M::Copy, &[key('p')], A::CopyLinePath, "the path of the line, as .spec.nodeName"),
    bind(M::Copy, &[key('o')], A::CopyWhole, "the whole answer"),
    bind(M::Copy, &[key('a')], A::CopyApiPath, "the API path"),
    bind(M::Copy, &[key('k')], A::CopyKubectl, "the request as kubectl get --raw"),
    bind(M::Copy, &[key('u')], A::CopyCurl, "the request as curl"),
    bind(M::Copy, &[ESC, key('q')], A::Escape, "nothing"),
    bind(M::Help, &[key('j'), DOWN], A::Down, "down"),
    bind(M::Help, &[key('k'), UP], A::Up, "up"),
    bind(M::Help, &[code(KeyCode::PageDown), key(' ')], A::PageDown, "a page down"),
    bind(M::Help, &[code(KeyCode::PageUp)], A::PageUp, "a page up"),
    bind(M::Help, &[ESC, key('q'), key('?'), ENTER], A::Escape, "leave the help"),
    foot(bind(M::Start, &[ENTER], A::Open, "connect to the chosen context"), 1, "connect"),
    bind(M::Start, &[key('j'), DOWN], A::Down, "to the next context"),
    bind(M::Start, &[key('k'), UP], A::Up, "to the context before"),
    foot(bind(M::Start, &[key('d')], A::Demo, "walk the embedded demo"), 2, "demo"),
    foot(bind(M::Start, &[key('u')], A::TypeUrl, "type the address of a server"), 3, "type a URL"),
    foot(bind(M::Start, &[key('r')], A::Reconnect, "try again"), 4, "try again"),
    bind(M::Start, &[key('?')], A::Help, "these keys"),
    foot(bind(M::Start, &[key('q'), ctrl('c'), ESC], A::Quit, "quit"), 5, "quit"),
];

/// How many lines the help takes: a heading, the keys and a blank line for each mode, and how we are
/// connected.
#[must_use]
pub fn help_lines() -> u16 {
    let lines = BINDINGS.len() + 2 * Mode::ALL.len() + 3;
    u16::try_from(lines).unwrap_or(u16::MAX)
}

/// What a key does in a mode.
#[must_use]
pub fn action(mode: Mode, event: KeyEvent) -> Option<Action> {
    let chord = Chord { code: event.code, ctrl: event.modifiers.contains(KeyModifiers::CONTROL) };
    if event.modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    let here = |mode: Mode| {
        BINDINGS.iter().find(move |b| b.mode == mode && b.chords.contains(&chord)).map(|b| b.action)
    };
    here(mode).or_else(|| here(Mode::Anywhere).filter(|_| mode.is_pane()))
}

/// The keys and words of the footer of a mode, the most important first.
#[must_use]
pub fn footer(mode: Mode) -> Vec<(String, &'static str)> {
    let mut ranked: Vec<_> = BINDINGS
        .iter()
        .filter(|b| b.mode == mode || (mode.is_pane() && b.mode == Mode::Anywhere))
        .filter_map(|b| b.footer.map(|(rank, word)| (rank, b.chords[0].to_string(), word)))
        .collect();
    ranked.sort_by_key(|(rank, ..)| *rank);
    ranked.into_iter().map(|(_, key, word)| (key, word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_in_one_mode() {
        for mode in Mode::ALL {
            let mut seen = Vec::new();
            for binding in BINDINGS.iter().filter(|b| b.mode == mode) {
                for chord in binding.chords {
                    assert!(!seen.contains(chord), "{chord} twice in {mode:?}");
                    seen.push(*chord);
                }
            }
        }
    }

    #[test]
    fn the_footer_of_a_pane_fits_eighty_columns() {
        for mode in [Mode::Tree, Mode::Document, Mode::Container, Mode::Start] {
            let width: usize = footer(mode)
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
            assert!(matches!(action(mode, event), None | Some(Action::HalfDown)));
        }
    }
}
