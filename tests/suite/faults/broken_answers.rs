//! Answers that are cut, late or invalid, each over a real socket.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use kubewalk::api::client::Client;
use kubewalk::api::endpoint::{Environment, Options, connect};
use kubewalk::app::answer::Answer;
use kubewalk::app::question::{Purpose, Question};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};

use crate::support::fault::{Fault, FaultyProxy};
use crate::support::recordings;
use crate::support::server::Server;

const PODS: &str = "/api/v1/namespaces/shop/pods";
const LIMIT: Duration = Duration::from_millis(300);

async fn client(proxy: &FaultyProxy) -> Client {
    let options =
        Options { server: Some(proxy.url()), request_timeout: Some(LIMIT), ..Options::default() };
    connect(&options, &Environment::empty()).await.unwrap().client
}

fn pods() -> Request {
    Request::get(ApiPath::parse(PODS), Form::Table).with("limit", "500")
}

/// Lists the pods as the program does.
async fn read(client: &Client) -> Result<Answer, Failure> {
    let question = Question { request: pods(), purpose: Purpose::Namespaces, related: None };
    let exchange = client.send(&question.request).await?;
    question.decode(exchange, recordings::cluster().recorded_at().unwrap())
}

#[tokio::test]
async fn every_broken_answer_is_a_failure_in_one_sentence() {
    use FailureKind as K;
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    let client = client(&proxy).await;
    let second = Duration::from_secs(1);
    let pause = Duration::from_millis(1);
    let cases = [
        (Fault::Delay(second), K::TimedOut),
        (Fault::Silence, K::TimedOut),
        (Fault::Trickle(pause), K::TimedOut),
        (Fault::CutBefore, K::Cut),
        (Fault::CutInside, K::Cut),
        (Fault::WrongLength(100), K::Cut),
        (Fault::WrongLength(-100), K::Malformed),
        (Fault::broken_json(), K::Malformed),
        (Fault::broken_gzip(), K::Malformed),
        (Fault::page(200), K::NotAnApi),
        (Fault::page(502), K::Status(502)),
        (Fault::redirect("http://127.0.0.1:1/"), K::Status(302)),
        (Fault::Raw(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()), K::NotAnApi),
        (Fault::status(401, "", "Unauthorized"), K::Unauthorized),
        (Fault::status(403, "", r#"{"kind":"Status","message":"no"}"#), K::Forbidden),
        (Fault::status(404, "", "404 page not found"), K::NotFound),
        (Fault::status(405, "", ""), K::Status(405)),
        (Fault::status(410, "", ""), K::Gone),
        (Fault::status(429, "Retry-After: 1\r\n", "slow down"), K::Throttled),
        (Fault::status(500, "", r#"{"kind":"Status","message":"etcd is gone"}"#), K::Status(500)),
        (Fault::status(503, "Retry-After: 7\r\n", ""), K::Unavailable),
        (Fault::status(504, "", "upstream request timeout"), K::Overdue),
    ];
    for (fault, kind) in cases {
        let name = format!("{fault:?}");
        proxy.clear_faults();
        proxy.inject(PODS, fault);
        let start = Instant::now();
        let failure = read(&client).await.expect_err(&name);
        assert_eq!(failure.kind, kind, "{name}: {failure}");
        assert!(!failure.message.is_empty() && !failure.message.contains('\n'), "{name}");
        assert!(!failure.hint.is_empty(), "{name}: {failure}");
        assert!(start.elapsed() < LIMIT * 3, "{name}: {:?}", start.elapsed());
    }
    proxy.clear_faults();
    assert!(read(&client).await.is_ok(), "the fault has no lasting effect");
}

#[tokio::test]
async fn a_slow_answer_or_one_closed_after_its_body_is_complete() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    for fault in [Fault::Delay(LIMIT / 4), Fault::CutAfter, Fault::Trickle(Duration::ZERO)] {
        let name = format!("{fault:?}");
        // A client might reuse the connection before it notices that it is closed.
        let client = client(&proxy).await;
        proxy.clear_faults();
        proxy.inject("/version", fault);
        let answer = client.send(&Request::get(ApiPath::parse("/version"), Form::Json)).await;
        assert_eq!(answer.map(|answer| answer.status), Ok(200), "{name}");
    }
}

#[tokio::test]
async fn an_endless_body_times_out() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    proxy.inject(PODS, Fault::Endless("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["));
    let start = Instant::now();
    assert!(read(&client(&proxy).await).await.is_err());
    assert!(start.elapsed() < LIMIT * 3, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_broken_watch_delivers_its_complete_lines() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    let client = client(&proxy).await;
    let two = "{\"type\":\"BOOKMARK\"}\n{\"type\":\"BOO";
    proxy.inject(
        PODS,
        Fault::Raw(format!("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{two}").into()),
    );
    let lines = client.watch(&pods()).await.unwrap();
    let lines: Vec<_> = lines.map(|line| line.map_err(|failure| failure.kind)).collect().await;
    assert_eq!(lines, [Ok("{\"type\":\"BOOKMARK\"}".into()), Err(FailureKind::Cut)]);
    proxy.inject(PODS, Fault::status(429, "Retry-After: 3\r\n", ""));
    let failure = client.watch(&pods()).await.map(|_| ()).unwrap_err();
    assert_eq!(
        (failure.kind, failure.wait),
        (FailureKind::Throttled, Some(Duration::from_secs(3)))
    );
}

#[tokio::test]
async fn a_refused_table_is_requested_as_metadata_and_then_as_plain_json() {
    let server = Server::over(recordings::cluster());
    for refusals in [1, 2] {
        let proxy = FaultyProxy::to(&server);
        let client = client(&proxy).await;
        proxy.inject_times(refusals, PODS, Fault::status(406, "", "only plain JSON"));
        let Ok(Answer::Page(page)) = read(&client).await else { panic!() };
        assert_eq!((page.columns.len(), page.rows.len()), (2, 6), "name and age");
        assert_eq!(page.rows[0].name(), "db-0");
        proxy.inject_times(refusals, PODS, Fault::status(406, "", "only plain JSON"));
        // The recording has no such watch, but the form is accepted.
        let failure = client.watch(&pods().with("watch", "1")).await.map(|_| ()).unwrap_err();
        assert_ne!(failure.kind, FailureKind::NotAcceptable, "{failure}");
    }
    let proxy = FaultyProxy::to(&server);
    proxy.inject(PODS, Fault::status(406, "", "no form at all"));
    let failure = read(&client(&proxy).await).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotAcceptable);
    let requested: Vec<_> = server.seen().into_iter().filter(|seen| seen.path == PODS).collect();
    assert!(requested.iter().any(|seen| seen.accept.contains("as=PartialObjectMetadataList")));
    assert!(requested.iter().any(|seen| seen.accept == "application/json"));
}
