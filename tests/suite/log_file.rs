//! The log file: what it holds, who may read it, and what it never holds.

use std::fs;
use std::os::unix::fs::MetadataExt as _;

use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::Terminal;

#[test]
fn a_log_file_holds_every_request_and_belongs_to_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log");
    let mut terminal = Terminal::start(&["--demo", "--log-file", file.to_str().unwrap()], &[]);
    terminal.wait_for("apps");
    terminal.send("q");
    assert!(terminal.ended().success());
    let log = fs::read_to_string(&file).unwrap();
    for part in ["the log begins", "demo", "GET", "/apis", "200"] {
        assert!(log.contains(part), "{part} is not in\n{log}");
    }
    assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600);
}

#[test]
fn a_log_file_that_cannot_be_written_ends_the_program_with_2() {
    let mut terminal = Terminal::start(&["--demo", "--log-file", "/nowhere/log"], &[]);
    terminal.wait_for("the log file cannot be written");
    assert_eq!(terminal.ended().exit_code(), 2);
}

#[test]
fn the_log_holds_no_tokens_and_no_answers() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::secure(recordings::cluster());
    let config = format!(
        "{{current-context: c, clusters: [{{name: k, cluster: {{server: '{}', \
         insecure-skip-tls-verify: true}}}}], \
         users: [{{name: u, user: {{token: sesame}}}}], \
         contexts: [{{name: c, context: {{cluster: k, user: u}}}}]}}",
        server.url()
    );
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("config"), config).unwrap();
    let flags = ["--kubeconfig", &path("config"), "--log-file", &path("log")];
    let secret = "/api/v1/namespaces/shop/secrets/db-credentials";
    let mut terminal = Terminal::start(&[&flags[..], &[secret]].concat(), &[]);
    terminal.resize(120, 36);
    terminal.wait_for("kind: Secret");
    terminal.send("q");
    assert!(terminal.ended().success());
    let output = binary(&[&flags[..], &["info"]].concat()).output().unwrap();
    assert!(output.status.success());
    assert!(server.seen().iter().all(|seen| seen.authorization == "Bearer sesame"));
    let log = fs::read_to_string(path("log")).unwrap();
    for part in [secret, "selfsubjectrulesreviews", "status=201"] {
        assert!(log.contains(part), "{part} is not in\n{log}");
    }
    for part in ["sesame", "Opaque", "password"] {
        assert!(!log.contains(part), "{part} is in\n{log}");
    }
}
