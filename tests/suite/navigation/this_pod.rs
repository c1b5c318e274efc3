//! The row of the own pod, identified by its variables, hostname or UID.

use kubewalk::app::message::Message;
use kubewalk::downward::inside::{Clue, Here, ThisPod};

use crate::support::app::App;
use crate::support::recordings;
use crate::support::walker::screen;

/// The UID of shop/db-0.
const UID: &str = "4a415870-5891-46d9-ab4a-a51c10c1bdb2";
const DB_0: &str = "/api/v1/namespaces/shop/pods/db-0";

/// Starts in an ephemeral container of a pod with that hostname.
fn debugging(hostname: &str) -> App {
    let clue = |value: &str, from: &str| Clue { value: value.to_owned(), from: from.to_owned() };
    let pod = ThisPod {
        names: vec![clue(hostname, "HOSTNAME")],
        uid: Some(clue(UID, "/proc/self/cgroup")),
        ..ThisPod::default()
    };
    let mut app = App::demo();
    app.message(Message::Here(Box::new(Here { pod, ..Here::default() })));
    app
}

fn first_row(app: &App) -> String {
    screen(&app.model).lines().nth(3).unwrap_or_default().to_owned()
}

/// Starts in a pod whose variables name it and that may list nothing.
fn restricted() -> App {
    let clue = |value: &str| Clue { value: value.to_owned(), from: "POD_NAME".to_owned() };
    let pod = ThisPod {
        namespace: Some(clue("team-a")),
        names: vec![clue("nolimits")],
        uid: Some(clue("u")),
        ..ThisPod::default()
    };
    let mut app = App::over(&[recordings::named("restricted-viewer")]);
    app.message(Message::Here(Box::new(Here { pod, ..Here::default() })));
    app
}

#[test]
pub(crate) fn outside_a_pod_the_key_shows_a_notice() {
    let mut app = App::over(&[recordings::named("restricted-viewer")]);
    app.walk(".");
    assert!(app.model.notice.is_some());
    assert!(!screen(&app.model).contains("this pod "), "{}", screen(&app.model));
}

#[test]
pub(crate) fn the_pod_opens_even_if_nothing_can_be_listed() {
    let mut app = restricted();
    assert!(first_row(&app).contains("nolimits this pod"), "{}", first_row(&app));
    app.walk(".");
    assert_eq!(app.location(), "/api/v1/namespaces/team-a/pods/nolimits");
    assert!(screen(&app.model).contains("kind: Pod"), "{}", screen(&app.model));
}

#[test]
pub(crate) fn the_row_of_the_pod_survives_a_refresh() {
    let mut app = restricted();
    app.walk(". r");
    assert!(first_row(&app).contains("nolimits this pod"), "{}", first_row(&app));
}

#[test]
fn an_unknown_namespace_of_the_own_pod_is_prompted_for() {
    let mut app = debugging("db-0");
    assert!(first_row(&app).contains("db-0 this pod in which namespace?"), "{}", first_row(&app));
    app.press(".");
    assert!(screen(&app.model).contains("namespace of this pod:"), "{}", screen(&app.model));
    app.walk("shop enter");
    assert_eq!(app.location(), DB_0);
    assert!(first_row(&app).contains("db-0 this pod"), "{}", first_row(&app));
    assert!(screen(&app.model).contains("kind: Pod"), "{}", screen(&app.model));
    // A later look around keeps the namespace.
    let here = app.model.here.clone().unwrap();
    let pod = ThisPod { namespace: None, ..here.pod.clone() };
    app.message(Message::Here(Box::new(Here { pod, ..here })));
    assert!(!first_row(&app).contains("which namespace"), "{}", first_row(&app));
}

#[test]
fn the_chosen_namespace_is_that_of_the_own_pod() {
    let mut app = debugging("db-0");
    app.walk(":ns space shop enter .");
    assert_eq!(app.location(), DB_0);
}

#[test]
fn the_uid_decides_if_the_hostname_is_that_of_another_pod() {
    let mut app = debugging("db-1");
    app.walk(". shop enter");
    assert_eq!(app.location(), DB_0);
    assert!(first_row(&app).contains("db-0 this pod"), "{}", first_row(&app));
    assert!(screen(&app.model).contains(UID), "{}", screen(&app.model));
}

#[test]
fn a_namespace_without_the_own_pod_is_prompted_for_again() {
    let mut app = debugging("nolimits");
    app.walk(". team-a enter");
    let notice = app.model.notice.clone().unwrap();
    assert!(notice.text.contains("no pod in namespace team-a has the uid"), "{}", notice.text);
    assert!(first_row(&app).contains("in which namespace?"), "{}", first_row(&app));
}
