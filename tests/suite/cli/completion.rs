//! Shell completion, answered by the live server.

use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;

/// Returns the candidates for the last word of a command line.
fn candidates(server: &Server, line: &str) -> Vec<String> {
    let url = server.url();
    let words = ["--", "kubewalk", "-s", &url].into_iter().chain(line.split(' '));
    let output = binary(&[]).env("KUBEWALK_COMPLETE", "fish").args(words).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn locations_namespaces_and_paths_are_completed_from_the_server() {
    let server = Server::over(recordings::cluster());
    let pods = ["db-0", "db-1"];
    assert_eq!(candidates(&server, "-n shop get po/d"), pods.map(|name| format!("po/{name}")));
    assert_eq!(candidates(&server, "-n shop po d"), pods);
    assert_eq!(candidates(&server, "get deploym"), ["deployments"]);
    assert_eq!(candidates(&server, "-n te"), ["team-a"]);
    assert_eq!(candidates(&server, "ns te"), ["team-a"]);
    assert_eq!(candidates(&server, "/apis/ba"), ["/apis/batch"]);
    let below = "/api/v1/namespaces/shop";
    assert_eq!(
        candidates(&server, &format!("tree {below}/pers")),
        [format!("{below}/persistentvolumeclaims")]
    );
    assert_eq!(
        candidates(&server, &format!("{below}/pods/db")),
        pods.map(|name| format!("{below}/pods/{name}"))
    );
}

#[test]
fn replay_is_completed_with_files() {
    let server = Server::over(recordings::cluster());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("walk.har.gz"), "").unwrap();
    let begun = folder.path().join("wa");
    let whole = folder.path().join("walk.har.gz").display().to_string();
    for flag in ["--record", "--replay"] {
        assert_eq!(candidates(&server, &format!("{flag} {}", begun.display())), [&*whole]);
    }
    let flags = candidates(&server, "get po --");
    for flag in ["--selector", "--field-selector", "--all-namespaces", "--record"] {
        assert!(flags.iter().any(|known| known == flag), "{flag}: {flags:?}");
    }
}

#[test]
fn a_name_with_shell_syntax_is_not_offered() {
    let server = Server::over(recordings::cluster());
    let body = r#"{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[
        {"metadata":{"name":"db-$(id)"}},{"metadata":{"name":"db-0"}}]}"#;
    server.answer("/api/v1/namespaces/shop/pods", 200, body);
    assert_eq!(candidates(&server, "-n shop po d"), ["db-0"]);
}

#[test]
fn without_a_server_completion_offers_nothing_and_prints_no_error() {
    let server = Server::over(recordings::cluster());
    server.page("/api", 503, "down");
    server.page("/apis", 503, "down");
    assert_eq!(candidates(&server, "po"), Vec::<String>::new());
}

#[test]
fn every_shell_gets_a_script_that_calls_the_program() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = binary(&["completion", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && script.contains("KUBEWALK_COMPLETE"), "{shell}");
    }
}
