//! What uses an object: where it is named, and what is not read until it is requested.

use super::on;
use crate::support::app::{App, requests};
use crate::support::walker::{Walker, screen, selected};
use crate::support::{golden, recordings};

/// An app in which a ConfigMap of the broken cluster is open, and the key for its users was pressed.
fn users_of(map: &str) -> App {
    let mut app = App::over(&[recordings::named("trouble")]);
    app.walk(&format!(":cm/{map} space -n space payments enter"));
    app.take_effects();
    app.press("u");
    app
}

fn pods(app: &mut App) -> usize {
    app.answer_all();
    let sent = requests(&app.take_effects());
    sent.iter().filter(|sent| sent.contains("/payments/pods?")).count()
}

#[test]
fn users_are_listed_with_the_place_at_which_they_name_it() {
    let (_, out, _) = on("trouble", "tree cm/ledger-config -n payments --related --depth 2");
    let place = |name: &str| {
        let line = out.lines().find(|line| line.contains(&format!("\t{name}"))).unwrap();
        line.rsplit_once("  ").unwrap().1
    };
    assert_eq!(place("audit"), "env REGION", "{out}");
    assert_eq!(place("ledger-6b69b76f87"), "env LOG_LEVEL", "{out}");
    let (_, out, _) = on("trouble", "tree cm/frontend-config -n shop --related --depth 2");
    let line = out.lines().find(|line| line.contains("\tfrontend  ")).unwrap();
    assert!(line.ends_with("  env COLOR +2"), "{line}");
}

#[test]
fn bindings_of_an_account_are_listed_with_the_group_that_it_is_in() {
    let (_, out, _) = on("trouble", "tree sa/ledger -n payments --related --depth 2");
    let line = out.lines().find(|line| line.contains("\tsystem:discovery")).unwrap();
    assert!(line.ends_with("  via group system:authenticated"), "{line}");
}

#[test]
fn the_pods_of_a_map_that_every_pod_gets_are_read_on_request_only() {
    let mut app = users_of("kube-root-ca.crt");
    assert_eq!(pods(&mut app), 0);
    app.rest();
    assert_eq!(pods(&mut app), 0);
    let row = selected(&app.model);
    assert!(row.contains("pods every pod gets this ConfigMap"), "{row}");
    app.press("enter");
    app.answer_all();
    let row = selected(&app.model);
    assert!(row.contains("pods 14 of 14 read"), "{row}");
}

#[test]
fn the_pods_of_another_map_are_read_at_once() {
    let mut app = users_of("ledger-config");
    app.answer_all();
    let shown = screen(&app.model);
    assert!(shown.contains("pods 3 of 14 read"), "{shown}");
    assert!(shown.contains("env REGION") && shown.contains("env LOG_LEVEL"), "{shown}");
}

#[tokio::test]
async fn users_are_drawn() {
    for (size, name) in [((80, 24), "users-80"), ((120, 40), "users-120")] {
        let mut walker = Walker::recording("trouble", size).await;
        walker.walk(":cm/ledger-config space -n space payments enter").await;
        walker.wait_unwatched("kind: ConfigMap").await;
        walker.walk("u").await;
        walker.wait_for("pods 3 of 14 read").await;
        let file = format!("tests/fixtures/screens/links/{name}.txt");
        golden::is_current(&file, &format!("{}\n", walker.screen()));
    }
}
