//! The HTTP client: answers, timeouts, failures and watches.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use futures::StreamExt as _;
use kubewalk::api::client::Client;
use kubewalk::api::endpoint::{Environment, Options, connect};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};

use crate::support::machine::refusing_address;
use crate::support::raw::RawServer;
use crate::support::recordings;
use crate::support::server::Server;

const PODS: &str = "/api/v1/namespaces/shop/pods";

async fn client(url: &str, timeout: Option<Duration>) -> Client {
    let options =
        Options { server: Some(url.to_owned()), request_timeout: timeout, ..Options::default() };
    connect(&options, &Environment::empty()).await.unwrap().client
}

fn get(path: &str) -> Request {
    Request::get(ApiPath::parse(path), Form::Json)
}

/// Starts a server that answers with these bytes. Returns its URL.
fn raw_server(answer: &'static [u8]) -> String {
    let answer = move |_: &str, stream: &mut TcpStream| _ = stream.write_all(answer);
    RawServer::start(answer).url()
}

async fn failure(url: &str, path: &str) -> Failure {
    client(url, Some(Duration::from_secs(20))).await.send(&get(path)).await.unwrap_err()
}

#[tokio::test]
async fn an_answer_over_a_socket_equals_the_recorded_one() {
    let server = Server::over(recordings::cluster());
    let client = client(&server.url(), None).await;
    let request = get(PODS).with("limit", "500");
    let pods = client.send(&request).await.unwrap();
    let replayed = Client::replay(recordings::cluster()).send(&request).await.unwrap();
    assert_eq!((pods.status, &pods.body), (200, &replayed.body));
    assert_eq!(pods.content_type, replayed.content_type);
    let seen = server.seen();
    assert_eq!(seen.len(), 1, "exactly one request");
    assert_eq!(seen[0].query, "limit=500");
    assert_eq!(seen[0].accept, "application/json");
    assert_eq!(seen[0].user_agent, concat!("kubewalk/", env!("CARGO_PKG_VERSION")));
    assert_eq!(seen[0].authorization, "");
}

#[tokio::test]
async fn warning_headers_are_returned() {
    let replay = Client::replay(recordings::cluster());
    let endpoints = replay.send(&get("/api/v1/namespaces/default/endpoints")).await.unwrap();
    assert!(endpoints.warnings[0].starts_with("v1 Endpoints is deprecated"), "{endpoints:?}");
}

#[tokio::test]
async fn an_unavailable_group_is_requested_once() {
    let server = Server::over(recordings::cluster());
    let path = "/apis/metrics.k8s.io/v1beta1";
    let answer = client(&server.url(), None).await.send(&get(path)).await.unwrap();
    assert_eq!(answer.good().unwrap_err().kind, FailureKind::Unavailable);
    assert_eq!(server.count(path), 1);
}

#[tokio::test]
async fn a_base_path_precedes_every_path() {
    let server = Server::setup(recordings::cluster()).below("/clusters/one").start();
    for url in [server.url(), format!("{}/", server.url())] {
        let answer = client(&url, None).await.send(&get("/version")).await.unwrap();
        assert_eq!(answer.status, 200, "{url}");
    }
    assert_eq!(server.count("/version"), 2);
}

#[tokio::test]
async fn a_server_without_tables_answers_with_plain_documents() {
    let server = Server::setup(recordings::cluster()).plain_only().start();
    let client = client(&server.url(), None).await;
    for (path, form, kind) in
        [("/apis", Form::Discovery, "APIGroupList"), (PODS, Form::Table, "PodList")]
    {
        let answer = client.send(&Request::get(ApiPath::parse(path), form)).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body["kind"], kind);
    }
}

#[tokio::test]
async fn a_timeout_names_the_server_and_the_limit() {
    let server = Server::over(recordings::cluster());
    let gate = server.hold("/version");
    let impatient = client(&server.url(), Some(Duration::from_millis(50))).await;
    let failure = impatient.send(&get("/version")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::TimedOut);
    let expected = format!("{} did not answer GET /version within 50 ms", server.url());
    assert_eq!(failure.message, expected);
    let patient = client(&server.url(), Some(Duration::ZERO)).await;
    let request = get("/version");
    let answer = patient.send(&request);
    let (answer, ()) = tokio::join!(answer, async { gate.open() });
    assert_eq!(answer.unwrap().status, 200, "zero disables the limit");
}

#[tokio::test]
async fn a_stalled_body_times_out() {
    let server = Server::over(recordings::cluster());
    // A watch requested as a list never ends.
    let watch = server.watch(PODS);
    let client = client(&server.url(), Some(Duration::from_millis(500))).await;
    let request = get(PODS).with("watch", "1");
    assert_eq!(client.send(&request).await.unwrap_err().kind, FailureKind::TimedOut);
    let (head, mut chunks) = client.stream(&request).await.unwrap();
    watch.until_open(1).await;
    watch.bytes("beginning");
    assert_eq!(head.status, 200);
    assert_eq!(chunks.next().await.unwrap().unwrap(), "beginning");
    assert_eq!(chunks.next().await.unwrap().unwrap_err().kind, FailureKind::TimedOut);
    assert!(chunks.next().await.is_none(), "a failure ends the stream");
}

