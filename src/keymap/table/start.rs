//! The keys of the start screen.

use crossterm::event::KeyCode;

use super::{A, Binding, DOWN, ENTER, ESC, M, UP, bind, code, ctrl, foot, key};

pub(super) const BINDINGS: &[Binding] = &[
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
    bind(M::Start, &[key('t')], A::Tour, "Take a tour through the demo"),
    foot(bind(M::Start, &[key('u')], A::TypeUrl, "Enter the URL of a server"), 3, "enter a URL"),
    foot(bind(M::Start, &[key('r')], A::Reconnect, "Retry"), 4, "retry"),
    bind(M::Start, &[key('R')], A::Report, "What a bug report contains; ⏎ writes it"),
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
