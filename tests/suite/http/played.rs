//! A recording whose watches are played: what has happened by the time of its clock, and what follows at
//! the pace at which it was recorded.

use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};
use kubewalk::api::client::{Chunks, Client};
use kubewalk::api::endpoint::{Connected, Environment, Options, connect};
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};
use serde_json::Value;
use tokio::time::Instant;

const PODS: &str = "/api/v1/namespaces/payments/pods";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/payments/deployments";
/// A pod of the rollout that hangs; it exists from second 3 to second 78.
const NEW: &str = "gateway-5f7cd98cbf-7vrl7";
const OLD: &str = "gateway-775545c9cc-d8hgc";

async fn opened(options: Options) -> Connected {
    connect(&options, &Environment::empty()).await.unwrap()
}

/// The recorded rollout, from its first watch on.
async fn rollout() -> Connected {
    let file = "tests/fixtures/recordings/rollout.har.gz".into();
    opened(Options { replay: Some(file), ..Options::default() }).await
}

async fn demo() -> Connected {
    opened(Options { demo: true, ..Options::default() }).await
}

async fn seconds(count: u64) {
    tokio::time::advance(Duration::from_secs(count)).await;
}

fn get(path: &str, form: Form) -> Request {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let request = Request::get(ApiPath::parse(path), form);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.fold(request, |request, (name, value)| request.with(name, value))
}

async fn json(client: &Client, path: &str) -> Value {
    let answer = client.send(&get(path, Form::Json)).await.unwrap();
    serde_json::from_slice(&answer.good().unwrap().body).unwrap()
}

/// The names in a list, and its version.
async fn names(client: &Client, path: &str) -> (Vec<String>, String) {
    let list = json(client, path).await;
    let name = |item: &Value| item["metadata"]["name"].as_str().unwrap().to_owned();
    let names = list["items"].as_array().unwrap().iter().map(name).collect();
    (names, list["metadata"]["resourceVersion"].as_str().unwrap().to_owned())
}

async fn watch(client: &Client, path: &str, form: Form, version: &str) -> Chunks {
    client.watch(&get(path, form).with("resourceVersion", version)).await.unwrap()
}

