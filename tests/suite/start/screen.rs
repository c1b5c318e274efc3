//! The start screen, and what is here of a pod to which no server answers.

use kubewalk::app::effect::{Choice, Effect};
use kubewalk::app::message::Message;
use kubewalk::app::model::Model;
use kubewalk::downward::inside::{
    ActualFile, Borrowable, Clue, Environment, Found, Guess, Here, ThisPod, Volume,
};
use kubewalk::k8s::endpoint::{Attempt, EndpointKind, NoEndpoint, Way};

use crate::support::app::App;
use crate::support::recordings;
use crate::support::walker::screen;

/// The start screen with some ways that were tried and these contexts.
fn nowhere((width, height): (u16, u16), contexts: &[&str]) -> App {
    let mut app = App::unconnected(&[]);
    app.model = Model::new(width, height);
    let attempt = |way: Way, outcome: &str, hint: &str| Attempt {
        way,
        outcome: outcome.to_owned(),
        hint: hint.to_owned(),
    };
    let kubeconfig = Way::Kubeconfig { name: "KUBECONFIG".to_owned() };
    let ambassador =
        Way::Port { kind: EndpointKind::Ambassador, address: "127.0.0.1:8001".to_owned() };
    let account = Way::Kind(EndpointKind::ServiceAccount);
    let tried = vec![
        attempt(kubeconfig, "it is not set", "Name a kubeconfig by --kubeconfig or KUBECONFIG"),
        attempt(ambassador, "nothing listens there", "Run kubectl proxy"),
        attempt(account, "/var/run/secrets holds no token", "Mount one"),
    ];
    let contexts = contexts.iter().map(|name| (*name).to_owned()).collect();
    app.message(Message::NotConnected(Box::new(NoEndpoint { tried, contexts })));
    app
}

/// An ephemeral container that sees another one, whose token may be read or not.
fn here(directory: Result<&str, &str>) -> Here {
    let clue = |value: &str, from: &str| Clue { value: value.to_owned(), from: from.to_owned() };
    let pod = ThisPod {
        names: vec![clue("db-0", "HOSTNAME")],
        uid: Some(clue("e716e899-8ca1-4e3e-ae65-dbfc374eeacc", "/proc/self/cgroup")),
        ..ThisPod::default()
    };
    let lender = Borrowable {
        pid: 1,
        command: "postgres".to_owned(),
        container: None,
        directory: directory.map(Into::into).map_err(str::to_owned),
    };
    let file = |path: &str, bytes: &[u8]| ActualFile {
        path: path.to_owned(),
        mode: Some(0o644),
        bytes: Found::There(bytes.to_vec()),
    };
    let volume =
        |point: &str, guess, file| Volume { point: point.to_owned(), guess, files: vec![file] };
    Here {
        pod,
        environment: Environment::parse(b"PATH=/bin\0POD_IP=10.244.0.7\0DB_PASSWORD=hunter2\0"),
        volumes: vec![
            volume("/etc/key", Guess::Unknown, file("pin", b"4711")),
            volume(
                "/etc/podinfo",
                Guess::DownwardApi,
                file("labels", b"app=\"db\"\ntier=\"data\""),
            ),
        ],
        borrowable: Some(vec![lender]),
    }
}

fn arrives(app: &mut App, here: Here) {
    app.message(Message::Here(Box::new(here)));
}

fn shows(app: &App, texts: &[&str]) {
    let drawn = screen(&app.model);
    for text in texts {
        assert!(drawn.contains(text), "{text:?} is not on\n{drawn}");
    }
}

#[test]
pub(crate) fn d_opens_the_demo() {
    let mut app = nowhere((80, 24), &[]);
    assert!(app.press("d").contains(&Effect::Connect(Choice::Demo)));
}

#[test]
pub(crate) fn u_connects_to_a_typed_url() {
    let mut app = nowhere((80, 24), &[]);
    let effects = app.press("u enter");
    assert!(effects.contains(&Effect::Connect(Choice::Url(URL.to_owned()))), "{effects:?}");
}

#[test]
pub(crate) fn r_connects_again_as_at_the_start() {
    let mut app = nowhere((80, 24), &[]);
    assert!(app.press("r").contains(&Effect::Connect(Choice::AsStarted)));
}

#[test]
fn enter_connects_to_the_selected_context() {
    let mut app = nowhere((80, 24), &["dev", "staging", "prod"]);
    let effects = app.press("j j j k enter");
    assert_eq!(effects, [Effect::Connect(Choice::Context("staging".to_owned()))]);
}

#[test]
pub(crate) fn without_a_readable_token_b_does_nothing_but_show_a_notice() {
    let mut app = nowhere((80, 24), &[]);
    assert!(!app.press("b").iter().any(connects));
    assert!(app.model.notice.is_some());
}

#[test]
pub(crate) fn b_connects_with_the_token_of_another_process() {
    let mut app = nowhere((80, 24), &[]);
    arrives(&mut app, here(Ok("/proc/1/root/run/secrets/kubernetes.io/serviceaccount")));
    shows(&app, &["b connects by the token of process 1 (postgres)"]);
    assert!(!screen(&app.model).contains("through process 1"), "the process is named once");
    assert!(app.press("b").contains(&Effect::Connect(Choice::BorrowedToken)));
}

