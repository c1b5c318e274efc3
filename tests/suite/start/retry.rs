//! Retrying servers that do not answer yet.

use std::time::Duration;

use kubewalk::app::effect::{Choice, Effect};
use kubewalk::app::message::{Message, Timer};
use kubewalk::k8s::endpoint::{Attempt, EndpointKind, NoEndpoint, Way};
use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::app::App;
use crate::support::machine::{BINARY, refusing_address};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::{Terminal, command};

/// Returns the pause before a retry, if there is one.
fn pause(effects: &[Effect]) -> Option<Duration> {
    effects.iter().find_map(|effect| match effect {
        Effect::After(Timer::Server, pause) => Some(*pause),
        _ => None,
    })
}

fn refuse(app: &mut App) {
    while !app.pending().is_empty() {
        app.fail_first(Failure::new(FailureKind::Refused, "refused", ""));
    }
}

#[test]
fn a_refusing_server_is_retried_with_growing_pauses() {
    let mut app = App::unconnected(&[recordings::cluster()]);
    app.connect_unanswered(None);
    let mut pauses = Vec::new();
    for _ in 0..5 {
        refuse(&mut app);
        pauses.push(pause(&app.take_effects()).unwrap().as_secs());
        app.message(Message::Timer(Timer::Server));
        let requested = app.pending();
        for path in ["/api", "/apis", "/version"] {
            assert!(requested.iter().any(|known| known == path), "{requested:?}");
        }
    }
    assert_eq!(pauses, [1, 2, 4, 5, 5]);
    app.take_effects();
    app.answer_all();
    assert_eq!(pause(&app.take_effects()), None);
    assert!(
        app.children("/apis").iter().any(|group| group == "apps"),
        "{:?}",
        app.children("/apis")
    );
    // A timer that is still running has no effect.
    app.message(Message::Timer(Timer::Server));
    assert!(app.pending().is_empty());
}

#[test]
fn a_server_that_answers_with_a_failure_is_not_retried() {
    let mut app = App::unconnected(&[recordings::cluster()]);
    app.connect_unanswered(None);
    while !app.pending().is_empty() {
        app.fail_first(Failure::new(FailureKind::Forbidden, "403", ""));
    }
    assert_eq!(pause(&app.take_effects()), None);
    app.message(Message::Timer(Timer::Server));
    assert!(app.pending().is_empty());
}

#[test]
fn a_closed_proxy_port_is_retried() {
    let attempt = |way: Way| Attempt {
        way,
        outcome: "nothing listens there".to_owned(),
        hint: String::new(),
    };
    let ambassador =
        || Way::Port { kind: EndpointKind::Ambassador, address: "127.0.0.1:8001".to_owned() };
    let nowhere = |way: Way| {
        let kubeconfig = Way::Kubeconfig { name: "KUBECONFIG".to_owned() };
        let tried = vec![attempt(kubeconfig), attempt(way)];
        Message::NotConnected(Box::new(NoEndpoint { tried, contexts: Vec::new() }))
    };
    let mut app = App::unconnected(&[recordings::cluster()]);
    app.message(nowhere(ambassador()));
    assert_eq!(pause(&app.take_effects()), Some(Duration::from_secs(1)));
    app.message(Message::Timer(Timer::Server));
    assert_eq!(app.take_effects(), [Effect::Connect(Choice::AsStarted)]);
    // There is no retry while an address is typed.
    app.message(nowhere(ambassador()));
    assert!(app.press("u").is_empty());
    app.message(Message::Timer(Timer::Server));
    let effects = app.take_effects();
    assert!(pause(&effects).is_some() && !effects.contains(&Effect::Connect(Choice::AsStarted)));
    // An unusable flag is not retried.
    let mut app = App::unconnected(&[recordings::cluster()]);
    app.message(nowhere(Way::Requested));
    assert_eq!(pause(&app.take_effects()), None);
}

#[test]
fn a_server_that_starts_later_is_used() {
    let address = refusing_address();
    let words = [BINARY, "-s", &format!("http://{address}")];
    let mut terminal = Terminal::open(command(&words, &[]), (100, 30));
    terminal.wait_for("refused, retrying");
    let _server = Server::setup(recordings::cluster()).start_at(address);
    terminal.wait_for_all(&["as kubernetes-admin", "apiregistration.k8s.io"]);
    // The answers arrive in any order.
    terminal.until("no retry", |screen| !screen.contents().contains("retrying"));
    terminal.send("q");
    assert_eq!(terminal.ended().exit_code(), 0);
}
