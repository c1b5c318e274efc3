//! What is forwarded, by any client.

use std::io::{BufRead as _, BufReader};
use std::process::Command;

use crate::support::ambassador::Ambassador;
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;

const PODS: &str = "/api/v1/namespaces/shop/pods";
const LOG: &str = "/api/v1/namespaces/shop/pods/db-0/log";

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn kubewalk(arguments: &str) -> String {
    printed(&mut binary(&arguments.split(' ').collect::<Vec<_>>()))
}

#[test]
fn curl_gets_the_bytes_of_the_server() {
    let server = Server::over(recordings::cluster());
    let ambassador = Ambassador::of(&server);
    let url = format!("{}/apis/batch", ambassador.url());
    let mut curl = Command::new("curl");
    curl.env_clear().args(["--silent", "--show-error", "--noproxy", "*", "--compressed", &url]);
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: there is no curl");
        return;
    }
    let direct = format!("get /apis/batch -o raw -s {}", server.url());
    assert_eq!(printed(&mut curl), kubewalk(&direct));
}

#[test]
fn kubectl_lists_and_reads_through_it() {
    let server = Server::over(recordings::cluster());
    let ambassador = Ambassador::of(&server);
    if Command::new("kubectl").args(["version", "--client"]).output().is_err() {
        println!("skipped: there is no kubectl");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let kubectl = |arguments: &str| {
        let mut kubectl = Command::new("kubectl");
        kubectl.env("HOME", home.path()).env("KUBECONFIG", "/dev/null");
        kubectl.env("NO_PROXY", "*").args(["-s", &ambassador.url()]);
        printed(kubectl.args(arguments.split(' ')))
    };
    let pods = kubectl("get pods -n shop -o name");
    assert!(pods.lines().any(|line| line == "pod/db-0"), "{pods}");
    let pod = kubectl("get --raw /api/v1/namespaces/shop/pods/db-0");
    let direct = format!("get {PODS}/db-0 -o raw -s {}", server.url());
    assert_eq!(pod, kubewalk(&direct));
}

#[test]
fn kubewalk_prints_the_same_through_it() {
    let ambassador = Ambassador::start(&["--demo"]);
    for command in ["get po/db-0 -n shop", "tree /apis --depth 2", "downward db-0 -n shop"] {
        let through = kubewalk(&format!("{command} -s {}", ambassador.url()));
        assert_eq!(through, kubewalk(&format!("{command} --demo")), "{command}");
    }
}

#[test]
fn it_is_found_like_kubectl_proxy() {
    let ambassador = Ambassador::start(&["--demo"]);
    let mut info = binary(&["info"]);
    let info = printed(info.env("KUBEWALK_PROXY", ambassador.address.to_string()));
    assert!(info.contains(&format!("connects to {}", ambassador.url())), "{info}");
}

#[test]
fn self_subject_reviews_are_forwarded_with_their_body() {
    let server = Server::over(recordings::cluster());
    let ambassador = Ambassador::of(&server);
    let info = kubewalk(&format!("info -s {}", ambassador.url()));
    assert!(info.contains("user       kubernetes-admin"), "{info}");
    assert!(server.seen().iter().any(|seen| seen.method == "POST"));
}

#[test]
fn a_head_is_answered_without_a_body() {
    let server = Server::over(recordings::cluster());
    let ambassador = Ambassador::of(&server);
    let (head, get) = (ambassador.send("HEAD /version", "", ""), ambassador.get("/version"));
    assert_eq!((head.status(), head.body.as_str()), (200, ""));
    let length = format!("content-length: {}", get.body.len());
    assert!(head.head.contains(&length) && get.head.contains(&length), "{head:?}");
    assert_eq!(server.seen()[0].method, "HEAD");
}

#[test]
fn a_failure_of_the_server_is_passed_on() {
    let server = Server::over(recordings::cluster());
    server.answer("/api/v1/nodes", 403, r#"{"kind":"Status","message":"not for you"}"#);
    let answer = Ambassador::of(&server).get("/api/v1/nodes");
    assert_eq!((answer.status(), answer.body.contains("not for you")), (403, true));
}

#[tokio::test]
async fn the_events_of_a_watch_arrive_one_by_one() {
    let server = Server::over(recordings::cluster());
    let script = server.watch(PODS);
    let ambassador = Ambassador::of(&server);
    let mut watch = BufReader::new(ambassador.open(&format!("GET {PODS}?watch=1"), ""));
    script.until_open(1).await;
    let mut read = |wanted: &str| {
        let mut line = String::new();
        while !line.contains(wanted) {
            line.clear();
            assert_ne!(watch.read_line(&mut line).unwrap(), 0, "{wanted} is missing");
        }
    };
    // Each is read before the next is sent.
    for event in ["first", "second", "third"] {
        script.line(&format!(r#"{{"type":"{event}"}}"#));
        read(event);
    }
}

#[tokio::test]
async fn a_followed_log_arrives_as_it_is_written() {
    let server = Server::over(recordings::cluster());
    let script = server.watch(LOG);
    let ambassador = Ambassador::of(&server);
    let mut log = BufReader::new(ambassador.open(&format!("GET {LOG}?follow=true"), ""));
    script.until_open(1).await;
    // A line without its end.
    script.bytes("begun~");
    let mut text = Vec::new();
    log.read_until(b'~', &mut text).unwrap();
    assert!(text.ends_with(b"begun~"), "{}", String::from_utf8_lossy(&text));
}

#[tokio::test]
async fn a_client_that_leaves_ends_its_watch() {
    let server = Server::over(recordings::cluster());
    let script = server.watch(PODS);
    let ambassador = Ambassador::of(&server);
    let watch = ambassador.open(&format!("GET {PODS}?watch=1"), "");
    script.until_open(1).await;
    drop(watch);
    script.until_open(0).await;
}
