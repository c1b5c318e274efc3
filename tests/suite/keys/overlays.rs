//! The help, prompts, and what escape, quit and suspend do in front of them.

use kubewalk::app::effect::Effect;
use kubewalk::app::layout::Pane;
use kubewalk::app::message::Message;
use kubewalk::app::state::overlay::Overlay;

use super::{PODS, after, reading};
use crate::support::app::App;
use crate::support::walker::screen;

#[test]
pub(super) fn the_help_opens_scrolls_and_closes() {
    let mut app = after("?");
    let first = screen(&app.model);
    assert!(first.contains("Keys"));
    app.press("j");
    assert_ne!(screen(&app.model), first);
    app.press("q");
    assert!(matches!(app.model.overlay, Overlay::None));
}

#[test]
fn the_help_starts_with_the_keys_of_the_focused_pane() {
    for (keys, title) in
        [("", "│Tree "), ("tab", "│Document "), ("d shift-tab", "│Container view ")]
    {
        let mut app = after(":po/db-0 space -n space shop enter");
        app.walk(&format!("{keys} ?"));
        let shown = screen(&app.model);
        assert!(shown.lines().nth(1).unwrap().starts_with(title), "{title}\n{shown}");
    }
}

#[test]
fn a_search_in_the_help_shows_only_matching_keys_until_escape() {
    let mut app = after("? / wrap");
    let shown = screen(&app.model);
    assert!(shown.contains("Wrap or cut long lines") && !shown.contains("Go to a path"), "{shown}");
    app.press("enter esc");
    assert!(screen(&app.model).contains("Go to a path"), "{}", screen(&app.model));
    app.press("esc");
    assert!(matches!(app.model.overlay, Overlay::None));
}

#[test]
fn the_last_line_of_the_help_is_reached_on_a_small_terminal() {
    let mut app = App::demo();
    app.model.size = (40, 12);
    app.press("?");
    for _ in 0..80 {
        app.press("pagedown");
    }
    let shown = screen(&app.model);
    assert!(shown.contains("answers"), "the connection is last\n{shown}");
    assert!(shown.lines().all(|line| line.chars().count() <= 40), "{shown}");
}

#[test]
fn the_footer_shows_the_keys_of_the_selected_row() {
    let footer = |keys: &str| {
        let mut app = App::demo();
        app.model.size = (200, 40);
        app.walk(keys);
        screen(&app.model).lines().last().unwrap().to_owned()
    };
    let of_pod = footer(":po/db-0 space -n space shop enter");
    for text in ["d containers", "F follow log", "e events", "/ filter", "s sort"] {
        assert!(of_pod.contains(text), "{text} in {of_pod}");
    }
    let of_root = footer("");
    for text in ["d containers", "F follow log", "s sort", "L load all", "x show secrets"] {
        assert!(!of_root.contains(text), "{text} in {of_root}");
    }
    assert!(footer(":secrets/db-credentials space -n space shop enter").contains("x show secrets"));
}

#[test]
pub(super) fn escape_clears_the_filter_before_it_leaves_full_screen() {
    let mut app = after(":po space -n space shop enter / db enter f");
    assert!(app.model.full_screen);
    app.press("esc");
    assert_eq!(app.children(PODS).len(), 6);
    assert!(app.model.full_screen);
    app.press("esc");
    assert!(!app.model.full_screen);
    app.press("tab esc");
    assert_eq!(app.model.focus, Pane::Tree);
}

#[test]
pub(super) fn escape_in_the_document_clears_the_search_before_it_leaves() {
    let mut app = reading();
    app.press("/ name enter esc");
    assert_eq!(app.model.reading.pane.match_count(), 0);
    assert_eq!(app.model.focus, Pane::Document);
}

#[test]
pub(super) fn q_quits() {
    assert_eq!(after("").press("q"), [Effect::Quit]);
}

#[test]
pub(super) fn ctrl_z_suspends_in_every_mode() {
    for keys in ["", "?", ":", "c"] {
        assert_eq!(after(keys).press("ctrl-z"), [Effect::Suspend], "{keys}");
    }
}

#[test]
fn letters_in_a_prompt_are_text_and_ctrl_c_closes_it() {
    let mut app = App::demo();
    app.press(": q d x");
    let Overlay::Prompt(prompt) = &app.model.overlay else { panic!() };
    assert_eq!(prompt.input.value(), "qdx");
    app.press("ctrl-c");
    assert!(matches!(app.model.overlay, Overlay::None));
}

#[test]
fn text_pasted_outside_a_prompt_is_ignored() {
    let mut app = App::demo();
    app.message(Message::Paste("q".to_owned()));
    assert_eq!(app.take_effects(), []);
}

#[test]
fn only_the_first_line_of_pasted_text_is_inserted_without_control_characters() {
    let mut app = App::demo();
    app.press(":");
    app.message(Message::Paste("po/db-0\u{1b}\tx\nq\n".to_owned()));
    let Overlay::Prompt(prompt) = &app.model.overlay else { panic!() };
    assert_eq!(prompt.input.value(), "po/db-0x");
}
