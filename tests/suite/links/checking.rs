//! Going from reference to reference, and checking all of an object.

use crate::support::app::App;
use crate::support::recordings;
use crate::support::walker::screen;

fn app(location: &str) -> App {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.walk(&format!(":{location} enter"));
    app
}

fn notice(app: &App) -> String {
    app.model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default()
}

#[test]
pub(crate) fn braces_go_to_the_next_reference_and_to_the_one_before() {
    let mut app = app("po/audit space -n space payments");
    app.press("tab }");
    let path = |app: &App| app.model.reading.pane.line_path().unwrap_or_default();
    let first = path(&app);
    app.press("}");
    let second = path(&app);
    assert_ne!(first, second);
    app.press("{");
    assert_eq!(path(&app), first);
    for _ in 0..99 {
        app.press("}");
    }
    assert_eq!(notice(&app), "No line below refers to something");
    let last = path(&app);
    app.press("}");
    assert_eq!(path(&app), last, "the cursor stays");
}

#[test]
fn check_fetches_each_target_once_and_marks_what_is_missing() {
    let mut app = app("po/audit space -n space payments");
    app.press(": check enter");
    let mut sent = app.pending();
    assert!(sent.len() <= 8, "{sent:?}");
    assert!(sent.iter().any(|sent| sent.contains("/configmaps/ledger-config")), "{sent:?}");
    let all = sent.len();
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), all);
    app.answer_all();
    let text = notice(&app);
    assert!(text.contains(" found") && text.contains("1 without the key"), "{text}");
    assert!(!text.contains("failed"), "{text}");
    let links = &app.model.links;
    let key = ".spec.containers[0].env[0].valueFrom.configMapKeyRef.key";
    assert!(links.has_failed(key));
    let hint = links.hint(key, &app.model.discovery).unwrap();
    assert!(hint.text.contains("ConfigMap ledger-config has no .data.regoin"), "{}", hint.text);
}

#[test]
fn check_reads_no_value_of_a_secret() {
    let mut app = app("po/exporter space -n space payments");
    app.press(": check enter");
    let secret = |(_, it): &(_, kubewalk::app::question::Question)| {
        it.request.path.is_of_secrets().then_some(it.request.form)
    };
    let forms: Vec<_> = app.waiting.iter().filter_map(secret).collect();
    assert_eq!(forms, [kubewalk::k8s::request::Form::ObjectMetadata]);
    app.answer_all();
    assert!(notice(&app).contains("1 not found"), "{}", notice(&app));
}

#[test]
fn escape_stops_a_check() {
    let mut app = app("po/audit space -n space payments");
    app.press(": check enter esc");
    assert!(app.waiting.is_empty(), "{:?}", app.pending());
    assert!(!screen(&app.model).contains("referenced"), "{}", screen(&app.model));
}

#[test]
fn an_object_without_references_has_nothing_to_check() {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.press(": check enter");
    assert_eq!(notice(&app), "The open object refers to no other object");
}
