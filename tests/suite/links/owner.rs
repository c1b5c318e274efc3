//! The owners of an object: a line above its document, and a key that goes there.

use kubewalk::app::layout::Pane;
use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::app::{App, requests};
use crate::support::golden;
use crate::support::recordings;
use crate::support::walker::{Walker, screen};

const POD: &str = ":po/ledger-6b69b76f87-nfc9k space -n space payments";
const REPLICA_SET: &str = "/apis/apps/v1/namespaces/payments/replicasets/ledger-6b69b76f87";

fn app() -> App {
    App::over(&[recordings::named("trouble")])
}

/// True if a request for the metadata of the ReplicaSet is among the effects.
fn is_requested(app: &mut App) -> bool {
    requests(&app.take_effects()).contains(&REPLICA_SET.to_owned())
}

#[test]
fn an_opened_object_shows_its_owner_and_the_owner_of_that() {
    let mut app = app();
    app.press(&format!("{POD} enter"));
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("owner rs/ledger-6b69b76f87 → deploy/ledger"), "{shown}");
    let sent = requests(&app.take_effects());
    assert_eq!(sent.iter().filter(|sent| *sent == REPLICA_SET).count(), 1, "{sent:?}");
}

#[test]
fn an_object_that_is_only_rested_on_shows_its_own_owner_without_a_request() {
    let mut app = app();
    app.walk(":po space -n space payments enter");
    while !app.location().ends_with("ledger-6b69b76f87-nfc9k") {
        app.press("j");
    }
    app.rest();
    let shown = screen(&app.model);
    assert!(shown.contains("owner rs/ledger-6b69b76f87"), "{shown}");
    assert!(!shown.contains("→ deploy/ledger"), "{shown}");
    assert!(!is_requested(&mut app));
}

#[test]
fn an_owner_that_was_read_for_another_object_is_not_requested_again() {
    let mut app = app();
    app.walk(&format!("{POD} enter"));
    app.walk(":po/ledger-6b69b76f87-whdhh space -n space payments");
    app.take_effects();
    app.walk("enter");
    let shown = screen(&app.model);
    assert!(shown.contains("owner rs/ledger-6b69b76f87 → deploy/ledger"), "{shown}");
    assert!(!is_requested(&mut app));
}

#[test]
pub(crate) fn shift_o_goes_to_the_owner_from_every_pane_and_back_returns() {
    for pane in ["", "tab"] {
        let mut app = app();
        app.walk(&format!("{POD} enter"));
        let before = app.location();
        app.walk(pane);
        app.walk("O");
        assert_eq!(app.location(), REPLICA_SET, "{pane}");
        app.walk("[");
        assert_eq!(app.location(), before, "{pane}");
    }
}

#[test]
pub(crate) fn without_an_owner_shift_o_shows_a_notice() {
    let mut app = app();
    app.walk(":deploy/ledger space -n space payments enter");
    app.press("O");
    let notice = app.model.notice.as_ref().map(|notice| notice.text.as_str());
    assert_eq!(notice, Some("Nothing owns this object"));
}

#[test]
fn enter_on_the_line_of_the_owner_goes_there() {
    let mut app = app();
    app.walk(&format!("{POD} enter"));
    app.press("i G");
    assert_eq!(app.model.focus, Pane::Document);
    app.walk("enter");
    assert_eq!(app.location(), REPLICA_SET);
}

#[test]
fn an_owner_that_does_not_exist_is_said_and_the_document_stays() {
    let mut app = app();
    app.walk(&format!("{POD} enter"));
    let before = app.location();
    app.press("O");
    app.answer_with(Err(Failure::new(FailureKind::NotFound, "not found", "")));
    let notice = app.model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default();
    assert_eq!(notice, "ReplicaSet ledger-6b69b76f87 does not exist in payments");
    assert_eq!(app.location(), before);
}

#[tokio::test]
async fn the_owners_are_drawn_below_the_reasons() {
    let healthy = ":po/gateway-775545c9cc-d8hgc space -n space payments";
    for (size, pod, name) in [((80, 24), healthy, "owner-80"), ((120, 40), POD, "owner-120")] {
        let mut walker = Walker::recording("trouble", size).await;
        walker.walk(&format!("{pod} enter")).await;
        walker.wait_for("→ deploy/").await;
        let file = format!("tests/fixtures/screens/links/{name}.txt");
        golden::is_current(&file, &format!("{}\n", walker.screen()));
    }
}
