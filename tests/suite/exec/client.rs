//! One `cat` over a WebSocket, and its failures.

use std::time::Duration;

use kubewalk::api::client::{Client, Content};
use kubewalk::api::endpoint::{Environment, Options, connect};
use kubewalk::k8s::failure::{Failure, FailureKind};

use super::{cat, container_with, path, real_files};
use crate::support::exec::{Container, Fate, NO_CAT};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::Identity;

async fn client(server: &Server, timeout: Option<Duration>) -> Client {
    client_at(server.url(), timeout).await
}

async fn client_at(url: String, timeout: Option<Duration>) -> Client {
    let options = Options { server: Some(url), request_timeout: timeout, ..Options::default() };
    connect(&options, &Environment::empty()).await.unwrap().client
}

/// Reads the labels in a container.
async fn labels(container: Container) -> Result<Content, Failure> {
    let server = Server::over(recordings::cluster());
    server.set_container(container);
    let client = client(&server, Some(Duration::from_secs(20))).await;
    client.cat(&cat("downward", "main", "/etc/downward/labels")).await
}

#[tokio::test]
async fn both_protocols_return_a_file_unchanged() {
    for protocol in ["v5.channel.k8s.io", "v4.channel.k8s.io"] {
        let container = container_with(real_files()).speaking(protocol);
        assert_eq!(labels(container).await, Ok(Content::Bytes(b"foo=\"bar\"".to_vec())));
    }
    // Long enough for several messages, with bytes that are not UTF-8.
    let bytes: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    let read = labels(Container::always(Fate::Writes(bytes.clone()))).await;
    assert_eq!(read, Ok(Content::Bytes(bytes)));
    assert_eq!(
        labels(Container::always(Fate::Writes(Vec::new()))).await,
        Ok(Content::Bytes(Vec::new()))
    );
}

#[tokio::test]
async fn an_exec_runs_cat_without_stdin_and_tty() {
    let server = Server::over(recordings::cluster());
    server.set_container(container_with(real_files()));
    let client = client(&server, None).await;
    client.cat(&cat("downward", "main", "/etc/downward/labels")).await.unwrap();
    let [seen] = server.seen().try_into().unwrap();
    assert_eq!((seen.method.as_str(), seen.path), ("GET", path("downward")));
    assert_eq!(
        seen.query,
        "container=main&command=cat&command=%2Fetc%2Fdownward%2Flabels&stdout=true&stderr=true"
    );
}

#[tokio::test]
async fn errors_of_cat_are_distinguished() {
    let absent = Fate::Fails(1, "cat: /x: No such file or directory\n");
    assert_eq!(labels(Container::always(absent)).await, Ok(Content::Absent));
    let denied = Fate::Fails(1, "cat: /x: Permission denied\nmore\n");
    let why = "cat: /x: Permission denied".to_owned();
    assert_eq!(labels(Container::always(denied)).await, Ok(Content::Unreadable(why)));
    let Ok(Content::Unreadable(why)) = labels(Container::always(Fate::Flood)).await else {
        panic!("endless output must fail")
    };
    assert!(why.starts_with("it is longer than 4 MiB"), "{why}");
}

#[tokio::test]
async fn a_program_that_cannot_run_is_a_failure_with_a_reason() {
    for fate in [
        Fate::NotStarted(NO_CAT),
        Fate::NotStarted("executable file `cat` not found in $PATH: No such file or directory"),
        Fate::Fails(127, "OCI runtime exec failed: exec: \"cat\": not found\n"),
    ] {
        let failure = labels(Container::always(fate)).await.unwrap_err();
        assert!(failure.message.starts_with("there is no `cat` in main"), "{failure}");
        assert!(failure.hint.contains("kubectl debug -it POD --image=kubewalk --target=main"));
    }
    let gone = "Internal error occurred: unable to upgrade connection: container not found (\"m\")";
    let failure = labels(Container::always(Fate::NotStarted(gone))).await.unwrap_err();
    assert_eq!(failure.message, format!("nothing can be run in main: {gone}"));

    let failure = labels(Container::always(Fate::Cut("foo="))).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Cut);
    let printed =
        format!("closed the connection before GET {} was answered whole", path("downward"));
    assert!(failure.message.ends_with(&printed), "{failure}");

    let odd = container_with(real_files()).speaking("v9.channel.k8s.io");
    let failure = labels(odd).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotAnApi);
}

#[tokio::test]
async fn an_exec_without_output_times_out() {
    let server = Server::over(recordings::cluster());
    server.set_container(Container::always(Fate::Silent));
    let client = client(&server, Some(Duration::from_millis(300))).await;
    let failure = client.cat(&cat("downward", "main", "/x")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::TimedOut);
    assert!(failure.message.ends_with("within 300 ms"), "{failure}");
}

#[tokio::test]
async fn a_refused_exec_names_the_missing_rule() {
    let server = Server::over(recordings::cluster());
    let printed = "pods \"downward\" is forbidden: User \"viewer\" cannot create resource \
                \"pods/exec\" in API group \"\" in the namespace \"default\"";
    let status = serde_json::json!({"kind": "Status", "apiVersion": "v1", "metadata": {},
        "status": "Failure", "message": printed, "reason": "Forbidden", "code": 403});
    server.answer(&path("downward"), 403, &status.to_string());
    let client = client(&server, None).await;
    let read = async || client.cat(&cat("downward", "main", "/x")).await.unwrap_err();
    let failure = read().await;
    assert_eq!(failure.kind, FailureKind::Forbidden);
    assert_eq!(failure.message, format!("403: {printed}"));
    assert!(
        failure.hint.starts_with("Ask for a rule with the verbs create and get on pods/exec"),
        "{failure}"
    );

    server.answer(&path("downward"), 200, "{}");
    let failure = read().await;
    assert!(failure.message.contains("opens no WebSocket"), "{failure}");
    server.page(&path("downward"), 502, "<html>bad gateway</html>");
    let failure = read().await;
    assert_eq!(failure.message, "502: <html>bad gateway</html>");
}

#[tokio::test]
async fn an_exec_on_a_closed_port_fails_as_any_request() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = client_at(url.clone(), None).await;
    let failure = client.cat(&cat("downward", "main", "/x")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Refused);
    assert_eq!(failure.message, format!("{url} refused the connection"));
}

#[tokio::test]
async fn an_exec_uses_tls_the_base_path_and_the_current_token() {
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).below("/clusters/one").start();
    server.set_container(container_with(real_files()));
    let folder = tempfile::tempdir().unwrap();
    let token = folder.path().join("token");
    let kubeconfig = folder.path().join("config");
    let config = serde_json::json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "it",
        "clusters": [{"name": "c", "cluster":
            {"server": server.url(), "insecure-skip-tls-verify": true}}],
        "contexts": [{"name": "it", "context": {"cluster": "c", "user": "u"}}],
        "users": [{"name": "u", "user": {"tokenFile": token}}],
    });
    std::fs::write(&kubeconfig, config.to_string()).unwrap();
    std::fs::write(&token, "first").unwrap();
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    let client = connect(&options, &Environment::empty()).await.unwrap().client;
    let labels = cat("downward", "main", "/etc/downward/labels");
    for now in ["first", "second"] {
        std::fs::write(&token, now).unwrap();
        assert_eq!(client.cat(&labels).await, Ok(Content::Bytes(b"foo=\"bar\"".to_vec())));
        let seen = server.seen();
        assert_eq!(seen.last().unwrap().authorization, format!("Bearer {now}"));
    }
}
