//! Invalid server certificates, and client certificates of credential plugins, with real TLS servers.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use kubewalk::api::endpoint::{Connected, Options};
use kubewalk::k8s::failure::{Failure, FailureKind};
use serde_json::json;

use super::connecting::{Machine, kubeconfig, version};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::{ClientIdentity, Identity};

/// Connects with a kubeconfig user and the authority in `ca.crt`.
async fn connection(machine: &Machine, server: &Server, user: &str) -> Connected {
    let text = kubeconfig("dev", &server.url())
        .replace("{server", "{certificate-authority: ca.crt, server")
        .replace("token: 'sesame'", user);
    let config = machine.write("config", &text);
    let options = Options { kubeconfig: Some(config), ..Options::default() };
    machine.connect(options).await.unwrap()
}

async fn refused(identity: &Identity, is_trusted: bool) -> Failure {
    let server = Server::setup(recordings::cluster()).tls(identity).start();
    let machine = Machine::new();
    let other = Identity::signed_for("other").authority;
    machine.write("ca.crt", if is_trusted { &identity.authority } else { &other });
    let connection = connection(&machine, &server, "token: sesame").await;
    let failure = version(&connection).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
    let before = format!("no TLS connection to {}: ", server.url());
    assert!(failure.message.starts_with(&before), "{failure}");
    Failure { message: failure.message.replace(&before, ""), ..failure }
}

#[tokio::test]
async fn an_invalid_certificate_is_a_failure_in_one_sentence() {
    let expired = refused(&Identity::signed_for_until("127.0.0.1", 2020), true).await;
    assert_eq!(expired.message, "its certificate expired on 2020-01-01");
    assert_eq!(expired.hint, "Have it renewed, or check this machine's clock");
    let of_another = refused(&Identity::signed_for("kube.example.com"), true).await;
    assert_eq!(of_another.message, "its certificate is for kube.example.com, not for 127.0.0.1");
    assert!(of_another.hint.contains("tls-server-name"), "{of_another}");
    let unknown = refused(&Identity::signed_for("127.0.0.1"), false).await;
    assert_eq!(unknown.message, "its certificate is of an authority that is not trusted");
}

/// Writes a plugin that returns these certificates in turn, and then always the last.
fn give(machine: &Machine, clients: &[&ClientIdentity], expires: &str) {
    for (index, client) in clients.iter().enumerate() {
        let mut status = json!({
            "clientCertificateData": client.certificate, "clientKeyData": client.key});
        if !expires.is_empty() {
            status["expirationTimestamp"] = expires.into();
        }
        let answer = json!({"kind": "ExecCredential", "status": status});
        machine.write(&format!("answer-{}", index + 1), &answer.to_string());
    }
    let last = clients.len();
    let script = format!(
        r#"#!/bin/sh
cd "$(dirname "$0")"
echo run >> runs
runs=$(wc -l < runs)
cat answer-$((runs < {last} ? runs : {last}))
"#
    );
    let file = machine.write("plugin", &script);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

fn runs(machine: &Machine) -> usize {
    fs::read_to_string(machine.folder.path().join("runs")).unwrap().lines().count()
}

const EXEC: &str = "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, \
                    interactiveMode: Never}";

#[tokio::test]
async fn the_certificate_of_a_plugin_is_used_and_the_plugin_runs_once() {
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).only_known_clients().start();
    let machine = Machine::new();
    machine.write("ca.crt", &identity.authority);
    give(&machine, &[&identity.client("jane")], "2999-01-01T00:00:00Z");
    let connection = connection(&machine, &server, EXEC).await;
    for _ in 0..3 {
        assert_eq!(version(&connection).await, Ok(200));
    }
    assert_eq!(runs(&machine), 1);
}

#[tokio::test]
async fn a_plugin_runs_again_when_its_certificate_expires() {
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).only_known_clients().start();
    let machine = Machine::new();
    machine.write("ca.crt", &identity.authority);
    // The server accepts only the second, which is requested when the first expires.
    let stranger = Identity::signed_for("other").client("jane");
    give(&machine, &[&stranger, &identity.client("jane")], "2020-01-01T00:00:00Z");
    let connection = connection(&machine, &server, EXEC).await;
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!(runs(&machine), 2);
    assert_eq!(version(&connection).await, Ok(200), "another request on the same connection");
    assert_eq!(server.handshakes(), 1);
}

#[tokio::test]
async fn a_plugin_runs_once_more_when_its_certificate_is_refused_by_tls() {
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).only_known_clients().start();
    let machine = Machine::new();
    machine.write("ca.crt", &identity.authority);
    let stranger = Identity::signed_for("other").client("jane");
    give(&machine, &[&stranger, &identity.client("jane")], "");
    let connection = connection(&machine, &server, EXEC).await;
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!((runs(&machine), server.handshakes()), (2, 1));
}

#[tokio::test]
async fn a_plugin_runs_once_more_when_its_certificate_is_unauthorized() {
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).only_known_clients().start();
    let machine = Machine::new();
    machine.write("ca.crt", &identity.authority);
    give(&machine, &[&identity.client("jane"), &identity.client("jane")], "");
    let connection = connection(&machine, &server, EXEC).await;
    let status = r#"{"kind":"Status","message":"Unauthorized","code":401}"#;
    server.answer("/version", 401, status);
    for _ in 0..3 {
        assert_eq!(version(&connection).await, Ok(401));
    }
    assert_eq!(
        runs(&machine),
        2,
        "a server that refuses every certificate does not run the plugin forever"
    );
    assert_eq!(server.handshakes(), 2, "the new certificate needs a new connection");
    server.restore("/version");
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!((runs(&machine), server.handshakes()), (2, 2));
}
