//! Pages that are requested before they are needed.

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

const PODS: &str = "/api/v1/namespaces/shop/pods";

/// A page with one pod, after which there is always another one.
const PAGE: &str = r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1",
    "metadata":{"resourceVersion":"1","continue":"more","remainingItemCount":100},
    "columnDefinitions":[{"name":"Name","type":"string","format":"name"}],
    "rows":[{"cells":["web"]}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn while_a_page_waits_for_the_loop_the_next_one_is_decoded_and_one_more_is_requested() {
    let server = Server::over(recordings::cluster());
    server.answer(PODS, 200, PAGE);
    let mut walker = Walker::server(&server.url(), (100, 30)).await;
    walker.walk(&format!(":{PODS} enter")).await;
    // From here on the loop handles no answer: the second page waits for it, and the third one is decoded.
    walker.press("L");
    server.until(3, |seen| seen.path == PODS && seen.query.contains("continue=more")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_wish_for_all_pages_none_is_requested_ahead() {
    let server = Server::over(recordings::cluster());
    server.answer(PODS, 200, PAGE);
    let mut walker = Walker::server(&server.url(), (100, 30)).await;
    walker.walk(&format!(":{PODS} enter")).await;
    walker.walk("r").await;
    walker.walk(":/api/v1/namespaces/shop/services enter").await;
    assert!(
        server.seen().iter().all(|seen| !seen.query.contains("continue")),
        "{:?}",
        server.seen()
    );
}
