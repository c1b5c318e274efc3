//! The start screen, and the local values of a pod without a server.

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

/// Opens the start screen with some attempts and these contexts.
pub(crate) fn start_screen((width, height): (u16, u16), contexts: &[&str]) -> App {
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
        attempt(account, "/var/run/secrets contains no token", "Mount one"),
    ];
    let contexts = contexts.iter().map(|name| (*name).to_owned()).collect();
    app.message(Message::NotConnected(Box::new(NoEndpoint { tried, contexts })));
    app
}

/// An ephemeral container that sees another one, whose token is readable or not.
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
        neighbours: Vec::new(),
    }
}

fn set_here(app: &mut App, here: Here) {
    app.message(Message::Here(Box::new(here)));
}

fn assert_shows(app: &App, texts: &[&str]) {
    let drawn = screen(&app.model);
    for text in texts {
        assert!(drawn.contains(text), "{text:?} is not on\n{drawn}");
    }
}

#[test]
pub(crate) fn d_opens_the_demo() {
    let mut app = start_screen((80, 24), &[]);
    assert!(app.press("d").contains(&Effect::Connect(Choice::Demo)));
}

#[test]
pub(crate) fn u_connects_to_a_typed_url() {
    let mut app = start_screen((80, 24), &[]);
    let effects = app.press("u enter");
    assert!(effects.contains(&Effect::Connect(Choice::Url(URL.to_owned()))), "{effects:?}");
}

#[test]
pub(crate) fn r_connects_again_as_at_the_start() {
    let mut app = start_screen((80, 24), &[]);
    assert!(app.press("r").contains(&Effect::Connect(Choice::AsStarted)));
}

#[test]
fn enter_connects_to_the_selected_context() {
    let mut app = start_screen((80, 24), &["dev", "staging", "prod"]);
    let effects = app.press("j j j k enter");
    assert_eq!(effects, [Effect::Connect(Choice::Context("staging".to_owned()))]);
}

#[test]
pub(crate) fn without_a_readable_token_b_does_nothing_but_show_a_notice() {
    let mut app = start_screen((80, 24), &[]);
    assert!(!app.press("b").iter().any(connects));
    assert!(app.model.notice.is_some());
}

#[test]
pub(crate) fn b_connects_with_the_token_of_another_process() {
    let mut app = start_screen((80, 24), &[]);
    set_here(&mut app, here(Ok("/proc/1/root/run/secrets/kubernetes.io/serviceaccount")));
    assert_shows(&app, &["b connect with the token of process 1 (postgres)"]);
    assert!(!screen(&app.model).contains("through process 1"), "the process is named once");
    assert!(app.press("b").contains(&Effect::Connect(Choice::BorrowedToken)));
}

#[test]
fn an_unreadable_token_shows_the_reason() {
    let mut app = start_screen((80, 24), &[]);
    set_here(&mut app, here(Err("not permitted: it takes kubectl debug --profile=general")));
    assert_shows(&app, &["✗ token of process 1 (postgres): not permitted", "--profile=general"]);
    let alone = Here { borrowable: Some(Vec::new()), ..here(Err("")) };
    set_here(&mut app, alone);
    assert_shows(&app, &["✗ token of another container: no process", "--target=CONTAINER"]);
    assert!(!screen(&app.model).contains("b token"));
}

#[test]
fn the_footer_names_only_keys_with_an_effect() {
    let mut app = start_screen((80, 24), &[]);
    let footer = |app: &App| screen(&app.model).lines().last().unwrap().to_owned();
    assert_eq!(footer(&app), " d demo  u enter a URL  r retry  q quit");
    set_here(&mut app, here(Ok("/proc/1/root/x")));
    assert_eq!(footer(&app), " b token  . this pod  d demo  u enter a URL  r retry  q quit");
    let app = start_screen((80, 24), &["dev"]);
    assert!(footer(&app).starts_with(" ⏎ connect"), "{}", footer(&app));
}

#[test]
fn the_start_screen_scrolls_on_a_small_terminal() {
    let mut app = start_screen((40, 10), &[]);
    set_here(&mut app, here(Ok("/proc/1/root/x")));
    assert_shows(&app, &["KUBECONFIG", "↓ pgdn"]);
    let mut seen = screen(&app.model);
    for _ in 0..3 {
        app.press("pagedown");
        seen.push_str(&screen(&app.model));
    }
    for part in ["service account", "open the demo", "retry the connection", "files"] {
        assert!(seen.contains(part), "{part:?} is nowhere in\n{seen}");
    }
    assert!(!screen(&app.model).contains("↓ pgdn"), "{}", screen(&app.model));
    app.press("pageup pageup pageup");
    assert_shows(&app, &["No API server answers", "↓ pgdn"]);
    app.press("j");
    assert!(!screen(&app.model).contains("No API server answers"));

    let mut app = start_screen((40, 10), &["one", "two", "three"]);
    app.press("j j");
    assert_shows(&app, &["three"]);
    assert_eq!(app.press("enter"), [Effect::Connect(Choice::Context("three".to_owned()))]);
}

#[test]
fn local_values_are_shown_without_a_server() {
    let mut app = start_screen((80, 24), &[]);
    app.press(".");
    assert!(app.model.notice.is_some(), "outside of a pod there is nothing to show");
    set_here(&mut app, here(Ok("/x")));
    app.press(".");
    assert_shows(
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
    assert_shows(&app, &["hunter2", "4711"]);
    // A retry does not interrupt a user who is reading.
    assert!(!app.press("G").iter().any(connects));
    app.press("enter");
    assert_shows(&app, &["labels  20 bytes", "tier=\"data\""]);
    app.press("esc");
    assert_shows(&app, &["What is here"]);
    app.press("esc");
    assert_shows(&app, &["No API server answers"]);
}

const URL: &str = "http://127.0.0.1:8001";

#[test]
fn after_a_failed_address_a_key_repeats_the_initial_search() {
    let mut app = start_screen((80, 24), &[]);
    assert!(!screen(&app.model).contains("first search"));
    app.press("[");
    assert_eq!(app.press("u enter").last(), Some(&Effect::Connect(Choice::Url(URL.to_owned()))));
    app.message(Message::NotConnected(Box::default()));
    assert_shows(&app, &["[ return to the first search"]);
    assert!(app.press("r").contains(&Effect::Connect(Choice::Url(URL.to_owned()))));
    assert!(app.press("[").contains(&Effect::Connect(Choice::AsStarted)));
}

fn connects(effect: &Effect) -> bool {
    matches!(effect, Effect::Connect(_))
}

#[test]
fn the_row_of_the_own_pod_shows_local_values_if_the_server_refuses() {
    let mut app = App::over(&[recordings::named("restricted-viewer")]);
    let mut here = here(Ok("/x"));
    let from = "/etc/resolv.conf".to_owned();
    here.pod.namespace = Some(Clue { value: "shop".to_owned(), from });
    set_here(&mut app, here);
    app.walk(". d");
    assert_shows(
        &app,
        &[
            "db-0 this pod",
            "Only what this process can read",
            "What is here",
            "POD_IP",
            "10.244.0.7",
        ],
    );
    assert!(!screen(&app.model).contains("catalogue"));
    // Other rows have no local values.
    app.walk("g j j");
    assert!(!screen(&app.model).contains("10.244.0.7"), "{}", screen(&app.model));
}
