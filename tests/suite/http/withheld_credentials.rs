//! Credentials of a kubeconfig are never sent over plain HTTP, as client-go never sends them.

use std::os::unix::fs::PermissionsExt as _;

use kubewalk::api::endpoint::{Flags, Options};
use kubewalk::headless::{Access, info};
use kubewalk::here::{Machine as ThisMachine, Root};

use super::connecting::{Machine, kubeconfig, unverified, version};
use crate::support::recordings;
use crate::support::server::Server;

const PLUGIN: &str = "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, \
                      interactiveMode: Never}";

/// Options for a kubeconfig with that user, beside a plugin that leaves a trace of its runs.
fn options(machine: &Machine, server: &str, user: &str) -> Options {
    let script = "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n\
                  echo '{\"status\":{\"token\":\"plugged\"}}'\n";
    let plugin = machine.write("plugin", script);
    std::fs::set_permissions(plugin, std::fs::Permissions::from_mode(0o755)).unwrap();
    machine.write("token", "from-file");
    let text = unverified(&kubeconfig("dev", server)).replace("token: 'sesame'", user);
    Options { kubeconfig: Some(machine.write("config", &text)), ..Options::default() }
}

#[tokio::test]
async fn no_credentials_are_sent_over_plain_http_and_no_plugin_runs() {
    let server = Server::over(recordings::cluster());
    for user in [
        "token: sesame",
        "username: me, password: secret",
        "tokenFile: token",
        "tokenFile: absent",
        "client-certificate-data: '?', client-key-data: '?'",
        "auth-provider: {name: gcp}",
        PLUGIN,
    ] {
        // On loopback, too, and where the scheme is left out.
        for address in [server.url(), server.address().to_string()] {
            let machine = Machine::new();
            let connection = machine.connect(options(&machine, &address, user)).await.unwrap();
            assert!(connection.endpoint.withholds_credentials, "{user}");
            assert!(!connection.endpoint.insecure, "there is no certificate to verify");
            assert_eq!(connection.endpoint.address, server.url());
            assert_eq!(version(&connection).await, Ok(200), "{user}");
            assert!(!machine.folder.path().join("ran").exists(), "{user}");
        }
    }
    assert!(server.seen().iter().all(|seen| seen.authorization.is_empty()));
}

#[tokio::test]
async fn the_same_credentials_are_sent_over_tls() {
    let server = Server::secure(recordings::cluster());
    for (user, sent) in [
        ("token: sesame", "Bearer sesame"),
        ("username: me, password: secret", "Basic bWU6c2VjcmV0"),
        ("username: me", "Basic bWU6"),
        ("tokenFile: token", "Bearer from-file"),
        (PLUGIN, "Bearer plugged"),
        ("as: jane", ""),
    ] {
        let machine = Machine::new();
        let connection = machine.connect(options(&machine, &server.url(), user)).await.unwrap();
        assert!(!connection.endpoint.withholds_credentials, "{user}");
        assert_eq!(version(&connection).await, Ok(200), "{user}");
        assert_eq!(server.seen().last().unwrap().authorization, sent, "{user}");
    }
}

#[tokio::test]
async fn a_user_without_credentials_withholds_none() {
    let server = Server::over(recordings::cluster());
    let machine = Machine::new();
    let connection = machine.connect(options(&machine, &server.url(), "as: jane")).await.unwrap();
    assert!(!connection.endpoint.withholds_credentials);
    version(&connection).await.unwrap();
    // As client-go, which impersonates over plain http as well.
    assert_eq!(server.seen()[0].impersonated, ["jane"]);
}

#[tokio::test]
async fn info_says_that_credentials_are_not_sent() {
    let server = Server::over(recordings::cluster());
    let machine = Machine::new();
    for (user, is_withheld) in [("token: sesame", true), ("as: jane", false)] {
        let options = options(&machine, &server.url(), user);
        let access = Access::open(&options, &machine.environment, false).await;
        let this = ThisMachine::at(Root::at(machine.folder.path()));
        let mut printed = Vec::new();
        let outcome = info::run(access, &machine.environment, &this, "", &mut printed).await;
        assert!(outcome.is_ok());
        let printed = String::from_utf8(printed).unwrap();
        let warning =
            "warning    the kubeconfig's credentials are not sent: the server speaks plain";
        assert_eq!(printed.contains(warning), is_withheld, "{printed}");
    }
}

#[tokio::test]
async fn a_token_file_of_the_flag_is_refused_for_plain_http() {
    let server = Server::over(recordings::cluster());
    let machine = Machine::new();
    let token = machine.write("token", "sesame");
    let flags = Flags { token_file: Some(token), ..Flags::default() };
    let of_url = Options { server: Some(server.url()), flags: flags.clone(), ..Options::default() };
    let of_context = Options { flags, ..options(&machine, &server.url(), "token: sesame") };
    for options in [of_url, of_context] {
        let failure = machine.unusable(options).await;
        let expected = format!(
            "--token-file cannot be used with {}: a token is never sent over plain http",
            server.url()
        );
        assert_eq!(failure.message, expected);
        assert!(failure.hint.contains("https://"), "{failure}");
    }
    assert_eq!(server.seen(), []);
}
