//! Outages: servers that stop answering and come back.

use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::state::watch::Live;
use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::app::{App, requests};
use crate::support::fault::{Fault, FaultyProxy};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::{Walker, screen};

const PODS: &str = "/api/v1/namespaces/shop/pods";

/// The cursor is on the open pod db-0 of a watched collection, whose watch is at version 2000.
fn pod() -> App {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter j enter");
    app.take_effects();
    app
}

/// Ends the watches of the pod and its collection, and refuses all connections.
fn start_outage(app: &mut App) {
    for ticket in [collection(app).ticket().unwrap(), app.model.live_document().ticket().unwrap()] {
        let cut = Failure::new(FailureKind::Cut, "the connection ended", "");
        app.message(Message::WatchEnded { ticket, failure: Some(cut) });
    }
    assert_eq!(
        app.pending(),
        ["/version"],
        "checks whether the server or only a connection is down"
    );
    app.fail_first(Failure::new(FailureKind::Refused, "refused", ""));
}

fn collection(app: &App) -> Live {
    let tree = &app.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    app.model.live_rows(id).clone()
}

fn line(app: &App, with: &str) -> String {
    let screen = screen(&app.model);
    screen.lines().find(|line| line.contains(with)).unwrap_or_else(|| panic!("{screen}")).to_owned()
}

#[test]
fn an_outage_is_shown_in_the_header_and_loaded_data_is_kept_as_old() {
    let mut app = pod();
    start_outage(&mut app);
    assert!(line(&app, "kubewalk").contains("server refused, retrying"), "{}", line(&app, "k"));
    assert!(line(&app, "kubewalk").contains("as kubernetes-admin"), "the user stays in the header");
    assert!(line(&app, "shop 6").contains("shop 6 old"), "{}", line(&app, "shop 6"));
    assert!(line(&app, "GET ").contains("200 · 7.2 KiB · 0 ms old"), "{}", line(&app, "GET "));
    assert!(screen(&app.model).contains("name: db-0"), "{}", screen(&app.model));
    app.advance(63);
    assert!(line(&app, "kubewalk").contains("retrying for 1 min 3 s"));
}

#[test]
fn after_an_outage_open_collections_and_objects_are_refreshed() {
    let mut app = pod();
    start_outage(&mut app);
    let pauses: Vec<_> = (0..4)
        .map(|_| {
            let effects = app.take_effects();
            let pause = effects.iter().find_map(|effect| match effect {
                Effect::After(Timer::Server, pause) => Some(pause.as_secs()),
                _ => None,
            });
            app.message(Message::Timer(Timer::Server));
            app.fail_first(Failure::new(FailureKind::Refused, "refused", ""));
            pause.unwrap()
        })
        .collect();
    assert_eq!(pauses, [1, 2, 4, 5], "a few pauses, which grow");
    app.message(Message::Timer(Timer::Server));
    assert_eq!(app.pending(), ["/version"]);
    app.take_effects();
    app.answer_all();
    let requested = requests(&app.take_effects());
    for wanted in ["/apis", "resourceVersion=1084", "watch db-0 from"] {
        assert!(
            requested.iter().any(|request| request.contains(wanted)),
            "{wanted}: {requested:?}"
        );
    }
    let screen = screen(&app.model);
    assert!(!screen.contains("retrying") && !screen.contains(" old"), "{screen}");
    assert!(screen.contains("shop 6 ◉") && screen.contains("◉ live"), "{screen}");
}

#[test]
fn a_node_opened_during_an_outage_loads_when_the_server_is_back() {
    let mut app = pod();
    start_outage(&mut app);
    app.press(":cm space -n space shop enter");
    while !app.waiting.is_empty() {
        app.fail_first(Failure::new(FailureKind::Refused, "refused", ""));
    }
    app.message(Message::Timer(Timer::Rest));
    while !app.waiting.is_empty() {
        app.fail_first(Failure::new(FailureKind::Refused, "refused", ""));
    }
    assert!(screen(&app.model).contains("✗ refused"), "{}", screen(&app.model));
    app.message(Message::Timer(Timer::Server));
    app.answer_all();
    let screen = screen(&app.model);
    assert!(!screen.contains('✗'), "{screen}");
    assert!(app.children("/api/v1/namespaces/shop/configmaps").len() > 1, "{screen}");
}

#[test]
fn refused_credentials_keep_the_tree_and_are_retried() {
    let mut app = pod();
    let ticket = collection(&app).ticket().unwrap();
    let refused = || Failure::from_answer(401, br#"{"kind":"Status","message":"Unauthorized"}"#);
    app.message(Message::WatchEnded { ticket, failure: Some(refused()) });
    app.fail_first(refused());
    let header = line(&app, "kubewalk");
    assert!(header.contains("not authorized (401), retrying"), "{header}");
    assert_eq!(app.children(PODS).len(), 6, "the tree stays");
    assert!(screen(&app.model).contains("name: db-0"), "the document stays");
    // Some proxies report the version to everyone, so discovery is requested.
    app.message(Message::Timer(Timer::Server));
    assert!(app.pending().contains(&"/apis".to_owned()), "{:?}", app.pending());
    app.answer_all();
    assert!(!screen(&app.model).contains("401"), "{}", screen(&app.model));
}

#[test]
fn one_broken_connection_is_not_an_outage() {
    let mut app = pod();
    let ticket = collection(&app).ticket().unwrap();
    let cut = Failure::new(FailureKind::Cut, "the connection ended", "");
    app.message(Message::WatchEnded { ticket, failure: Some(cut) });
    assert!(line(&app, "shop 6").contains("reconnecting in 1 s"), "{}", line(&app, "shop 6"));
    app.answer_all();
    assert!(!screen(&app.model).contains("retrying"));
    assert!(line(&app, "GET ").contains("◉ live"));
}

#[tokio::test]
async fn watches_continue_after_the_server_restarts() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let mut proxy = FaultyProxy::to(&server);
    let mut walker = Walker::server(&proxy.url(), (140, 36)).await;
    walker.walk(":po space -n space shop enter j j").await;
    walker.meanwhile(watch.until_open(1)).await;
    walker.wait_for("shop 6 ◉").await;
    let cursor = walker.selected();
    proxy.close();
    walker.wait_for("server refused, retrying").await;
    walker.wait_for("shop 6 old").await;
    assert_eq!(walker.selected(), cursor);
    proxy.open();
    walker.wait_for_no("retrying").await;
    walker.wait_for("shop 6 ◉").await;
    assert_eq!(walker.selected(), cursor);
    assert!(watch.queries().last().unwrap().contains("resourceVersion=1084"));
    // A server that has lost the history of its watches is listed again.
    let gone = r#"{"kind":"Status","message":"too old","reason":"Expired","code":410}"#;
    let lists = server.count(PODS) - watch.queries().len();
    proxy.close();
    walker.wait_for("shop 6 old").await;
    proxy.inject_times(1, &format!("{PODS}?watch=1"), Fault::status(410, "", gone));
    proxy.open();
    walker.wait_for("shop 6 ◉").await;
    assert_eq!(walker.selected(), cursor);
    // A watch that was open for less than a second is listed again as well.
    let lists = server.count(PODS) - watch.queries().len() - lists;
    assert!((1..=2).contains(&lists), "{lists}");
}
