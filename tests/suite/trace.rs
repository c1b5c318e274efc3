//! The trace, the recording, and warnings of the server.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use kubewalk::api::endpoint::Options;
use kubewalk::api::har::Recording;
use rustix::process::Signal;
use serde_json::Value;

use crate::support::fault::{Fault, FaultyProxy};
use crate::support::machine::{BINARY, ISOLATED, binary, refusing_address};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::Terminal;
use crate::support::walker::Walker;

const SIZE: (u16, u16) = (120, 36);
/// Wide enough for a whole title with any duration.
const WIDE: (u16, u16) = (180, 36);
const POD: &str = "/api/v1/namespaces/default/pods/debug";
const PODS: &str = "/api/v1/namespaces/default/pods";

#[tokio::test]
async fn the_trace_shows_every_exchange_and_the_open_watches() {
    let server = Server::over(recordings::cluster());
    let script = server.watch(PODS);
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":po/debug space -n space default enter").await;
    walker.meanwhile(script.until_open(2)).await;
    walker.wait_for("◉ live").await;
    walker.press("T");
    walker.wait_for_lines(2, "◉ 200").await;
    walker.wait_for("2 open watches").await;
    let screen = walker.screen();
    let watches: Vec<_> = screen.lines().filter(|line| line.contains("◉ 200")).collect();
    assert_eq!(watches.len(), 2, "{screen}");
    assert!(watches.iter().all(|line| line.contains("watch=1")), "{screen}");
    let object = walker.line(&format!("json      GET {POD}"));
    assert!(object.contains("  200 ") && object.contains(" ms "), "{object}");
    assert!(object.contains(" KiB "), "{object}");
    for part in [
        format!("table     GET {PODS}?includeObject=None&limit="),
        "discovery GET /apis".to_owned(),
    ] {
        assert!(screen.contains(&part), "{part} in\n{screen}");
    }
    let review = walker.line("selfsubjectreviews");
    assert!(review.contains("POST /apis/authentication.k8s.io/v1/selfsubjectreviews"), "{review}");

    // The bytes of an open watch are counted.
    script.line(r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"999999"}}}"#);
    walker.wait_for_lines(2, " 71 bytes ").await;
    walker.press("esc");
    walker.walk(":/version enter").await;
    walker.press("T");
    walker.wait_for("0 open watches").await;
}

#[tokio::test]
async fn one_exchange_of_the_trace_shows_its_headers_and_is_copied_as_curl() {
    let server = Server::over(recordings::cluster());
    server.watch(PODS);
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":/version enter").await;
    walker.press("T");
    walker.wait_for("GET /version").await;
    walker.press("enter");
    walker.wait_for("bytes of body").await;
    for part in [
        "GET /version",
        "> accept application/json",
        "credentials are never shown",
        "< content-type application/json",
        "200 after",
        "bytes of body",
    ] {
        assert!(walker.screen().contains(part), "{part} in\n{}", walker.screen());
    }
    walker.press("c");
    let copied = walker.copied.take().unwrap();
    assert!(
        copied.starts_with("curl -sS -H 'Accept: application/json") && copied.ends_with("/version"),
        "{copied}"
    );
    walker.press("esc");
    assert!(walker.screen().contains(" Trace "), "back to the list");
    walker.press("esc");
    assert!(!walker.screen().contains(" Trace "));
}

#[tokio::test]
async fn the_trace_shows_retries() {
    let server = Server::over(recordings::cluster());
    let status = r#"{"kind":"Status","status":"Failure","message":"overloaded","reason":"ServiceUnavailable","code":503}"#;
    server.answer("/livez", 503, status);
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":/livez enter").await;
    walker.walk("r").await;
    server.restore("/livez");
    walker.walk("r").await;
    walker.press("T");
    walker.wait_for_lines(1, "retry 2 GET /livez").await;
    walker.wait_for_no("│…").await;
    let screen = walker.screen();
    let of_livez: Vec<_> = screen.lines().filter(|line| line.contains("GET /livez")).collect();
    assert!(of_livez[0].contains("  200 "), "{screen}");
    assert!(of_livez[0].contains("retry 2"), "{screen}");
    assert!(
        of_livez.iter().any(|line| line.contains("✗ 503") && !line.contains("retry")),
        "{screen}"
    );
}

