//! Servers that go away, and return.

use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Message, Timer};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::tree::node::Live;

use crate::support::fault::{Fault, Way};
use crate::support::hand::{Hand, requests};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::{Walker, screen};

const PODS: &str = "/api/v1/namespaces/shop/pods";

/// The cursor on the opened pod db-0 of the watched collection, whose watch stands at version 2000.
fn pod() -> Hand {
    let mut hand = Hand::demo();
    hand.walk(":po space -n space shop enter j enter");
    hand.taken();
    hand
}

/// Both watches of a pod and its collection end, and nobody answers any more.
fn goes_away(hand: &mut Hand) {
    for ticket in [collection(hand).ticket().unwrap(), hand.model.reading.live.ticket().unwrap()] {
        let cut = Failure::new(FailureKind::Cut, "the connection ended", "");
        hand.message(Message::WatchEnded { ticket, failure: Some(cut) });
    }
    assert_eq!(hand.asked(), ["/version"], "whether it is the server or only the connection");
    hand.refuse_first(Failure::new(FailureKind::Refused, "refused", ""));
}

fn collection(hand: &Hand) -> Live {
    let tree = &hand.model.tree;
    let id = tree.collection_at(tree.cursor()).unwrap();
    tree.get(id).unwrap().live.clone()
}

fn line(hand: &Hand, with: &str) -> String {
    let screen = screen(&hand.model);
    screen.lines().find(|line| line.contains(with)).unwrap_or_else(|| panic!("{screen}")).to_owned()
}

#[test]
fn a_server_that_goes_away_is_in_the_header_and_what_was_read_stays_and_is_old() {
    let mut hand = pod();
    goes_away(&mut hand);
    assert!(
        line(&hand, "kubewalk").contains("server refused, trying again"),
        "{}",
        line(&hand, "k")
    );
    assert!(line(&hand, "kubewalk").contains("as kubernetes-admin"), "what is known stays known");
    assert!(line(&hand, "shop 6").contains("shop 6 old"), "{}", line(&hand, "shop 6"));
    assert!(line(&hand, "GET ").contains("200 · 7.2 KiB · 0 ms old"), "{}", line(&hand, "GET "));
    assert!(screen(&hand.model).contains("name: db-0"), "{}", screen(&hand.model));
    hand.later(63);
    assert!(line(&hand, "kubewalk").contains("trying again for 1 min 3 s"));
}

#[test]
fn a_server_that_returns_has_what_is_open_brought_up_to_date() {
    let mut hand = pod();
    goes_away(&mut hand);
    let pauses: Vec<_> = (0..4)
        .map(|_| {
            let effects = hand.taken();
            let pause = effects.iter().find_map(|effect| match effect {
                Effect::After(Timer::Server, pause) => Some(pause.as_secs()),
                _ => None,
            });
            hand.message(Message::Timer(Timer::Server));
            hand.refuse_first(Failure::new(FailureKind::Refused, "refused", ""));
            pause.unwrap()
        })
        .collect();
    assert_eq!(pauses, [1, 2, 4, 5], "few, and growing");
    hand.message(Message::Timer(Timer::Server));
    assert_eq!(hand.asked(), ["/version"]);
    hand.taken();
    hand.answer();
    let asked = requests(&hand.taken());
    for wanted in ["/apis", "resourceVersion=1084", "watch db-0 from"] {
        assert!(asked.iter().any(|request| request.contains(wanted)), "{wanted}: {asked:?}");
    }
    let screen = screen(&hand.model);
    assert!(!screen.contains("trying again") && !screen.contains(" old"), "{screen}");
    assert!(screen.contains("shop 6 ◉") && screen.contains("◉ live"), "{screen}");
}

#[test]
fn what_was_opened_while_the_server_was_away_opens_when_it_is_back() {
    let mut hand = pod();
    goes_away(&mut hand);
    hand.press(":cm space -n space shop enter");
    while !hand.waiting.is_empty() {
        hand.refuse_first(Failure::new(FailureKind::Refused, "refused", ""));
    }
    hand.message(Message::Timer(Timer::Rest));
    while !hand.waiting.is_empty() {
        hand.refuse_first(Failure::new(FailureKind::Refused, "refused", ""));
    }
    assert!(screen(&hand.model).contains("✗ refused"), "{}", screen(&hand.model));
    hand.message(Message::Timer(Timer::Server));
    hand.answer();
    let screen = screen(&hand.model);
    assert!(!screen.contains('✗'), "{screen}");
    assert!(hand.below("/api/v1/namespaces/shop/configmaps").len() > 1, "{screen}");
}

#[test]
fn credentials_that_are_refused_leave_the_tree_and_are_tried_again() {
    let mut hand = pod();
    let ticket = collection(&hand).ticket().unwrap();
    let refused = || Failure::from_answer(401, br#"{"kind":"Status","message":"Unauthorized"}"#);
    hand.message(Message::WatchEnded { ticket, failure: Some(refused()) });
    hand.refuse_first(refused());
    let header = line(&hand, "kubewalk");
    assert!(header.contains("not authorized (401), trying again"), "{header}");
    assert_eq!(hand.below(PODS).len(), 6, "the tree stays");
    assert!(screen(&hand.model).contains("name: db-0"), "and the document");
    // The version is told to anyone by some proxies, so discovery is asked.
    hand.message(Message::Timer(Timer::Server));
    assert!(hand.asked().contains(&"/apis".to_owned()), "{:?}", hand.asked());
    hand.answer();
    assert!(!screen(&hand.model).contains("401"), "{}", screen(&hand.model));
}

#[test]
fn one_connection_that_breaks_is_no_server_that_is_away() {
    let mut hand = pod();
    let ticket = collection(&hand).ticket().unwrap();
    let cut = Failure::new(FailureKind::Cut, "the connection ended", "");
    hand.message(Message::WatchEnded { ticket, failure: Some(cut) });
    assert!(line(&hand, "shop 6").contains("reconnecting in 1 s"), "{}", line(&hand, "shop 6"));
    hand.answer();
    assert!(!screen(&hand.model).contains("trying again"));
    assert!(line(&hand, "GET ").contains("◉ live"));
}

#[tokio::test]
async fn a_server_that_restarts_on_its_port_is_followed_again() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let mut way = Way::to(&server);
    let mut walker = Walker::server(&way.url(), (140, 36)).await;
    walker.walk(":po space -n space shop enter j j").await;
    walker.meanwhile(watch.until_open(1)).await;
    walker.wait_for("shop 6 ◉").await;
    let cursor = walker.selected();
    way.close();
    walker.wait_for("server refused, trying again").await;
    walker.wait_for("shop 6 old").await;
    assert_eq!(walker.selected(), cursor);
    way.open();
    walker.wait_for_no("trying again").await;
    walker.wait_for("shop 6 ◉").await;
    assert_eq!(walker.selected(), cursor);
    assert!(watch.queries().last().unwrap().contains("resourceVersion=1084"));
    // One that lost the history of its watches is listed again.
    let gone = r#"{"kind":"Status","message":"too old","reason":"Expired","code":410}"#;
    let lists = server.count(PODS) - watch.queries().len();
    way.close();
    walker.wait_for("shop 6 old").await;
    way.tell_times(1, &format!("{PODS}?watch=1"), Fault::status(410, "", gone));
    way.open();
    walker.wait_for("shop 6 ◉").await;
    assert_eq!(walker.selected(), cursor);
    assert_eq!(server.count(PODS) - watch.queries().len(), lists + 1);
}
