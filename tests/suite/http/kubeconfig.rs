//! Kubeconfig files, interpreted as by kubectl.

use std::os::unix::fs::PermissionsExt as _;

use kubewalk::api::endpoint::Options;
use kubewalk::k8s::endpoint::EndpointKind;
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::names::Namespace;

use super::connecting::{Machine, kubeconfig, unverified, version};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::Identity;

/// Returns a kubeconfig whose cluster and user have these fields.
fn with(cluster: &str, user: &str) -> String {
    format!(
        "current-context: dev
contexts:
- {{name: dev, context: {{cluster: c, user: u}}}}
- {{name: other, context: {{cluster: c, user: u, namespace: web}}}}
- {{name: elsewhere, context: {{cluster: d, user: u, namespace: far}}}}
clusters:
- name: c
  cluster: {{{cluster}}}
users:
- name: u
  user: {{{user}}}
"
    )
}

/// The fields of a cluster with that server, which is not verified.
fn cluster(server: &Server) -> String {
    format!("server: '{}', insecure-skip-tls-verify: true", server.url())
}

fn options(machine: &Machine, text: &str) -> Options {
    Options { kubeconfig: Some(machine.write("folder/config", text)), ..Options::default() }
}

#[tokio::test]
async fn kubeconfig_files_are_merged_and_the_first_wins() {
    let server = Server::secure(recordings::cluster());
    let mut machine = Machine::new();
    let first = "current-context: ''\nusers:\n- {name: u, user: {token: first}}\n";
    let first = machine.write("first", first);
    let second = machine.write("second", &unverified(&kubeconfig("dev", &server.url())));
    let third = machine.write("third", &kubeconfig("late", "http://127.0.0.1:1"));
    let missing = machine.folder.path().join("missing");
    let joined = std::env::join_paths([&missing, &first, &missing, &second, &third]).unwrap();
    machine.environment.kubeconfig = Some(joined);
    let connection = machine.connection().await;
    assert_eq!(connection.endpoint.kind, EndpointKind::Context { name: "dev".into() });
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!(server.seen()[0].authorization, "Bearer first");
    // A context of the last file uses the cluster of that name in an earlier one.
    let late = Options { context: Some("late".into()), ..Options::default() };
    let connection = machine.connect(late).await.unwrap();
    assert_eq!(connection.endpoint.address, server.url());
    assert_eq!(connection.endpoint.reason, "--context was given");
}

#[tokio::test]
async fn the_namespaces_of_all_contexts_of_the_cluster_are_known() {
    let machine = Machine::new();
    let mut options = options(&machine, &with("server: 'http://h'", ""));
    options.context = Some("other".into());
    options.namespace = Some(Namespace::new("shop"));
    let endpoint = machine.connect(options).await.unwrap().endpoint;
    assert_eq!(endpoint.default_namespace, Some(Namespace::new("shop")));
    assert_eq!(endpoint.known_namespaces, [Namespace::new("shop"), Namespace::new("web")]);
}

#[tokio::test]
async fn an_invalid_kubeconfig_is_a_failure_in_one_sentence() {
    let machine = Machine::new();
    for (text, printed) in [
        ("{", "is broken: "),
        ("contexts: 7", "is broken: "),
        ("\u{0}", "is broken: "),
        ("", "has no current context"),
        ("current-context: dev", "has no context dev"),
        (
            &with("server: h", "").replace("name: c\n", "name: x\n"),
            "has no cluster c, which its context dev names",
        ),
        (&with("", ""), "is broken: cluster c has no server"),
        (&with("server: 'h/path'", ""), "h/path is not the address of a server"),
        (
            &with("server: h", "").replace("name: u\n", "name: x\n"),
            "has no user u, which its context dev names",
        ),
        (&with("server: 'https://h', certificate-authority-data: '?'", ""), "is not base64"),
        (
            &with("server: 'https://h', certificate-authority-data: aGVsbG8=", ""),
            "contains no certificate",
        ),
        (
            &with("server: 'https://h', certificate-authority: none.crt", ""),
            "none.crt cannot be read",
        ),
        (
            &with("server: 'http://h', proxy-url: 'ftp://p'", ""),
            "proxy-url is not the address of a proxy",
        ),
        (
            &with("server: 'https://h', insecure-skip-tls-verify: true", "tokenFile: none"),
            "folder/none cannot be read",
        ),
        (
            &with("server: 'https://h'", "client-certificate-data: aGVsbG8="),
            "client-certificate-data of user u in ",
        ),
        (
            &with(
                "server: 'https://h', insecure-skip-tls-verify: true",
                "exec: {apiVersion: v1, command: ./none}",
            ),
            "none cannot be started: No such file",
        ),
    ] {
        let failure = machine.unusable(options(&machine, text)).await;
        assert_eq!(failure.kind, FailureKind::Input, "{text}");
        assert!(failure.message.contains(printed), "{text}: {failure}");
        assert!(!failure.message.contains('\n') && !failure.hint.is_empty(), "{failure}");
    }
    let missing = Some(machine.folder.path().join("missing"));
    let failure = machine.unusable(Options { kubeconfig: missing, ..Options::default() }).await;
    assert!(failure.message.contains("missing cannot be read: "), "{failure}");
    let unknown = Options { context: Some("nope".into()), ..options(&machine, &with("", "")) };
    assert_eq!(machine.unusable(unknown).await.hint, "It has dev, other, elsewhere");
    let nowhere = Options { context: Some("nope".into()), ..Options::default() };
    let failure = machine.unusable(nowhere).await;
    assert_eq!(failure.message, "there is no kubeconfig that could have a context nope");
}

