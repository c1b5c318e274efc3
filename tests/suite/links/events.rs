//! From the events of an object to what they are about, and to those of what it owns.

use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::app::{App, requests};
use crate::support::golden;
use crate::support::recordings;
use crate::support::walker::{Walker, screen};

const PLAYGROUND: &str = ":deploy/playground space -n space sandbox enter";

/// An app over the broken cluster in which the events of what the keys open are listed.
fn events(keys: &str) -> App {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.walk(keys);
    app.press("e");
    app.answer_all();
    app
}

fn notice(app: &App) -> String {
    app.model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default()
}

#[test]
pub(crate) fn o_goes_from_an_event_to_the_object_that_it_is_about() {
    let mut app = events(":po space -n space payments enter");
    let row = app.model.events.rows[0].clone();
    assert_eq!(row.kind, "Pod");
    let object = format!("/api/v1/namespaces/payments/pods/{}", row.name);
    assert_eq!(requests(&app.press("o")), [object.as_str()], "one request");
    assert!(screen(&app.model).contains("Events of"), "the list stays until it is answered");
    app.answer_all();
    app.rest();
    assert_eq!(app.location(), object);
    assert!(!screen(&app.model).contains("Events of"), "{}", screen(&app.model));
}

#[test]
fn an_event_about_an_object_that_is_gone_says_so_and_the_list_stays() {
    let mut app = events(":po space -n space payments enter");
    let name = app.model.events.rows[0].name.clone();
    app.press("o");
    app.answer_with(Err(Failure::new(FailureKind::NotFound, "not found", "")));
    assert_eq!(notice(&app), format!("Pod {name} does not exist in payments"));
    assert!(screen(&app.model).contains("Events of"), "{}", screen(&app.model));
}

#[test]
fn closing_the_list_cancels_the_way_to_an_object() {
    let mut app = events(":po space -n space payments enter");
    app.press("o");
    let before = app.location();
    app.press("esc");
    assert_eq!(app.pending(), [""; 0]);
    app.rest();
    assert_eq!(app.location(), before);
}

#[test]
pub(crate) fn e_again_adds_the_events_of_what_the_object_owns_and_then_returns() {
    let mut app = events(PLAYGROUND);
    let alone = app.model.events.rows.len();
    let sent = requests(&app.press("e"));
    assert_eq!(sent.len(), 1, "the replica sets: {sent:?}");
    assert!(sent[0].contains("/replicasets?"), "{sent:?}");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("Events of deployments/playground and 2 owned"), "{shown}");
    assert!(shown.contains("rs/playground-"), "{shown}");
    let rows = &app.model.events.rows;
    assert!(rows.len() > alone, "{shown}");
    assert!(rows.iter().all(|row| row.name.starts_with("playground")), "{rows:?}");
    app.press("e");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("Events of deployments/playground ·"), "{shown}");
    assert_eq!(app.model.events.rows.len(), alone);
}

#[test]
fn the_events_of_a_deployment_are_with_those_of_its_pods() {
    let mut app = events(":deploy/gateway space -n space payments enter");
    app.press("e");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("Events of deployments/gateway and 6 owned"), "{shown}");
    let kinds = ["Deployment", "ReplicaSet", "Pod"];
    let rows = &app.model.events.rows;
    for kind in kinds {
        assert!(rows.iter().any(|row| row.kind == kind), "{kind}: {rows:?}");
    }
    assert!(rows.iter().all(|row| row.name.starts_with("gateway")), "{rows:?}");
}

#[test]
fn lists_of_owned_objects_that_cannot_be_read_are_named() {
    let mut app = events(PLAYGROUND);
    app.press("e");
    app.answer_with(Err(Failure::new(FailureKind::Forbidden, "replicasets is forbidden", "")));
    app.answer_all();
    let shown = screen(&app.model);
    let title = "Events of deployments/playground and 0 owned, without replicasets";
    assert!(shown.contains(title), "{shown}");
}

#[test]
fn closing_the_list_cancels_the_lists_of_owned_objects() {
    let mut app = events(PLAYGROUND);
    app.press("e esc");
    assert_eq!(app.pending(), [""; 0]);
}

#[test]
fn a_pod_shows_the_events_of_earlier_pods_of_its_name() {
    let mut app = events(":po/audit space -n space payments enter");
    let sent = requests(&app.press("e"));
    let query = "fieldSelector=involvedObject.kind%3DPod%2CinvolvedObject.name%3Daudit";
    assert!(sent.len() == 1 && sent[0].contains(query), "{sent:?}");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("Events of pods/audit and earlier ones of that name"), "{shown}");
}

#[test]
fn the_events_of_a_namespace_follow_those_of_owned_objects_whole() {
    let mut app = events(":deploy/gateway space -n space payments enter");
    app.press("e");
    app.answer_all();
    let owned = app.model.events.rows.len();
    app.press("esc");
    app.walk(":deploy space -n space payments enter");
    app.press("e");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("Events of namespace payments"), "{shown}");
    assert!(app.model.events.rows.len() > owned, "{shown}");
}

#[tokio::test]
async fn the_events_of_owned_objects_are_drawn() {
    for (size, name) in [((80, 24), "owned-events-80"), ((120, 40), "owned-events-120")] {
        let mut walker = Walker::recording("trouble", size).await;
        walker.walk(PLAYGROUND).await;
        walker.wait_for("playground").await;
        walker.walk("e e").await;
        walker.wait_for("and 2 owned").await;
        let file = format!("tests/fixtures/screens/links/{name}.txt");
        golden::is_current(&file, &format!("{}\n", walker.screen()));
    }
}
