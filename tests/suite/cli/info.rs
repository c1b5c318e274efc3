//! `kubewalk info`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::Terminal;

/// Returns what `info` prints, in an environment with these variables only.
fn info(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let (code, printed, errors) = outcome(arguments, variables);
    assert_eq!(code, 0, "{printed}{errors}");
    printed
}

/// Runs `info`. Returns the exit code, stdout and stderr.
fn outcome(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = binary(&[&["info"], arguments].concat());
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn has(printed: &str, line: &str) {
    assert!(printed.lines().any(|known| known == line), "{line:?} is not in\n{printed}");
}

#[test]
fn info_lists_what_a_viewer_may_list() {
    let file =
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/recordings/restricted-viewer.har.gz");
    let printed = info(&["--replay", file, "-n", "team-a"], &[]);
    let listed = printed.lines().find(|line| line.starts_with("lists      in namespace team-a: "));
    let listed = listed.unwrap();
    for resource in [" configmaps,", " deployments.apps,", " jobs.batch,", " pods,"] {
        assert!(listed.contains(resource), "{listed}");
    }
    assert!(!listed.contains("secrets") && !listed.contains("pods/log"), "{listed}");
    has(&printed, "lists      in the cluster: not pods, not nodes, not namespaces");
    let printed = info(&["--replay", file, "-n", "shop"], &[]);
    has(&printed, "lists      in namespace shop: nothing");
}

#[test]
fn info_says_that_an_administrator_may_list_everything() {
    let printed = info(&["--demo"], &[]);
    has(&printed, "lists      in namespace default: everything");
    has(&printed, "lists      in the cluster: pods, nodes, namespaces");
}

#[test]
fn info_checks_a_given_resource_in_the_whole_cluster() {
    let server = Server::over(recordings::cluster());
    let access = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    server.answer(access, 201, r#"{"kind":"SelfSubjectAccessReview","status":{"allowed":false}}"#);
    let url = server.url();
    for words in [&["deploy/frontend", "-n", "shop"][..], &["/apis/apps/v1/deployments"]] {
        let printed = info(&[&["-s", &url], words].concat(), &[]);
        let refused = "not pods, not nodes, not namespaces, not deployments.apps";
        has(&printed, &format!("lists      in the cluster: {refused}"));
    }
    // A check that is made anyway is not repeated.
    let printed = info(&["-s", &url, "po"], &[]);
    has(&printed, "lists      in the cluster: not pods, not nodes, not namespaces");
}

#[test]
fn a_refused_version_leaves_the_rest_of_info() {
    let server = Server::over(recordings::cluster());
    let url = server.url();
    let status = r#"{"kind":"Status","code":403,"message":"ann cannot get path \"/version\""}"#;
    server.answer("/version", 403, status);
    let (code, printed, errors) = outcome(&["-s", &url], &[]);
    assert!(
        printed.contains("version    unknown: 403: ann cannot get path \"/version\""),
        "{printed}"
    );
    has(&printed, "rights     those of the user kubernetes-admin");
    has(&printed, "lists      in the cluster: pods, nodes, namespaces");
    assert_eq!(code, 1);
    assert!(errors.contains("403: ann cannot get path"), "{errors}");
    // A server that fails gets no further requests.
    server.answer("/version", 500, "no");
    let (code, printed, _) = outcome(&["-s", &url], &[]);
    assert!(code == 1 && !printed.contains("rights"), "{printed}");
}

#[test]
fn info_lists_the_endpoints_it_tried() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::over(recordings::cluster());
    let config = format!(
        "{{current-context: c, clusters: [{{name: k, cluster: {{server: '{}'}}}}], \
         contexts: [{{name: c, context: {{cluster: k}}}}]}}",
        server.url()
    );
    std::fs::create_dir(folder.path().join(".kube")).unwrap();
    std::fs::write(folder.path().join(".kube/config"), config).unwrap();
    let printed = info(&[], &[("HOME", folder.path().to_str().unwrap())]);
    let tried: Vec<_> = printed.lines().filter(|line| line.starts_with("tried")).collect();
    assert_eq!(tried.len(), 2, "{printed}");
    assert_eq!(tried[0], "tried      KUBECONFIG: it is not set");
    assert!(tried[1].contains("~/.kube/config: connects to http://127.0.0.1:"), "{printed}");
    has(&printed, "why        current context of ~/.kube/config");
}

/// Starts a server that rejects every request as the filter of `kubectl proxy` does. Returns its URL.
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
            // The client may have closed the connection.
            _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn a_request_rejected_by_kubectl_proxy_is_explained() {
    let url = filter();
    for words in [&["info"][..], &["get", "/version"], &["get", "/version?watch=1"]] {
        let output = binary(words).args(["-s", &url]).output().unwrap();
        let printed = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        for part in ["the proxy refuses GET /version and does not forward it", "--reject-paths"] {
            assert!(printed.contains(part), "{words:?}: {printed}");
        }
    }
    let mut terminal = Terminal::start(&["-s", &url, "/version"], &[]);
    terminal.wait_for_all(&["does not forward it", "kubectl proxy", "Forbidden"]);
    terminal.send("q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn info_lists_only_resources_that_the_server_serves() {
    let server = Server::over(recordings::cluster());
    let rules = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    let rule = |groups: &str, resources: &str| {
        format!(r#"{{"verbs":["list"],"apiGroups":[{groups}],"resources":[{resources}]}}"#)
    };
    let all = [
        rule(r#""""#, r#""pods","unicorns""#),
        rule(r#""apps","extensions""#, r#""deployments""#),
        rule(r#""batch","gone.example.com""#, r#""*""#),
        // The group's server is down, so the resource is unknown.
        rule(r#""metrics.k8s.io""#, r#""nodes""#),
    ];
    let review = format!(r#"{{"status":{{"resourceRules":[{}]}}}}"#, all.join(","));
    server.answer(rules, 201, &review);
    let printed = info(&["-s", &server.url(), "-n", "shop"], &[]);
    has(
        &printed,
        "lists      in namespace shop: *.batch, deployments.apps, nodes.metrics.k8s.io, pods",
    );
}