#[tokio::test]
async fn a_token_file_is_relative_to_the_kubeconfig_and_read_without_its_line_feed() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    machine.write("folder/secrets/token", "from-file\n");
    let text = with(&cluster(&server), "token: old, tokenFile: secrets/token");
    let connection = machine.connect(options(&machine, &text)).await.unwrap();
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!(server.seen()[0].authorization, "Bearer from-file");
}

#[tokio::test]
async fn certificates_are_verified_as_configured() {
    let identity = Identity::signed_for("kube.example.com");
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let machine = Machine::new();
    machine.write("folder/ca.crt", &identity.authority);
    let trusted = "certificate-authority: ca.crt";
    for (fields, accepted, insecure) in [
        (format!("{trusted}, tls-server-name: kube.example.com"), true, false),
        (trusted.to_owned(), false, false),
        ("insecure-skip-tls-verify: true".to_owned(), true, true),
    ] {
        let text = with(&format!("server: '{}', {fields}", server.url()), "");
        let connection = machine.connect(options(&machine, &text)).await.unwrap();
        assert_eq!(connection.endpoint.insecure, insecure);
        let outcome = version(&connection).await;
        assert_eq!(outcome.is_ok(), accepted, "{fields}: {outcome:?}");
        if let Err(failure) = outcome {
            assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
        }
    }
}

/// Writes a plugin that records its runs and returns the token in its environment.
fn plugin(machine: &Machine, expires: &str) -> std::path::PathBuf {
    let script = format!(
        r#"#!/bin/sh
echo run >> "$(dirname "$0")/runs"
read -r line && exit 3
echo requested >&2
echo '{{"kind":"ExecCredential","status":{{"token":"'$WHO'"{expires}}}}}'
"#
    );
    let file = machine.write("folder/plugin", &script);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    file
}

const EXEC: &str = "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, \
                    interactiveMode: Always, env: [{name: WHO, value: plugged}]}";

#[tokio::test]
async fn a_credential_plugin_runs_once_per_token() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    plugin(&machine, r#","expirationTimestamp":"2999-01-01T00:00:00Z""#);
    let text = with(&cluster(&server), EXEC);
    let connection = machine.connect(options(&machine, &text)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(version(&connection).await, Ok(200));
    }
    assert!(server.seen().iter().all(|seen| seen.authorization == "Bearer plugged"));
    let runs = std::fs::read_to_string(machine.folder.path().join("folder/runs")).unwrap();
    assert_eq!(runs, "run\n");
}

#[tokio::test]
async fn a_credential_plugin_runs_again_when_its_token_expires() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    let file = plugin(&machine, r#","expirationTimestamp":"2020-01-01T00:00:00Z""#);
    let text = with(&cluster(&server), EXEC);
    let connection = machine.connect(options(&machine, &text)).await.unwrap();
    assert_eq!(version(&connection).await, Ok(200));
    let runs = std::fs::read_to_string(machine.folder.path().join("folder/runs")).unwrap();
    assert_eq!(runs, "run\nrun\n");
    std::fs::write(&file, "#!/bin/sh\necho 'log in first' >&2\nexit 1\n").unwrap();
    let failure = version(&connection).await.unwrap_err();
    assert!(failure.message.ends_with("failed with exit code 1: log in first"), "{failure}");
    assert_eq!(machine.unusable(options(&machine, &text)).await, failure);
}
