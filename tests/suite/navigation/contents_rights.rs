//! What a namespace contains, for a user who may not read everything.

use crate::support::app::{App, requests};
use crate::support::recordings;

const PATH: &str = "/api/v1/namespaces/team-a";

/// An app of a user who may view one namespace, before that is chosen.
fn viewer() -> App {
    let recording = recordings::named("restricted-viewer");
    let mut app = App::unconnected(std::slice::from_ref(&recording));
    app.model.now = recording.recorded_at().unwrap();
    app.connect(None);
    app.rest();
    app.answer_all();
    app
}

#[test]
fn kinds_with_objects_are_shown_and_the_others_counted_by_their_reason() {
    let mut app = viewer();
    app.walk(":ns space team-a enter");
    assert_eq!(app.location(), PATH);
    // Of the recorded lists of the namespace's 28 kinds, 3 have objects, 19 have none, and 6 are refused.
    assert_eq!(
        app.children(PATH),
        ["pods", "configmaps", "serviceaccounts", "19 empty, 6 forbidden, 4 not counted"]
    );
}

#[test]
fn kinds_that_the_known_rules_deny_are_not_requested() {
    let mut app = viewer();
    // The rules of a namespace are requested when it is visited.
    app.walk(":po space -n space team-a enter");
    app.walk(":/ enter");
    app.take_effects();
    let mut sent = requests(&app.press(":ns space team-a enter"));
    while !app.waiting.is_empty() {
        app.answer_first();
        sent.extend(requests(&app.take_effects()));
    }
    let counted: Vec<&String> =
        sent.iter().filter(|it| it.contains("includeObject=None")).collect();
    assert_eq!(counted.len(), 22, "{counted:?}");
    let denied = ["secrets", "podtemplates", "rolebindings", "roles", "widgets"];
    let is_denied = |sent: &&&String| denied.iter().any(|kind| sent.contains(&format!("/{kind}?")));
    assert_eq!(counted.iter().find(is_denied), None);
    assert!(app.children(PATH).last().unwrap().contains(" 6 forbidden"));
}
