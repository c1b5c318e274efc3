//! Comparing on the screen what the containers of two pods see.

use std::sync::Arc;

use kubewalk::app::layout::Pane;
use kubewalk::app::state::overlay::Overlay;

use crate::support::app::{App, requests};
use crate::support::golden;
use crate::support::walker::{Walker, screen};

/// Marks one object, opens another one and its container view, and compares them.
async fn compared(marked: &str, opened: &str, size: (u16, u16)) -> Walker {
    let mut walker = Walker::demo(size).await;
    for (location, keys) in [(marked, "m"), (opened, "d shift-tab")] {
        let location = location.replace(' ', " space ");
        walker.walk(&format!(": {location} enter")).await;
        walker.walk(keys).await;
    }
    assert_eq!(walker.model.focus, Pane::Container, "{}", walker.screen());
    walker.press("=");
    walker.wait_for(" differ").await;
    walker
}

const FRONTEND: &str = "po/frontend-78979fc966-fpzhk -n shop";

#[tokio::test]
async fn what_two_pods_see_is_compared_and_equal_rows_are_counted() {
    for (size, name) in [((80, 24), 80), ((120, 40), 120)] {
        let walker = compared("po/db-0 -n shop", FRONTEND, size).await;
        let path = format!("tests/fixtures/screens/changes/containers-{name}.txt");
        golden::is_current(&path, &format!("{}\n", walker.screen()));
    }
}

#[tokio::test]
async fn two_pods_of_one_deployment_see_the_same() {
    let walker = compared("po/frontend-78979fc966-kgbpw -n shop", FRONTEND, (120, 40)).await;
    let screen = walker.screen();
    assert!(screen.contains("The same") && screen.contains(" per pod, "), "{screen}");
}

#[tokio::test]
async fn a_workload_is_compared_with_a_pod() {
    let walker = compared("sts/db -n shop", "po/db-1 -n shop", (120, 40)).await;
    let screen = walker.screen();
    assert!(screen.contains("what the containers see: sts/db -n shop"), "{screen}");
}

#[tokio::test]
async fn values_of_secrets_are_masked_until_x() {
    let mut walker = compared("po/db-0 -n shop", FRONTEND, (120, 60)).await;
    let masked = walker.screen();
    let row = |screen: &str| {
        let line = screen.lines().find(|line| line.contains("DB_password"));
        line.unwrap_or_else(|| panic!("{screen}")).to_owned()
    };
    assert!(row(&masked).contains(" bytes #"), "{masked}");
    walker.press("x");
    walker.wait_for(" differ").await;
    walker.wait_for_no(" bytes #").await;
}

#[test]
fn an_object_without_containers_is_refused_without_a_request() {
    let mut app = App::demo();
    app.walk(":cm/frontend-config space -n space shop enter");
    app.press("m");
    app.walk(":po/db-0 space -n space shop enter");
    app.walk("d shift-tab");
    let sent = app.press("=");
    assert_eq!(requests(&sent), [""; 0]);
    assert!(matches!(app.model.overlay, Overlay::None));
    let screen = screen(&app.model);
    assert!(screen.contains("cm/frontend-config -n shop has no containers"), "{screen}");
}

#[test]
fn a_mark_of_another_server_is_refused() {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    app.press("m");
    let mark = app.model.mark.as_mut().unwrap();
    Arc::make_mut(mark).server = "https://elsewhere".to_owned();
    app.walk(":po/db-1 space -n space shop enter");
    app.walk("d shift-tab");
    app.press("=");
    assert!(matches!(app.model.overlay, Overlay::None));
    assert!(screen(&app.model).contains("is of another server"), "{}", screen(&app.model));
}

#[tokio::test]
async fn i_shows_equal_rows_and_those_per_pod_and_hides_them_again() {
    let pods = ["po/frontend-78979fc966-kgbpw -n shop", FRONTEND];
    let mut walker = compared(pods[0], pods[1], (120, 60)).await;
    let hidden = walker.screen();
    let left_out = |walker: &Walker| {
        let lines = walker.model.comparison.as_ref().unwrap().lines(118);
        lines.iter().filter(|line| line.is_left_out).count()
    };
    assert_eq!(left_out(&walker), 0);
    walker.press("i");
    let found = walker.model.comparison.as_ref().unwrap().found().unwrap();
    let counts: Vec<&str> = found.counts().iter().map(|(group, _)| group.name()).collect();
    assert_eq!(counts, ["equal", "per pod", "unknown"]);
    assert_eq!(left_out(&walker), found.left_out().count());
    let shown = walker.screen();
    for text in [" (equal) ", " (per pod) ", "hides them"] {
        assert!(shown.contains(text), "{text} {shown}");
    }
    walker.press("i");
    assert_eq!(walker.screen(), hidden);
}
