//! The prompt for a location: its completions, its history, and what happens after a refused prompt.

use kubewalk::app::effect::{Choice, Effect};
use kubewalk::app::state::overlay::Overlay;

use crate::support::app::App;
use crate::support::walker::screen;

fn candidates(app: &App) -> Vec<String> {
    let Overlay::Prompt(prompt) = &app.model.overlay else { panic!("{:?}", app.model.overlay) };
    prompt.candidates.clone()
}

fn text(app: &App) -> String {
    let Overlay::Prompt(prompt) = &app.model.overlay else { panic!("{:?}", app.model.overlay) };
    prompt.input.value().to_owned()
}

#[test]
fn names_of_the_typed_kind_are_fetched_and_offered() {
    let mut app = App::demo();
    app.walk(":cm space -n space shop enter");
    app.press(":po/db");
    assert_eq!(app.pending(), ["/api/v1/pods?includeObject=None&limit=500"]);
    app.answer_all();
    assert_eq!(candidates(&app), ["po/db-0", "po/db-1"]);
}

#[test]
fn names_are_fetched_once() {
    let mut app = App::demo();
    app.press(":po/");
    app.answer_all();
    app.press("d b");
    assert!(app.pending().is_empty(), "{:?}", app.pending());
}

#[test]
fn namespaces_that_are_not_loaded_are_fetched_after_ns() {
    let mut app = App::demo();
    app.press(":ns space sh");
    assert_eq!(app.pending(), ["/api/v1/namespaces?limit=500"]);
    app.answer_all();
    assert_eq!(candidates(&app), ["ns shop"]);
}

#[test]
fn enter_takes_the_typed_text_although_completions_are_offered() {
    let mut app = App::demo();
    app.walk(":no");
    assert!(!candidates(&app).is_empty());
    app.walk("enter");
    assert_eq!(app.location(), "/api/v1/nodes");
}

#[test]
fn up_and_down_walk_the_entered_lines() {
    let mut app = App::demo();
    app.walk(":no enter");
    app.walk(":cm enter");
    app.press(": up");
    assert_eq!(text(&app), "cm");
    app.press("up");
    assert_eq!(text(&app), "no");
    app.press("up");
    assert_eq!(text(&app), "no", "there is no earlier line");
    app.press("down down");
    assert_eq!(text(&app), "", "the new line is after the latest one");
}

#[test]
fn q_in_the_prompt_quits() {
    let mut app = App::demo();
    assert!(app.press(":q enter").contains(&Effect::Quit));
}

#[test]
fn keys_after_a_refused_prompt_are_ignored_until_escape() {
    let mut app = App::demo();
    app.press("g /");
    assert!(screen(&app.model).contains("No rows to filter here"), "{}", screen(&app.model));
    assert!(!app.press("q").contains(&Effect::Quit));
    app.press("esc");
    assert!(app.press("q").contains(&Effect::Quit));
}

#[test]
fn a_url_in_the_prompt_connects_to_it() {
    let mut app = App::demo();
    let effects = app.press(":http://127.0.0.1:8001 enter");
    let choice = Choice::Url("http://127.0.0.1:8001".to_owned());
    assert!(effects.contains(&Effect::Connect(choice)), "{effects:?}");
}
