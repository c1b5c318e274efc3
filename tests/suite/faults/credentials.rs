//! Expired tokens, credential plugins and token files.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use kubewalk::api::endpoint::{Connected, Environment, Options, connect};
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};

use crate::support::fault::{Fault, FaultyProxy};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::{Identity, terminate};

/// Connects with the credentials of a kubeconfig user in that directory. They are only sent over TLS.
async fn connection(folder: &Path, proxy: &FaultyProxy, user: &str) -> Connected {
    let server = terminate(&Identity::signed_for("127.0.0.1"), proxy.address());
    let text = format!(
        "current-context: c
clusters: [{{name: c, cluster: {{server: 'https://{server}', insecure-skip-tls-verify: true}}}}]
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
users: [{{name: u, user: {{{user}}}}}]
"
    );
    let file = folder.join("config");
    std::fs::write(&file, text).unwrap();
    let options = Options { kubeconfig: Some(file), ..Options::default() };
    connect(&options, &Environment::empty()).await.unwrap()
}

async fn version(connection: &Connected) -> u16 {
    let request = Request::get(ApiPath::parse("/version"), Form::Json);
    connection.client.send(&request).await.unwrap().status
}

/// Returns the tokens that the server received. Refused requests do not reach it.
fn tokens(server: &Server) -> Vec<String> {
    server.seen().into_iter().map(|seen| seen.authorization).collect()
}

/// Writes a plugin that counts its runs and returns this token.
fn plugin(folder: &Path, token: &str) {
    let script = format!(
        r#"#!/bin/sh
echo run >> "$(dirname "$0")/runs"
runs=$(wc -l < "$(dirname "$0")/runs")
echo '{{"kind":"ExecCredential","status":{{"token":"{token}"}}}}'
"#
    );
    let file = folder.join("plugin");
    std::fs::write(&file, script).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn runs(folder: &Path) -> usize {
    std::fs::read_to_string(folder.join("runs")).unwrap().lines().count()
}

const EXEC: &str = "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, \
                    interactiveMode: Never}";

fn expired() -> Fault {
    Fault::status(401, "", r#"{"kind":"Status","message":"Unauthorized","code":401}"#)
}

#[tokio::test]
async fn an_expired_token_runs_the_plugin_once_more() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    let folder = tempfile::tempdir().unwrap();
    plugin(folder.path(), "number '$runs'");
    let connection = connection(folder.path(), &proxy, EXEC).await;
    assert_eq!(version(&connection).await, 200);
    proxy.inject_times(1, "/version", expired());
    assert_eq!(version(&connection).await, 200, "the user notices nothing");
    assert_eq!(runs(folder.path()), 2);
    assert_eq!(tokens(&server), ["Bearer number 1", "Bearer number 2"]);
    // A server that refuses every token does not run the plugin for every request.
    proxy.inject("/version", expired());
    for _ in 0..3 {
        assert_eq!(version(&connection).await, 401);
    }
    assert_eq!(runs(folder.path()), 2);
}

#[tokio::test]
async fn many_requests_with_an_expired_token_run_the_plugin_once() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    let folder = tempfile::tempdir().unwrap();
    plugin(folder.path(), "number '$runs'");
    let connection = connection(folder.path(), &proxy, EXEC).await;
    proxy.inject_times(8, "/version", expired());
    let all = futures::future::join_all((0..8).map(|_| version(&connection))).await;
    assert!(all.iter().all(|status| *status == 200), "{all:?}");
    assert_eq!(runs(folder.path()), 2);
}

#[tokio::test]
async fn a_token_that_was_refused_is_not_sent_again() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    let folder = tempfile::tempdir().unwrap();
    plugin(folder.path(), "the same");
    let connection = connection(folder.path(), &proxy, EXEC).await;
    proxy.inject_times(1, "/version", expired());
    assert_eq!(version(&connection).await, 401);
    assert_eq!((runs(folder.path()), server.seen().len()), (2, 0));
}

#[tokio::test]
async fn a_failing_plugin_is_reported() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    let folder = tempfile::tempdir().unwrap();
    plugin(folder.path(), "first");
    let connection = connection(folder.path(), &proxy, EXEC).await;
    std::fs::write(folder.path().join("plugin"), "#!/bin/sh\necho 'log in first' >&2\nexit 1\n")
        .unwrap();
    proxy.inject("/version", expired());
    let request = Request::get(ApiPath::parse("/version"), Form::Json);
    let failure = connection.client.send(&request).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    assert!(
        failure.message.contains("credentials were refused")
            && failure.message.contains("log in first"),
        "{failure}"
    );
}

#[tokio::test]
async fn a_replaced_token_file_is_read_again() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    std::fs::write(&token, "first").unwrap();
    let connection = connection(folder.path(), &proxy, "tokenFile: token").await;
    assert_eq!(version(&connection).await, 200);
    // The kubelet writes the new token while a request with the old one is in flight.
    proxy.inject_times(1, "/version", expired());
    let write = async { std::fs::write(&token, "second").unwrap() };
    assert_eq!(tokio::join!(version(&connection), write).0, 200);
    assert_eq!(tokens(&server), ["Bearer first", "Bearer second"]);
    proxy.inject("/version", expired());
    assert_eq!(version(&connection).await, 401, "there is no other token");
}
