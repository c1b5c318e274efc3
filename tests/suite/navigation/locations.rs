//! Where words and paths lead, and the way back.

use kubewalk::app::message::Message;
use kubewalk::app::model::{Model, Overlay};
use kubewalk::k8s::failure::{Failure, FailureKind};

use crate::support::hand::{Hand, requests};
use crate::support::recordings;
use crate::support::walker::screen;

#[test]
pub(crate) fn a_location_is_reached_by_its_words() {
    for (words, path) in [
        ("/apis/batch/v1/namespaces/default/jobs/my-job", None),
        ("/apis/batch/v1/namespaces/default/jobs/my-job/status", None),
        ("/livez/ping", None),
        ("/", None),
        ("po/db-0 space -n space shop", Some("/api/v1/namespaces/shop/pods/db-0")),
        ("po space db-0 space -n space shop", Some("/api/v1/namespaces/shop/pods/db-0")),
        ("batch", Some("/apis/batch")),
        ("batch/v1", Some("/apis/batch/v1")),
        ("core", Some("/api")),
        ("ClusterRole", Some("/apis/rbac.authorization.k8s.io/v1/clusterroles")),
        ("no/node1", Some("/api/v1/nodes/node1")),
        (
            "widgets.factory.example.com space -n space shop",
            Some("/apis/factory.example.com/v1/namespaces/shop/widgets"),
        ),
    ] {
        let mut hand = Hand::demo();
        hand.walk(&format!(":{words} enter"));
        let notice = &hand.model.notice;
        assert_eq!(hand.at(), path.unwrap_or(words), "{words}: {notice:?}");
    }
}

#[test]
fn the_location_of_the_command_line_is_gone_to_once_discovery_can_tell() {
    let mut hand = Hand::unconnected(&[recordings::cluster()]);
    hand.model = Model::new(120, 36).opening_at(Some("job/my-job -n default".to_owned()));
    hand.connect(None);
    assert_eq!(hand.at(), "/apis/batch/v1/namespaces/default/jobs/my-job");
    assert!(screen(&hand.model).contains("kind: Job"), "{}", screen(&hand.model));
}

#[test]
fn words_that_lead_nowhere_say_so_and_move_nothing() {
    for (words, said) in [
        ("nonsense", "nonsense"),
        ("/apis/nonsense", "/apis/nonsense"),
        ("/apis/batch/v1/nonsense", "nonsense"),
        ("po/nonsense space -n space shop", "nonsense is not in"),
    ] {
        let mut hand = Hand::demo();
        hand.walk(&format!(":{words} enter"));
        let notice = hand.model.notice.clone().unwrap_or_else(|| panic!("{words}"));
        assert!(notice.is_trouble && notice.text.contains(said), "{words}: {}", notice.text);
        assert!(matches!(hand.model.overlay, Overlay::None));
    }
}

#[test]
pub(crate) fn back_and_forward_follow_the_history() {
    let mut hand = Hand::demo();
    hand.walk(":po/db-0 space -n space shop enter");
    hand.walk(":deploy.apps space -n space shop enter");
    hand.walk("[");
    assert_eq!(hand.at(), "/api/v1/namespaces/shop/pods/db-0");
    hand.walk("[");
    assert_eq!(hand.at(), "/");
    hand.walk("] ]");
    assert_eq!(hand.at(), "/apis/apps/v1/namespaces/shop/deployments");
}

#[test]
pub(crate) fn back_at_the_first_location_shows_a_notice() {
    let mut hand = Hand::demo();
    hand.walk("[");
    assert_eq!(hand.at(), "/");
    assert!(hand.model.notice.is_some());
}

#[test]
fn going_on_from_the_past_forgets_the_other_future() {
    let mut hand = Hand::demo();
    hand.walk(":/api/v1 enter :/apis/batch enter [ :/apis/apps enter ]");
    assert_eq!(hand.at(), "/apis/apps");
    hand.walk("[");
    assert_eq!(hand.at(), "/api/v1");
}

#[test]
fn back_opens_again_what_was_closed_meanwhile() {
    let mut hand = Hand::demo();
    hand.walk(":po/db-0 space -n space shop enter");
    hand.walk("h h h h h h h");
    hand.walk(":/apis/batch enter [ [");
    assert_eq!(hand.at(), "/api/v1/namespaces/shop/pods/db-0");
}

