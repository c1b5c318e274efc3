//! Locations in words and paths, and the history.

use kubewalk::app::message::Message;
use kubewalk::app::model::Model;
use kubewalk::app::state::overlay::Overlay;
use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::app::{App, requests};
use crate::support::recordings;
use crate::support::walker::screen;

#[test]
pub(crate) fn a_location_is_reached_by_its_words() {
    for (words, path) in [
        ("/apis/batch/v1/namespaces/default/jobs/my-job", None),
        ("/apis/batch/v1/namespaces/default/jobs/my-job/status", None),
        ("/livez/ping", None),
        ("/", None),
        ("po/db-0 space -n space shop", Some("/api/v1/namespaces/shop/pods/db-0")),
        ("po space db-0 space -n space shop", Some("/api/v1/namespaces/shop/pods/db-0")),
        ("batch", Some("/apis/batch")),
        ("batch/v1", Some("/apis/batch/v1")),
        ("core", Some("/api")),
        ("ClusterRole", Some("/apis/rbac.authorization.k8s.io/v1/clusterroles")),
        ("no/node1", Some("/api/v1/nodes/node1")),
        (
            "widgets.factory.example.com space -n space shop",
            Some("/apis/factory.example.com/v1/namespaces/shop/widgets"),
        ),
    ] {
        let mut app = App::demo();
        app.walk(&format!(":{words} enter"));
        let notice = &app.model.notice;
        assert_eq!(app.location(), path.unwrap_or(words), "{words}: {notice:?}");
    }
}

#[test]
fn the_location_of_the_command_line_opens_after_discovery() {
    let mut app = App::unconnected(&[recordings::cluster()]);
    app.model = Model::new(120, 36).opening_at(Some("job/my-job -n default".to_owned()));
    app.connect(None);
    assert_eq!(app.location(), "/apis/batch/v1/namespaces/default/jobs/my-job");
    assert!(screen(&app.model).contains("kind: Job"), "{}", screen(&app.model));
}

#[test]
fn an_unknown_location_is_reported_and_the_cursor_stays() {
    for (words, printed) in [
        ("nonsense", "metrics.k8s.io/v1beta1 answered 503"),
        ("/apis/nonsense", "/apis/nonsense"),
        ("/apis/batch/v1/nonsense", "nonsense"),
        ("po/nonsense space -n space shop", "nonsense is not in"),
    ] {
        let mut app = App::demo();
        app.walk(&format!(":{words} enter"));
        let notice = app.model.notice.clone().unwrap_or_else(|| panic!("{words}"));
        assert!(notice.is_failure && notice.text.contains(printed), "{words}: {}", notice.text);
        assert!(matches!(app.model.overlay, Overlay::None));
    }
}

#[test]
fn a_namespace_that_was_not_listed_is_chosen_with_a_warning() {
    let mut app = App::demo();
    app.walk(":po enter");
    for (words, is_missing) in [("ns space shopp", true), ("ns space shop", false)] {
        app.walk(&format!(":{words} enter"));
        let notice = app.model.notice.clone().unwrap();
        assert_eq!(notice.text.starts_with("No namespace"), is_missing, "{}", notice.text);
    }
    // Where namespaces may not be listed, any may exist.
    let mut app = App::over(&[crate::support::recordings::named("restricted-viewer")]);
    app.walk(":po enter");
    app.walk(":ns space shopp enter");
    let notice = app.model.notice.clone().unwrap();
    assert!(notice.text.starts_with("Namespaced resources open"), "{}", notice.text);
}

#[test]
pub(crate) fn back_and_forward_follow_the_history() {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    app.walk(":deploy.apps space -n space shop enter");
    app.walk("[");
    assert_eq!(app.location(), "/api/v1/namespaces/shop/pods/db-0");
    app.walk("[");
    assert_eq!(app.location(), "/");
    app.walk("] ]");
    assert_eq!(app.location(), "/apis/apps/v1/namespaces/shop/deployments");
}

#[test]
pub(crate) fn back_at_the_first_location_shows_a_notice() {
    let mut app = App::demo();
    app.walk("[");
    assert_eq!(app.location(), "/");
    assert!(app.model.notice.is_some());
}

#[test]
fn navigating_after_back_drops_the_forward_history() {
    let mut app = App::demo();
    app.walk(":/api/v1 enter :/apis/batch enter [ :/apis/apps enter ]");
    assert_eq!(app.location(), "/apis/apps");
    app.walk("[");
    assert_eq!(app.location(), "/api/v1");
}

#[test]
fn back_opens_nodes_that_were_closed() {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    app.walk("h h h h h h h");
    app.walk(":/apis/batch enter [ [");
    assert_eq!(app.location(), "/api/v1/namespaces/shop/pods/db-0");
}

#[test]
fn locations_are_completed_from_discovery_namespaces_and_names() {
    let mut app = App::demo();
    let candidates = |app: &App| match &app.model.overlay {
        Overlay::Prompt(prompt) => prompt.candidates.clone(),
        _ => Vec::new(),
    };
    app.press(":deploy");
    assert!(candidates(&app).contains(&"deployments".to_owned()), "{:?}", candidates(&app));
    app.press("esc");
    app.walk(":po space -n space shop enter");
    app.press(":po/d");
    assert!(candidates(&app).contains(&"po/db-0".to_owned()), "{:?}", candidates(&app));
    app.press("esc :ns space sh tab enter");
    assert_eq!(app.model.namespace().unwrap().as_str(), "shop");
}

