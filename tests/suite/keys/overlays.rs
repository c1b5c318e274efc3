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
