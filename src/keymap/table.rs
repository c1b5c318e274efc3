//! Every key of the program, a line each.

use crossterm::event::KeyCode;

use super::chord::Chord;
use super::{Action, Binding, Mode};

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
            "go to a path, a resource, an object; ns NAME, ctx NAME choose where",
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
    bind(
        M::Anywhere,
        &[key('V')],
        A::Compare,
        "compare that with what they have: asks, then runs cat in them",
    ),
    bind(M::Anywhere, &[key('F')], A::Follow, "follow the log of the container, or no longer"),
    bind(M::Anywhere, &[key('p')], A::Previous, "the log of the container before its last restart"),
    bind(M::Anywhere, &[key('t')], A::Timestamps, "the log with the times of its lines"),
    bind(
        M::Anywhere,
        &[key('P')],
        A::Pause,
        "let the document stand still and count the changes that wait; go on",
    ),
    bind(M::Anywhere, &[key('x')], A::Unmask, "show or mask what a Secret holds"),
    foot(bind(M::Anywhere, &[key('c')], A::Copy, "copy through the terminal"), 7, "copy"),
    bind(M::Anywhere, &[key('.')], A::ThisPod, "the pod that this runs in"),
    bind(M::Anywhere, &[key('T')], A::Trace, "what was asked and answered, and the open watches"),
    bind(M::Anywhere, &[key('[')], A::Back, "back"),
    bind(M::Anywhere, &[key(']')], A::Forward, "forward"),
    bind(M::Anywhere, &[key('r'), ctrl('r')], A::Refresh, "ask again"),
    bind(
        M::Anywhere,
        &[ESC],
        A::Escape,
        "stop loading, clear the filter or the search, leave the full screen",
    ),
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
    foot(
        bind(
            M::Tree,
            &[key('/')],
            A::Filter,
            "filter the rows: text, !text, /regex/; -l LABELS, -f FIELDS ask the server",
        ),
        4,
        "filter",
    ),
    bind(
        M::Tree,
        &[key('s')],
        A::Sort,
        "sort the rows by a column; by the same again, the other way round",
    ),
    bind(M::Tree, &[key('S')], A::Reverse, "turn the order of the rows round"),
    bind(M::Tree, &[key('w')], A::Wide, "show or hide the wide columns"),
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
    foot(bind(M::Exec, &[key('y')], A::Run, "run what is shown"), 1, "run"),
    bind(M::Exec, &[key('j'), DOWN], A::Down, "down"),
    bind(M::Exec, &[key('k'), UP], A::Up, "up"),
    bind(M::Exec, &[code(KeyCode::PageDown), key(' ')], A::PageDown, "a page down"),
    bind(M::Exec, &[code(KeyCode::PageUp)], A::PageUp, "a page up"),
    foot(
        bind(M::Exec, &[ESC, key('n'), key('q')], A::Escape, "run nothing, as any other key does"),
        2,
        "run nothing",
    ),
    foot(
        bind(M::Trace, &[ENTER], A::Open, "the headers of one exchange, or all exchanges"),
        1,
        "headers",
    ),
    foot(
        bind(M::Trace, &[key('c'), key('u')], A::CopyCurl, "copy as curl, without credentials"),
        2,
        "copy as curl",
    ),
    bind(M::Trace, &[key('j'), DOWN], A::Down, "down"),
    bind(M::Trace, &[key('k'), UP], A::Up, "up"),
    bind(M::Trace, &[ctrl('f'), code(KeyCode::PageDown), key(' ')], A::PageDown, "a page down"),
    bind(M::Trace, &[ctrl('b'), code(KeyCode::PageUp)], A::PageUp, "a page up"),
    bind(M::Trace, &[key('g'), code(KeyCode::Home)], A::Top, "to the top"),
    bind(M::Trace, &[key('G'), code(KeyCode::End)], A::Bottom, "to the bottom"),
    foot(bind(M::Trace, &[ESC], A::Escape, "back, and out of the trace"), 3, "back"),
    bind(M::Trace, &[key('q'), key('T')], A::Quit, "out of the trace"),
    bind(M::Help, &[key('j'), DOWN], A::Down, "down"),
    bind(M::Help, &[key('k'), UP], A::Up, "up"),
    bind(M::Help, &[code(KeyCode::PageDown), key(' ')], A::PageDown, "a page down"),
    bind(M::Help, &[code(KeyCode::PageUp)], A::PageUp, "a page up"),
    bind(M::Help, &[ESC, key('q'), key('?'), ENTER], A::Escape, "leave the help"),
    foot(bind(M::Start, &[ENTER], A::Open, "connect to the chosen context"), 1, "connect"),
    bind(M::Start, &[key('j'), DOWN], A::Down, "to the next context; down where there is none"),
    bind(M::Start, &[key('k'), UP], A::Up, "to the context before; up where there is none"),
    bind(M::Start, &[code(KeyCode::PageDown), key(' ')], A::PageDown, "a page down"),
    bind(M::Start, &[code(KeyCode::PageUp)], A::PageUp, "a page up"),
    foot(
        bind(
            M::Start,
            &[key('b')],
            A::BorrowToken,
            "use the token of another container of this pod",
        ),
        1,
        "token",
    ),
    foot(
        bind(M::Start, &[key('.')], A::ThisPod, "what is here of the pod that this runs in"),
        2,
        "this pod",
    ),
    foot(bind(M::Start, &[key('d')], A::Demo, "walk the embedded demo"), 2, "demo"),
    foot(bind(M::Start, &[key('u')], A::TypeUrl, "type the address of a server"), 3, "type a URL"),
    foot(bind(M::Start, &[key('r')], A::Reconnect, "try again"), 4, "try again"),
    bind(M::Start, &[key('[')], A::Back, "look for a server as at the start"),
    bind(M::Start, &[key('?')], A::Help, "these keys"),
    foot(bind(M::Start, &[key('q'), ctrl('c'), ESC], A::Quit, "quit"), 5, "quit"),
];