#[test]
fn a_group_that_is_down_fails_only_its_own_locations() {
    let mut app = App::demo();
    app.walk(":metrics.k8s.io/v1beta1 enter");
    assert_eq!(app.location(), "/apis/metrics.k8s.io/v1beta1");
    let shown = screen(&app.model);
    assert!(shown.contains("v1beta1 ★ ✗ 503") && shown.contains("service unavailable"), "{shown}");
    app.walk(":po/db-0 space -n space shop enter");
    assert_eq!(app.location(), "/api/v1/namespaces/shop/pods/db-0");
}

#[test]
fn escape_cancels_a_pending_jump() {
    let mut app = App::demo();
    app.press(":po/db-0 space -n space shop enter");
    assert!(!app.pending().is_empty());
    let from = app.location();
    app.press("esc");
    app.answer_all();
    assert_eq!(app.location(), from);
}

#[test]
fn a_jump_through_open_nodes_requests_no_list() {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    let effects = app.press(":po/db-1 space -n space shop enter");
    let requested = requests(&effects);
    assert_eq!(requested, ["/api/v1/namespaces/shop/pods/db-1"]);
}

#[test]
fn an_object_is_reached_although_its_collection_is_forbidden() {
    let mut app = App::over(&[recordings::named("restricted-viewer")]);
    app.walk(":/api/v1/namespaces/shop/pods/db-0 enter");
    assert_eq!(app.location(), "/api/v1/namespaces/shop/pods/db-0");
    let shown = screen(&app.model);
    assert!(shown.contains("GET /api/v1/namespaces/shop/pods/db-0"), "{shown}");
}

#[test]
fn a_version_that_is_down_shows_its_api_service() {
    const ASKED: &str = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";
    let known =
        ["Available is False", "ServiceNotFound: ", "service kube-system/metrics-server, port 443"];
    for words in [":metrics.k8s.io/v1beta1 enter", ":metrics.k8s.io enter"] {
        let mut app = App::demo();
        app.press(words);
        assert!(!app.pending().contains(&ASKED.to_owned()), "{words}: on demand only");
        app.answer_all();
        app.rest();
        assert!(requests(&app.take_effects()).contains(&ASKED.to_owned()), "{words}");
        let shown = screen(&app.model);
        for text in known {
            assert!(shown.contains(text), "{words} {text}\n{shown}");
        }
        let place = |text| shown.find(text).unwrap_or_else(|| panic!("{text}\n{shown}"));
        let bytes =
            if words.contains("v1beta1") { "service unavailable" } else { "kind: APIGroup" };
        assert!(place("Served by service") < place(bytes), "{shown}");
        app.walk("g");
        assert!(!screen(&app.model).contains("Served by"));
    }

    // Healthy groups are not requested.
    let mut app = App::demo();
    app.walk(":apps/v1 enter");
    assert!(!requests(&app.take_effects()).iter().any(|path| path.contains("apiservices")));
}

#[test]
fn a_forbidden_api_service_is_reported() {
    let mut app = App::demo();
    app.press(":metrics.k8s.io/v1beta1 enter");
    while !app.pending().iter().any(|path| path.contains("apiservices")) {
        app.answer_first();
    }
    let at = app.pending().iter().position(|path| path.contains("apiservices")).unwrap();
    let (ticket, _) = app.waiting.remove(at);
    let text = "403: apiservices.apiregistration.k8s.io \"v1beta1.metrics.k8s.io\" is forbidden";
    let failure = Failure::new(FailureKind::Forbidden, text, "");
    app.message(Message::Answered { ticket, result: Err(failure) });
    let shown = screen(&app.model);
    assert!(
        shown.contains("403: its APIService v1beta1.metrics.k8s.io may not be read"),
        "{shown}"
    );
    assert!(shown.contains("service unavailable"), "{shown}");
}

/// Connected by a context whose namespace is `shop`, with no namespace chosen.
fn in_a_context_of_shop() -> App {
    let mut app = App::unconnected(&[crate::support::recordings::cluster()]);
    app.connect_by_context_of("shop");
    app.rest();
    app
}

#[test]
fn a_word_without_a_namespace_means_that_of_the_context() {
    let mut app = in_a_context_of_shop();
    app.walk(":po enter");
    assert_eq!(app.location(), "/api/v1/namespaces/shop/pods");
    assert!(app.children("/api/v1/namespaces/shop/pods").contains(&"db-0".to_owned()));
}

#[test]
fn all_namespaces_are_reached_directly_from_a_context_with_one() {
    let mut app = in_a_context_of_shop();
    app.walk(":po space -A enter");
    assert_eq!(app.location(), "/api/v1/pods");
    assert_eq!(app.label(app.model.tree.cursor()), "all namespaces");
    assert!(screen(&app.model).contains("db-0"), "{}", screen(&app.model));
}

#[test]
fn the_status_of_an_object_has_a_row_only_where_it_was_requested() {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    app.walk("l");
    let children = app.children("/api/v1/namespaces/shop/pods/db-0");
    assert_eq!(children[0], "log");
    assert!(children.iter().all(|child| child != "status"), "{children:?}");
    app.walk(":/apis/batch/v1/namespaces/default/jobs/my-job/status enter");
    assert_eq!(app.children("/apis/batch/v1/namespaces/default/jobs/my-job"), ["status"]);
    assert!(screen(&app.model).contains("kind: Job"), "{}", screen(&app.model));
    app.walk("[");
    assert_eq!(app.location(), "/api/v1/namespaces/shop/pods/db-0");
}
