//! The list of problems on the screen.

use kubewalk::app::effect::Effect;
use kubewalk::app::layout::Pane;

use crate::keys::health::trouble;
use crate::support::app::{App, requests};
use crate::support::recordings;
use crate::support::walker::screen;

/// From the root to the row of the problems, and into the list.
const LIST: &str = "j enter";

/// The broken objects of the recording, and the steps down in the list.
const BROKEN: [(&str, &str); 12] = [
    ("deployments", "ledger"),
    ("deployments", "gateway"),
    ("pods", "cache"),
    ("pods", "audit"),
    ("pods", "exporter"),
    ("pods", "giant"),
    ("persistentvolumeclaims", "archive"),
    ("jobs", "migrate"),
    ("services", "ledger"),
    ("ingresses", "gateway"),
    ("deployments", "playground"),
    ("namespaces", "old-team"),
];

fn small(keys: &str) -> App {
    let mut app = trouble("");
    app.model.size = (80, 24);
    app.walk(keys);
    app
}

#[test]
fn nothing_is_requested_before_the_list_is_opened() {
    let mut app = small("");
    let effects = app.press("j");
    assert!(screen(&app.model).contains("problems"), "{}", screen(&app.model));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Scan { .. })));
    assert!(app.press("enter").iter().any(|effect| matches!(effect, Effect::Scan { .. })));
}

#[test]
fn each_broken_object_is_two_keys_and_some_steps_away_from_the_start() {
    for (resource, name) in BROKEN {
        let mut app = small(LIST);
        let problems = &app.model.problems.found.problems;
        let is_it = |path: &kubewalk::k8s::path::ObjectPath| {
            *path.gvr.resource == *resource && &*path.name == name
        };
        let down = problems.iter().position(|problem| is_it(&problem.path));
        let down = down.unwrap_or_else(|| panic!("{resource}/{name} is not listed"));
        app.press(&"j ".repeat(down));
        let sentence = problems_sentence(&app);
        let shown: String = screen(&app.model).split_whitespace().collect::<Vec<_>>().join(" ");
        for word in sentence.split_whitespace() {
            assert!(
                shown.contains(word),
                "{word} of {sentence:?} is not on\n{}",
                screen(&app.model)
            );
        }
        app.walk("enter");
        let path = app.location();
        assert!(path.ends_with(&format!("/{resource}/{name}")), "{path}");
        assert!(!app.model.health.health.reasons.is_empty(), "{path}");
    }
}

/// The sentence of the selected problem.
fn problems_sentence(app: &App) -> String {
    let problems = &app.model.problems;
    problems.found.problems[problems.selected()].reasons[0].sentence.clone()
}

#[test]
fn the_list_is_opened_by_its_word_for_a_namespace_or_all() {
    let mut app = small(":problems space -n space sandbox enter");
    let shown = screen(&app.model);
    assert!(shown.contains("Problems in namespace sandbox"), "{shown}");
    assert!(shown.contains("deploy/playground") && !shown.contains("po/audit"), "{shown}");
    app.walk("esc :problems space -A enter");
    assert!(screen(&app.model).contains("po/audit"), "{}", screen(&app.model));
}

#[test]
fn back_returns_from_an_object_to_its_problem() {
    let mut app = small(LIST);
    app.press("j j");
    app.walk("enter");
    assert_eq!(app.model.focus, Pane::Tree);
    app.press("[");
    assert!(screen(&app.model).contains("Problems"), "{}", screen(&app.model));
    assert_eq!(app.model.problems.selected(), 2);
    // From anywhere else it goes back in the history.
    app.walk("enter k");
    app.press("[");
    assert!(!screen(&app.model).contains("next: "), "{}", screen(&app.model));
}

#[test]
fn a_list_that_was_read_is_shown_again_without_requests_until_r() {
    let mut app = small(LIST);
    app.press("esc");
    let is_scan = |effect: &Effect| matches!(effect, Effect::Scan { .. });
    assert!(!app.press("enter").iter().any(is_scan));
    assert!(app.press("r").iter().any(is_scan));
}

#[test]
fn escape_stops_the_search_and_then_closes_the_list() {
    let mut app = small("");
    app.press(LIST);
    assert!(screen(&app.model).contains("reading"), "{}", screen(&app.model));
    let effects = app.press("esc");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Cancel(_))), "{effects:?}");
    assert!(screen(&app.model).contains("stopped"), "{}", screen(&app.model));
    app.press("esc");
    assert!(!screen(&app.model).contains("Problems"), "{}", screen(&app.model));
}

#[test]
fn what_may_not_be_listed_is_named() {
    let recording = recordings::named("restricted-ledger");
    let mut app = App::unconnected(std::slice::from_ref(&recording));
    app.model.now = recording.recorded_at().unwrap();
    app.connect(None);
    app.rest();
    app.walk(":problems enter");
    let shown = screen(&app.model);
    assert!(shown.contains("forbidden") || shown.contains("recorded"), "{shown}");
    assert!(shown.contains("po/ledger"), "{shown}");
    assert_eq!(requests(&app.take_effects()), [""; 0]);
}
