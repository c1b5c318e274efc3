//! What is refused, by which status.

use std::io::Read as _;
use std::net::TcpStream;

use serde_json::Value;

use crate::support::ambassador::{Ambassador, Answer};
use crate::support::machine::refusing_address;
use crate::support::recordings;
use crate::support::server::Server;

const POD: &str = "/api/v1/namespaces/shop/pods/db-0";

/// Returns the reason and the message of a `Status` with the code of the answer.
fn reason(answer: &Answer) -> (String, String) {
    let status: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((&status["kind"], &status["code"]), (&"Status".into(), &answer.status().into()));
    let text = |name: &str| status[name].as_str().unwrap().to_owned();
    (text("reason"), text("message"))
}

#[test]
fn what_may_change_something_is_405_and_never_sent() {
    let server = Server::over(recordings::cluster());
    let ambassador = Ambassador::of(&server);
    for request in [
        format!("DELETE {POD}"),
        format!("PUT {POD}"),
        format!("PATCH {POD}"),
        "POST /api/v1/namespaces/shop/pods".to_owned(),
        format!("POST {POD}/eviction"),
        "POST /apis/authorization.k8s.io/v1/subjectaccessreviews".to_owned(),
        format!("OPTIONS {POD}"),
        format!("TRACE {POD}"),
        format!("FLY {POD}"),
    ] {
        let answer = ambassador.send(&request, "Content-Length: 2\r\n", "{}");
        assert_eq!(answer.status(), 405, "{request}");
        assert_eq!(reason(&answer).0, "MethodNotAllowed", "{request}");
        assert!(answer.head.contains("allow: GET, HEAD"), "{}", answer.head);
    }
    assert_eq!(server.seen(), []);
}

#[test]
fn upgrades_are_403_and_never_sent() {
    let server = Server::over(recordings::cluster());
    let ambassador = Ambassador::of(&server);
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    for (request, headers, what) in [
        (format!("POST {POD}/exec?command=sh"), "", "exec is refused"),
        (format!("GET {POD}/exec?command=sh"), upgrade, "exec is refused"),
        (format!("POST {POD}/attach"), upgrade, "attach is refused"),
        (format!("GET {POD}/portforward?ports=1"), "", "portforward is refused"),
        (format!("GET {POD}"), upgrade, "an upgrade to another protocol is refused"),
    ] {
        let answer = ambassador.send(&request, headers, "");
        assert_eq!(answer.status(), 403, "{request}");
        let (reason, message) = reason(&answer);
        assert_eq!(reason, "Forbidden");
        assert!(message.ends_with(what), "{message}");
    }
    assert_eq!(server.seen(), []);
}

#[test]
fn a_host_that_could_be_rebound_is_403_and_never_sent() {
    let server = Server::over(recordings::cluster());
    let ambassador = Ambassador::of(&server);
    for host in ["evil.example", "10.0.0.1", "localhost.evil.example"] {
        let answer = ambassador.send("GET /api", &format!("Host: {host}\r\n"), "");
        assert_eq!(answer.status(), 403, "{host}");
        assert!(reason(&answer).1.contains(host));
    }
    assert_eq!(server.seen(), []);
    let port = ambassador.address.port();
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let answer = ambassador.send("GET /version", &format!("Host: {host}:{port}\r\n"), "");
        assert_eq!(answer.status(), 200, "{host}");
    }
}

#[test]
fn a_head_that_is_too_large_is_431() {
    let ambassador = Ambassador::start(&["--demo"]);
    let answer = ambassador.send("GET /api", &format!("X-Long: {}\r\n", "a".repeat(1 << 20)), "");
    assert_eq!(answer.status(), 431, "{answer:?}");
    assert_eq!(ambassador.send("GET /api", &"X-Many: a\r\n".repeat(200), "").status(), 431);
}

#[test]
fn a_review_that_is_too_large_is_413() {
    let server = Server::over(recordings::cluster());
    let ambassador = Ambassador::of(&server);
    let review = "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let answer = ambassador.send(review, "Content-Length: 70000\r\n", &"a".repeat(70_000));
    assert_eq!(answer.status(), 413, "{answer:?}");
    assert_eq!(server.seen(), []);
}

#[test]
fn too_many_connections_are_429_and_the_others_go_on() {
    let ambassador = Ambassador::start(&["--demo"]);
    let open = || TcpStream::connect(ambassador.address).unwrap();
    let mut open: Vec<TcpStream> = (0..256).map(|_| open()).collect();
    let answer = ambassador.get("/version");
    assert_eq!(answer.status(), 429);
    assert!(answer.head.contains("retry-after: 1"), "{}", answer.head);
    let request = b"GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    std::io::Write::write_all(&mut open[0], request).unwrap();
    let mut text = String::new();
    open[0].read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200 OK"), "{text}");
}

#[test]
fn a_server_that_cannot_be_reached_is_502() {
    let address = refusing_address();
    let answer = Ambassador::start(&["-s", &format!("http://{address}")]).get("/version");
    assert_eq!(answer.status(), 502);
    assert!(reason(&answer).1.contains("refused the connection"), "{answer:?}");
}

#[test]
fn a_server_that_does_not_answer_in_time_is_504() {
    let server = Server::over(recordings::cluster());
    let _gate = server.hold("/version");
    let ambassador = Ambassador::start(&["-s", &server.url(), "--request-timeout", "200ms"]);
    let answer = ambassador.get("/version");
    assert_eq!((answer.status(), reason(&answer).0.as_str()), (504, "Timeout"));
}
