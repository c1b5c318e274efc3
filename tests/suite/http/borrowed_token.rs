//! Borrowing the token of another container, as an ephemeral container does.

use kubewalk::api::endpoint::{NotConnected, Options};
use kubewalk::downward::inside::Borrowable;
use kubewalk::k8s::endpoint::{EndpointKind, Way};
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::names::Namespace;

use super::connecting::{Machine, version};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::Identity;

const DENIED: &str = "not permitted: it takes the same user";

fn borrowing() -> Options {
    Options { borrow_token: true, ..Options::default() }
}

/// A container without a token that sees two others. The token of the second is readable.
fn pod(port: u16) -> Machine {
    let mut machine = Machine::new();
    machine.environment.service_host = Some("127.0.0.1".to_owned());
    machine.environment.service_port = Some(port.to_string());
    let seen = |pid: u32, container: Option<&str>, directory| Borrowable {
        pid,
        command: "sleep".to_owned(),
        container: container.map(str::to_owned),
        directory,
    };
    machine.environment.borrowable = vec![
        seen(1, None, Err(DENIED.to_owned())),
        seen(7, Some("db"), Ok(machine.folder.path().join("borrowed"))),
    ];
    machine
}

#[tokio::test]
async fn the_first_readable_token_is_used_and_its_container_is_named() {
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let machine = pod(server.address().port());
    machine.write("borrowed/token", "first\n");
    machine.write("borrowed/ca.crt", &identity.authority);
    machine.write("borrowed/namespace", "shop\n");
    let connection = machine.connect(borrowing()).await.unwrap();
    let endpoint = &connection.endpoint;
    assert_eq!(endpoint.kind, EndpointKind::Borrowed { from: "container db".to_owned() });
    assert_eq!(endpoint.kind.to_string(), "token of container db");
    assert_eq!(endpoint.reason, "borrowed on request, through process 7");
    assert_eq!(endpoint.default_namespace, Some(Namespace::new("shop")));
    assert_eq!(version(&connection).await, Ok(200));
    // The kubelet replaces the token of that container before it expires.
    machine.write("borrowed/token", "second\n");
    assert_eq!(version(&connection).await, Ok(200));
    let tokens: Vec<_> = server.seen().iter().map(|seen| seen.authorization.clone()).collect();
    assert_eq!(tokens, ["Bearer first", "Bearer second"]);
}

#[tokio::test]
async fn a_token_is_only_borrowed_on_request() {
    let machine = pod(1);
    machine.write("borrowed/token", "first\n");
    let Err(NotConnected::Absent(absent)) = machine.connect(Options::default()).await else {
        panic!("an endpoint was found");
    };
    let account = absent
        .tried
        .iter()
        .find(|attempt| attempt.way == Way::Kind(EndpointKind::ServiceAccount))
        .unwrap();
    assert!(account.hint.contains("--borrow-token"), "{}", account.hint);
}

#[tokio::test]
async fn without_a_readable_token_the_failure_has_reasons_and_a_hint() {
    let mut machine = pod(1);
    // The second container has ended.
    machine.environment.borrowable.truncate(1);
    let failure = machine.unusable(borrowing()).await;
    assert_eq!(failure.kind, FailureKind::Input);
    let why = format!("no token can be borrowed: process 1 (sleep): {DENIED}");
    assert_eq!(failure.message, why);
    machine.environment.borrowable.clear();
    let failure = machine.unusable(borrowing()).await;
    assert!(failure.message.contains("no process of another container"), "{}", failure.message);
    assert!(failure.hint.contains("--target"), "{}", failure.hint);
    let both = Options { server: Some("http://127.0.0.1:1".to_owned()), ..borrowing() };
    let failure = machine.unusable(both).await;
    assert!(failure.message.contains("--borrow-token"), "{}", failure.message);
}
