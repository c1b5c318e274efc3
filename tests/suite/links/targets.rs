//! What objects of some kinds exist to refer to, as one row.

use crate::support::app::App;
use crate::support::golden;
use crate::support::recordings;
use crate::support::walker::{Walker, screen, selected};

const INGRESS: &str = ":ingress/gateway space -n space payments enter";

/// An app in which an object of the broken cluster is opened, and the cursor is on its row of targets.
fn targets_of(location: &str) -> App {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.walk(location);
    app.press("l");
    for _ in 0..20 {
        app.press("j");
        if selected(&app.model).contains("▸ targets") {
            return app;
        }
    }
    panic!("no targets: {}", screen(&app.model));
}

#[test]
fn targets_are_requested_when_their_row_is_opened_each_once() {
    let mut app = targets_of(INGRESS);
    assert!(selected(&app.model).contains("targets ⏎ reads 2 objects"), "{}", selected(&app.model));
    app.rest();
    assert_eq!(app.pending(), [""; 0]);
    app.press("enter");
    let list =
        "/api/v1/namespaces/payments/services?includeObject=None&fieldSelector=metadata.name%3D";
    let sent = app.pending();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[0].starts_with(&format!("{list}gateway&")), "{sent:?}");
    assert!(sent[1].starts_with(&format!("{list}ledgers&")), "{sent:?}");
}

#[test]
fn a_target_that_does_not_exist_is_marked() {
    let mut app = targets_of(INGRESS);
    app.press("enter");
    app.answer_all();
    assert!(selected(&app.model).contains("targets 1 of 2 found"), "{}", selected(&app.model));
    app.press("j");
    let found = selected(&app.model);
    assert!(found.contains("▸ services/gateway") && !found.contains('✗'), "{found}");
    app.press("j");
    let missing = selected(&app.model);
    assert!(missing.contains("services/ledgers ✗ not found"), "{missing}");
}

#[test]
fn a_target_opens_into_its_object() {
    let mut app = targets_of(INGRESS);
    app.press("enter");
    app.answer_all();
    app.press("j l");
    app.answer_all();
    app.press("j o");
    app.answer_all();
    assert_eq!(app.location(), "/api/v1/namespaces/payments/services/gateway");
}

#[test]
fn a_binding_has_its_role_and_its_subjects_as_targets() {
    let mut app = targets_of(":rolebinding/ledger space -n space payments enter");
    app.press("enter");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("roles/ledger") && shown.contains("serviceaccounts/ledger"), "{shown}");
    assert!(shown.contains("targets 2 of 2 found"), "{shown}");
}

#[test]
fn the_pods_of_an_autoscaler_are_listed_after_the_scale_of_its_target() {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.walk(":hpa/gateway space -n space payments enter");
    app.press("l");
    while !selected(&app.model).contains("▸ pods") {
        app.press("j");
    }
    assert!(
        selected(&app.model).contains("of the selector of its scale"),
        "{}",
        selected(&app.model)
    );
    app.press("enter");
    let scale = "/apis/apps/v1/namespaces/payments/deployments/gateway/scale";
    assert_eq!(app.pending(), [scale]);
    app.answer_first();
    let pods =
        "/api/v1/namespaces/payments/pods?includeObject=None&labelSelector=app%3Dgateway&limit=500";
    assert_eq!(app.pending(), [pods]);
    app.answer_all();
    assert!(selected(&app.model).contains("pods 4"), "{}", selected(&app.model));
}

#[tokio::test]
async fn targets_are_drawn() {
    for (size, name) in [((80, 24), "targets-80"), ((120, 40), "targets-120")] {
        let mut walker = Walker::recording("trouble", size).await;
        walker.walk(INGRESS).await;
        walker.wait_unwatched("kind: Ingress").await;
        walker.walk("l").await;
        while !walker.selected().contains("targets") {
            walker.press("j");
        }
        walker.walk("enter").await;
        walker.wait_for("targets 1 of 2 found").await;
        let file = format!("tests/fixtures/screens/links/{name}.txt");
        golden::is_current(&file, &format!("{}\n", walker.screen()));
    }
}
