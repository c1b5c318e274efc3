//! The lists of what belongs to an object, as rows below it on the screen.

use crate::support::app::{App, requests};
use crate::support::golden;
use crate::support::recordings;
use crate::support::walker::{Walker, screen, selected};

const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/payments/deployments/gateway";

/// An app in which the Deployment of the broken cluster is open.
fn deployment() -> App {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.walk(":deploy/gateway space -n space payments enter");
    app
}

/// Moves the cursor to a row by its beginning.
fn go_down_to(app: &mut App, begin: &str) {
    for _ in 0..40 {
        app.press("j");
        if selected(&app.model).trim_start_matches(['▸', '▾', ' ']).starts_with(begin) {
            return;
        }
    }
    panic!("no {begin}: {}", screen(&app.model));
}

#[test]
fn an_opened_object_has_rows_for_what_belongs_to_it_without_a_request() {
    let mut app = deployment();
    let sent = requests(&app.press("l"));
    assert!(sent.iter().all(|sent| !sent.contains("replicasets")), "{sent:?}");
    let children = app.children(DEPLOYMENT);
    for label in ["replicasets", "pods", "events"] {
        assert!(children.iter().any(|child| child == label), "{children:?}");
    }
}

#[test]
fn a_row_is_requested_only_when_it_is_opened_and_then_watched() {
    let mut app = deployment();
    app.press("l");
    app.take_effects();
    go_down_to(&mut app, "pods");
    app.rest();
    let sent = requests(&app.take_effects());
    assert!(sent.iter().all(|sent| !sent.contains("labelSelector")), "{sent:?}");
    let pods = "/api/v1/namespaces/payments/pods?includeObject=Metadata\
                &labelSelector=app%3Dgateway&limit=500";
    assert!(requests(&app.press("l")).contains(&pods.to_owned()), "{:?}", app.pending());
    app.answer_all();
    app.rest();
    let shown = screen(&app.model);
    assert!(shown.contains("pods 4"), "{shown}");
    let sent = requests(&app.take_effects());
    let watch = |sent: &String| sent.contains("labelSelector=app%3Dgateway&watch=1");
    assert!(sent.iter().any(watch), "{sent:?}");
}

#[test]
fn rows_that_do_not_belong_are_left_out() {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.walk(":cm/ledger-config space -n space payments enter");
    app.press("l");
    go_down_to(&mut app, "pods");
    app.press("l");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("pods 3 of 14 read") && !shown.contains("giant"), "{shown}");
}

#[test]
fn o_goes_from_a_related_row_to_its_own_place() {
    let mut app = deployment();
    app.press("l");
    go_down_to(&mut app, "pods");
    app.press("l");
    app.answer_all();
    app.press("j o");
    app.answer_all();
    assert!(app.location().starts_with("/api/v1/namespaces/payments/pods/gateway-"));
    app.press("[");
    app.answer_all();
}

#[test]
fn moving_over_related_rows_requests_nothing() {
    let mut app = deployment();
    app.press("l");
    app.take_effects();
    for _ in 0..6 {
        app.press("j");
        app.rest();
    }
    let sent = requests(&app.take_effects());
    assert!(sent.iter().all(|sent| !sent.contains("Selector")), "{sent:?}");
}

#[tokio::test]
async fn related_rows_are_drawn() {
    for (size, name) in [((80, 24), "related-80"), ((120, 40), "related-120")] {
        let mut walker = Walker::recording("trouble", size).await;
        walker.walk(":deploy/gateway space -n space payments enter").await;
        walker.wait_unwatched("kind: Deployment").await;
        walker.walk("l j j").await;
        for _ in 0..6 {
            if walker.selected().contains("pods") {
                break;
            }
            walker.walk("j").await;
        }
        walker.walk("l").await;
        walker.wait_for("pods 4").await;
        let file = format!("tests/fixtures/screens/links/{name}.txt");
        golden::is_current(&file, &format!("{}\n", walker.screen()));
    }
}
