//! What the pods of an open node request, above its document.

use crate::keys::health::trouble;
use crate::support::app::requests;
use crate::support::walker::screen;

#[test]
fn an_open_node_shows_requests_limits_and_allocatable_side_by_side() {
    let mut app = trouble(":nodes enter j enter");
    app.press("tab");
    let shown = screen(&app.model);
    assert!(shown.contains("RESOURCE"), "{shown}");
    let cpu =
        shown.lines().find(|line| line.contains("cpu  ")).unwrap_or_else(|| panic!("{shown}"));
    assert!(cpu.contains("%)"), "{cpu}");
    let row = &app.model.allocation.rows[0];
    assert_eq!(row.resource, "cpu");
    assert_ne!(row.requests, "0 (0%)");
}

#[test]
fn the_pods_of_a_node_are_listed_once_and_only_when_it_is_opened() {
    let mut app = trouble(":nodes enter j");
    let is_pods = |request: &String| request.contains("spec.nodeName%3D");
    let rested = requests(&app.take_effects());
    assert!(!rested.iter().any(is_pods), "{rested:?}");
    let opened = requests(&app.press("enter"));
    assert_eq!(opened.iter().filter(|request| is_pods(request)).count(), 1, "{opened:?}");
}
