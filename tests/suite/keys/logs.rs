//! The options of a container's log.

use super::after;
use crate::support::app::{App, requests};

/// The path of the log, and the options that every request has.
const LOG: &str = "/api/v1/namespaces/team-a/pods/crashy/log?tailLines=500&container=main";

/// The cursor on the row of a container.
fn container() -> App {
    after(":/api/v1/namespaces/team-a/pods/crashy/log enter j")
}

/// Presses keys that request the log once. Returns the options after the usual ones.
fn options(app: &mut App, keys: &str) -> String {
    let requested = requests(&app.press(keys));
    assert_eq!(requested.len(), 1, "{requested:?}");
    requested[0].strip_prefix(LOG).unwrap_or_else(|| panic!("{requested:?}")).to_owned()
}

#[test]
pub(super) fn p_requests_the_log_of_the_previous_instance() {
    let mut app = container();
    assert_eq!(options(&mut app, "enter"), "");
    assert_eq!(options(&mut app, "p"), "&previous=true");
}

#[test]
pub(super) fn t_requests_timestamps_and_removes_them_again() {
    let mut app = container();
    assert_eq!(options(&mut app, "t"), "&timestamps=true");
    assert_eq!(options(&mut app, "t"), "");
}

#[test]
pub(super) fn shift_f_follows_the_log_and_stops() {
    let mut app = container();
    assert_eq!(options(&mut app, "F"), "&timestamps=true&follow=true");
    assert_eq!(options(&mut app, "F"), "");
}

#[test]
pub(super) fn following_a_previous_log_follows_the_current_one() {
    let mut app = container();
    app.press("p");
    assert_eq!(options(&mut app, "F"), "&timestamps=true&follow=true");
}

#[test]
pub(super) fn options_are_combined() {
    let mut app = container();
    app.press("p");
    assert_eq!(options(&mut app, "t"), "&previous=true&timestamps=true");
    app.press("F");
    assert_eq!(options(&mut app, "F"), "&timestamps=true");
}

#[test]
pub(super) fn follow_without_a_log_shows_a_notice() {
    let mut app = after("");
    app.press("F");
    assert!(app.model.notice.take().unwrap().text.contains("logs of a pod, a container"));
}
