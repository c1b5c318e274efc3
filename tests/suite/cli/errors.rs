//! What the commands say of bad input, and of servers that give no good answer.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use super::run;
use crate::support::machine::refusing_address;

/// A bad end: the exit code, and all parts of what must be said in one line.
fn refused(arguments: &[&str], code: i32, said: &[&str]) {
    let run = run(arguments);
    assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?}: {}", run.err);
    for part in said {
        assert!(run.err.contains(part), "{arguments:?}: {part:?} is not in {:?}", run.err);
    }
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
}

/// A server that gives this answer to everything, and its address.
fn serve(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            // The client may have gone; the next one is served all the same.
            _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn what_a_server_does_not_have_ends_with_1() {
    refused(&["get", "/apis/nope", "--demo"], 1, &["404", "not in this recording"]);
    refused(&["get", "po/nope", "-n", "shop", "--demo"], 1, &["404"]);
    refused(&["tree", "/apis/batch/v1/nopes", "--demo"], 1, &["no resource `nopes`"]);
    refused(&["tree", "/apis/nope", "--demo"], 1, &["404"]);
    refused(&["tree", "/api/v1/namespaces/shop/pods/nope", "--demo"], 1, &["404"]);
}

#[test]
fn what_cannot_be_asked_ends_with_2() {
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
fn without_a_terminal_the_commands_are_named() {
    let run = run(&["--demo"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    for command in ["kubewalk get", "kubewalk tree", "kubewalk downward", "kubewalk info"] {
        assert!(run.err.contains(command), "{}", run.err);
    }
}

#[test]
fn a_port_where_nobody_listens_is_said_to_refuse() {
    let address = format!("http://{}", refusing_address());
    for arguments in [&["get", "/api"][..], &["tree"], &["tree", "po"]] {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["-s", &address]).collect();
        refused(&arguments, 1, &[&address, "refused"]);
    }
}

#[test]
fn a_web_page_is_no_api() {
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
fn an_answer_that_ends_too_soon_fails_after_what_came() {
    let cut = serve(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\
         Connection: close\r\n\r\n{\"kind\":",
    );
    let run = run(&["get", "/api", "-o", "raw", "-s", &cut]);
    assert_eq!((run.code, run.out.as_str()), (1, "{\"kind\":"));
    assert!(run.err.contains("closed the connection"), "{}", run.err);
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let arguments = ["get", "/api", "-s", &address, "--request-timeout", "50ms"];
    refused(&arguments, 1, &[&address, "within 50ms"]);
}
