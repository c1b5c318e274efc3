//! The keys that mean the same in every pane.

use crossterm::event::KeyCode;

use super::{A, Binding, DOWN, ESC, M, TAB, UP, bind, code, ctrl, foot, key};

pub(super) const BINDINGS: &[Binding] = &[
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
        bind(
            M::Anywhere,
            &[key('K')],
            A::Explain,
            "Explain the field of the line, or the kind; tab enters",
        ),
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
            "Select among the reasons why; of logs, init containers too",
        ),
        2,
        "why",
    ),
    bind(M::Anywhere, &[key('u')], A::UsedBy, "What uses the object: its first list"),
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
            "Follow the logs of the object's containers, or stop",
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
    foot(
        bind(
            M::Anywhere,
            &[key('R')],
            A::Report,
            "What a bug report of the failure contains; ⏎ writes it",
        ),
        5,
        "report",
    ),
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
    bind(
        M::Anywhere,
        &[ctrl('n')],
        A::NextStep,
        "Begin the tour of the demo, or skip a step of it",
    ),
    bind(M::Anywhere, &[ctrl('x')], A::LeaveTour, "Leave the tour"),
    bind(M::Anywhere, &[key('q'), ctrl('c')], A::Quit, "Quit"),
    bind(M::Anywhere, &[ctrl('z')], A::Suspend, "Suspend, in every mode; the shell's fg resumes"),
];
