//! Redirects are not followed, since their target would receive the credentials.

use std::io::Write as _;

use kubewalk::api::endpoint::{Environment, Options, connect};
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};

use crate::support::machine::binary;
use crate::support::raw::{RawServer, answer};
use crate::support::terminal::Terminal;

/// Starts a server that redirects every request to another server.
fn redirecting_to(target: &RawServer, status: &'static str) -> RawServer {
    let location = format!("Location: {}/api/v1/pods\r\n", target.url());
    RawServer::start(move |_, stream| {
        _ = stream.write_all(&answer(status, &location, b"<a href=\"elsewhere\">Moved</a>"));
    })
}

/// Writes a kubeconfig with a token for a server.
fn kubeconfig(folder: &tempfile::TempDir, server: &RawServer) -> std::path::PathBuf {
    let file = folder.path().join("config");
    let url = server.url();
    let text = format!(
        "{{\"clusters\": [{{\"name\": \"c\", \"cluster\": {{\"server\": \"{url}\"}}}}],
          \"users\": [{{\"name\": \"u\", \"user\": {{\"token\": \"planted\"}}}}],
          \"contexts\": [{{\"name\": \"x\", \"context\": {{\"cluster\": \"c\", \"user\": \"u\"}}}}],
          \"current-context\": \"x\"}}"
    );
    std::fs::write(&file, text).unwrap();
    file
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = RawServer::start(|_, stream| {
        _ = stream.write_all(&answer("200 OK", "Content-Type: application/json\r\n", b"{}"));
    });
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary", "308 Permanent"] {
        let server = redirecting_to(&elsewhere, status);
        let folder = tempfile::tempdir().unwrap();
        let options =
            Options { kubeconfig: Some(kubeconfig(&folder, &server)), ..Options::default() };
        let client = connect(&options, &Environment::empty()).await.unwrap().client;
        let pods = Request::get(ApiPath::parse("/api/v1/pods"), Form::Json);
        let failure = client.send(&pods).await.unwrap().good().unwrap_err();
        let code: u16 = status[..3].parse().unwrap();
        assert_eq!(failure.kind, FailureKind::Status(code));
        let target = format!("redirects to {}/api/v1/pods, and redirects are not", elsewhere.url());
        assert!(failure.message.contains(&target), "{failure}");
        assert!(client.watch(&pods).await.is_err());
        // Nor does a token go over plain http.
        assert!(server.seen().iter().all(|head| !head.contains("planted")));
    }
    assert_eq!(elsewhere.seen(), [""; 0]);
}

#[test]
fn a_redirect_is_reported_with_its_target() {
    let elsewhere = RawServer::start(|_, _| {});
    let server = redirecting_to(&elsewhere, "302 Found");
    let terminal = Terminal::start(&["-s", &server.url()], &[]);
    terminal.wait_for("302");
    terminal.wait_for("the server redirects to");
    assert_eq!(elsewhere.seen(), [""; 0]);
}

#[test]
fn a_file_url_reads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("version");
    std::fs::write(&file, "canary-of-a-file").unwrap();
    let url = format!("file://{}", file.display());
    let header = format!("Location: {url}\r\n");
    let server = RawServer::start(move |_, stream| {
        _ = stream.write_all(&answer("302 Found", &header, b""));
    });
    let recording = folder.path().join("a.har");
    let entry = serde_json::json!({
        "startedDateTime": "2026-11-23T06:08:08Z", "time": 1,
        "request": {"method": "GET", "url": url}, "response": {"status": 200, "content": {}}});
    let log = serde_json::json!({"log": {"entries": [entry]}});
    std::fs::write(&recording, log.to_string()).unwrap();
    let (path, recording) = (file.to_str().unwrap(), recording.to_str().unwrap());
    for arguments in [
        &["get", "/version", "-s", &url][..],
        &["get", "/version", "-s", &server.url()],
        &["get", path, "--replay", recording],
        &["get", &url, "--replay", recording],
        &["info", "-s", &url],
    ] {
        let output = binary(arguments).output().unwrap();
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!printed.contains("canary"), "{arguments:?}: {printed}");
    }
    // The same URL typed on the start screen.
    let mut terminal = Terminal::start(&[], &[]);
    terminal.wait_for("not connected");
    terminal.send(&format!("u\x15{url}\r"));
    terminal.wait_for("Give an address such as");
    assert!(!String::from_utf8_lossy(&terminal.written()).contains("canary"));
}
