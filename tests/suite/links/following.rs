//! Following references on the screen, and going back.

use kubewalk::app::layout::Pane;
use kubewalk::k8s::failure::Failure;

use crate::support::app::{App, requests};
use crate::support::recordings;
use crate::support::walker::screen;

/// An app in which an object is open and the document has the focus, at the line of a path.
fn at_line(recording: &str, words: &str, line: &str) -> App {
    let mut app = match recording {
        "cluster" => App::demo(),
        name => App::over(&[recordings::named(name)]),
    };
    app.walk(&format!(":{} enter", words.replace(' ', " space ")));
    app.press("tab");
    assert_eq!(app.model.focus, Pane::Document);
    assert!(app.model.reading.pane.go_to_path(line), "{line}: {}", screen(&app.model));
    app
}

fn line(app: &App) -> String {
    app.model.reading.pane.line_path().unwrap_or_default()
}

fn notice(app: &App) -> String {
    app.model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default()
}

const KEY: &str = ".spec.containers[0].env[0].valueFrom.configMapKeyRef.name";

#[test]
pub(crate) fn a_line_leads_to_its_object_with_one_request_for_it_and_back_to_the_line() {
    let mut app = at_line("trouble", "po/audit -n payments", KEY);
    let before = app.location();
    let sent = requests(&app.press("o"));
    let config = "/api/v1/namespaces/payments/configmaps/ledger-config";
    assert_eq!(sent, [config], "only the object is requested first");
    app.answer_all();
    app.rest();
    assert_eq!(app.location(), config);
    let sent = requests(&app.take_effects());
    assert!(sent.iter().all(|sent| sent != config), "{sent:?}");
    assert!(screen(&app.model).contains("LOG_LEVEL"), "{}", screen(&app.model));
    app.press("[");
    app.answer_all();
    assert_eq!((app.location(), line(&app)), (before, KEY.to_owned()));
    assert_eq!(app.model.focus, Pane::Document);
}

#[test]
fn folds_are_as_they_were_after_going_back() {
    let mut app = at_line("trouble", "po/audit -n payments", ".spec.containers[0].resources");
    app.model.reading.pane.fold();
    assert!(app.model.reading.pane.go_to_path(KEY));
    let before = screen(&app.model);
    app.press("o");
    app.answer_all();
    app.press("[");
    app.answer_all();
    let after = screen(&app.model);
    let rows = |screen: &str| screen.lines().filter(|l| l.contains('▸')).count();
    assert_eq!(rows(&before), rows(&after), "{before}\n{after}");
}

#[test]
fn enter_follows_a_leaf_and_folds_a_map() {
    let mut app = at_line("trouble", "po/audit -n payments", ".spec.nodeName");
    assert_eq!(requests(&app.press("enter")), ["/api/v1/nodes/node1"]);
    let map = ".spec.containers[0].env[0].valueFrom.configMapKeyRef";
    let mut app = at_line("trouble", "po/audit -n payments", map);
    let before = screen(&app.model);
    assert_eq!(requests(&app.press("enter")), [""; 0]);
    assert_ne!(screen(&app.model), before, "it was folded");
    let sent = requests(&app.press("enter o"));
    assert_eq!(sent, ["/api/v1/namespaces/payments/configmaps/ledger-config"]);
}

#[test]
fn a_target_that_does_not_exist_is_said_on_its_line_and_the_document_stays() {
    let field = ".spec.volumes[0].secret.secretName";
    let mut app = at_line("trouble", "po/exporter -n payments", field);
    let before = app.location();
    app.press("o");
    app.answer_all();
    let text = "Secret exporter-keys does not exist in payments";
    assert_eq!((app.location(), line(&app)), (before, field.to_owned()));
    assert_eq!(notice(&app), text);
    app.model.notice = None;
    assert!(screen(&app.model).contains(text), "{}", screen(&app.model));
    app.press("k k");
    assert!(!screen(&app.model).contains(text), "it is of its line only");
    app.press("j j r");
    assert!(!screen(&app.model).contains(text), "a refresh forgets it");
}

#[test]
fn an_optional_target_that_does_not_exist_is_said_to_be_optional() {
    let pod = "/api/v1/namespaces/shop/pods/frontend-78979fc966-fpzhk";
    let field = ".spec.containers[0].env[14].valueFrom.configMapKeyRef.name";
    let mut app = at_line("cluster", pod, field);
    app.press("o");
    app.answer_all();
    assert_eq!(notice(&app), "ConfigMap nope does not exist in shop. The reference is optional");
}