#[test]
fn a_token_that_cannot_be_borrowed_says_why() {
    let mut app = nowhere((80, 24), &[]);
    arrives(&mut app, here(Err("not permitted: it takes kubectl debug --profile=general")));
    shows(&app, &["✗ token of process 1 (postgres): not permitted", "--profile=general"]);
    let alone = Here { borrowable: Some(Vec::new()), ..here(Err("")) };
    arrives(&mut app, alone);
    shows(&app, &["✗ token of another container: no process", "--target=CONTAINER"]);
    assert!(!screen(&app.model).contains("b token"));
}

#[test]
fn the_footer_names_only_what_would_do_something() {
    let mut app = nowhere((80, 24), &[]);
    let footer = |app: &App| screen(&app.model).lines().last().unwrap().to_owned();
    assert_eq!(footer(&app), " d demo  u enter a URL  r retry  q quit");
    arrives(&mut app, here(Ok("/proc/1/root/x")));
    assert_eq!(footer(&app), " b token  . this pod  d demo  u enter a URL  r retry  q quit");
    let app = nowhere((80, 24), &["dev"]);
    assert!(footer(&app).starts_with(" ⏎ connect"), "{}", footer(&app));
}

#[test]
fn on_a_small_terminal_all_of_it_can_be_scrolled_to() {
    let mut app = nowhere((40, 10), &[]);
    arrives(&mut app, here(Ok("/proc/1/root/x")));
    shows(&app, &["KUBECONFIG", "↓ pgdn"]);
    let mut seen = screen(&app.model);
    for _ in 0..3 {
        app.press("pagedown");
        seen.push_str(&screen(&app.model));
    }
    for part in ["service account", "walks the embedded", "tries again", "files"] {
        assert!(seen.contains(part), "{part:?} is nowhere in\n{seen}");
    }
    assert!(!screen(&app.model).contains("↓ pgdn"), "{}", screen(&app.model));
    app.press("pageup pageup pageup");
    shows(&app, &["No API server answers", "↓ pgdn"]);
    app.press("j");
    assert!(!screen(&app.model).contains("No API server answers"));

    let mut app = nowhere((40, 10), &["one", "two", "three"]);
    app.press("j j");
    shows(&app, &["three"]);
    assert_eq!(app.press("enter"), [Effect::Connect(Choice::Context("three".to_owned()))]);
}

#[test]
fn what_is_here_is_shown_without_any_server() {
    let mut app = nowhere((80, 24), &[]);
    app.press(".");
    assert!(app.model.notice.is_some(), "outside of a pod there is nothing to show");
    arrives(&mut app, here(Ok("/x")));
    app.press(".");
    shows(
        &app,
        &[
            "What is here",
            "pod db-0, by HOSTNAME",
            "uid e716e899-8ca1-4e3e-ae65-dbfc374eeacc, by /proc/self/cgroup",
            "POD_IP",
            "10.244.0.7",
            "image or runtime",
            "/etc/podinfo",
            "app=\"db\" …",
        ],
    );
    let drawn = screen(&app.model);
    assert!(!drawn.contains("hunter2") && !drawn.contains("4711"), "{drawn}");
    app.press("x");
    shows(&app, &["hunter2", "4711"]);
    // Nobody who reads is taken elsewhere.
    assert!(!app.press("G").iter().any(connects));
    app.press("enter");
    shows(&app, &["labels  20 bytes", "tier=\"data\""]);
    app.press("esc");
    shows(&app, &["What is here"]);
    app.press("esc");
    shows(&app, &["No API server answers"]);
}

const URL: &str = "http://127.0.0.1:8001";

#[test]
fn from_an_address_that_does_not_answer_a_key_leads_back_to_the_first_search() {
    let mut app = nowhere((80, 24), &[]);
    assert!(!screen(&app.model).contains("as at the start"));
    app.press("[");
    assert_eq!(app.press("u enter").last(), Some(&Effect::Connect(Choice::Url(URL.to_owned()))));
    app.message(Message::NotConnected(Box::default()));
    shows(&app, &["[ looks for a server as at the start"]);
    assert!(app.press("r").contains(&Effect::Connect(Choice::Url(URL.to_owned()))));
    assert!(app.press("[").contains(&Effect::Connect(Choice::AsStarted)));
}

fn connects(effect: &Effect) -> bool {
    matches!(effect, Effect::Connect(_))
}

#[test]
fn the_first_row_shows_what_is_here_where_the_server_gives_nothing() {
    let mut app = App::over(&[recordings::named("restricted-viewer")]);
    let mut here = here(Ok("/x"));
    let from = "/etc/resolv.conf".to_owned();
    here.pod.namespace = Some(Clue { value: "shop".to_owned(), from });
    arrives(&mut app, here);
    app.walk(". d");
    shows(
        &app,
        &[
            "db-0 this pod",
            "Only what is here. The pod itself:",
            "What is here",
            "POD_IP",
            "10.244.0.7",
        ],
    );
    assert!(!screen(&app.model).contains("catalogue"));
    // Of any other row there is nothing to show.
    app.walk("g j j");
    assert!(!screen(&app.model).contains("10.244.0.7"), "{}", screen(&app.model));
}
