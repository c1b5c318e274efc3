//! Walking as somebody else.

use kubewalk::app::answer::Answer;
use kubewalk::app::effect::{Choice, Effect};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::theme::Role;

use crate::keys::health::trouble;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::{Walker, screen};

const REVIEW: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

fn as_user(user: &str) -> Choice {
    Choice::As { user: user.to_owned(), of: Box::new(Choice::AsStarted) }
}

/// The reviews that were sent, as their bodies.
fn reviews(effects: &[Effect]) -> Vec<String> {
    let review = |effect: &Effect| match effect {
        Effect::Ask { question, .. } => question.request.review.clone(),
        _ => None,
    };
    effects.iter().filter_map(review).filter(|body| body.contains("impersonate")).collect()
}

fn connects(effects: &[Effect]) -> Vec<Choice> {
    let choice = |effect: &Effect| match effect {
        Effect::Connect(choice) => Some(choice.clone()),
        _ => None,
    };
    effects.iter().filter_map(choice).collect()
}

#[test]
fn as_asks_whether_the_user_may_be_impersonated_before_it_connects() {
    let mut app = trouble("");
    let effects = app.press(":as space bob enter");
    let sent = reviews(&effects);
    assert_eq!(sent.len(), 1, "{effects:?}");
    for part in [r#""resource":"users""#, r#""name":"bob""#, r#""verb":"impersonate""#] {
        assert!(sent[0].contains(part), "{}", sent[0]);
    }
    assert_eq!(connects(&effects), []);
    app.take_effects();
    app.answer_with(Ok(Answer::Allowed(true)));
    assert_eq!(connects(&app.take_effects()), [as_user("bob")]);
}

#[test]
fn a_service_account_is_named_by_its_name_and_namespace() {
    let mut app = trouble("");
    let sent = reviews(&app.press(":as space sa/ledger space -n space payments enter"));
    for part in
        [r#""resource":"serviceaccounts""#, r#""name":"ledger""#, r#""namespace":"payments""#]
    {
        assert!(sent[0].contains(part), "{}", sent[0]);
    }
    app.take_effects();
    // The namespaces complete what is typed behind -n.
    app.answer_first();
    app.answer_with(Ok(Answer::Allowed(true)));
    let user = "system:serviceaccount:payments:ledger";
    assert_eq!(connects(&app.take_effects()), [as_user(user)]);
}

#[test]
pub(crate) fn a_key_walks_as_the_service_account_at_the_cursor_or_of_the_pod() {
    let mut app = trouble(":sa/ledger space -n space payments enter");
    assert!(reviews(&app.press("A"))[0].contains(r#""name":"ledger""#));
    let mut app = trouble(":po/audit space -n space payments enter");
    let sent = reviews(&app.press("A"));
    assert!(sent[0].contains(r#""resource":"serviceaccounts""#), "{sent:?}");
    let mut app = trouble("");
    assert_eq!(reviews(&app.press("A")), [""; 0]);
    assert!(screen(&app.model).contains("Select a service account or a pod"));
}

#[test]
fn where_it_is_forbidden_that_is_said_and_nothing_changes() {
    let mut app = trouble(":as space bob enter");
    app.take_effects();
    let before = app.location();
    app.press(":as space bob enter");
    app.answer_with(Ok(Answer::Allowed(false)));
    assert_eq!(connects(&app.take_effects()), []);
    assert_eq!(app.location(), before);
    let shown = screen(&app.model);
    assert!(shown.contains("You may not impersonate bob: nothing has changed"), "{shown}");
}

#[test]
fn a_review_that_fails_changes_nothing() {
    let mut app = trouble("");
    app.press(":as space bob enter");
    app.answer_with(Err(Failure::new(FailureKind::Forbidden, "no reviews", "")));
    assert_eq!(connects(&app.take_effects()), []);
    assert!(screen(&app.model).contains("no reviews"), "{}", screen(&app.model));
}

#[test]
fn as_alone_says_that_you_walk_as_yourself() {
    let mut app = trouble(":as enter");
    assert_eq!(connects(&app.take_effects()), []);
    assert!(screen(&app.model).contains("as yourself"), "{}", screen(&app.model));
}

#[tokio::test]
async fn a_recording_has_one_user() {
    let mut walker = Walker::recording("trouble", (120, 40)).await;
    walker.walk(":as space bob enter").await;
    assert!(walker.screen().contains("made by one user"), "{}", walker.screen());
}

#[tokio::test]
async fn the_walk_goes_on_at_the_same_place_with_the_other_users_rights_and_back() {
    let server = Server::over(recordings::cluster());
    server.answer(REVIEW, 201, r#"{"status":{"allowed":true}}"#);
    let mut walker = Walker::server(&server.url(), (120, 40)).await;
    walker.walk(":po/db-0 space -n space shop enter").await;
    let before = server.seen().len();
    walker.walk(":as space bob enter").await;
    walker.wait_for("pods/db-0  200").await;
    let seen = server.seen();
    let after: Vec<&Vec<String>> = seen[before..].iter().map(|seen| &seen.impersonated).collect();
    let first = after.iter().position(|it| !it.is_empty()).unwrap();
    assert!(first > 0, "the review is sent as oneself: {after:?}");
    assert!(after[first..].iter().all(|it| it.contains(&"bob".to_owned())), "{after:?}");
    let before = server.seen().len();
    walker.walk(":as enter").await;
    walker.wait_for("pods/db-0  200").await;
    let seen = server.seen();
    let after = seen[before..].iter();
    assert!(after.clone().count() > 3 && after.clone().all(|seen| seen.impersonated.is_empty()));
}

#[tokio::test]
async fn the_header_shows_another_identity_in_a_colour_of_its_own() {
    let server = Server::over(recordings::cluster());
    server.answer(REVIEW, 201, r#"{"status":{"allowed":true}}"#);
    let review = r#"{"status":{"userInfo":{"username":"bob"}}}"#;
    let mut walker = Walker::server(&server.url(), (120, 40)).await;
    assert!(!walker.is_styled("as kubernetes-admin", Role::Warning));
    server.answer("/apis/authentication.k8s.io/v1/selfsubjectreviews", 201, review);
    walker.walk(":as space bob enter").await;
    walker.wait_for("as bob").await;
    assert!(walker.is_styled("as bob", Role::Warning), "{}", walker.screen());
}
