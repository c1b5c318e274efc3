//! How it starts and ends.

use std::io::Read as _;

use crate::cli::{Run, run};
use crate::support::ambassador::Ambassador;
use crate::support::recordings;
use crate::support::server::Server;

const PODS: &str = "/api/v1/namespaces/shop/pods";

#[tokio::test]
async fn a_sigterm_ends_watches_with_a_whole_answer_and_then_the_program() {
    let server = Server::over(recordings::cluster());
    let script = server.watch(PODS);
    let ambassador = Ambassador::of(&server);
    let mut watch = ambassador.open(&format!("GET {PODS}?watch=1"), "");
    script.until_open(1).await;
    script.bytes("event~");
    let mut begun = vec![0];
    while begun.last() != Some(&b'~') {
        let mut byte = [0];
        watch.read_exact(&mut byte).unwrap();
        begun.extend(byte);
    }
    ambassador.terminate();
    let mut rest = String::new();
    watch.read_to_string(&mut rest).unwrap();
    // The last chunk of a whole answer is empty.
    assert_eq!(rest, "\r\n0\r\n\r\n");
    let (status, errors) = ambassador.end();
    assert_eq!((status.code(), errors.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn a_request_that_is_open_at_a_sigterm_is_still_answered() {
    let server = Server::over(recordings::cluster());
    let gate = server.hold("/version");
    let ambassador = Ambassador::of(&server);
    let mut open = ambassador.open("GET /version", "");
    server.until_requested("/version").await;
    ambassador.terminate();
    gate.open();
    let mut text = String::new();
    open.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("gitVersion"), "{text}");
    assert_eq!(ambassador.end().0.code(), Some(0));
}

#[test]
fn an_address_in_use_is_named_with_a_way_out() {
    let ambassador = Ambassador::start(&["--demo"]);
    let address = ambassador.address.to_string();
    let Run { err, code, .. } = run(&["ambassador", "--demo", "--listen", &address]);
    assert_eq!(code, 2);
    assert!(err.contains(&format!("{address} cannot be listened on")), "{err}");
    assert!(err.contains("--listen 8002"), "{err}");
}

#[test]
fn an_address_that_is_none_is_refused() {
    let Run { err, code, .. } = run(&["ambassador", "--demo", "--listen", "everywhere"]);
    assert_eq!(code, 2);
    assert!(err.contains("such as 127.0.0.1:8001 or 8001"), "{err}");
}
