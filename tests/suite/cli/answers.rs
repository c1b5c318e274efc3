//! The commands over servers whose answers have odd forms, and recordings of other programs.

use serde_json::{Value, json};

use super::{Run, binary, fixture, paths, run};
use crate::support::recordings;
use crate::support::server::Server;

/// A recording of JSON answers, in a folder of its own.
struct Replayed {
    folder: tempfile::TempDir,
}

impl Replayed {
    /// Answers by status, path (below `https://h`) and body.
    fn new(answers: &[(u16, &str, Value)]) -> Self {
        let entries: Vec<Value> = { answers }
            .iter()
            .map(|(status, path, body)| {
                json!({
                    "request": {"method": "GET", "url": format!("https://h{path}")},
                    "response": {"status": status, "content": {"mimeType": "application/json",
                        "text": body.to_string()}},
                })
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let har = json!({"log": {"entries": entries}});
        std::fs::write(folder.path().join("it.har"), har.to_string()).unwrap();
        Self { folder }
    }

    fn run(&self, arguments: &str) -> Run {
        let file = self.folder.path().join("it.har");
        let words: Vec<&str> =
            arguments.split(' ').chain(["--replay", file.to_str().unwrap()]).collect();
        run(&words)
    }
}

fn group(name: &str, version: &Value) -> Value {
    json!({"metadata": {"name": name}, "versions": [version]})
}

fn resource(name: &str, kind: &str) -> Value {
    json!({"resource": name, "responseKind": {"kind": kind}, "scope": "Cluster", "verbs": ["list", "get"],
        "singularResource": kind.to_lowercase()})
}

fn groups(items: &[Value]) -> Value {
    json!({"kind": "APIGroupDiscoveryList", "items": items})
}

/// A server with the cluster-wide resource `things`, and a group that is down.
fn server(things: &Value) -> Replayed {
    let core = json!({"version": "v1", "resources": [resource("things", "Thing")]});
    let metrics = json!({"version": "v1beta1", "freshness": "Stale"});
    let unavailable = json!({"kind": "Status", "message": "service unavailable", "code": 503});
    Replayed::new(&[
        (200, "/api", groups(&[group("", &core)])),
        (200, "/apis", groups(&[group("metrics.k8s.io", &metrics)])),
        (503, "/apis/metrics.k8s.io/v1beta1", unavailable),
        (200, "/api/v1/things", things.clone()),
    ])
}

#[test]
fn a_resource_of_a_group_that_is_down_gives_the_failure_of_the_group() {
    let server = server(&json!({"kind": "ThingList", "items": []}));
    for words in [
        "get nodes.metrics.k8s.io",
        "get nodes.metrics",
        "get nodemetrics",
        "get nm/node1",
        "tree nodes.metrics.k8s.io",
        "downward nodes.metrics.k8s.io/node1",
    ] {
        let Run { out, err, code } = server.run(words);
        assert_eq!((code, &*out), (1, ""), "{words}: {err}");
        let failure = "kubewalk: metrics.k8s.io/v1beta1 answered 503: service unavailable. ";
        assert!(err.starts_with(failure), "{words}: {err}");
    }
}

#[test]
fn a_mistyped_word_is_unknown_though_a_group_is_down() {
    let Run { err, code, .. } = server(&json!({})).run("get thigns");
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("Did you mean things?") && err.contains("503"), "{err}");
}

#[test]
fn a_list_without_items_is_an_empty_tree() {
    let list = json!({"kind": "ThingList", "metadata": {"resourceVersion": "5"}});
    let Run { out, err, code } = server(&list).run("tree things");
    assert_eq!((code, &*err), (0, ""));
    assert_eq!(paths(&out), ["/api/v1/things"]);
}

#[test]
fn an_entry_that_is_not_an_object_is_reported_in_its_line_of_the_tree() {
    let list = json!({"kind": "ThingList", "items": [
        {"metadata": {"name": "a"}}, null, {"metadata": {"name": 42}}, {"metadata": {"name": "b"}}]});
    let Run { out, err, code } = server(&list).run("tree things --depth 3");
    assert_eq!((code, &*err), (0, ""));
    let rows: Vec<&str> = out.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "/api/v1/things/a\ta  <unknown>",
            "/api/v1/things\t<items[1] is null>",
            "/api/v1/things\t<items[2] has the number 42 for a name>  <unknown>",
            "/api/v1/things/b\tb  <unknown>",
        ]
    );
}

#[test]
fn a_recording_with_text_that_claims_to_be_base64_is_walked() {
    let file = fixture("base64-that-is-text.har");
    let Run { out, err, code } = run(&["tree", "--replay", &file]);
    assert_eq!((code, &*err), (0, ""));
    assert!(paths(&out).contains(&"/api"), "{out}");
}

#[test]
fn a_recording_of_a_server_below_a_base_path_is_walked_below_it() {
    let list = json!({"kind": "ThingList", "items": [{"metadata": {"name": "a"}}]});
    let core = json!({"version": "v1", "resources": [resource("things", "Thing")]});
    let replayed = Replayed::new(&[
        (200, "/k8s/clusters/c-1/api", groups(&[group("", &core)])),
        (200, "/k8s/clusters/c-1/apis", groups(&[])),
        (200, "/k8s/clusters/c-1/api/v1/things?limit=500", list),
    ]);
    let Run { out, err, code } = replayed.run("tree things");
    assert_eq!((code, &*err), (0, ""));
    assert_eq!(paths(&out), ["/api/v1/things", "/api/v1/things/a"]);
}

#[test]
fn a_recording_behind_a_base_path_has_whole_urls_and_replays() {
    let server = Server::setup(recordings::cluster()).below("/clusters/one").start();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("it.har");
    let file = file.to_str().unwrap();
    let url = server.url();
    let tree = |arguments: &[&str]| {
        let words = [&["tree", "/api/v1/namespaces/shop/pods"][..], arguments].concat();
        let output = binary(&words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let live = tree(&["-s", &url, "--record", file]);
    let har: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    for entry in har["log"]["entries"].as_array().unwrap() {
        let recorded = entry["request"]["url"].as_str().unwrap();
        assert!(recorded.starts_with(&format!("{url}/api")), "{recorded}");
    }
    assert_eq!(tree(&["--replay", file]), live);
}