#[test]
fn a_forbidden_target_is_said_and_the_document_stays() {
    let mut app = at_line("trouble", "po/audit -n payments", KEY);
    app.press("o");
    let body =
        r#"{"kind":"Status","message":"configmaps is forbidden","reason":"Forbidden","code":403}"#;
    app.fail_first(Failure::from_answer(403, body.as_bytes()));
    assert!(notice(&app).starts_with("You may not read ConfigMap ledger-config in payments"));
    assert_eq!(line(&app), KEY);
}

#[test]
fn a_key_is_selected_in_its_object_and_a_missing_one_is_named() {
    let field = ".spec.volumes[0].projected.sources[1].configMap.items[0].key";
    let mut app = at_line("trouble", "po/audit -n payments", field);
    app.press("o");
    app.answer_all();
    app.rest();
    assert_eq!(line(&app), ".data['ca.crt']");
    let field = ".spec.containers[0].env[0].valueFrom.configMapKeyRef.key";
    let mut app = at_line("trouble", "po/audit -n payments", field);
    app.press("o");
    app.answer_all();
    app.rest();
    assert_eq!(app.location(), "/api/v1/namespaces/payments/configmaps/ledger-config");
    assert_eq!(notice(&app), "ledger-config has no key regoin. It has LOG_LEVEL, region");
}

#[test]
fn a_port_is_selected_in_its_service() {
    let field = ".spec.rules[0].http.paths[0].backend.service.port.name";
    let mut app = at_line("trouble", "ing/gateway -n payments", field);
    app.press("o");
    app.answer_all();
    app.rest();
    assert!(line(&app).starts_with(".spec.ports[0]"), "{}", line(&app));
}

#[test]
fn a_selector_leads_to_the_list_of_what_it_selects() {
    let mut app = at_line("trouble", "svc/ledger -n payments", ".spec.selector.app");
    app.press("o");
    app.answer_all();
    app.rest();
    assert_eq!(app.location(), "/api/v1/namespaces/payments/pods");
    assert!(screen(&app.model).contains("-l app=ledgr"), "{}", screen(&app.model));
    app.press("[");
    app.answer_all();
    assert_eq!(line(&app), ".spec.selector.app");
}

#[test]
fn a_line_of_the_same_object_is_reached_without_a_request_and_left_by_going_back() {
    let field = ".spec.containers[0].volumeMounts[0].name";
    let mut app = at_line("trouble", "po/audit -n payments", field);
    let sent = requests(&app.press("o"));
    assert_eq!(sent, [""; 0]);
    assert!(line(&app).starts_with(".spec.volumes[0]"), "{}", line(&app));
    app.press("[");
    assert_eq!(line(&app), field);
}

#[test]
fn a_line_without_a_reference_says_so() {
    let mut app = at_line("trouble", "po/audit -n payments", ".metadata.uid");
    assert_eq!(requests(&app.press("o")), [""; 0]);
    assert_eq!(notice(&app), "This line refers to nothing");
}

#[test]
fn moving_over_lines_sends_nothing() {
    let mut app = at_line("trouble", "po/audit -n payments", ".metadata");
    let sent = requests(&app.press(&"j ".repeat(120)));
    assert_eq!(sent, [""; 0]);
}

#[test]
fn escape_cancels_a_target_that_is_awaited() {
    let mut app = at_line("trouble", "po/audit -n payments", KEY);
    app.press("o");
    assert_eq!(app.waiting.len(), 1);
    app.press("esc");
    assert_eq!(app.waiting.len(), 0);
    assert_eq!((app.model.focus, line(&app)), (Pane::Document, KEY.to_owned()));
}

#[test]
pub(crate) fn a_row_of_the_containers_view_leads_to_its_key_and_back() {
    let mut app = App::demo();
    app.walk(":/api/v1/namespaces/shop/pods/frontend-78979fc966-fpzhk enter");
    app.walk("d shift-tab l l");
    assert_eq!(app.model.focus, Pane::Container, "{}", screen(&app.model));
    let mut rows = 0;
    while !screen(&app.model).contains("app.properties") {
        app.press("j");
        rows += 1;
        assert!(rows < 80, "{}", screen(&app.model));
    }
    app.press("o");
    app.answer_all();
    app.rest();
    assert_eq!(app.location(), "/api/v1/namespaces/shop/configmaps/frontend-config");
    assert_eq!(line(&app), ".data['app.properties']");
    app.press("[");
    app.answer_all();
    assert_eq!(app.model.focus, Pane::Container);
}
