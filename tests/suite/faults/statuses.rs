//! Nodes and documents that the server does not give, each for a reason of its own.

use kubewalk::app::effect::Effect;
use kubewalk::app::message::{Answer, Message, Timer, Want};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::runtime::answers;

use crate::support::hand::Hand;
use crate::support::walker::screen;

const PODS: &str = "/api/v1/namespaces/shop/pods";

/// The pods of the shop were opened, and their first page is awaited.
fn opening() -> Hand {
    let mut hand = Hand::demo();
    hand.walk(":po space -n space shop enter k");
    let parent = hand.at();
    assert_eq!(parent, "/api/v1/namespaces/kube-system/pods");
    hand.press("enter");
    hand.waiting.retain(|(_, question)| question.want == Want::Page);
    assert_eq!(hand.asked(), [format!("{parent}?includeObject=None&limit=500")]);
    hand.taken();
    hand
}

fn status(code: u16, more: &str) -> Failure {
    let body = format!(r#"{{"kind":"Status","message":"because of that"{more}}}"#);
    Failure::from_answer(code, body.as_bytes())
}

/// The pause after which the node is asked for again by itself.
fn pause(hand: &mut Hand) -> Option<u64> {
    hand.taken().iter().find_map(|effect| match effect {
        Effect::After(Timer::Node(_), pause) => Some(pause.as_secs()),
        _ => None,
    })
}

/// The row of the namespace `kube-system`.
pub(super) fn row(hand: &Hand) -> String {
    let screen = screen(&hand.model);
    let is_it = |line: &&str| line.contains("▸ kube-system") || line.contains("▾ kube-system");
    screen.lines().find(is_it).unwrap().to_owned()
}

#[test]
fn a_status_is_on_the_node_that_it_concerns_and_nowhere_else() {
    for (code, shown) in
        [(403, "✗ 403"), (405, "✗ 405"), (500, "✗ 500"), (503, "✗ 503"), (504, "✗ 504")]
    {
        let mut hand = opening();
        hand.refuse_first(status(code, ""));
        assert!(row(&hand).contains(&format!("kube-system {shown}")), "{}", row(&hand));
        assert_eq!(screen(&hand.model).matches('✗').count(), 1, "{}", screen(&hand.model));
        assert_eq!(pause(&mut hand), None, "{code} is not asked again by itself");
        hand.answer();
        assert_eq!(hand.below(PODS).len(), 6, "the others stay");
        hand.press("r");
        hand.answer();
        assert!(!row(&hand).contains('✗'), "{}", row(&hand));
    }
}

#[test]
fn a_server_that_asks_to_wait_is_asked_again_after_that_time_and_says_so() {
    for code in [429, 503] {
        let mut hand = opening();
        for _ in 0..4 {
            hand.refuse_first(status(code, r#","details":{"retryAfterSeconds":7}"#));
            hand.answer();
            assert!(row(&hand).contains(&format!("✗ {code} again in 7 s")), "{}", row(&hand));
            assert_eq!(pause(&mut hand), Some(7));
            hand.later(4);
            assert!(row(&hand).contains("again in 3 s"), "{}", row(&hand));
            hand.later(3);
            let id = node(&hand);
            hand.message(Message::Timer(Timer::Node(id)));
            assert_eq!(hand.asked().len(), 1);
        }
        hand.refuse_first(status(code, r#","details":{"retryAfterSeconds":7}"#));
        assert_eq!(pause(&mut hand), None, "retries are few");
        assert!(row(&hand).contains(&format!("✗ {code}")) && !row(&hand).contains("again"));
    }
}

#[test]
fn a_server_that_throttles_without_saying_for_how_long_is_asked_ever_more_slowly() {
    let mut hand = opening();
    let mut pauses = Vec::new();
    for _ in 0..4 {
        hand.refuse_first(status(429, ""));
        pauses.extend(pause(&mut hand));
        let id = node(&hand);
        hand.message(Message::Timer(Timer::Node(id)));
    }
    assert_eq!(pauses, [1, 2, 4, 8]);
    hand.answer();
    assert!(!row(&hand).contains('✗'), "{}", row(&hand));
}

fn node(hand: &Hand) -> kubewalk::tree::NodeId {
    kubewalk::tree::Tree::node_of(hand.model.tree.cursor())
}

#[test]
fn a_page_that_must_wait_goes_on_loading_all() {
    use crate::support::recordings;
    let mut hand = Hand::over(&[recordings::named("paging"), recordings::cluster()]);
    hand.walk(":cm space -n space bulk enter");
    hand.press("L");
    hand.refuse_first(status(429, r#","details":{"retryAfterSeconds":2}"#));
    assert!(screen(&hand.model).contains("✗ 429 again in 2 s"), "{}", screen(&hand.model));
    let id = node(&hand);
    hand.message(Message::Timer(Timer::Node(id)));
    hand.answer();
    assert!(screen(&hand.model).contains("bulk 1,202"), "{}", screen(&hand.model));
}

#[test]
fn a_removed_custom_resource_goes_with_a_notice() {
    let mut hand = Hand::demo();
    hand.walk(":factories enter");
    assert_eq!(hand.at(), "/apis/factory.example.com/v1/factories");
    hand.press("r");
    let page = hand.waiting.iter().position(|(_, question)| question.want == Want::Page).unwrap();
    let (ticket, _) = hand.waiting.swap_remove(page);
    hand.waiting.clear();
    let gone = Failure::from_answer(404, b"404 page not found");
    hand.message(Message::Answered { ticket, result: Err(gone) });
    assert_eq!(hand.asked(), ["/api", "/apis"], "whether it is still served");
    hand.answer_first();
    let (ticket, question) = hand.waiting.remove(0);
    let answer = answers::read(hand.exchange(&question.request), question.want, hand.model.now);
    let Ok(Answer::Groups(mut groups)) = answer else { panic!() };
    for group in &mut groups {
        for version in &mut group.versions {
            let resources = version.resources.as_mut().unwrap();
            resources.retain(|resource| &*resource.gvr.resource != "factories");
        }
    }
    hand.message(Message::Answered { ticket, result: Ok(Answer::Groups(groups)) });
    let notice = hand.model.notice.clone().unwrap();
    assert_eq!(notice.text, "Not served any more: factories");
    assert_eq!(hand.at(), "/apis/factory.example.com/v1", "the cursor stays near");
    assert!(!hand.below("/apis/factory.example.com/v1").contains(&"factories".to_owned()));
}

#[test]
fn a_document_that_cannot_be_read_again_stays_and_says_why() {
    let mut hand = Hand::demo();
    hand.walk(":po/db-0 space -n space shop enter");
    for failure in [status(500, ""), Failure::new(FailureKind::TimedOut, "no answer in time", "")] {
        hand.press("r");
        let document =
            |(_, question): &(_, kubewalk::app::message::Question)| question.want == Want::Document;
        let at = hand.waiting.iter().position(document).unwrap();
        let (ticket, _) = hand.waiting.remove(at);
        hand.answer();
        let message = failure.message.clone();
        hand.message(Message::Answered { ticket, result: Err(failure) });
        let screen = screen(&hand.model);
        assert!(screen.contains("name: db-0") && screen.contains(&message), "{screen}");
        hand.answer();
    }
    hand.press("r");
    hand.answer();
    let screen = screen(&hand.model);
    assert!(!screen.contains("in time") && screen.contains("200 · 7.2 KiB"), "{screen}");
}

#[test]
fn a_document_that_must_wait_is_asked_for_again_after_that_time() {
    let mut hand = Hand::demo();
    hand.walk(":po/db-0 space -n space shop enter");
    hand.walk("j");
    hand.press("k");
    hand.message(Message::Timer(Timer::Rest));
    hand.refuse_first(status(429, r#","details":{"retryAfterSeconds":7}"#));
    assert!(screen(&hand.model).contains("✗ 429 again in 7 s"), "{}", screen(&hand.model));
    // Coming back to it sooner does not ask sooner.
    hand.later(3);
    hand.message(Message::Timer(Timer::Rest));
    assert_eq!(hand.asked(), [""; 0]);
    hand.later(4);
    hand.message(Message::Timer(Timer::Rest));
    assert_eq!(hand.asked(), [format!("{PODS}/db-0")]);
    hand.answer();
    assert!(screen(&hand.model).contains("name: db-0"));
}
