//! `kubewalk report`: shown before it is written, complete for a maintainer, and without what is private.

pub(crate) mod screen;

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;

use crate::cli::{Run, run};
use crate::support::machine::refusing_address;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::Terminal;

fn text(file: &Path) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    text
}

/// Runs a report of these words into a new file of a folder, which is confirmed.
fn report(folder: &tempfile::TempDir, words: &[&str]) -> (Run, String) {
    let file = folder.path().join("bug.har.gz");
    let run = run(&[&["report", file.to_str().unwrap(), "--yes"], words].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let text = text(&file);
    (run, text)
}

#[test]
fn without_a_confirmation_it_is_shown_and_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bug.har.gz");
    let Run { out, err, code } = run(&["report", file.to_str().unwrap(), "--demo"]);
    assert_eq!(code, 2);
    assert!(err.contains("was not written") && err.contains("--yes"), "{err}");
    let version = env!("CARGO_PKG_VERSION");
    for part in [
        format!("kubewalk {version} on "),
        "terminal: none".to_owned(),
        "outside a pod: the demo, http".to_owned(),
        "200 GET http://localhost/version  ".to_owned(),
    ] {
        assert!(out.contains(&part), "{part}\n{out}");
    }
    assert!(!file.exists());
}

#[test]
fn a_terminal_is_asked_before_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bug.har.gz");
    let mut terminal = Terminal::start(&["report", file.to_str().unwrap(), "--demo"], &[]);
    terminal.wait_for("? [y/N] ");
    assert!(!file.exists());
    terminal.send("y\r");
    terminal.wait_for("Written: ");
    assert!(text(&file).contains("TERM=xterm-256color"));
}

#[test]
fn it_replays_what_was_requested() {
    let folder = tempfile::tempdir().unwrap();
    let (_, text) = report(&folder, &["--demo", "po/db-0", "-n", "shop"]);
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(document["log"]["comment"].as_str().unwrap().contains("the demo"));
    let file = folder.path().join("bug.har.gz");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let get = ["get", "/api/v1/namespaces/shop/pods/db-0", "-o", "raw"];
    let replayed = run(&[&get[..], &["--replay", file.to_str().unwrap()]].concat());
    assert_eq!(replayed.out, run(&[&get[..], &["--demo"]].concat()).out);
}

#[test]
fn a_request_that_fails_is_a_part_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::over(recordings::cluster());
    let forbidden =
        r#"{"kind":"Status","message":"nodes is forbidden: User \"jane\" cannot list"}"#;
    server.answer("/api/v1/nodes", 403, forbidden);
    let (run, text) = report(&folder, &["-s", &server.url(), "/api/v1/nodes"]);
    assert!(run.err.contains("403: nodes is forbidden"), "{}", run.err);
    assert!(run.out.contains("  403 GET http://server.invalid/api/v1/nodes"), "{}", run.out);
    assert!(text.contains("nodes is forbidden") && !text.contains("jane"), "{text}");
}

#[test]
fn neither_address_nor_values_of_secrets_are_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::over(recordings::cluster());
    let path = "/api/v1/namespaces/shop/secrets";
    let list = run(&["get", path, "-o", "raw", "--demo"]).out;
    let list: Value = serde_json::from_str(&list).unwrap();
    let values: Vec<&str> = list["items"][0]["data"]
        .as_object()
        .unwrap()
        .values()
        .map(|value| value.as_str().unwrap())
        .collect();
    assert!(!values.is_empty());
    let (run, text) = report(&folder, &["-s", &server.url(), path]);
    let port = server.address().port().to_string();
    for private in values.into_iter().chain(["127.0.0.1", &port, "serverAddressByClientCIDRs"]) {
        assert!(!text.contains(private) && !run.out.contains(private), "{private}");
    }
}

#[test]
fn without_a_server_it_has_the_failures() {
    let folder = tempfile::tempdir().unwrap();
    let address = refusing_address().to_string();
    let (run, text) = report(&folder, &["-s", &format!("http://{address}")]);
    assert!(run.err.contains("refused the connection"), "{}", run.err);
    assert!(text.contains("refused the connection") && !text.contains(&address), "{text}");
}

#[test]
fn without_a_connection_it_has_the_program_and_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let (run, text) = report(&folder, &[]);
    assert!(run.err.contains("no Kubernetes API server was found"), "{}", run.err);
    assert!(text.contains("outside a pod: no connection"), "{text}");
}

#[test]
fn an_existing_file_is_not_replaced() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let Run { err, code, .. } = run(&["report", file.path().to_str().unwrap(), "--demo", "--yes"]);
    assert_eq!(code, 2);
    assert!(err.contains("exists already"), "{err}");
}
