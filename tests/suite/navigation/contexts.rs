//! Switching to another context and back.

use kubewalk::api::endpoint::{Environment, Options};
use tempfile::NamedTempFile;

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

const SIZE: (u16, u16) = (160, 30);
const JOBS: &str = "/apis/batch/v1/namespaces/default/jobs";

fn kubeconfig(one: &Server, two: &Server) -> NamedTempFile {
    let cluster = |name: &str, server: &Server| serde_json::json!({"name": name, "cluster": {"server": server.url()}});
    let context =
        |name: &str| serde_json::json!({"name": name, "context": {"cluster": name, "user": ""}});
    let config = serde_json::json!({
        "current-context": "one",
        "clusters": [cluster("one", one), cluster("two", two)],
        "contexts": [context("one"), context("two")],
    });
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), config.to_string()).unwrap();
    file
}

/// Starts in the first context. The kubeconfig is read again for every context.
async fn walker(one: &Server, two: &Server) -> (Walker, NamedTempFile) {
    let file = kubeconfig(one, two);
    let options = Options { kubeconfig: Some(file.path().to_owned()), ..Options::default() };
    let mut walker = Walker::start_at(options, Environment::empty(), SIZE, None);
    walker.wait_for("context one").await;
    walker.settle().await;
    (walker, file)
}

#[tokio::test]
async fn switching_the_context_ends_its_watches_and_remembers_the_location() {
    let (one, two) = (Server::over(recordings::cluster()), Server::over(recordings::cluster()));
    let script = one.watch(JOBS);
    let (mut walker, _kubeconfig) = walker(&one, &two).await;
    walker.walk(&format!(":{JOBS} enter")).await;
    walker.meanwhile(script.until_open(1)).await;
    walker.walk("j").await;
    assert!(walker.selected().contains("my-job"), "{}", walker.selected());
    let requested = one.seen().len();

    walker.walk(":ctx space two enter").await;
    walker.wait_for("context two").await;
    walker.settle().await;
    assert_eq!(walker.model.watches(), 0);
    assert!(walker.screen().contains("(you chose it)"), "{}", walker.screen());
    assert!(!walker.screen().contains("my-job"), "{}", walker.screen());
    assert!(two.count("/apis") == 1 && two.count(JOBS) == 0);
    assert_eq!(one.seen().len(), requested, "the previous server gets no more requests");

    walker.walk(":ctx space one enter").await;
    walker.wait_for("my-job").await;
    walker.settle().await;
    assert!(walker.selected().contains("my-job"), "{}", walker.selected());
}

#[tokio::test]
async fn contexts_are_offered_and_an_unknown_one_is_reported() {
    let server = Server::over(recordings::cluster());
    let (mut walker, _kubeconfig) = walker(&server, &server).await;
    walker.press(":ctx enter");
    for name in ["ctx one", "ctx two"] {
        assert!(walker.screen().contains(name), "{}", walker.screen());
    }
    walker.press("t tab enter");
    walker.wait_for("context two").await;
    walker.settle().await;
    walker.press(":ctx space three enter");
    assert!(walker.screen().contains("No context three. The contexts are one, two"));
    let mut demo = Walker::demo(SIZE).await;
    demo.press(":ctx space one enter");
    assert!(demo.screen().contains("No kubeconfig, so there is no other context"));
}
