//! The requests that the commands send, and what they print to a terminal.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use super::{Run, paths, recorded, run};
use crate::support::fault::{Fault, FaultyProxy};
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::{Seen, Server};
use crate::support::terminal::written_to_a_terminal;

/// Runs a command on a server. It must succeed without a warning.
fn on(server: &Server, arguments: &str) -> String {
    let url = server.url();
    let words: Vec<&str> = arguments.split(' ').chain(["-s", &url]).collect();
    let Run { out, err, code } = run(&words);
    assert_eq!((code, err.as_str()), (0, ""), "{arguments}\n{out}");
    out
}

fn requested(server: &Server) -> Vec<String> {
    let url = |seen: &Seen| match seen.query.as_str() {
        "" => seen.path.clone(),
        query => format!("{}?{query}", seen.path),
    };
    server.seen().iter().map(url).collect()
}

#[test]
fn get_sends_one_request_for_the_path() {
    let server = Server::over(recordings::cluster());
    on(&server, "get /api/v1/namespaces/shop/pods?limit=5");
    let [seen] = &server.seen()[..] else { panic!("{:?}", server.seen()) };
    assert_eq!(
        (seen.path.as_str(), seen.query.as_str()),
        ("/api/v1/namespaces/shop/pods", "limit=5")
    );
    assert_eq!((seen.method.as_str(), seen.accept.as_str()), ("GET", "application/json, */*"));
}