#[tokio::test]
async fn an_immediate_retry_is_a_separate_exchange() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    proxy.inject_times(1, PODS, Fault::status(406, "", r#"{"kind":"Status","code":406}"#));
    let mut walker = Walker::server(&proxy.url(), SIZE).await;
    walker.walk(":po space -n space default enter").await;
    walker.press("T");
    walker.wait_for_lines(1, "metadata  retry GET /api/v1/namespaces/default/pods").await;
    let refused = walker.line("✗ 406");
    assert!(refused.contains(" table     GET /api/v1/namespaces/default/pods"), "{refused}");
}

#[tokio::test]
async fn a_warning_of_the_server_is_shown_at_its_node() {
    let server = Server::over(recordings::cluster());
    let text = "batch/v1 CronJob is deprecated in v1.99+, unavailable in v2";
    server.warn("/apis/batch/v1/namespaces/default/cronjobs", text);
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":cronjobs space -n space default enter").await;
    walker.wait_for("! deprecated").await;
    let row = walker.line("! deprecated");
    assert!(row.contains("cronjobs") || row.contains("default"), "{row}");
    assert!(walker.screen().contains("Warning: batch/v1 CronJob is deprecated in v1.99+"));
}

/// Returns the screen without parts that differ between runs: the header and durations.
fn comparable(walker: &Walker) -> String {
    let screen = walker.screen();
    let lines = screen.lines().skip(1).map(|line| match line.split_once(" ms ") {
        Some((before, after)) => {
            let before = before.trim_end_matches(|c: char| c.is_ascii_digit());
            format!("{before}{}", after.trim_matches(['─', '┐', ' ']))
        }
        None => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}

#[tokio::test]
async fn a_recording_replays_to_the_same_screens() {
    for name in ["walk.har", "walk.har.gz"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        let server = Server::over(recordings::cluster());
        // Watches that stay open, which the demo does not contain.
        let watched = ["", "/shop/pods", "/shop/secrets"];
        let scripts = watched.map(|path| server.watch(&format!("/api/v1/namespaces{path}")));
        let walks = [
            ":ns space shop enter",
            ":po enter",
            "j enter",
            ":/livez enter",
            ":secrets enter",
            "j enter",
        ];
        let (mut walker, recorder) = Walker::recorded(&server.url(), WIDE, &file).await;
        let mut screens = Vec::new();
        for keys in walks {
            walker.walk(keys).await;
            walker.wait_watched().await;
            screens.push(comparable(&walker));
        }
        assert!(scripts.iter().all(|script| !script.queries().is_empty()));
        recorder.finish().unwrap();
        let options = Options { replay: Some(file), ..Options::default() };
        let mut replayed = Walker::start(options, WIDE);
        // The clock is the same, so that ages are equal.
        replayed.clock = walker.clock;
        replayed.settle().await;
        for (keys, screen) in walks.into_iter().zip(screens) {
            replayed.walk(keys).await;
            replayed.wait_watched().await;
            assert_eq!(comparable(&replayed), screen, "{name}: after {keys}");
        }
    }
}

/// Returns the entries of an uncompressed recording.
fn entries(file: &Path) -> Vec<Value> {
    let har: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(har["log"]["version"], "1.2");
    assert_eq!(har["log"]["creator"]["name"], "kubewalk");
    assert!(har["log"]["creator"]["version"].is_string());
    har["log"]["entries"].as_array().unwrap().clone()
}

#[test]
fn a_recording_has_the_fields_required_by_har() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("walk.har");
    let server = Server::over(recordings::cluster());
    let record = format!("--record={}", file.display());
    let output = binary(&["info", "-s", &server.url(), &record]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let entries = entries(&file);
    assert_eq!(entries.len(), server.seen().len(), "all exchanges are recorded");
    for entry in &entries {
        let started = entry["startedDateTime"].as_str().unwrap();
        assert!(started.parse::<jiff::Timestamp>().is_ok(), "{started}");
        let (request, response) = (&entry["request"], &entry["response"]);
        assert!(entry["time"].is_number() && entry["cache"].is_object());
        for part in ["send", "wait", "receive"] {
            assert!(entry["timings"][part].as_f64().unwrap() >= 0.0);
        }
        for text in ["method", "url", "httpVersion"] {
            assert!(request[text].is_string(), "{text} in {request}");
        }
        assert!(request["url"].as_str().unwrap().starts_with(&server.url()));
        for text in ["statusText", "httpVersion", "redirectURL"] {
            assert!(response[text].is_string(), "{text} in {response}");
        }
        for list in [&request["cookies"], &request["headers"], &request["queryString"]] {
            assert!(list.is_array(), "{request}");
        }
        for list in [&response["cookies"], &response["headers"]] {
            assert!(list.is_array(), "{response}");
        }
        for size in [&request["headersSize"], &request["bodySize"], &response["headersSize"]] {
            assert!(size.is_i64(), "{entry}");
        }
        assert!(response["status"] == 200 || response["status"] == 201, "{response}");
        assert!(
            response["content"]["size"].is_u64() && response["content"]["mimeType"].is_string()
        );
    }
    let posted = entries.iter().find(|entry| entry["request"]["method"] == "POST").unwrap();
    assert_eq!(posted["request"]["postData"]["mimeType"], "application/json");
}

#[test]
fn a_signal_leaves_a_complete_recording_with_open_watches() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (signal, name) in
        [(Signal::TERM, "walk.har.gz"), (Signal::HUP, "walk.har"), (Signal::KILL, "walk.har")]
    {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        let server = Server::over(recordings::cluster());
        let script = server.watch(PODS);
        let record = format!("--record={}", file.display());
        let mut terminal =
            Terminal::start(&["-s", &server.url(), "po/debug", "-n", "default", &record], &[]);
        terminal.wait_for("name: debug");
        runtime.block_on(script.until_open(2));
        script.line(r#"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"999999"}}}"#);
        terminal.send("T");
        terminal.wait_for("Trace");
        terminal.until("the event of the watch", |screen| {
            screen
                .contents()
                .lines()
                .any(|line| line.contains("◉ 200") && !line.contains(" 0 bytes "))
        });
        terminal.signal(signal);
        terminal.ended();
        assert!(Recording::open(&file).unwrap().len() > 5);
        if signal == Signal::HUP {
            let watched = entries(&file).into_iter().filter(|entry| {
                let text = entry["response"]["content"]["text"].as_str().unwrap();
                entry["request"]["url"].as_str().unwrap().contains("watch=1")
                    && text.contains("999999")
            });
            assert!(watched.count() >= 1);
        }
    }
}

#[test]
fn an_interrupted_command_records_the_events_of_its_watch() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::over(recordings::cluster());
    let script = server.watch(PODS);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let file = folder.path().join(format!("{signal}.har"));
        let record = format!("--record={}", file.display());
        let path = format!("{PODS}?watch=1");
        let mut command = binary(&["get", &path, "-o", "raw", "-s", &server.url(), &record]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        runtime.block_on(script.until_open(1));
        script.line(r#"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"999999"}}}"#);
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("999999"), "{line}");
        let pid = child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(status), "{signal}");
        let entries = entries(&file);
        assert_eq!(entries.len(), 1, "{signal}");
        assert_eq!(entries[0]["response"]["content"]["text"], line);
        runtime.block_on(script.until_open(0));
    }
}

