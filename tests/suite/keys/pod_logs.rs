//! Log keys on the row of a pod.

use jiff::Timestamp;
use kubewalk::app::message::Message;
use kubewalk::k8s::table::{Delta, Row};

use crate::support::app::{App, requests};
use crate::support::walker::screen;

#[test]
fn p_on_a_pod_shows_the_previous_log_of_its_only_container() {
    let mut app = App::demo();
    app.walk(":po/crashy space -n space team-a enter");
    app.press("p");
    app.answer_all();
    let at = app.location();
    assert!(at.ends_with("/pods/crashy/log"), "{at}");
    let screen = screen(&app.model);
    assert!(screen.contains("main previous"), "{screen}");
}

#[test]
fn a_log_key_away_from_pods_shows_a_notice() {
    let mut app = App::demo();
    app.walk(":no enter");
    app.press("F");
    let notice = app.model.notice.unwrap().text;
    assert!(notice.contains("logs of a pod, a container"), "{notice}");
}

#[test]
fn containers_below_an_open_pod_follow_its_row() {
    let mut app = App::demo();
    app.walk(":po space -n space team-a enter");
    app.walk(":po/crashy/log space -n space team-a enter");
    let id = app.model.tree.collection_at(app.model.tree.cursor()).unwrap();
    app.rest();
    app.take_effects();
    let ticket = app.model.live_rows(id).ticket().unwrap();
    let cells = ["crashy", "1/1", "Running", "5", "1s"];
    let row = Row::new(None, "crashy", cells, Timestamp::UNIX_EPOCH);
    let deltas = vec![Delta::Applied(row)];
    app.message(Message::Deltas { ticket, deltas, version: "2000".to_owned() });
    let requests = requests(&app.take_effects());
    let pod = "/api/v1/namespaces/team-a/pods/crashy".to_owned();
    assert!(requests.contains(&pod), "{requests:?}");
}