#[tokio::test]
async fn a_watch_prints_each_event_and_has_no_request_timeout() {
    let server = Server::over(recordings::cluster());
    let pods = "/api/v1/namespaces/shop/pods";
    let script = server.watch(pods);
    let url = server.url();
    let watch = format!("{pods}?watch=1");
    let mut child = binary(&["get", &watch, "-s", &url, "--request-timeout", "50ms"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    script.until_open(1).await;
    script.line(r#"{"type":"ADDED","object":{"kind":"Pod"}}"#);
    assert_eq!([next(), next(), next(), next()], ["---", "type: ADDED", "object:", "  kind: Pod"]);
    // The pause is longer than the request timeout.
    tokio::time::sleep(Duration::from_millis(150)).await;
    script.line(r#"{"type":"DELETED","object":{"kind":"Pod"}}"#);
    assert_eq!([next(), next()], ["---", "type: DELETED"]);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_location_in_words_costs_only_discovery() {
    let server = Server::over(recordings::cluster());
    on(&server, "get po/db-0 -n shop");
    assert_eq!(requested(&server), ["/api", "/apis", "/api/v1/namespaces/shop/pods/db-0"]);
    let server = Server::over(recordings::cluster());
    on(&server, "tree po -n shop");
    let pods = "/api/v1/namespaces/shop/pods?includeObject=None&limit=500";
    assert_eq!(requested(&server), ["/api", "/apis", pods]);
}

#[test]
fn a_server_without_aggregated_discovery_and_tables_gives_the_same_tree() {
    let server = Server::setup(recordings::cluster()).plain_only().start();
    let tree = on(&server, "tree /apis/batch --depth 5");
    assert_eq!(paths(&tree), paths(&recorded("tree /apis/batch --depth 5")));
    let groups = server.seen().iter().filter(|seen| seen.path == "/apis/batch/v1").count();
    assert_eq!(groups, 1, "the resources of a version are requested once");
    assert_eq!(on(&server, "get cj/report -n shop"), recorded("get cj/report -n shop"));
    let pods = on(&server, "tree po -n shop");
    let aged =
        |line: &&str| line.contains("/db-0\tdb-0  ") && line.ends_with(['s', 'm', 'h', 'd', 'y']);
    assert!(pods.lines().any(|line| aged(&line)), "{pods}");
}

#[test]
fn a_base_path_is_kept() {
    let server = Server::setup(recordings::cluster()).below("/k8s/clusters/c-1").start();
    assert_eq!(on(&server, "tree /apis/batch"), recorded("tree /apis/batch"));
}

#[test]
fn a_failure_of_half_of_discovery_leaves_the_other_half() {
    let server = Server::over(recordings::cluster());
    server.answer("/apis", 500, "broken");
    let url = server.url();
    let tree = run(&["tree", "po", "-n", "shop", "-s", &url]);
    assert_eq!(tree.code, 1);
    assert!(tree.err.starts_with("/apis answered 500: broken"), "{}", tree.err);
    assert!(tree.out.contains("/api/v1/namespaces/shop/pods/db-0\t"), "{}", tree.out);
}

#[test]
fn a_collection_is_listed_although_discovery_is_forbidden() {
    let server = Server::over(recordings::cluster());
    for path in ["/api", "/apis"] {
        server.answer(path, 403, r#"{"kind":"Status","message":"no","reason":"Forbidden"}"#);
    }
    let tree = on(&server, "tree /api/v1/namespaces/shop/pods");
    assert!(tree.contains("/api/v1/namespaces/shop/pods/db-0\tdb-0  1/1  Running"), "{tree}");
}

#[test]
fn tree_reports_a_cut_collection_and_continues() {
    let server = Server::over(recordings::cluster());
    server.cut("/api/v1/nodes", "{\"kind\":");
    let tree = run(&["tree", "/api/v1", "--depth", "2", "-n", "shop", "-s", &server.url()]);
    assert_eq!((tree.code, tree.err.lines().count()), (1, 1));
    assert!(tree.err.starts_with("/api/v1/nodes: "), "{}", tree.err);
    assert!(tree.out.contains("/api/v1/namespaces/shop/pods/db-0\t"), "{}", tree.out);
}

#[test]
fn a_list_whose_token_expires_continues_and_is_reported_as_inconsistent() {
    let server = Server::over(recordings::named("paging"));
    let items = "/api/v1/namespaces/bulk/configmaps";
    let proxy = FaultyProxy::to(&server);
    // The server's new token is that of the recorded page.
    let token = "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjMxNiwic3RhcnQiOiJpdGVtLTA0OTlcdTAwMDAifQ";
    let body = format!(r#"{{"kind":"Status","metadata":{{"continue":"{token}"}},"code":410}}"#);
    proxy.inject_times(1, &format!("{items}?continue="), Fault::status(410, "", &body));
    let url = proxy.url();
    let Run { out, err, code } = run(&["tree", items, "--depth", "1", "-s", &url]);
    assert_eq!((out.lines().count(), code), (1203, 0), "{err}");
    assert!(err.contains("the list changed while it was loaded and may be inconsistent"), "{err}");
}

#[test]
fn a_page_that_is_too_large_for_the_server_is_fetched_in_half() {
    let server = Server::over(recordings::named("paging"));
    let items = "/api/v1/namespaces/bulk/configmaps";
    let proxy = FaultyProxy::to(&server);
    proxy.inject(&format!("{items}?limit=1000"), Fault::status(504, "", ""));
    let url = proxy.url();
    let Run { out, err, code } = run(&["tree", items, "--depth", "1", "-s", &url]);
    assert_eq!((out.lines().count(), code), (1203, 0), "{err}");
}

#[test]
fn a_list_that_never_ends_is_an_error() {
    let server = Server::over(recordings::cluster());
    let page = r#"{"kind":"Table","metadata":{"continue":"more"},"columnDefinitions":
        [{"name":"Name","format":"name"}],"rows":[{"cells":["a\tb"]}]}"#;
    server.answer("/api/v1/nodes", 200, page);
    let tree = run(&["tree", "/api/v1/nodes", "-s", &server.url()]);
    assert_eq!(tree.code, 1);
    assert!(tree.err.contains("the same page repeatedly"), "{}", tree.err);
    // A tab in a name is escaped, so that it is not taken for the separator.
    assert_eq!(tree.out.lines().nth(1), Some("/api/v1/nodes/a%09b\ta\\tb"));
}

#[test]
fn a_terminal_gets_no_control_characters() {
    let server = Server::over(recordings::cluster());
    let path = "/api/v1/namespaces/shop";
    server.answer(path, 200, "{\"kind\":\"Namespace\",\"note\":\"a\u{9b}31mb\u{202e}c\"}");
    assert!(on(&server, &format!("get {path} -o raw")).contains('\u{9b}'), "a pipe gets the bytes");
    for output in ["raw", "json", "yaml"] {
        let written = written_to_a_terminal(&["get", path, "-o", output, "-s", &server.url()]);
        let shown = String::from_utf8(written).unwrap();
        assert!(shown.contains("31mb"), "{shown}");
        assert!(!shown.contains(['\u{9b}', '\u{202e}']), "{output}: {shown:?}");
    }
}