#[tokio::test]
async fn a_stream_has_the_same_bytes_as_the_whole_answer() {
    let server = Server::over(recordings::cluster());
    let client = client(&server.url(), None).await;
    let whole = client.send(&get("/openapi/v3/api/v1")).await.unwrap();
    let (head, chunks) = client.stream(&get("/openapi/v3/api/v1")).await.unwrap();
    assert_eq!((head.status, head.content_type), (200, whole.content_type));
    let parts: Vec<_> = chunks.map(Result::unwrap).collect().await;
    assert!(parts.len() > 1);
    assert_eq!(parts.concat(), whole.body);
}

#[tokio::test]
async fn a_refused_connection_names_the_server() {
    let url = format!("http://{}", refusing_address());
    let failure = failure(&url, "/version").await;
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(failure.message, format!("{url} refused the connection"));
}

#[tokio::test]
async fn an_unknown_host_name_is_named() {
    let failure = failure("http://kubewalk.invalid:6443", "/version").await;
    assert_eq!(failure.kind, FailureKind::Dns);
    assert_eq!(failure.message, "the name in http://kubewalk.invalid:6443 is unknown");
}

#[tokio::test]
async fn a_cut_answer_is_a_failure() {
    let server = Server::over(recordings::cluster());
    server.cut("/version", "{\"major\":");
    assert_eq!(failure(&server.url(), "/version").await.kind, FailureKind::Cut);
    let closed = raw_server(b"");
    assert_eq!(failure(&closed, "/version").await.kind, FailureKind::Cut);
    let short = raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
    assert_eq!(failure(&short, "/version").await.kind, FailureKind::Cut);
}

#[tokio::test]
async fn an_answer_other_than_http_is_a_failure() {
    let failure = failure(&raw_server(b"SSH-2.0-OpenSSH_9.6\r\n"), "/version").await;
    assert_eq!(failure.kind, FailureKind::NotAnApi, "{failure}");
}

#[tokio::test]
async fn https_to_a_plain_http_server_fails_with_a_hint() {
    let server = Server::over(recordings::cluster());
    let url = server.url().replace("http:", "https:");
    let options = Options { server: Some(url), ..Options::default() };
    // Without system authorities, TLS fails earlier.
    if let Ok(connection) = connect(&options, &Environment::empty()).await {
        let failure = connection.client.send(&get("/version")).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
        assert!(failure.hint.contains("http://"), "{failure}");
    }
}

#[tokio::test]
async fn lines_of_a_watch_are_joined_from_any_chunks() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let client = client(&server.url(), Some(Duration::from_millis(50))).await;
    let request = Request::get(ApiPath::parse(PODS), Form::Metadata).with("resourceVersion", "7");
    let mut lines = client.watch(&request).await.unwrap();
    watch.until_open(1).await;
    assert_eq!(watch.queries(), ["resourceVersion=7&watch=1"]);
    assert!(server.seen()[0].accept.starts_with("application/json;as=PartialObjectMetadata;"));
    watch.bytes("{\"type\":");
    // Longer than the request timeout, which does not apply to watches.
    assert!(tokio::time::timeout(Duration::from_millis(200), lines.next()).await.is_err());
    watch.bytes("\"ADDED\"}\n{\"type\":\"BOOKMARK\"}\n{\"ty");
    assert_eq!(lines.next().await.unwrap().unwrap(), "{\"type\":\"ADDED\"}");
    assert_eq!(lines.next().await.unwrap().unwrap(), "{\"type\":\"BOOKMARK\"}");
    watch.line("pe\":\"DELETED\"}");
    assert_eq!(lines.next().await.unwrap().unwrap(), "{\"type\":\"DELETED\"}");
    watch.end();
    assert!(lines.next().await.is_none());
}

#[tokio::test]
async fn a_broken_watch_is_a_failure() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let mut lines = client(&server.url(), None).await.watch(&get(PODS)).await.unwrap();
    watch.until_open(1).await;
    watch.cut();
    assert_eq!(lines.next().await.unwrap().unwrap_err().kind, FailureKind::Cut);
    assert!(lines.next().await.is_none());
}

#[tokio::test]
async fn dropping_a_watch_closes_its_connection() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    let lines = client(&server.url(), None).await.watch(&get(PODS)).await.unwrap();
    watch.until_open(1).await;
    drop(lines);
    watch.until_open(0).await;
}

#[tokio::test]
async fn a_refused_watch_has_the_reason() {
    let server = Server::over(recordings::cluster());
    let watch = server.watch(PODS);
    watch.refuse(410, r#"{"kind":"Status","message":"too old resource version","code":410}"#);
    let client = client(&server.url(), None).await;
    let failure = client.watch(&get(PODS)).await.err().unwrap();
    assert_eq!(failure.kind, FailureKind::Gone);
    assert_eq!(failure.message, "410: too old resource version");
    watch.accept();
    assert!(client.watch(&get(PODS)).await.is_ok());
}

#[tokio::test]
async fn the_test_server_overrides_answers_until_restored() {
    let server = Server::over(recordings::cluster());
    let client = client(&server.url(), None).await;
    server.answer("/version", 403, r#"{"kind":"Status","message":"no","code":403}"#);
    let answer = client.send(&get("/version")).await.unwrap();
    assert_eq!(answer.good().unwrap_err().kind, FailureKind::Forbidden);
    server.restore("/version");
    assert_eq!(client.send(&get("/version")).await.unwrap().status, 200);
    server.until_requested("/version").await;
}
