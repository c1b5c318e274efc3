//! Ages inside the cells of a collection.

use kubewalk::app::message::Message;
use kubewalk::k8s::age::parse_duration;

use crate::support::app::App;
use crate::support::walker::screen;

/// The pods of a namespace in which one was restarted a minute ago.
fn pods() -> App {
    let mut app = App::demo();
    app.message(Message::Resize { width: 250, height: 40 });
    app.walk(":po space -n space team-a enter");
    app
}

/// The line of the screen that contains a text.
fn line(app: &App, text: &str) -> String {
    let shown = screen(&app.model);
    let found = shown.lines().find(|line| line.contains(text)).map(str::to_owned);
    found.unwrap_or_else(|| panic!("no {text}\n{shown}"))
}

#[test]
fn the_time_of_the_last_restart_keeps_counting() {
    let mut app = pods();
    assert!(line(&app, "crashy").contains("4 (60s ago)"));
    app.advance(70);
    assert!(line(&app, "crashy").contains("4 (2m10s ago)"));
}

#[test]
fn the_columns_behind_an_age_stay_aligned_while_it_grows() {
    let mut app = pods();
    app.advance(70);
    let ages = ["▸ crashy", "▸ nolimits"].map(|name| {
        let line = line(&app, name);
        let row = line.split('│').nth(1).unwrap().trim_end().to_owned();
        row.chars().count() - row.split_whitespace().next_back().unwrap().chars().count()
    });
    assert_eq!(ages[0], ages[1], "{}", screen(&app.model));
}

#[test]
fn events_are_sorted_by_the_time_they_were_last_seen() {
    let mut app = App::demo();
    app.walk(":ev space -n space team-a enter");
    app.press("s la enter");
    let shown = screen(&app.model);
    assert!(shown.contains("↑Last Seen"), "{shown}");
    let events = shown.lines().filter(|line| line.contains(".18ea"));
    let age = |line: &str| line.split_whitespace().find_map(parse_duration);
    let ages: Vec<i64> = events.filter_map(age).collect();
    assert!(ages.len() > 10 && ages.is_sorted(), "{shown}");
}