#[test]
fn words_are_completed_from_discovery_namespaces_and_names() {
    let mut hand = Hand::demo();
    let candidates = |hand: &Hand| match &hand.model.overlay {
        Overlay::Prompt(prompt) => prompt.candidates.clone(),
        _ => Vec::new(),
    };
    hand.press(":deploy");
    assert!(candidates(&hand).contains(&"deployments".to_owned()), "{:?}", candidates(&hand));
    hand.press("esc");
    hand.walk(":po space -n space shop enter");
    hand.press(":po/d");
    assert!(candidates(&hand).contains(&"po/db-0".to_owned()), "{:?}", candidates(&hand));
    hand.press("esc :ns space sh tab enter");
    assert_eq!(hand.model.namespace().unwrap().as_str(), "shop");
}

#[test]
fn a_dead_group_stops_only_who_goes_there() {
    let mut hand = Hand::demo();
    hand.walk(":metrics.k8s.io/v1beta1 enter");
    assert_eq!(hand.at(), "/apis/metrics.k8s.io/v1beta1");
    let shown = screen(&hand.model);
    assert!(shown.contains("v1beta1 ★ ✗ 503") && shown.contains("service unavailable"), "{shown}");
    hand.walk(":po/db-0 space -n space shop enter");
    assert_eq!(hand.at(), "/api/v1/namespaces/shop/pods/db-0");
}

#[test]
fn escape_gives_up_on_a_way_that_takes_long() {
    let mut hand = Hand::demo();
    hand.press(":po/db-0 space -n space shop enter");
    assert!(!hand.asked().is_empty());
    let from = hand.at();
    hand.press("esc");
    hand.answer();
    assert_eq!(hand.at(), from);
}

#[test]
fn a_way_through_what_is_open_asks_for_no_list_again() {
    let mut hand = Hand::demo();
    hand.walk(":po/db-0 space -n space shop enter");
    let effects = hand.press(":po/db-1 space -n space shop enter");
    let asked = requests(&effects);
    assert_eq!(asked, ["/api/v1/namespaces/shop/pods/db-1"]);
}

#[test]
fn an_object_is_reached_where_its_collection_cannot_be_listed() {
    let mut hand = Hand::over(&[recordings::named("restricted-viewer")]);
    hand.walk(":/api/v1/namespaces/shop/pods/db-0 enter");
    assert_eq!(hand.at(), "/api/v1/namespaces/shop/pods/db-0");
    let shown = screen(&hand.model);
    assert!(shown.contains("GET /api/v1/namespaces/shop/pods/db-0"), "{shown}");
}

#[test]
fn a_dead_version_shows_what_the_aggregator_knows_of_it() {
    const ASKED: &str = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";
    let known =
        ["Available is False", "ServiceNotFound: ", "service kube-system/metrics-server, port 443"];
    for words in [":metrics.k8s.io/v1beta1 enter", ":metrics.k8s.io enter"] {
        let mut hand = Hand::demo();
        hand.press(words);
        assert!(!hand.asked().contains(&ASKED.to_owned()), "{words}: on demand only");
        hand.answer();
        hand.rest();
        assert!(requests(&hand.taken()).contains(&ASKED.to_owned()), "{words}");
        let shown = screen(&hand.model);
        for text in known {
            assert!(shown.contains(text), "{words} {text}\n{shown}");
        }
        let place = |text| shown.find(text).unwrap_or_else(|| panic!("{text}\n{shown}"));
        let bytes =
            if words.contains("v1beta1") { "service unavailable" } else { "kind: APIGroup" };
        assert!(place("Behind it: service") < place(bytes), "{shown}");
        hand.walk("g");
        assert!(!screen(&hand.model).contains("Behind it:"));
    }

    // Groups that are well are not asked about.
    let mut hand = Hand::demo();
    hand.walk(":apps/v1 enter");
    assert!(!requests(&hand.taken()).iter().any(|path| path.contains("apiservices")));
}

#[test]
fn where_an_api_service_may_not_be_read_this_is_said() {
    let mut hand = Hand::demo();
    hand.press(":metrics.k8s.io/v1beta1 enter");
    while !hand.asked().iter().any(|path| path.contains("apiservices")) {
        hand.answer_first();
    }
    let at = hand.asked().iter().position(|path| path.contains("apiservices")).unwrap();
    let (ticket, _) = hand.waiting.remove(at);
    let text = "403: apiservices.apiregistration.k8s.io \"v1beta1.metrics.k8s.io\" is forbidden";
    let failure = Failure::new(FailureKind::Forbidden, text, "");
    hand.message(Message::Answered { ticket, result: Err(failure) });
    let shown = screen(&hand.model);
    assert!(
        shown.contains("403: its APIService v1beta1.metrics.k8s.io may not be read"),
        "{shown}"
    );
    assert!(shown.contains("service unavailable"), "{shown}");
}
