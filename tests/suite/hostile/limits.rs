//! Answers that are too long or endless are read up to a limit, which is reported.

use std::io::Write as _;

use kubewalk::api::client::Client;
use kubewalk::api::endpoint::{Environment, Options, connect};
use kubewalk::app::answer::{Answer, Reply};
use kubewalk::app::question::Question;
use kubewalk::document::{Document, Format};
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};

use crate::support::machine::binary;
use crate::support::raw::{RawServer, answer};
use crate::support::recordings;
use crate::support::recordings::CLUSTER;

const JSON: &str = "Content-Type: application/json\r\n";

async fn client(url: String, max_response: Option<usize>) -> Client {
    let options = Options { server: Some(url), max_response, ..Options::default() };
    connect(&options, &Environment::empty()).await.unwrap().client
}

fn pods() -> Request {
    Request::get(ApiPath::parse("/api/v1/namespaces/shop/pods"), Form::Json)
}

/// Returns an answer as the document pane gets it.
async fn document(client: &Client, request: &Request) -> Reply {
    let question = Question::document(request.clone());
    let exchange = client.send(request).await.unwrap();
    match question.decode(exchange, jiff::Timestamp::UNIX_EPOCH) {
        Ok(Answer::Document(reply)) => reply,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_endless_answer_is_read_up_to_the_limit() {
    let (closed, mut was_closed) = tokio::sync::mpsc::unbounded_channel();
    let server = RawServer::start(move |_, stream| {
        _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{JSON}\r\n[").as_bytes());
        while stream.write_all(&[b'1', b','].repeat(4096)).is_ok() {}
        _ = closed.send(());
    });
    let client = client(server.url(), Some(64 << 10)).await;
    let exchange = client.send(&pods()).await.unwrap();
    assert_eq!((exchange.cut_at, exchange.body.len()), (Some(64 << 10), 64 << 10));
    let failure = exchange.good().unwrap_err();
    assert_eq!(failure.kind, FailureKind::TooLong);
    let path = &exchange.request.path;
    assert_eq!(failure.message, format!("the answer to GET {path} is longer than 64.0 KiB"));
    assert!(failure.hint.contains("--max-response"), "{failure}");
    // The connection is closed, so that the server stops sending.
    was_closed.recv().await.unwrap();
}

#[tokio::test]
async fn the_limit_applies_to_the_decompressed_answer() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    (0..64).for_each(|_| packer.write_all(&zeros).unwrap());
    let bomb = packer.finish().unwrap();
    assert!(bomb.len() < 1 << 17);
    let server = RawServer::start(move |_, stream| {
        let headers = format!("{JSON}Content-Encoding: gzip\r\n");
        _ = stream.write_all(&answer("200 OK", &headers, &bomb));
    });
    let exchange = client(server.distant_url(), None).await.send(&pods()).await.unwrap();
    assert_eq!((exchange.cut_at, exchange.body.len()), (Some(8 << 20), 8 << 20));
    assert!(server.seen()[0].to_lowercase().contains("accept-encoding: gzip"));
}

#[tokio::test]
async fn the_beginning_of_a_document_above_the_limit_is_shown() {
    let client = Client::replay(recordings::cluster()).reading(20_000);
    let reply = document(&client, &pods().with("limit", "20")).await;
    assert_eq!((reply.status, reply.bytes, &reply.failure), (200, 20_000, &None));
    assert_eq!(reply.document.note(), Some("only the first 19.5 KiB are shown"));
    let lines = reply.document.line_count(Format::Yaml);
    assert!(lines > 300, "{lines}");
    let first = reply.document.path(Format::Yaml, lines - 1).unwrap();
    assert!(first.starts_with(".items["), "{first}");
}

#[tokio::test]
async fn a_secret_above_the_limit_is_not_shown() {
    let secrets = Request::get(ApiPath::parse("/api/v1/namespaces/shop/secrets"), Form::Json);
    let whole = Client::replay(recordings::cluster()).send(&secrets).await.unwrap();
    for length in (1..whole.body.len()).step_by(7) {
        let body = whole.body.slice(..length);
        let document = Document::read_beginning(body, true, true);
        for format in [Format::Yaml, Format::Json, Format::Raw] {
            for line in 0..document.line_count(format) {
                let mut text = String::new();
                let look = kubewalk::document::LineOptions::default();
                document.write_line(format, line, look, &mut text);
                // The password as in the recorded Secret and in its annotation.
                assert!(!text.contains("czNj") && !text.contains("s3cr"), "{length}: {text}");
            }
        }
    }
}

#[test]
fn a_list_above_the_limit_fails_with_a_hint() {
    let mut run =
        binary(&["tree", "po", "-n", "shop", "--replay", CLUSTER, "--max-response", "1KiB"]);
    let run = run.output().unwrap();
    let printed = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(1), "{printed}");
    assert!(printed.contains("is longer than 1.0 KiB"), "{printed}");
    assert!(printed.contains("--max-response"), "{printed}");
}

#[test]
fn get_has_no_limit() {
    let body = format!("[{}\"end\"]", "\"0123456789\",".repeat(1 << 20));
    let sent = body.clone();
    let server = RawServer::start(move |_, stream| {
        _ = stream.write_all(&answer("200 OK", JSON, sent.as_bytes()));
    });
    let get = |form| {
        let url = server.url();
        let run = binary(&["get", "/api/v1/pods", "-o", form, "-s", &url]).output().unwrap();
        assert!(run.status.success());
        String::from_utf8(run.stdout).unwrap()
    };
    assert!(get("raw") == body);
    assert!(get("yaml").ends_with("- \"0123456789\"\n- end\n"));
}
