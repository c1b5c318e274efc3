//! `kubewalk logs --follow`: new lines, restarts, new pods, interruptions and the end.

use std::io::{self, Write};
use std::time::Duration;

use kubewalk::api::endpoint::{Environment, Options};
use kubewalk::headless::logs;
use kubewalk::headless::{Access, Out, Stop};
use kubewalk::k8s::log::LogOptions;
use kubewalk::object::logs::{MOST, Tail, Wanted};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::watch::Script;

const PODS: &str = "/api/v1/namespaces/team-a/pods";
const WEB: &str = "/api/v1/namespaces/team-a/services/web";

/// What was printed so far.
struct Printed(watch::Sender<String>);

impl Write for &Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send_modify(|text| text.push_str(std::str::from_utf8(bytes).unwrap()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Printed {
    async fn until(&self, text: &str) {
        let mut printed = self.0.subscribe();
        let reached = printed.wait_for(|printed| printed.contains(text));
        let reached = tokio::time::timeout(Duration::from_secs(20), reached).await;
        assert!(reached.is_ok(), "no {text:?} in {:?}", self.text());
    }

    fn text(&self) -> String {
        self.0.borrow().clone()
    }
}

fn pod(name: &str, restarts: u32, state: &Value) -> Value {
    json!({"metadata": {"name": name, "namespace": "team-a", "uid": name, "resourceVersion": "7",
            "labels": {"app": "web"}, "creationTimestamp": "2026-01-01T00:00:00Z"},
        "spec": {"containers": [{"name": "main"}]},
        "status": {"phase": "Running", "containerStatuses": [
            {"name": "main", "restartCount": restarts, "containerID": format!("c{restarts}"), "state": state}]}})
}

fn running() -> Value {
    json!({"running": {}})
}

fn change(script: &Script, kind: &str, pod: &Value) {
    script.line(&json!({"type": kind, "object": pod}).to_string());
}

/// Waits until a log was requested a second time.
async fn opened_again(log: &Script) {
    let requested = async {
        while log.queries().len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), requested).await.unwrap();
}

/// A server with a Service `web` and its pods.
fn server(pods: &[Value]) -> Server {
    let server = Server::over(recordings::cluster());
    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": {"app": "web"}}});
    server.answer(WEB, 200, &service.to_string());
    let list = json!({"kind": "PodList", "metadata": {"resourceVersion": "5"}, "items": pods});
    server.answer(PODS, 200, &list.to_string());
    server
}

fn wanted(tail: Option<usize>) -> Wanted {
    Wanted {
        container: None,
        with_init: true,
        options: LogOptions { follow: true, ..LogOptions::default() },
        since: None,
        tail: tail.map(Tail::Each),
        most: MOST,
    }
}

/// Follows the logs of a location until a test is over. Returns what was printed and, if the logs ended
/// before, how.
async fn follow(
    server: &Server,
    (words, tail): (&str, Option<usize>),
    test: impl AsyncFnOnce(&Printed),
) -> (String, Option<Result<(), Stop>>) {
    let options = Options { server: Some(server.url()), ..Options::default() };
    let access = Access::open(&options, &Environment::empty(), false).await.unwrap();
    let printed = Printed(watch::Sender::new(String::new()));
    let mut out = Out::new(&printed, false);
    let wanted = wanted(tail);
    let following = logs::run(&access, words, &wanted, false, &mut out);
    let outcome = tokio::select! {
        () = test(&printed) => None,
        outcome = following => Some(outcome),
        () = tokio::time::sleep(Duration::from_secs(30)) => panic!("only {:?}", printed.text()),
    };
    (printed.text(), outcome)
}

#[tokio::test]
async fn the_first_lines_are_sorted_and_later_ones_are_printed_as_they_arrive() {
    let server = server(&[pod("a", 0, &running()), pod("b", 0, &running())]);
    let watch = server.watch(PODS);
    let (a, b) = (server.watch(&format!("{PODS}/a/log")), server.watch(&format!("{PODS}/b/log")));
    let (printed, _) = follow(&server, (WEB, Some(9)), async |printed: &Printed| {
        watch.until_open(1).await;
        a.until_open(1).await;
        b.until_open(1).await;
        a.bytes("2026-01-01T00:00:01Z a1\n2026-01-01T00:00:03Z a3\n");
        b.line("2026-01-01T00:00:02Z b2");
        printed.until("b2").await;
        printed.until("a3").await;
        b.bytes("2026-01-01T00:00:04Z half");
        b.bytes(" a line\n");
        printed.until("half a line").await;
    })
    .await;
    assert_eq!(printed, "a main a1\nb main b2\na main a3\nb main half a line\n");
    let query = "container=main&timestamps=true&tailLines=9&follow=true";
    assert_eq!(a.queries(), [query]);
}

#[tokio::test]
async fn the_log_of_a_new_pod_joins_from_its_beginning() {
    let server = server(&[pod("a", 0, &running())]);
    let watch = server.watch(PODS);
    let (a, b) = (server.watch(&format!("{PODS}/a/log")), server.watch(&format!("{PODS}/b/log")));
    let (printed, _) = follow(&server, (WEB, Some(0)), async |printed: &Printed| {
        watch.until_open(1).await;
        a.until_open(1).await;
        change(&watch, "ADDED", &pod("b", 0, &json!({"waiting": {"reason": "ContainerCreating"}})));
        change(&watch, "MODIFIED", &pod("b", 0, &running()));
        b.until_open(1).await;
        b.line("2026-01-01T00:00:02Z hello");
        printed.until("hello").await;
    })
    .await;
    assert_eq!(printed, "b main hello\n");
    assert!(!b.queries()[0].contains("tailLines"), "{:?}", b.queries());
}

#[tokio::test]
async fn a_container_that_starts_again_is_followed_on() {
    let server = server(&[pod("a", 0, &running())]);
    let watch = server.watch(PODS);
    let a = server.watch(&format!("{PODS}/a/log"));
    let (printed, _) = follow(&server, (WEB, None), async |printed: &Printed| {
        watch.until_open(1).await;
        a.until_open(1).await;
        a.line("2026-01-01T00:00:01Z before");
        printed.until("before").await;
        change(&watch, "MODIFIED", &pod("a", 0, &json!({"terminated": {"exitCode": 1}})));
        change(&watch, "MODIFIED", &pod("a", 1, &running()));
        a.end();
        opened_again(&a).await;
        a.line("2026-01-01T00:00:09Z after");
        printed.until("after").await;
    })
    .await;
    assert_eq!(printed, "a main before\na main after\n");
}

#[tokio::test]
async fn a_cut_log_continues_after_its_last_line_without_repeating_any() {
    let server = server(&[pod("a", 0, &running())]);
    let a = server.watch(&format!("{PODS}/a/log"));
    let _watch = server.watch(PODS);
    let (printed, _) = follow(&server, (WEB, Some(5)), async |printed: &Printed| {
        a.until_open(1).await;
        a.line("2026-01-01T00:00:01.1Z one\n2026-01-01T00:00:01.2Z two");
        printed.until("two").await;
        a.bytes("2026-01-01T00:00:01.3Z thr");
        a.cut();
        opened_again(&a).await;
        a.line("2026-01-01T00:00:01.1Z one\n2026-01-01T00:00:01.2Z two");
        a.line("2026-01-01T00:00:01.3Z three");
        printed.until("three").await;
    })
    .await;
    assert_eq!(printed, "a main one\na main two\na main three\n");
    let again = &a.queries()[1];
    assert!(again.ends_with("sinceTime=2026-01-01T00:00:01Z"), "{again}");
    assert!(!again.contains("tailLines"), "{again}");
}

#[tokio::test]
async fn following_one_pod_ends_when_the_pod_has_ended() {
    let a = pod("a", 0, &running());
    let server = server(std::slice::from_ref(&a));
    server.answer(&format!("{PODS}/a"), 200, &a.to_string());
    let watch = server.watch(PODS);
    let log = server.watch(&format!("{PODS}/a/log"));
    let words = format!("{PODS}/a");
    let (printed, outcome) = follow(&server, (&words, None), async |printed: &Printed| {
        watch.until_open(1).await;
        log.until_open(1).await;
        log.line("2026-01-01T00:00:01Z one");
        printed.until("one").await;
        let mut ended = pod("a", 0, &json!({"terminated": {"exitCode": 0}}));
        ended["status"]["phase"] = json!("Succeeded");
        change(&watch, "MODIFIED", &ended);
        log.bytes("2026-01-01T00:00:02Z the last one");
        log.end();
        // The command ends by itself. It may request the log again before it knows that the pod has ended.
        loop {
            log.until_open(1).await;
            log.end();
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(matches!(outcome, Some(Ok(()))), "{outcome:?}");
    assert_eq!(printed, "one\nthe last one\n");
}
