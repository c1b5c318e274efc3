//! Tests of followed logs against servers in memory.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use serde_json::json;

use super::*;
use crate::k8s::log::LogOptions;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::ObjectPath;
use crate::object::logs::Tail;

/// The queries of the logs that were requested.
type Seen = Arc<Mutex<Vec<String>>>;

/// A client of a server whose logs have one line for each request and then stay open.
fn client(seen: &Seen) -> Client {
    let seen = Arc::clone(seen);
    let server = tower::service_fn(move |request: http::Request<kube::client::Body>| {
        let seen = Arc::clone(&seen);
        async move {
            let is_log = request.uri().path().ends_with("/log");
            let mut text = String::new();
            if is_log {
                let mut seen = seen.lock().unwrap();
                seen.push(request.uri().query().unwrap_or_default().to_owned());
                let at = seen.len();
                text = format!("2026-11-23T06:00:0{at}Z line {at}\n");
            }
            let first = stream::iter([Ok::<_, std::convert::Infallible>(Frame::data(text.into()))]);
            let body: http_body_util::combinators::UnsyncBoxBody<Bytes, _> =
                StreamBody::new(first.chain(stream::pending())).boxed_unsync();
            Ok::<_, std::convert::Infallible>(http::Response::new(body))
        }
    });
    Client::new(kube::Client::new(server, "default"), "memory", None)
}

/// Follows the logs of a Service's running pods.
fn follower(client: &Client, pods: &[&str]) -> Follower {
    let gvr = Gvr::new("", "v1", "services");
    let of = ObjectPath { gvr, namespace: Some(Namespace::new("shop")), name: "web".into() };
    let pods_of = PodsOf::of(&of, &json!({"spec": {"selector": {"app": "web"}}})).unwrap();
    let pod = |name: &&str| {
        json!({"metadata": {"name": name, "namespace": "shop", "uid": name},
            "spec": {"containers": [{"name": "main"}]},
            "status": {"phase": "Running", "containerStatuses": [{"name": "main",
                "containerID": "c", "restartCount": 0, "state": {"running": {}}}]}})
    };
    let pods = pods.iter().map(pod).collect();
    let options = LogOptions { follow: true, ..LogOptions::default() };
    let tail = Some(Tail::Each(10));
    let wanted = Wanted { container: None, with_init: false, options, since: None, tail, most: 32 };
    Follower::new(client, Found { pods_of, pods, version: "1".to_owned() }, wanted)
}

/// Returns the lines that are delivered next, late ones with a mark.
async fn lines(follower: &mut Follower) -> Vec<String> {
    let happened = follower.next().await.unwrap();
    let text = |line: &Line| String::from_utf8_lossy(line.text()).into_owned();
    let line = |happened: &Happened| match happened {
        Happened::Line(_, line) => Some(text(line)),
        Happened::Late(_, line) => Some(format!("late {}", text(line))),
        _ => None,
    };
    happened.iter().filter_map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn a_log_that_is_silent_for_5_minutes_is_requested_again_from_its_last_line() {
    let seen = Seen::default();
    let mut follower = follower(&client(&seen), &["a"]);
    assert_eq!(lines(&mut follower).await, ["line 1"]);
    let began = Instant::now();
    assert_eq!(lines(&mut follower).await, ["line 2"]);
    assert_eq!(began.elapsed().as_secs(), 300);
    let seen = seen.lock().unwrap();
    assert!(seen[0].contains("tailLines=10") && !seen[0].contains("sinceTime"), "{seen:?}");
    assert!(seen[1].contains("sinceTime=2026-11-23T06%3A00%3A01Z"), "{seen:?}");
    assert!(!seen[1].contains("tailLines"), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_arrives_after_later_ones_of_other_logs_is_marked() {
    let seen = Seen::default();
    let mut follower = follower(&client(&seen), &["a", "b"]);
    assert_eq!(lines(&mut follower).await, ["line 1", "line 2"]);
    let number = follower.logs.values().find_map(|log| log.open).unwrap();
    let late = b"2026-11-23T06:00:01.5Z between\n2026-11-23T06:00:05Z after\n";
    follower.take(number, Piece::Bytes(Bytes::from_static(late)));
    assert_eq!(lines(&mut follower).await, ["late between", "after"]);
}

#[tokio::test(start_paused = true)]
async fn of_one_log_no_line_is_marked() {
    let seen = Seen::default();
    let mut follower = follower(&client(&seen), &["a"]);
    assert_eq!(lines(&mut follower).await, ["line 1"]);
    let number = follower.logs.values().find_map(|log| log.open).unwrap();
    let back = b"2026-11-23T06:00:00Z the clock was set back\n";
    follower.take(number, Piece::Bytes(Bytes::from_static(back)));
    assert_eq!(lines(&mut follower).await, ["the clock was set back"]);
}
