//! Credentials: the ambassador's are sent to the server, and nobody else sees them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::ambassador::Ambassador;
use crate::support::machine::refusing_address;
use crate::support::recordings;
use crate::support::server::Server;

const CANARY: &str = "canary-4711";

/// A server with TLS, and a kubeconfig with the canary as its token.
fn with_token(folder: &Path) -> (Server, PathBuf) {
    let server = Server::secure(recordings::cluster());
    (server, folder.join("config"))
}

fn kubeconfig(file: &Path, server: &str, user: &str) {
    let text = format!(
        "current-context: it
contexts: [{{name: it, context: {{cluster: it, user: it}}}}]
clusters: [{{name: it, cluster: {{server: '{server}', insecure-skip-tls-verify: true}}}}]
users: [{{name: it, user: {{{user}}}}}]
"
    );
    fs::write(file, text).unwrap();
}

fn start(file: &Path) -> Ambassador {
    Ambassador::start(&["--kubeconfig", file.to_str().unwrap()])
}

#[test]
fn the_token_reaches_the_server_and_no_client() {
    let folder = tempfile::tempdir().unwrap();
    let (server, file) = with_token(folder.path());
    kubeconfig(&file, &server.url(), &format!("token: {CANARY}"));
    let ambassador = start(&file);
    server.answer("/api/v1/nodes", 401, r#"{"kind":"Status","message":"who are you"}"#);
    for target in ["/version", "/api/v1/nodes", "/nothing", "/api/v1/namespaces/shop/pods"] {
        let answer = ambassador.get(target);
        assert!(!format!("{answer:?}").contains(CANARY), "{answer:?}");
    }
    let answer = ambassador.send("TRACE /version", "", "");
    assert!(!format!("{answer:?}").contains(CANARY), "{answer:?}");
    let seen = server.seen();
    assert!(seen.len() >= 4 && seen.iter().all(|it| it.authorization.ends_with(CANARY)));
    ambassador.terminate();
    let (_, errors) = ambassador.end();
    assert!(!errors.contains(CANARY), "{errors}");
}

#[test]
fn credentials_and_identities_of_a_client_are_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let (server, file) = with_token(folder.path());
    kubeconfig(&file, &server.url(), &format!("token: {CANARY}"));
    let headers = "Authorization: Bearer other\r\nImpersonate-User: root\r\n\
                   Impersonate-Group: system:masters\r\nAccept: application/json\r\n";
    assert_eq!(start(&file).send("GET /version", headers, "").status(), 200);
    let seen = &server.seen()[0];
    assert_eq!(seen.authorization, format!("Bearer {CANARY}"));
    assert_eq!(seen.impersonated, Vec::<String>::new());
    assert_eq!(seen.accept, "application/json");
}

#[test]
fn a_token_that_was_replaced_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let (server, file) = with_token(folder.path());
    let token = folder.path().join("token");
    fs::write(&token, "first").unwrap();
    kubeconfig(&file, &server.url(), &format!("tokenFile: {}", token.display()));
    let ambassador = start(&file);
    ambassador.get("/version");
    fs::write(&token, "second").unwrap();
    ambassador.get("/version");
    let shown: Vec<_> = server.seen().into_iter().map(|seen| seen.authorization).collect();
    assert_eq!(shown, ["Bearer first", "Bearer second"]);
}

#[test]
fn a_failure_names_the_server_but_no_credential() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    kubeconfig(&file, &format!("https://{}", refusing_address()), &format!("token: {CANARY}"));
    let answer = start(&file).get("/version");
    assert_eq!(answer.status(), 502);
    assert!(!format!("{answer:?}").contains(CANARY), "{answer:?}");
}

#[test]
fn a_cookie_of_the_server_is_kept_from_clients() {
    let server = crate::support::raw::RawServer::start(|_, stream| {
        let answer =
            crate::support::raw::answer("200 OK", "Set-Cookie: a=b\r\nX-Kept: 1\r\n", b"{}");
        std::io::Write::write_all(stream, &answer).unwrap();
    });
    let answer = Ambassador::start(&["-s", &server.url()]).get("/api");
    assert!(answer.head.contains("x-kept: 1") && !answer.head.contains("cookie"), "{answer:?}");
}
