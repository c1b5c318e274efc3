//! The tour through the demo.

use kubewalk::api::endpoint::Options;
use kubewalk::app::effect::{Choice, Effect};
use kubewalk::app::state::connection::Standing;
use kubewalk::app::state::tour::Tour;
use kubewalk::k8s::endpoint::EndpointKind;

use crate::start::screen::start_screen;
use crate::support::app::App;
use crate::support::walker::{Walker, screen};

/// Keys that do each step, in order.
pub(crate) const STEPS: [&str; 10] = [
    ":/apis/batch/v1 enter",
    ":job/my-job space -n space default enter",
    ":po/downward-env space -n space default enter d tab tab",
    ":po/downward space -n space default enter n",
    "j j j",
    "k o",
    "d :po/audit space -n space payments enter i",
    "enter enter",
    ":deploy/gateway space -n space payments enter H",
    "esc c",
];

async fn begun(size: (u16, u16)) -> Walker {
    let options = Options { demo: true, still: true, ..Options::default() };
    let mut walker = Walker::start(options, size);
    walker.model.tour = Some(Tour::default());
    walker.settle().await;
    walker
}

fn step(walker: &Walker) -> (usize, bool) {
    let tour = walker.model.tour.unwrap();
    (tour.step, tour.was_done)
}

#[tokio::test]
async fn the_tour_is_walked_at_eighty_columns() {
    assert_eq!(STEPS.len(), Tour::count());
    let mut walker = begun((80, 24)).await;
    for (number, keys) in (1..).zip(STEPS) {
        assert!(walker.screen().contains(&format!(" {number}/10 ")), "{}", walker.screen());
        walker.walk(keys).await;
        assert_eq!(step(&walker), (number, true), "after {keys}\n{}", walker.screen());
        assert!(walker.screen().contains(" ✓ "), "{}", walker.screen());
    }
    assert!(walker.screen().contains("That was the tour"), "{}", walker.screen());
}

#[tokio::test]
async fn a_step_is_done_by_any_way() {
    let mut walker = begun((120, 36)).await;
    // By the rows of the tree.
    walker.walk(":batch enter j enter").await;
    assert_eq!(step(&walker), (1, true), "{}", walker.screen());
}

/// The demo, as far as the model knows.
fn demo() -> App {
    let mut app = App::demo();
    let Standing::Connected(connection) = &mut app.model.standing else { panic!() };
    connection.endpoint.kind = EndpointKind::Demo;
    connection.endpoint.plays = true;
    app
}

#[test]
pub(crate) fn t_on_the_start_screen_opens_the_demo_with_the_tour() {
    let mut app = start_screen((80, 24), &[]);
    assert!(app.press("t").contains(&Effect::Connect(Choice::Demo)));
    assert_eq!(app.model.tour, Some(Tour::default()));
}

#[test]
pub(crate) fn ctrl_n_begins_the_tour_and_skips_its_steps() {
    let mut app = demo();
    assert!(screen(&app.model).contains("ctrl-n takes a tour"));
    app.press("ctrl-n");
    assert_eq!(app.model.tour, Some(Tour::default()));
    for step in 1..=Tour::count() {
        // Also while something covers the panes, or a line is typed.
        app.press(["?", ":", "T"][step % 3]);
        app.press("ctrl-n");
        assert_eq!(app.model.tour, Some(Tour { step, was_done: false }));
        app.press("esc");
    }
    app.press("ctrl-n");
    assert_eq!(app.model.tour, None);
}

#[test]
pub(crate) fn ctrl_x_leaves_the_tour_which_is_offered_no_more() {
    let mut app = demo();
    app.press(":tour enter");
    assert!(screen(&app.model).contains("1/10"));
    app.press("ctrl-x");
    assert_eq!(app.model.tour, None);
    assert!(!screen(&app.model).contains("takes a tour"));
}

#[test]
fn the_tour_does_not_leave_a_server() {
    let mut app = App::demo();
    let effects = app.press(":tour enter");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Connect(_))));
    assert_eq!(app.model.tour, None);
    assert!(screen(&app.model).contains("The tour walks the demo"));
}

#[test]
fn a_low_terminal_has_no_room_for_the_tour() {
    let mut app = demo();
    app.press("ctrl-n");
    app.model.size = (80, 15);
    assert!(!screen(&app.model).contains("1/10"));
}
