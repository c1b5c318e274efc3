//! Errors of the commands: invalid input, and servers that fail.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use super::run;
use crate::support::machine::refusing_address;

/// Runs a command that must fail with this exit code and one line that has all of these parts.
fn refused(arguments: &[&str], code: i32, printed: &[&str]) {
    let run = run(arguments);
    assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?}: {}", run.err);
    for part in printed {
        assert!(run.err.contains(part), "{arguments:?}: {part:?} is not in {:?}", run.err);
    }
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
}

/// Starts a server that gives the same answer to every request. Returns its URL.
fn serve(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            // The client may have closed the connection.
            _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn a_missing_resource_or_object_exits_with_1() {
    refused(&["get", "/apis/nope", "--demo"], 1, &["404", "not in this recording"]);
    refused(&["get", "po/nope", "-n", "shop", "--demo"], 1, &["404"]);
    refused(&["tree", "/apis/batch/v1/nopes", "--demo"], 1, &["no resource `nopes`"]);
    refused(&["tree", "/apis/nope", "--demo"], 1, &["404"]);
    refused(&["tree", "/api/v1/namespaces/shop/pods/nope", "--demo"], 1, &["404"]);
}

#[test]
fn invalid_arguments_exit_with_2() {
    refused(&["get", "pdos", "--demo"], 2, &["`pdos`", "Did you mean pods"]);
    refused(&["get", "po", "a", "b", "--demo"], 2, &["one word too many"]);
    refused(&["info", "--replay", "/does/not/exist.har"], 2, &["/does/not/exist.har"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken");
    fs::write(&file, "kind: Config\nclusters: {").unwrap();
    let file = file.to_str().unwrap();
    refused(&["info", "--replay", file], 2, &["is not a HAR"]);
    refused(&["info", "--kubeconfig", file], 2, &[file]);
    refused(&["info", "--kubeconfig", "/does/not/exist"], 2, &["/does/not/exist"]);
    refused(&["info", "-s", "not a url"], 2, &["not a url"]);
    for arguments in [&["--fly"][..], &["get"], &["info", "--demo", "-s", "http://x"]] {
        let run = run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
}

#[test]
fn without_a_terminal_the_commands_are_suggested() {
    let run = run(&["--demo"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    for command in ["kubewalk get", "kubewalk tree", "kubewalk downward", "kubewalk info"] {
        assert!(run.err.contains(command), "{}", run.err);
    }
}

#[test]
fn a_closed_port_is_reported_as_refused() {
    let address = format!("http://{}", refusing_address());
    for arguments in [&["get", "/api"][..], &["tree"], &["tree", "po"]] {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["-s", &address]).collect();
        refused(&arguments, 1, &[&address, "refused"]);
    }
}

#[test]
fn a_web_page_is_reported_as_such() {
    let page = serve(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\
         Connection: close\r\n\r\n<html></html>",
    );
    for path in ["/api/v1/pods", "/api"] {
        refused(&["get", path, "-s", &page], 1, &[&page, "web page"]);
    }
    refused(&["tree", "-s", &page], 1, &[&page, "web page"]);
    let info = run(&["info", "-s", &page]);
    assert_eq!(info.code, 1);
    assert!(info.err.contains("no Kubernetes version"), "{}", info.err);
}

#[test]
fn a_cut_answer_is_printed_and_then_fails() {
    let cut = serve(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\
         Connection: close\r\n\r\n{\"kind\":",
    );
    let run = run(&["get", "/api", "-o", "raw", "-s", &cut]);
    assert_eq!((run.code, run.out.as_str()), (1, "{\"kind\":"));
    assert!(run.err.contains("closed the connection"), "{}", run.err);
}

#[test]
fn a_request_without_an_answer_times_out() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let arguments = ["get", "/api", "-s", &address, "--request-timeout", "50ms"];
    refused(&arguments, 1, &[&address, "within 50 ms"]);
}