#[test]
fn a_recording_that_cannot_be_written_is_an_immediate_error() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("there.har");
    fs::write(&there, "mine").unwrap();
    for (file, printed) in [
        (folder.path().join("none/walk.har"), "cannot be written: No such file or directory"),
        (there.clone(), "exists already"),
    ] {
        let record = format!("--record={}", file.display());
        let refusing = format!("http://{}", refusing_address());
        let output = binary(&["get", "/version", "-s", &refusing, &record]).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(printed) && !error.contains("refused"), "{error}");
    }
    assert_eq!(fs::read_to_string(there).unwrap(), "mine");
}

#[test]
fn without_a_request_no_recording_file_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("walk.har");
    let record = format!("--record={}", file.display());
    for arguments in [&[record.as_str()][..], &["get", "/version", "-s", "no address", &record]] {
        let output = binary(arguments).stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!file.exists(), "{arguments:?}");
    }
}

/// Returns a command that runs the program with a limit on the blocks of a file, like a full disk.
fn on_a_small_disk<'a>(blocks: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
    let limited = "trap '' XFSZ; ulimit -f $0; exec \"$@\"";
    [&["/bin/sh", "-c", limited, blocks, BINARY], arguments].concat()
}

#[test]
fn a_full_disk_ends_the_recording_which_stays_readable() {
    for (name, blocks) in [("walk.har", "64"), ("walk.har.gz", "8")] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        let server = Server::over(recordings::cluster());
        let (url, record) = (server.url(), format!("--record={}", file.display()));
        let arguments = ["tree", "/apis", "--depth", "4", "-s", &url, &record];
        let words = on_a_small_disk(blocks, &arguments);
        let mut command = Command::new(words[0]);
        let output = command.args(&words[1..]).env_clear().envs(ISOLATED).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains("the recording is not complete: File too large"), "{error}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("/apis/apps/v1"));
        assert!(!Recording::open(&file).unwrap().is_empty(), "{name}");

        let file = folder.path().join(format!("screen-{name}"));
        let record = format!("--record={}", file.display());
        let words = on_a_small_disk(blocks, &["-s", &url, &record]);
        let mut terminal = Terminal::run(&words, &[("TERM", "xterm")]);
        terminal.wait_for("Recording stopped: the file cannot be written: File too large");
        terminal.send("T");
        terminal.wait_for("0 open watches · recording stopped");
        terminal.send("qq");
        terminal.ended();
        let printed = String::from_utf8_lossy(&terminal.written()).into_owned();
        assert!(printed.contains("kubewalk: the recording is not complete: File too large"));
        assert!(!Recording::open(&file).unwrap().is_empty(), "{name} of a screen");
    }
}
