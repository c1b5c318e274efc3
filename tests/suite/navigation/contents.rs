//! What a namespace contains.

use kubewalk::app::effect::Effect;

use crate::keys::health::trouble;
use crate::support::app::{App, requests};
use crate::support::golden;
use crate::support::recordings;
use crate::support::walker::screen;

/// What `:ns payments` shows.
const NAMESPACE: &str = ":ns space payments enter";
const PATH: &str = "/api/v1/namespaces/payments";

#[test]
fn a_chosen_namespace_is_a_row_of_the_root_that_opens_into_the_kinds_with_objects() {
    let app = trouble(NAMESPACE);
    assert_eq!(app.location(), PATH);
    let kinds = app.children(PATH);
    assert_eq!(kinds[..3], ["pods", "deployments", "replicasets"]);
    assert!(kinds.contains(&"configmaps".to_owned()), "{kinds:?}");
    assert!(!kinds.contains(&"cronjobs".to_owned()), "{kinds:?}");
    let others = kinds.last().unwrap();
    assert!(others.contains(" empty, ") && others.ends_with("4 not counted"), "{others}");
    for size in [(80, 24), (120, 40)] {
        let mut app = trouble("");
        app.model.size = size;
        app.walk(NAMESPACE);
        let file = format!("tests/fixtures/screens/contents/{}.txt", size.0);
        golden::is_current(&file, &screen(&app.model));
    }
}

#[test]
fn each_kind_is_requested_once_and_at_most_8_at_a_time() {
    let mut app = trouble("");
    let effects = app.press(NAMESPACE);
    let lists = |sent: Vec<String>| -> Vec<String> {
        sent.into_iter().filter(|request| request.contains("includeObject=None")).collect()
    };
    let mut sent = lists(requests(&effects));
    assert_eq!(sent.len(), 8, "{sent:?}");
    while !app.waiting.is_empty() {
        app.answer_first();
        sent.extend(lists(requests(&app.take_effects())));
        let open = lists(app.pending());
        assert!(open.len() <= 8, "{open:?}");
    }
    let all = sent.len();
    sent.sort();
    sent.dedup();
    assert_eq!((sent.len(), all), (28, 28), "{sent:?}");
    assert!(!sent.iter().any(|request| request.contains("/events?")), "{sent:?}");
}

#[test]
fn a_kind_opens_into_its_objects_in_that_namespace() {
    let mut app = trouble(NAMESPACE);
    app.walk("j enter");
    assert_eq!(app.location(), format!("{PATH}/pods"));
    assert_eq!(app.children(&format!("{PATH}/pods")).len(), 14);
}

#[test]
fn the_row_of_the_other_kinds_opens_into_them() {
    let mut app = trouble(NAMESPACE);
    let down = app.children(PATH).len();
    app.walk(&"j ".repeat(down));
    app.walk("enter");
    let shown = screen(&app.model);
    assert!(shown.contains("cronjobs") && shown.contains("events"), "{shown}");
}

#[test]
fn a_namespace_object_opens_into_what_it_contains() {
    let mut app = trouble(":/api/v1/namespaces/shop enter");
    app.walk("enter");
    let kinds = app.children("/api/v1/namespaces/shop");
    assert!(kinds.contains(&"statefulsets".to_owned()), "{kinds:?}");
}

#[test]
fn r_counts_again() {
    let mut app = trouble(NAMESPACE);
    let effects = app.press("r");
    let counted = |effect: &&Effect| matches!(effect, Effect::Ask { .. });
    assert!(effects.iter().filter(counted).count() >= 8, "{effects:?}");
    app.answer_all();
    assert_eq!(app.children(PATH)[0], "pods");
}

#[test]
fn nothing_is_counted_for_a_namespace_that_is_passed() {
    let mut app = trouble(":namespaces enter");
    app.take_effects();
    app.walk("j j j k");
    let sent = requests(&app.take_effects());
    assert!(!sent.iter().any(|request| request.contains("includeObject=None")), "{sent:?}");
}

#[test]
fn choosing_a_namespace_at_a_namespaced_resource_stays_there() {
    let mut app = trouble(":deploy.apps enter");
    let before = app.location();
    app.walk(NAMESPACE);
    assert!(app.location().ends_with("/deployments"), "{before} {}", app.location());
}

#[test]
fn kinds_that_may_not_be_listed_are_counted_as_forbidden() {
    let recording = recordings::named("restricted-ledger");
    let mut app = App::unconnected(std::slice::from_ref(&recording));
    app.model.now = recording.recorded_at().unwrap();
    app.connect(None);
    app.rest();
    app.walk(NAMESPACE);
    let kinds = app.children(PATH);
    assert!(kinds.contains(&"pods".to_owned()), "{kinds:?}");
    assert!(kinds.last().unwrap().contains(" forbidden"), "{kinds:?}");
}