/// The event, name and version of each line that has arrived by now.
fn arrived(lines: &mut Chunks) -> Vec<String> {
    std::iter::from_fn(|| lines.next().now_or_never().flatten())
        .map(|line| {
            let line: Value = serde_json::from_slice(&line.unwrap()).unwrap();
            let object = line.pointer("/object/rows/0/object").unwrap_or(&line["object"]);
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let meta = &object["metadata"];
            let (name, version) = (text(&meta["name"]), text(&meta["resourceVersion"]));
            format!("{} {name} {version}", text(&line["type"]))
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_watch_continues_at_the_pace_at_which_it_was_recorded() {
    let client = rollout().await.client;
    let began = Instant::now();
    for form in [Form::Json, Form::Table] {
        let mut lines = watch(&client, DEPLOYMENTS, form, "22287").await;
        let mut seconds = Vec::new();
        for _ in 0..4 {
            let line = lines.next().await.unwrap().unwrap();
            assert!(serde_json::from_slice::<Value>(&line).is_ok());
            seconds.push(began.elapsed().as_secs());
        }
        // A bookmark; the deadline of the rollout; it is scaled and undone.
        assert_eq!(
            seconds,
            if form == Form::Json { [25, 63, 63, 72] } else { [72; 4] },
            "{form:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_begins_later_has_the_changes_since_its_version_at_once() {
    let client = rollout().await.client;
    seconds(27).await;
    let mut lines = watch(&client, PODS, Form::Table, "22244").await;
    let expected = [
        "MODIFIED ledger-6b69b76f87-whdhh 22275",
        "MODIFIED ledger-6b69b76f87-whdhh 22280",
        "MODIFIED ledger-6b69b76f87-whdhh 22285",
        "BOOKMARK - 22293",
    ];
    assert_eq!(arrived(&mut lines), expected);
    seconds(200).await;
    assert_eq!(arrived(&mut lines).last().unwrap(), "BOOKMARK - 22471");
    assert!(lines.next().now_or_never().is_none(), "the stream stays open");
}

#[tokio::test(start_paused = true)]
async fn a_list_has_what_was_added_and_lacks_what_was_deleted_by_then() {
    let client = rollout().await.client;
    let (first, version) = names(&client, PODS).await;
    assert_eq!(version, "22209");
    assert!(!first.contains(&NEW.to_owned()));
    seconds(10).await;
    let (names_then, version) = names(&client, PODS).await;
    assert_eq!(version, "22244");
    let at = names_then.iter().position(|name| name == NEW).unwrap();
    assert!(names_then.is_sorted() && at > 0, "{names_then:?}");
    seconds(200).await;
    let (last, version) = names(&client, PODS).await;
    assert_eq!(version, "22471");
    let others: Vec<_> = last.iter().filter(|name| !first.contains(name)).collect();
    assert_eq!(others, ["gateway-775545c9cc-c7zmm"], "the pod of a rollout that was undone");
}

#[tokio::test(start_paused = true)]
async fn an_object_of_a_watched_collection_is_as_it_is_then() {
    let client = rollout().await.client;
    let pod = format!("{PODS}/{NEW}");
    let failure =
        || async { client.send(&get(&pod, Form::Json)).await.unwrap().good().unwrap_err().kind };
    assert_eq!(failure().await, FailureKind::NotFound);
    seconds(10).await;
    let new = json(&client, &pod).await;
    assert_eq!(
        (&new["kind"], &new["metadata"]["resourceVersion"]),
        (&"Pod".into(), &"22244".into())
    );
    seconds(200).await;
    assert_eq!(failure().await, FailureKind::NotFound);
    let gateway = json(&client, &format!("{DEPLOYMENTS}/gateway")).await;
    assert_eq!(
        (&gateway["kind"], &gateway["apiVersion"]),
        (&"Deployment".into(), &"apps/v1".into())
    );
}

#[tokio::test(start_paused = true)]
async fn the_changes_of_one_object_are_selected() {
    let client = rollout().await.client;
    let mut lines =
        watch(&client, &format!("{PODS}?fieldSelector=metadata.name={OLD}"), Form::Json, "22209")
            .await;
    seconds(200).await;
    let arrived = arrived(&mut lines);
    let changes: Vec<_> = arrived.iter().filter(|line| !line.starts_with("BOOKMARK")).collect();
    assert_eq!(changes, [&format!("MODIFIED {OLD} 22463")]);
}

#[tokio::test(start_paused = true)]
async fn time_passes_in_a_recording_that_is_played_and_stands_still_in_another() {
    let (played, demo) = (rollout().await, demo().await);
    let file = || Some("tests/fixtures/recordings/rollout.har.gz".into());
    let still = opened(Options { replay: file(), still: true, ..Options::default() }).await;
    let other = Some("tests/fixtures/recordings/trouble.har.gz".into());
    let unwatched = opened(Options { replay: other, ..Options::default() }).await;
    let times = [&played, &demo, &still, &unwatched].map(|it| it.clock.now().as_second());
    seconds(30).await;
    let later = [&played, &demo, &still, &unwatched].map(|it| it.clock.now().as_second());
    let passed: Vec<i64> = later.iter().zip(times).map(|(later, then)| later - then).collect();
    assert_eq!(passed, [30, 30, 0, 0]);
    let plays = [&played, &demo, &still, &unwatched].map(|it| it.endpoint.plays);
    assert_eq!(plays, [true, true, false, false]);
}

#[tokio::test(start_paused = true)]
async fn the_demo_has_a_rollout_in_its_lists_over_all_namespaces() {
    let client = demo().await.client;
    let mut lines = watch(&client, "/api/v1/pods", Form::Table, "22209").await;
    let mut elsewhere = watch(&client, "/api/v1/namespaces/shop/pods", Form::Table, "22209").await;
    seconds(10).await;
    assert!(arrived(&mut lines).contains(&format!("ADDED {NEW} 22226")));
    assert_eq!(arrived(&mut elsewhere), Vec::<String>::new());
    assert!(names(&client, "/api/v1/pods").await.0.contains(&NEW.to_owned()));
    assert!(names(&client, PODS).await.0.contains(&NEW.to_owned()));
    assert!(!names(&client, "/api/v1/namespaces/shop/pods").await.0.contains(&NEW.to_owned()));
}

fn log(query: &str) -> String {
    format!("{PODS}/{OLD}/log?container=gateway{query}")
}

/// The lines of a followed log that have arrived by now.
fn lines(chunks: &mut Chunks) -> Vec<String> {
    std::iter::from_fn(|| chunks.next().now_or_never().flatten())
        .flat_map(|chunk| {
            let chunk = chunk.unwrap();
            let text = std::str::from_utf8(&chunk).unwrap();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_followed_log_grows_by_its_recorded_lines() {
    let client = demo().await.client;
    let request = get(&log("&tailLines=500&follow=true"), Form::Any);
    let mut chunks = client.follow(&request).await.unwrap();
    let begun = lines(&mut chunks);
    assert_eq!(begun.last().unwrap(), "Thu Nov 26 10:47:45 UTC 2026 served");
    seconds(14).await;
    let expected = ["Thu Nov 26 10:47:52 UTC 2026 served", "Thu Nov 26 10:47:59 UTC 2026 served"];
    assert_eq!(lines(&mut chunks), expected);
    let whole = client.send(&get(&log("&tailLines=500"), Form::Any)).await.unwrap();
    let whole = String::from_utf8(whole.body.to_vec()).unwrap();
    assert_eq!(whole.lines().count(), begun.len() + 2);
}

#[tokio::test(start_paused = true)]
async fn after_its_recorded_lines_a_log_of_the_demo_repeats_the_last_ones_with_new_times() {
    let client = demo().await.client;
    seconds(3600).await;
    let request =
        get(&log("&timestamps=true&follow=true&sinceTime=2026-11-26T11:47:00Z"), Form::Any);
    let mut chunks = client.follow(&request).await.unwrap();
    let known = lines(&mut chunks);
    assert!(known[0].starts_with("2026-11-26T11:47:0"), "{known:?}");
    seconds(7).await;
    let next = lines(&mut chunks);
    let [line] = &next[..] else { panic!("{next:?}") };
    let (at, text) = line.split_once(' ').unwrap();
    assert_eq!(text, format!("Thu Nov 26 {} UTC 2026 served", &at[11..19]));
}

#[tokio::test(start_paused = true)]
async fn a_still_demo_has_the_log_until_its_time_and_ends_it() {
    let client = opened(Options { demo: true, still: true, ..Options::default() }).await.client;
    let request = get(&log("&timestamps=true&follow=true"), Form::Any);
    let chunks: Vec<_> = client.follow(&request).await.unwrap().collect().await;
    let [Ok(text)] = &chunks[..] else { panic!("{chunks:?}") };
    assert!(text.ends_with(b"10:47:45 UTC 2026 served\n"));
}
