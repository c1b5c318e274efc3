//! Whole screens of broken objects, of users with few rights, and of a rollout step by step.

use std::time::Duration;

use kubewalk::app::answer;
use kubewalk::app::effect::{Effect, StreamKind};
use kubewalk::app::message::{Message, ObjectChange};
use kubewalk::k8s::path::{ApiPath, ObjectPath};
use kubewalk::object::health::Level;

use super::rollout;
use crate::support::app::App;
use crate::support::walker::{Walker, screen};
use crate::support::{golden, recordings};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// Compares the screen with the file of that name.
fn assert_drawn(walker: &Walker, name: &str) {
    let text = format!("{}\n", walker.screen());
    golden::is_current(&format!("tests/fixtures/screens/health/{name}.txt"), &text);
}

#[tokio::test]
async fn broken_objects_are_shown_with_their_reasons() {
    for (name, location) in [
        ("audit", "po/audit space -n space payments"),
        ("exporter", "po/exporter space -n space payments"),
        ("ledger-service", "svc/ledger space -n space payments"),
        ("gateway", "deploy/gateway space -n space payments"),
        ("old-team", "/api/v1/namespaces/old-team"),
    ] {
        for (width, height) in SIZES {
            let mut walker = Walker::recording("trouble", (width, height)).await;
            walker.walk(&format!(":{location} enter tab i")).await;
            walker.wait_unwatched("recorded").await;
            assert_drawn(&walker, &format!("{name}-{width}"));
        }
    }
}

#[tokio::test]
async fn the_list_of_problems_shows_the_whole_sentence_of_the_selected_row() {
    for (width, height) in SIZES {
        let mut walker = Walker::recording("trouble", (width, height)).await;
        walker.walk("j enter").await;
        walker.wait_for("20 problems in 96 objects").await;
        walker.press("j");
        assert_drawn(&walker, &format!("problems-{width}"));
        walker.press("esc");
    }
}

#[tokio::test]
async fn a_user_of_one_namespace_gets_what_it_allows() {
    for (recording, size) in [("restricted-viewer", SIZES[0]), ("restricted-ledger", SIZES[0])] {
        let mut walker = Walker::recording(recording, size).await;
        walker.walk(":problems enter").await;
        walker.wait_for("Not looked at").await;
        assert_drawn(&walker, &format!("problems-{recording}-{}", size.0));
    }
}

#[tokio::test]
async fn a_forbidden_related_request_leaves_the_sentence_without_its_detail() {
    let mut walker = Walker::recording("restricted-ledger", SIZES[1]).await;
    walker.walk(":po space -n space payments enter").await;
    let row = walker.screen().lines().find(|line| line.contains("audit")).map(str::to_owned);
    assert!(row.is_some(), "{}", walker.screen());
    walker.walk(":po/audit space -n space payments enter").await;
    let shown = walker.screen();
    assert!(shown.contains("Container audit cannot start"), "{shown}");
}

#[test]
fn a_rollout_is_shown_step_by_step_and_never_as_broken() {
    let mut app = App::unconnected(&[recordings::named("rollout"), recordings::named("trouble")]);
    let steps = rollout::steps("/deployments", "gateway");
    app.model.now = rollout::written(&steps[0]);
    app.connect(None);
    app.walk(":/apis/apps/v1/namespaces/payments/deployments/gateway enter");
    let effects = app.take_effects();
    let ticket = effects.iter().rev().find_map(|effect| match effect {
        Effect::Stream { ticket, source: StreamKind::Object { .. } } => Some(*ticket),
        _ => None,
    });
    let ticket = ticket.unwrap_or_else(|| panic!("the Deployment is not watched: {effects:?}"));
    let ApiPath::Object(path) = ApiPath::parse(&app.location()) else { panic!("no object") };
    let mut levels = Vec::new();
    for object in &steps {
        app.model.now = rollout::written(object);
        show(&mut app, ticket, &path, object.to_string());
        let level = app.model.health.health.level;
        levels.push(level);
        let shown = screen(&app.model);
        assert_eq!(shown.contains("The rollout made no progress"), level == Level::Warning);
    }
    levels.dedup();
    let words: Vec<&str> = levels.into_iter().map(Level::word).collect();
    let story = ["progressing", "warning", "progressing", "ok", "progressing", "ok"];
    assert_eq!(words, story);
}

fn show(app: &mut App, ticket: kubewalk::k8s::request::Ticket, path: &ObjectPath, body: String) {
    let reply = Box::new(answer::object(path, body.into(), Duration::ZERO));
    let change = ObjectChange::Now { reply, version: "9".to_owned() };
    app.message(Message::Object { ticket, change });
    app.answer_all();
}
