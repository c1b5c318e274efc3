//! The key table: every key of the program, a binding for each action of each mode.

use crossterm::event::KeyCode;

use super::action::{Action, Mode};
use super::chord::Chord;

/// What some keys do in a mode.
#[derive(Clone, Copy, Debug)]
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

/// All bindings, in the order of the help.
pub const BINDINGS: &[Binding] = &[
    bind(M::Anywhere, &[key('j'), DOWN], A::Down, "Down"),
    bind(M::Anywhere, &[key('k'), UP], A::Up, "Up"),
    bind(M::Anywhere, &[ctrl('d')], A::HalfDown, "Half a page down"),
    bind(M::Anywhere, &[ctrl('u')], A::HalfUp, "Half a page up"),
    bind(M::Anywhere, &[ctrl('f'), code(KeyCode::PageDown)], A::PageDown, "Page down"),
    bind(M::Anywhere, &[ctrl('b'), code(KeyCode::PageUp)], A::PageUp, "Page up"),
    bind(M::Anywhere, &[key('g'), code(KeyCode::Home)], A::Top, "First row"),
    bind(M::Anywhere, &[key('G'), code(KeyCode::End)], A::Bottom, "Last row"),
    foot(bind(M::Anywhere, &[TAB], A::NextPane, "Next pane"), 5, "pane"),
    bind(M::Anywhere, &[code(KeyCode::BackTab)], A::PreviousPane, "Previous pane"),
    bind(M::Anywhere, &[key('-')], A::NarrowTree, "Make the tree narrower"),
    bind(M::Anywhere, &[key('+')], A::WidenTree, "Make the tree wider"),
    bind(M::Anywhere, &[key('f')], A::FullScreen, "Show only the focused pane, or all panes"),
    foot(
        bind(
            M::Anywhere,
            &[key(':')],
            A::GoTo,
            "Go to a path, a resource, an object, ns NAME or ctx NAME",
        ),
        2,
        "go to",
    ),
    foot(
        bind(M::Anywhere, &[key('y')], A::Format, "Switch between YAML, JSON and raw"),
        6,
        "yaml/json",
    ),
    foot(
        bind(
            M::Anywhere,
            &[key('d')],
            A::ContainerView,
            "Show or hide what the pod's containers see",
        ),
        3,
        "containers",
    ),
    foot(
        bind(
            M::Anywhere,
            &[key('e')],
            A::Events,
            "Events of the object; on a collection, of its namespace",
        ),
        5,
        "events",
    ),
    foot(
        bind(M::Anywhere, &[key('K')], A::Explain, "Explain the field of the line, or the kind"),
        10,
        "explain",
    ),
    foot(
        bind(M::Anywhere, &[key('H')], A::History, "Changes and events of the open object"),
        9,
        "history",
    ),
    bind(
        M::Anywhere,
        &[key('A')],
        A::WalkAs,
        "Walk as the service account, or as the one of the pod",
    ),
    bind(M::Anywhere, &[key('m')], A::Mark, "Mark the object for a comparison, or remove its mark"),
    foot(bind(M::Anywhere, &[key('=')], A::Diff, "Compare with the marked object"), 6, "compare"),
    foot(
        bind(
            M::Anywhere,
            &[key('!')],
            A::Attention,
            "Show only the rows that need attention, or all rows",
        ),
        7,
        "needs attention",
    ),
    foot(
        bind(
            M::Anywhere,
            &[key('i')],
            A::Reasons,
            "Select among the reasons why the object needs attention",
        ),
        2,
        "why",
    ),
    bind(M::Anywhere, &[key('O')], A::Owner, "Go to the owner of the object"),
    foot(
        bind(
            M::Anywhere,
            &[key('V')],
            A::Compare,
            "Compare with the running containers: asks, then runs cat",
        ),
        4,
        "compare",
    ),
    foot(
        bind(
            M::Anywhere,
            &[key('F')],
            A::Follow,
            "Follow the log of the container, or stop following",
        ),
        3,
        "follow log",
    ),
    bind(
        M::Anywhere,
        &[key('p')],
        A::Previous,
        "Show the log of the container before its last restart",
    ),
    bind(M::Anywhere, &[key('t')], A::Timestamps, "Show or hide timestamps in the log"),
    bind(M::Anywhere, &[key('P')], A::Pause, "Pause or resume live updates of the document"),
    foot(
        bind(M::Anywhere, &[key('x')], A::Unmask, "Show or mask the values of a Secret"),
        3,
        "show secrets",
    ),
    foot(bind(M::Anywhere, &[key('c')], A::Copy, "Copy through the terminal"), 7, "copy"),
    bind(M::Anywhere, &[key('.')], A::ThisPod, "Go to the pod that kubewalk runs in"),
    bind(M::Anywhere, &[key('T')], A::Trace, "HTTP requests and open watches"),
    bind(M::Anywhere, &[key('[')], A::Back, "Back"),
    bind(M::Anywhere, &[key(']')], A::Forward, "Forward"),
    bind(M::Anywhere, &[key('r'), ctrl('r')], A::Refresh, "Refresh"),
    bind(
        M::Anywhere,
        &[ESC],
        A::Escape,
        "Cancel loading, clear filter or search, leave full screen",
    ),
    foot(bind(M::Anywhere, &[key('?'), code(KeyCode::F(1))], A::Help, "Show the keys"), 0, "help"),
    bind(M::Anywhere, &[key('q'), ctrl('c')], A::Quit, "Quit"),
    bind(M::Anywhere, &[ctrl('z')], A::Suspend, "Suspend, in every mode; the shell's fg resumes"),
    foot(bind(M::Tree, &[ENTER], A::Open, "Open: load the row and watch it"), 1, "open"),
    bind(M::Tree, &[key('l'), RIGHT], A::Expand, "Expand, or go to the first row inside"),
    bind(M::Tree, &[key('h'), LEFT], A::Collapse, "Collapse, or go to the parent"),
    bind(M::Tree, &[key(' ')], A::Toggle, "Expand or collapse"),
    foot(
        bind(
            M::Tree,
            &[key('/')],
            A::Filter,
            "Filter by text, !text, /regex/, -l LABELS or -f FIELDS",
        ),
        4,
        "filter",
    ),
    foot(
        bind(
            M::Tree,
            &[key('s')],
            A::Sort,
            "Sort by a column; the same column again reverses the order",
        ),
        6,
        "sort",
    ),
    bind(M::Tree, &[key('o')], A::FollowLink, "Go from a related row to its own place"),
    bind(M::Tree, &[key('S')], A::Reverse, "Reverse the order of the rows"),
    bind(M::Tree, &[key('w')], A::Wide, "Show or hide the wide columns"),
    foot(bind(M::Tree, &[key('L')], A::LoadAll, "Load all pages of the collection"), 4, "load all"),
    bind(M::Document, &[ENTER], A::Open, "Fold or unfold; where there is nothing to fold, follow"),
    foot(
        bind(M::Document, &[key('o')], A::FollowLink, "Go to what the line refers to; [ returns"),
        1,
        "follow",
    ),
    bind(M::Document, &[key(' ')], A::Toggle, "Fold or unfold"),
    bind(M::Document, &[key('l'), RIGHT], A::Expand, "Unfold, or go to the first line inside"),
    bind(M::Document, &[key('h'), LEFT], A::Collapse, "Fold, or go to the parent"),
    bind(M::Document, &[key('E')], A::ExpandAll, "Unfold all"),
    bind(M::Document, &[key('C')], A::CollapseAll, "Fold all"),
    foot(bind(M::Document, &[key('/')], A::Search, "Search"), 1, "search"),
    foot(bind(M::Document, &[key('n')], A::NextMatch, "Next match"), 2, "next match"),
    bind(M::Document, &[key('N')], A::PreviousMatch, "Previous match"),
    foot(bind(M::Document, &[key('w')], A::Wrap, "Wrap or cut long lines"), 4, "wrap"),
    foot(
        bind(M::Document, &[key('b')], A::Managers, "Show or hide who set each line"),
        5,
        "managers",
    ),
    bind(M::Document, &[key('<')], A::ScrollLeft, "Scroll long lines left"),
    bind(M::Document, &[key('>')], A::ScrollRight, "Scroll long lines right"),
    foot(
        bind(
            M::Reasons,
            &[ENTER],
            A::Open,
            "Go to the line that shows it; again: to what explains it",
        ),
        1,
        "show",
    ),
    foot(
        bind(M::Container, &[ENTER], A::Open, "Read the file, or go to the source of the row"),
        1,
        "read",
    ),
    bind(
        M::Container,
        &[key('o')],
        A::FollowLink,
        "Go to the key, the field or the line that the row comes from",
    ),
    foot(
        bind(M::Container, &[key('l'), RIGHT], A::Expand, "Next container, or the catalogue"),
        1,
        "next container",
    ),
    bind(M::Container, &[key('h'), LEFT], A::Collapse, "Previous container"),
    foot(
        bind(
            M::Container,
            &[key('n')],
            A::NextSection,
            "Next section: environment, files, process",
        ),
        1,
        "next section",
    ),
    bind(M::Container, &[key('N')], A::PreviousSection, "Previous section"),
    bind(
        M::Container,
        &[key('C')],
        A::CopyItem,
        "In the catalogue: copy as a volume item; c copies as env",
    ),
    bind(M::Copy, &[key('v')], A::CopyValue, "Value of the line"),
    bind(M::Copy, &[key('p')], A::CopyLinePath, "Path of the line, such as .spec.nodeName"),
    bind(M::Copy, &[key('o')], A::CopyWhole, "Whole document"),
    bind(M::Copy, &[key('a')], A::CopyApiPath, "API path"),
    bind(M::Copy, &[key('k')], A::CopyKubectl, "Request as kubectl get --raw"),
    bind(M::Copy, &[key('u')], A::CopyCurl, "Request as curl"),
    bind(M::Copy, &[ESC, key('q')], A::Escape, "Copy nothing"),
    foot(bind(M::Exec, &[key('y')], A::Run, "Run what is shown"), 1, "run"),
    foot(
        bind(M::Exec, &[ESC, key('n'), key('q')], A::Escape, "Run nothing, as any other key does"),
        2,
        "run nothing",
    ),
    foot(bind(M::List, &[ENTER], A::Open, "Go to the object, or open the event"), 1, "open"),
    foot(
        bind(
            M::List,
            &[key('o')],
            A::FollowLink,
            "Go to the object, in the events to the one that the event is about",
        ),
        2,
        "object",
    ),
    foot(
        bind(
            M::List,
            &[key('e')],
            A::Events,
            "In the events of an object: with those of what it owns, or without",
        ),
        3,
        "with owned",
    ),
    bind(M::List, &[key('j'), DOWN], A::Down, "Down"),
    bind(M::List, &[key('k'), UP], A::Up, "Up"),
    bind(M::List, &[ctrl('f'), code(KeyCode::PageDown), key(' ')], A::PageDown, "Page down"),
    bind(M::List, &[ctrl('b'), code(KeyCode::PageUp)], A::PageUp, "Page up"),
    bind(M::List, &[key('g'), code(KeyCode::Home)], A::Top, "First row"),
    bind(M::List, &[key('G'), code(KeyCode::End)], A::Bottom, "Last row"),
    foot(bind(M::List, &[key('r'), ctrl('r')], A::Refresh, "Search or list again"), 2, "refresh"),
    foot(bind(M::List, &[ESC], A::Escape, "Stop the search, or close the list"), 3, "close"),
    bind(M::List, &[key('q')], A::Quit, "Close the list"),
    foot(
        bind(M::Explain, &[ENTER, key('l'), RIGHT], A::Open, "Explain the selected field"),
        1,
        "explain",
    ),
    foot(bind(M::Explain, &[key('h'), LEFT], A::Collapse, "Explain what contains it"), 2, "up"),
    foot(bind(M::Explain, &[ESC, key('q'), key('K')], A::Escape, "Close it"), 3, "close"),
    foot(bind(M::History, &[ENTER], A::Open, "Show this version, or the event"), 1, "show"),
    foot(
        bind(M::History, &[key('l'), RIGHT], A::Expand, "Show all changed fields"),
        2,
        "all fields",
    ),
    bind(M::History, &[key('h'), LEFT], A::Collapse, "Show the first changed fields"),
    foot(
        bind(M::History, &[key('=')], A::Diff, "Compare with now, or with the marked version"),
        3,
        "compare",
    ),
    foot(bind(M::History, &[key('m')], A::Mark, "Mark this version for a comparison"), 4, "mark"),
    foot(
        bind(M::History, &[key('i')], A::LeftOut, "Hide or show what only changed the status"),
        5,
        "status",
    ),
    foot(bind(M::History, &[ESC, key('q')], A::Escape, "Close the history"), 6, "close"),
    foot(bind(M::Comparison, &[key('n')], A::NextMatch, "Next difference"), 1, "next"),
    bind(M::Comparison, &[key('N')], A::PreviousMatch, "Previous difference"),
    foot(bind(M::Comparison, &[ENTER, key(' ')], A::Open, "Show all of the values"), 2, "unfold"),
    bind(M::Comparison, &[key('l'), RIGHT], A::Expand, "Show all of the values"),
    bind(M::Comparison, &[key('h'), LEFT], A::Collapse, "Show one line of the values"),
    foot(
        bind(M::Comparison, &[key('i')], A::LeftOut, "Show or hide what is left out"),
        3,
        "left out",
    ),
    foot(bind(M::Comparison, &[key('X')], A::Swap, "Swap the sides"), 4, "swap"),
    bind(M::Comparison, &[key('x')], A::Unmask, "Show or mask values of Secrets"),
    foot(bind(M::Comparison, &[ESC, key('q')], A::Escape, "Close the comparison"), 5, "close"),
    foot(
        bind(M::Trace, &[ENTER], A::Open, "Show the headers of the exchange, or all exchanges"),
        1,
        "headers",
    ),
    foot(
        bind(M::Trace, &[key('c'), key('u')], A::CopyCurl, "Copy as curl, without credentials"),
        2,
        "copy as curl",
    ),
    foot(
        bind(M::Trace, &[ESC], A::Escape, "Go back to all exchanges, or close the trace"),
        3,
        "back",
    ),
    bind(M::Trace, &[key('q'), key('T')], A::Quit, "Close the trace"),
    bind(M::Help, &[key('j'), DOWN], A::Down, "Down"),
    bind(M::Help, &[key('k'), UP], A::Up, "Up"),
    bind(M::Help, &[code(KeyCode::PageDown), key(' ')], A::PageDown, "Page down"),
    bind(M::Help, &[code(KeyCode::PageUp)], A::PageUp, "Page up"),
    bind(M::Help, &[key('/')], A::Search, "Show only the keys that match a text"),
    bind(M::Help, &[ESC, key('q'), key('?'), ENTER], A::Escape, "Show all keys, or close the help"),
    foot(bind(M::Start, &[ENTER], A::Open, "Connect to the selected context"), 1, "connect"),
    bind(M::Start, &[key('j'), DOWN], A::Down, "Next context, or scroll down if there are none"),
    bind(M::Start, &[key('k'), UP], A::Up, "Previous context, or scroll up if there are none"),
    bind(M::Start, &[code(KeyCode::PageDown), key(' ')], A::PageDown, "Page down"),
    bind(M::Start, &[code(KeyCode::PageUp)], A::PageUp, "Page up"),
    foot(
        bind(
            M::Start,
            &[key('b')],
            A::BorrowToken,
            "Use the token of another container in this pod",
        ),
        1,
        "token",
    ),
    foot(
        bind(
            M::Start,
            &[key('.')],
            A::ThisPod,
            "Show what is known about the pod that kubewalk runs in",
        ),
        2,
        "this pod",
    ),
    foot(bind(M::Start, &[key('d')], A::Demo, "Open the embedded demo"), 2, "demo"),
    foot(bind(M::Start, &[key('u')], A::TypeUrl, "Enter the URL of a server"), 3, "enter a URL"),
    foot(bind(M::Start, &[key('r')], A::Reconnect, "Retry"), 4, "retry"),
    bind(
        M::Start,
        &[key(':')],
        A::GoTo,
        "Choose a context with ctx NAME, type a URL, or q to quit",
    ),
    bind(M::Start, &[key('[')], A::Back, "Search for a server again, as at startup"),
    bind(M::Start, &[key('?')], A::Help, "Show the keys"),
    foot(bind(M::Start, &[key('q'), ctrl('c'), ESC], A::Quit, "Quit"), 5, "quit"),
];
