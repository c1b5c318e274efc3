//! What `kubewalk info` explains.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::Terminal;

/// What `info` prints, in an environment with nothing but these variables.
fn info(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let (code, said, trouble) = outcome(arguments, variables);
    assert_eq!(code, 0, "{said}{trouble}");
    said
}

/// The exit code, and what is on stdout and on stderr.
fn outcome(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = binary(&[&["info"], arguments].concat());
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn has(said: &str, line: &str) {
    assert!(said.lines().any(|known| known == line), "{line:?} is not in\n{said}");
}

#[test]
fn a_viewer_of_one_namespace_is_told_so() {
    let file =
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/recordings/restricted-viewer.har.gz");
    let said = info(&["--replay", file, "-n", "team-a"], &[]);
    let listed = said.lines().find(|line| line.starts_with("lists      in namespace team-a: "));
    let listed = listed.unwrap();
    for resource in [" configmaps,", " deployments.apps,", " jobs.batch,", " pods,"] {
        assert!(listed.contains(resource), "{listed}");
    }
    assert!(!listed.contains("secrets") && !listed.contains("pods/log"), "{listed}");
    has(&said, "lists      in the cluster: not pods, not nodes, not namespaces");
    let said = info(&["--replay", file, "-n", "shop"], &[]);
    has(&said, "lists      in namespace shop: nothing");
}

#[test]
fn an_administrator_may_list_everything() {
    let said = info(&["--demo"], &[]);
    has(&said, "lists      in namespace default: everything");
    has(&said, "lists      in the cluster: pods, nodes, namespaces");
}

#[test]
fn what_is_to_be_opened_is_asked_for_in_the_cluster_too() {
    let server = Server::over(recordings::cluster());
    let access = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    server.answer(access, 201, r#"{"kind":"SelfSubjectAccessReview","status":{"allowed":false}}"#);
    let url = server.url();
    for words in [&["deploy/frontend", "-n", "shop"][..], &["/apis/apps/v1/deployments"]] {
        let said = info(&[&["-s", &url], words].concat(), &[]);
        let refused = "not pods, not nodes, not namespaces, not deployments.apps";
        has(&said, &format!("lists      in the cluster: {refused}"));
    }
    // What is asked already is not asked twice.
    let said = info(&["-s", &url, "po"], &[]);
    has(&said, "lists      in the cluster: not pods, not nodes, not namespaces");
}

#[test]
fn a_server_that_refuses_to_tell_its_version_is_asked_for_all_else() {
    let server = Server::over(recordings::cluster());
    let url = server.url();
    let status = r#"{"kind":"Status","code":403,"message":"ann cannot get path \"/version\""}"#;
    server.answer("/version", 403, status);
    let (code, said, trouble) = outcome(&["-s", &url], &[]);
    assert!(said.contains("version    unknown: 403: ann cannot get path \"/version\""), "{said}");
    has(&said, "rights     those of the user kubernetes-admin");
    has(&said, "lists      in the cluster: pods, nodes, namespaces");
    assert_eq!(code, 1);
    assert!(trouble.contains("403: ann cannot get path"), "{trouble}");
    // A server that does not answer is not asked for anything else.
    server.answer("/version", 500, "no");
    let (code, said, _) = outcome(&["-s", &url], &[]);
    assert!(code == 1 && !said.contains("rights"), "{said}");
}

#[test]
fn every_way_that_was_tried_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::over(recordings::cluster());
    let config = format!(
        "{{current-context: c, clusters: [{{name: k, cluster: {{server: '{}'}}}}], \
         contexts: [{{name: c, context: {{cluster: k}}}}]}}",
        server.url()
    );
    std::fs::create_dir(folder.path().join(".kube")).unwrap();
    std::fs::write(folder.path().join(".kube/config"), config).unwrap();
    let said = info(&[], &[("HOME", folder.path().to_str().unwrap())]);
    let tried: Vec<_> = said.lines().filter(|line| line.starts_with("tried")).collect();
    assert_eq!(tried.len(), 2, "{said}");
    assert_eq!(tried[0], "tried      KUBECONFIG: it is not set");
    assert!(tried[1].contains("~/.kube/config: leads to http://127.0.0.1:"), "{said}");
    has(&said, "why        current context of ~/.kube/config");
}

/// What stands before a server and refuses all by itself, as `kubectl proxy` does what its filter
/// rejects.
fn filter() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let answer = "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\n\
                          Content-Length: 10\r\nConnection: close\r\n\r\nForbidden\n";
            // The client may have gone; the next one is served all the same.
            _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn a_refusal_of_the_proxy_itself_is_explained() {
    let url = filter();
    for words in [&["info"][..], &["get", "/version"], &["get", "/version?watch=1"]] {
        let output = binary(words).args(["-s", &url]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        for part in ["the proxy refuses GET /version by itself", "--reject-paths"] {
            assert!(said.contains(part), "{words:?}: {said}");
        }
    }
    let mut terminal = Terminal::start(&["-s", &url, "/version"], &[]);
    terminal.wait_for_all(&["by itself, the server", "kubectl proxy", "Forbidden"]);
    terminal.send("q");
    assert_eq!(terminal.ended().exit_code(), 0);
}
