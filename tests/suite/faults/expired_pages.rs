//! Lists whose version expires while their pages are loaded.

use kubewalk::app::message::Message;
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};

use crate::support::app::App;
use crate::support::recordings;
use crate::support::walker::screen;

const ITEMS: &str = "/api/v1/namespaces/bulk/configmaps";

/// The token that the recorded server refused as too old.
const RECORDED: &str =
    "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjMxNiwic3RhcnQiOiJpdGVtLTA0OTlcdTAwMDAifQ";

/// A collection of 1202 ConfigMaps, of which 500 are loaded.
fn bulk() -> App {
    let mut app = App::over(&[recordings::named("paging"), recordings::cluster()]);
    app.walk(":cm space -n space bulk enter");
    app.take_effects();
    app
}

fn loaded(app: &App) -> usize {
    let tree = &app.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    tree.get(id).unwrap().collection.as_ref().unwrap().rows().len()
}

/// Returns the token of the requested page.
fn token(app: &App) -> String {
    let [(_, question)] = &app.waiting[..] else { panic!("{:?}", app.pending()) };
    let token = question.request.query.iter().find(|(name, _)| name == "continue");
    token.map(|(_, token)| token.clone()).unwrap_or_default()
}

/// Answers with the page of `token` as before its version expired.
fn give_page(app: &mut App, token: &str) {
    let (ticket, question) = app.waiting.remove(0);
    let mut request = question.request.clone();
    request.query.retain(|(name, _)| name != "continue");
    let request = request.with("continue", token);
    let exchange = App::unconnected(&[recordings::named("paging")]).exchange(&request);
    let result = question.decode(exchange, app.model.now);
    app.message(Message::Answered { ticket, result });
}

#[test]
fn an_expired_page_continues_with_the_new_token_of_the_server() {
    let mut app = bulk();
    app.press("L");
    let old = token(&app);
    let refused = App::unconnected(&[recordings::named("expired-continue")]).exchange(
        &Request::get(ApiPath::parse(ITEMS), Form::Json)
            .with("limit", "500")
            .with("continue", RECORDED),
    );
    let refused = refused.good().unwrap_err();
    assert_eq!(refused.kind, FailureKind::Gone);
    app.fail_first(refused);
    let fresh = token(&app);
    assert!(!fresh.is_empty() && fresh != old, "{fresh}");
    let notice = app.model.notice.clone().unwrap().text;
    assert!(notice.contains("may be inconsistent"), "{notice}");
    give_page(&mut app, &old);
    assert_eq!(loaded(&app), 1202);
    assert!(screen(&app.model).contains("bulk 1,202 may be inconsistent"));
    // A refresh makes the list consistent, with as many rows as before.
    app.press("r");
    // The notice may still be shown.
    let screen = screen(&app.model);
    let row = screen.lines().find(|line| line.contains("bulk")).unwrap();
    assert!(!row.contains("inconsistent"), "{screen}");
}

#[test]
fn an_expired_page_without_a_new_token_restarts_the_list() {
    let mut app = bulk();
    app.press("L");
    app.fail_first(Failure::from_answer(410, br#"{"kind":"Status","reason":"Expired"}"#));
    assert_eq!(token(&app), "", "the first page");
    assert!(app.pending()[0].starts_with(ITEMS), "{:?}", app.pending());
    app.answer_first();
    assert_eq!(loaded(&app), 500);
}

#[test]
fn a_list_whose_tokens_always_expire_fails() {
    let mut app = bulk();
    app.press("L");
    let mut requested = 0;
    while !app.waiting.is_empty() {
        let body = br#"{"kind":"Status","metadata":{"continue":"fresh"},"reason":"Expired"}"#;
        app.fail_first(Failure::from_answer(410, body));
        requested += 1;
    }
    assert_eq!(requested, 5);
    assert_eq!(loaded(&app), 500, "the loaded rows stay");
    assert!(screen(&app.model).contains("✗ 410"), "{}", screen(&app.model));
}
