//! A first page that is slow to arrive: its rows are shown as they come.

use bytes::Bytes;
use kubewalk::app::message::Message;
use kubewalk::app::question::Question;
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::request::Ticket;
use kubewalk::tree::node::Load;

use crate::support::app::App;

/// The pods of a namespace, whose request has no answer yet: its ticket and the whole answer.
fn opening() -> (App, Ticket, Question, Bytes) {
    let mut app = App::demo();
    app.press(":/api/v1/namespaces/shop/pods enter");
    let of_page = |(_, question): &&(Ticket, Question)| {
        question.request.path_and_query().contains("/namespaces/shop/pods?")
    };
    while !app.waiting.iter().any(|waiting| of_page(&waiting)) {
        app.answer_first();
    }
    let (ticket, question) = app.waiting.iter().find(of_page).cloned().unwrap();
    let body = app.exchange(&question.request).body;
    (app, ticket, question, body)
}

/// The body up to somewhere in the row with that index.
fn up_to(body: &[u8], row: usize) -> &[u8] {
    let row = str::from_utf8(body).unwrap().match_indices(r#""cells":"#).nth(row).unwrap();
    &body[..row.0 + 12]
}

fn rows(app: &App) -> usize {
    let node = app.model.collection().and_then(|node| app.model.tree.get(node));
    node.and_then(|node| node.collection.as_ref()).map_or(0, |rows| rows.rows().len())
}

/// Delivers the beginning of an answer.
fn deliver(app: &mut App, ticket: Ticket, question: &Question, beginning: &[u8]) {
    let page = question.decode_beginning(beginning, app.model.now).unwrap();
    app.message(Message::Beginning { ticket, page });
}

#[test]
fn rows_are_shown_while_their_page_arrives() {
    let (mut app, ticket, question, body) = opening();
    assert_eq!(question.decode_beginning(up_to(&body, 0), app.model.now), None);
    deliver(&mut app, ticket, &question, up_to(&body, 1));
    assert_eq!(rows(&app), 1);
    deliver(&mut app, ticket, &question, up_to(&body, 3));
    assert_eq!(rows(&app), 3);
    let node = app.model.collection().unwrap();
    assert_eq!(app.model.tree.get(node).unwrap().load, Load::Loading(ticket));
    app.answer_all();
    assert!(rows(&app) > 3, "{}", rows(&app));
    assert_eq!(app.model.tree.get(node).unwrap().load, Load::Ready);
}

#[test]
fn the_cursor_stays_on_its_row_when_the_rest_arrives() {
    let (mut app, ticket, question, body) = opening();
    deliver(&mut app, ticket, &question, up_to(&body, 3));
    app.press("j j");
    let row = app.label(app.model.tree.cursor());
    app.answer_all();
    assert_eq!(app.label(app.model.tree.cursor()), row);
}

#[test]
fn a_page_that_is_cut_leaves_no_rows() {
    let (mut app, ticket, question, body) = opening();
    deliver(&mut app, ticket, &question, up_to(&body, 2));
    let failure = Failure::new(FailureKind::Cut, "the connection was cut", "");
    app.message(Message::Answered { ticket, result: Err(failure) });
    assert_eq!(rows(&app), 0);
}

#[test]
fn the_beginning_of_a_later_page_is_not_shown() {
    let (app, _, mut question, body) = opening();
    question.request = question.request.with("continue", "a".to_owned());
    assert_eq!(question.decode_beginning(up_to(&body, 2), app.model.now), None);
}
