//! Label and field selectors, which the server evaluates.

use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::app::{App, requests};
use crate::support::walker::screen;

const PODS: &str = "/api/v1/namespaces/shop/pods";
const LIST: &str = "/api/v1/namespaces/shop/pods?includeObject=None";

fn shop() -> App {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.take_effects();
    app
}

#[test]
fn a_selector_in_the_filter_prompt_requests_a_new_list() {
    let mut app = shop();
    assert_eq!(app.press("/ -l space app=db"), [], "an incomplete selector is not sent");
    let requested = requests(&app.press("enter"));
    assert_eq!(requested, [format!("{LIST}&labelSelector=app%3Ddb&limit=500")]);
    assert_eq!(app.children(PODS).len(), 6, "the old rows stay until the answer arrives");
    app.answer_all();
    assert_eq!(app.children(PODS), ["db-0", "db-1"]);
    let watched = requests(&app.take_effects());
    let watched = watched.iter().find(|request| request.contains("watch=1")).unwrap();
    assert!(watched.contains("labelSelector=app%3Ddb"), "{watched}");
    assert!(screen(&app.model).contains("shop 2 ◉ -l app=db"), "{}", screen(&app.model));

    // A refresh keeps the selector.
    app.rest();
    app.take_effects();
    let requested = requests(&app.press("r"));
    assert_eq!(requested, [format!("{LIST}&labelSelector=app%3Ddb&limit=500")]);
    app.answer_all();
    assert_eq!(app.children(PODS), ["db-0", "db-1"]);

    // The prompt holds the filter and the selector, and shows both when it is opened again.
    app.walk("/ space !db-1 enter");
    assert_eq!(app.children(PODS), ["db-0"]);
    assert!(screen(&app.model).contains("-l app=db · /!db-1"), "{}", screen(&app.model));
    app.walk("esc");
    assert_eq!(app.children(PODS).len(), 2, "escape clears the filter first");
    let requested = requests(&app.press("esc"));
    assert_eq!(requested, [format!("{LIST}&limit=500")]);
    app.answer_all();
    assert_eq!(app.children(PODS).len(), 6);
    assert!(!screen(&app.model).contains("-l app"));
}

#[test]
fn a_location_may_contain_a_selector() {
    let mut app = App::demo();
    app.walk(":po space -l space app=db space -n space shop enter");
    assert_eq!(app.children(PODS), ["db-0", "db-1"]);
    app.walk(":po space -n space shop space -l space app=web enter");
    assert!(app.children(PODS).iter().all(|name| name.starts_with("frontend")));
    // Without a namespace, all namespaces are selected from.
    app.walk(":deploy space -l space app=frontend enter");
    let all = "/apis/apps/v1/deployments";
    assert_eq!(app.location(), all);
    assert!(screen(&app.model).contains("1 row · -l app=frontend"), "{}", screen(&app.model));
    // A named object is reached even if the selector excludes it.
    app.walk(":po/db-0 space -n space shop enter");
    assert_eq!(app.location(), format!("{PODS}/db-0"));
    app.walk(":po space -l enter");
    let notice = app.model.notice.unwrap();
    assert!(notice.is_failure && notice.text.contains("missing after -l"), "{notice:?}");
}

#[test]
fn all_namespaces_are_listed_at_once_whichever_is_chosen() {
    for before in ["", ":ns space shop enter"] {
        let mut app = App::demo();
        app.walk(before);
        app.walk(":po space -A enter");
        assert_eq!(app.location(), "/api/v1/pods");
        let shown = screen(&app.model);
        assert!(
            shown.contains("all namespaces 15 ◉") && shown.contains("shop     db-0"),
            "{shown}"
        );
    }
}

#[test]
fn an_unsupported_field_selector_is_reported_at_its_collection() {
    let mut app = shop();
    app.walk("s na enter j");
    app.press("/ -f space spec.foo=x enter");
    let requested = app.pending();
    assert_eq!(requested, [format!("{LIST}&fieldSelector=spec.foo%3Dx&limit=500")]);
    let sentence = "Unable to find \"/v1, Resource=pods\" that match label selector \"\", field \
                    selector \"spec.foo=x\": field label not supported: spec.foo";
    let failure = Failure::new(FailureKind::Status(400), format!("400: {sentence}"), "");
    app.fail_first(failure);
    assert_eq!(app.children(PODS), [""; 0], "the old rows do not match the selector");
    assert_eq!(app.location(), PODS);
    let shown = screen(&app.model);
    assert!(shown.contains("✗ 400 -f spec.foo=x"), "{shown}");
    assert!(app.model.notice.as_ref().unwrap().text.contains("field label not supported"));
    assert_eq!(app.model.watches(), 0);

    // The prompt still has the selector to correct.
    app.press("/ ctrl-u");
    app.walk("-f space metadata.name=db-1 enter");
    assert_eq!(app.children(PODS), ["db-1"]);
    assert_eq!(app.model.watches(), 1);
}

#[test]
fn a_selector_outside_a_collection_is_refused() {
    let mut app = App::demo();
    app.walk("j j enter");
    assert_eq!(app.press("/ -l space a enter").len(), 1, "only a notice, no request");
    assert!(app.model.notice.unwrap().text.contains("one collection"));
}
