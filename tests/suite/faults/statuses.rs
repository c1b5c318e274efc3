//! Nodes and documents that the server refuses, by status code.

use kubewalk::app::answer::Answer;
use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::question::Purpose;
use kubewalk::k8s::discovery::DiscoveryContent;
use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::app::App;
use crate::support::walker::screen;

const PODS: &str = "/api/v1/namespaces/shop/pods";

/// Opens the pods of the namespace shop, whose first page is not answered yet.
fn opening() -> App {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.press("k");
    let parent = app.location();
    assert_eq!(parent, "/api/v1/namespaces/kube-system/pods");
    app.press("enter");
    app.waiting.retain(|(_, question)| {
        matches!(question.purpose, Purpose::Page { .. } | Purpose::Reload(_))
    });
    assert_eq!(app.pending(), [format!("{parent}?includeObject=None&limit=500")]);
    app.take_effects();
    app
}

fn status(code: u16, more: &str) -> Failure {
    let body = format!(r#"{{"kind":"Status","message":"because of that"{more}}}"#);
    Failure::from_answer(code, body.as_bytes())
}

/// Returns the pause in seconds after which the node retries.
fn pause(app: &mut App) -> Option<u64> {
    app.take_effects().iter().find_map(|effect| match effect {
        Effect::After(Timer::Node(_), pause) => Some(pause.as_secs()),
        _ => None,
    })
}

/// Returns the row of the namespace `kube-system`.
pub(super) fn row(app: &App) -> String {
    let screen = screen(&app.model);
    let is_it = |line: &&str| line.contains("▸ kube-system") || line.contains("▾ kube-system");
    screen.lines().find(is_it).unwrap().to_owned()
}

#[test]
fn a_failure_is_shown_only_at_its_node() {
    for (code, shown) in
        [(403, "✗ 403"), (405, "✗ 405"), (500, "✗ 500"), (503, "✗ 503"), (504, "✗ 504")]
    {
        let mut app = opening();
        app.fail_first(status(code, ""));
        assert!(row(&app).contains(&format!("kube-system {shown}")), "{}", row(&app));
        let shown = screen(&app.model);
        let failures = shown.lines().filter(|line| line.split("││").next().unwrap().contains('✗'));
        assert_eq!(failures.count() - 1, 1, "the title and one row of the tree\n{shown}");
        assert_eq!(pause(&mut app), None, "{code} is not asked again by itself");
        app.answer_all();
        assert_eq!(app.children(PODS).len(), 6, "the other pods stay");
        app.press("r");
        app.answer_all();
        assert!(!row(&app).contains('✗'), "{}", row(&app));
    }
}

#[test]
fn a_throttled_node_retries_after_the_requested_time() {
    for code in [429, 503] {
        let mut app = opening();
        for _ in 0..4 {
            app.fail_first(status(code, r#","details":{"retryAfterSeconds":7}"#));
            app.answer_all();
            assert!(row(&app).contains(&format!("✗ {code}, retry in 7 s")), "{}", row(&app));
            assert_eq!(pause(&mut app), Some(7));
            app.advance(4);
            assert!(row(&app).contains("retry in 3 s"), "{}", row(&app));
            app.advance(3);
            let id = node(&app);
            app.message(Message::Timer(Timer::Node(id)));
            assert_eq!(app.pending().len(), 1);
        }
        app.fail_first(status(code, r#","details":{"retryAfterSeconds":7}"#));
        assert_eq!(pause(&mut app), None, "retries are few");
        assert!(row(&app).contains(&format!("✗ {code}")) && !row(&app).contains("again"));
    }
}

#[test]
fn without_a_retry_after_the_pauses_grow() {
    let mut app = opening();
    let mut pauses = Vec::new();
    for _ in 0..4 {
        app.fail_first(status(429, ""));
        pauses.extend(pause(&mut app));
        let id = node(&app);
        app.message(Message::Timer(Timer::Node(id)));
    }
    assert_eq!(pauses, [1, 2, 4, 8]);
    app.answer_all();
    assert!(!row(&app).contains('✗'), "{}", row(&app));
}

fn node(app: &App) -> kubewalk::tree::NodeId {
    kubewalk::tree::Tree::node_of(app.model.tree.cursor())
}

#[test]
fn a_throttled_page_resumes_loading_all_pages() {
    use crate::support::recordings;
    let mut app = App::over(&[recordings::named("paging"), recordings::cluster()]);
    app.walk(":cm space -n space bulk enter");
    app.press("L");
    app.fail_first(status(429, r#","details":{"retryAfterSeconds":2}"#));
    assert!(screen(&app.model).contains("✗ 429, retry in 2 s"), "{}", screen(&app.model));
    let id = node(&app);
    app.message(Message::Timer(Timer::Node(id)));
    app.answer_all();
    assert!(screen(&app.model).contains("bulk 1,202"), "{}", screen(&app.model));
}

#[test]
fn a_removed_custom_resource_leaves_the_tree_with_a_notice() {
    let mut app = App::demo();
    app.walk(":factories enter");
    assert_eq!(app.location(), "/apis/factory.example.com/v1/factories");
    app.press("r");
    let page = app
        .waiting
        .iter()
        .position(|(_, question)| {
            matches!(question.purpose, Purpose::Page { .. } | Purpose::Reload(_))
        })
        .unwrap();
    let (ticket, _) = app.waiting.swap_remove(page);
    app.waiting.clear();
    let gone = Failure::from_answer(404, b"404 page not found");
    app.message(Message::Answered { ticket, result: Err(gone) });
    assert_eq!(app.pending(), ["/api", "/apis"], "checks whether it is still served");
    app.answer_first();
    let (ticket, question) = app.waiting.remove(0);
    let answer = question.decode(app.exchange(&question.request), app.model.now);
    let Ok(Answer::Discovery(DiscoveryContent::Groups(mut groups))) = answer else { panic!() };
    for group in &mut groups {
        for version in &mut group.versions {
            let mut resources = version.resources.take().unwrap().to_vec();
            resources.retain(|resource| &*resource.gvr.resource != "factories");
            version.resources = Some(resources.into());
        }
    }
    app.message(Message::Answered {
        ticket,
        result: Ok(Answer::Discovery(DiscoveryContent::Groups(groups))),
    });
    let notice = app.model.notice.clone().unwrap();
    assert_eq!(notice.text, "No longer served: factories");
    assert_eq!(app.location(), "/apis/factory.example.com/v1", "the cursor stays near");
    assert!(!app.children("/apis/factory.example.com/v1").contains(&"factories".to_owned()));
}

#[test]
fn a_document_that_cannot_be_refreshed_stays_with_the_reason() {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    for failure in [status(500, ""), Failure::new(FailureKind::TimedOut, "no answer in time", "")] {
        app.press("r");
        let document = |(_, question): &(_, kubewalk::app::question::Question)| {
            question.purpose == Purpose::Document
        };
        let at = app.waiting.iter().position(document).unwrap();
        let (ticket, _) = app.waiting.remove(at);
        app.answer_all();
        let message = failure.message.clone();
        app.message(Message::Answered { ticket, result: Err(failure) });
        let screen = screen(&app.model);
        assert!(screen.contains("name: db-0") && screen.contains(&message), "{screen}");
        app.answer_all();
    }
    app.press("r");
    app.answer_all();
    let screen = screen(&app.model);
    assert!(!screen.contains("in time") && screen.contains("200 · 7.2 KiB"), "{screen}");
}

#[test]
fn a_throttled_document_retries_after_the_requested_time() {
    let mut app = App::demo();
    app.walk(":po/db-0 space -n space shop enter");
    app.walk("j");
    app.press("k");
    app.message(Message::Timer(Timer::Rest));
    app.fail_first(status(429, r#","details":{"retryAfterSeconds":7}"#));
    assert!(screen(&app.model).contains("✗ 429, retry in 7 s"), "{}", screen(&app.model));
    // Selecting it earlier does not retry earlier.
    app.advance(3);
    app.message(Message::Timer(Timer::Rest));
    assert_eq!(app.pending(), [""; 0]);
    app.advance(4);
    app.message(Message::Timer(Timer::Rest));
    assert_eq!(app.pending(), [format!("{PODS}/db-0")]);
    app.answer_all();
    assert!(screen(&app.model).contains("name: db-0"));
}
