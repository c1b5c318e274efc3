//! Finding objects on the screen.

use kubewalk::app::effect::Effect;

use crate::keys::health::trouble;
use crate::support::app::App;
use crate::support::golden;
use crate::support::walker::screen;

/// The keys that type a search.
const FIND: &str = ":find space ledger space -A enter";

fn app(size: (u16, u16), keys: &str) -> App {
    let mut app = trouble("");
    app.model.size = size;
    app.walk(keys);
    app
}

#[test]
fn the_objects_of_the_name_are_listed_at_80_and_120_columns() {
    for size in [(80, 24), (120, 40)] {
        let app = app(size, FIND);
        let file = format!("tests/fixtures/screens/find/{}.txt", size.0);
        golden::is_current(&file, &screen(&app.model));
    }
}

#[test]
fn a_found_object_is_opened_in_its_place_and_back_returns_to_the_list() {
    let mut app = app((120, 40), FIND);
    app.press("j j");
    app.walk("enter");
    assert_eq!(app.location(), "/apis/apps/v1/namespaces/payments/deployments/ledger");
    app.press("[");
    assert!(screen(&app.model).contains("Find ledger"), "{}", screen(&app.model));
    assert_eq!(app.model.find.selected(), 2);
}

#[test]
fn the_chosen_namespace_is_searched_unless_another_one_is_named() {
    let app = app((120, 40), ":find space ledger space -n space shop enter");
    let shown = screen(&app.model);
    assert!(shown.contains("Find ledger in namespace shop"), "{shown}");
    assert!(shown.contains("No object has that name"), "{shown}");
}

#[test]
fn escape_stops_the_search_and_then_closes_the_list() {
    let mut app = app((120, 40), "");
    app.press(FIND);
    assert!(screen(&app.model).contains("Nothing found yet"), "{}", screen(&app.model));
    let effects = app.press("esc");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Cancel(_))), "{effects:?}");
    assert!(screen(&app.model).contains("stopped"), "{}", screen(&app.model));
    app.press("esc");
    assert!(!screen(&app.model).contains("Find ledger"), "{}", screen(&app.model));
}

#[test]
fn find_without_a_text_shows_the_last_search_without_requests() {
    let mut app = app((120, 40), FIND);
    app.press("esc");
    let effects = app.press(":find enter");
    assert!(screen(&app.model).contains("Find ledger"), "{}", screen(&app.model));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Find { .. })));
    assert!(app.press("r").iter().any(|effect| matches!(effect, Effect::Find { .. })));
}

#[test]
fn a_line_that_cannot_be_searched_for_says_what_may_be_typed() {
    for line in [":find enter", ":find space x space -k enter"] {
        let app = app((120, 40), line);
        assert!(screen(&app.model).contains("find takes a TEXT"), "{}", screen(&app.model));
    }
    let app = app((120, 40), ":find space /a(/ enter");
    assert!(screen(&app.model).contains("not a regular expression"), "{}", screen(&app.model));
}

#[test]
fn with_an_object_selected_behind_the_list_the_footer_offers_no_events() {
    let mut app = app((120, 40), FIND);
    app.walk("enter");
    app.press(":find enter");
    let shown = screen(&app.model);
    assert!(shown.contains("⏎ open  r refresh  esc close"), "{shown}");
}
