//! The real binary without a terminal: get, tree, info, and what it says of bad input.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

/// What a run of the binary gave.
struct Run {
    out: String,
    err: String,
    code: i32,
}

/// The binary, in an environment in which nothing tells of a cluster.
fn binary(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubewalk"));
    command.env_clear().env("HOME", env!("CARGO_TARGET_TMPDIR")).args(arguments);
    command.stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Run {
    let output = binary(arguments).output().unwrap();
    Run {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

/// Runs over the recorded cluster; it must end well and say nothing beside.
fn demo(arguments: &str) -> String {
    let words: Vec<&str> = arguments.split(' ').chain(["--demo"]).collect();
    let Run { out, err, code } = run(&words);
    assert_eq!((code, err.as_str()), (0, ""), "{arguments}\n{out}");
    out
}

fn restricted(arguments: &str) -> Run {
    let file = fixture("restricted-viewer.har.gz");
    run(&arguments.split(' ').chain(["--replay", &file]).collect::<Vec<_>>())
}

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/recordings/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The paths that a tree printed.
fn paths(tree: &str) -> Vec<&str> {
    tree.lines().map(|line| line.split_once('\t').unwrap().0).collect()
}

/// A bad end: the exit code, and all parts of what must be said in one line.
fn refused(arguments: &[&str], code: i32, said: &[&str]) {
    let run = run(arguments);
    assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?}: {}", run.err);
    for part in said {
        assert!(run.err.contains(part), "{arguments:?}: {part:?} is not in {:?}", run.err);
    }
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
}

/// A server that gives this answer to everything, and its address.
fn serve(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            // The client may have gone; the next one is served all the same.
            _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn get_prints_the_bytes_the_tokens_or_yaml() {
    let job = "/apis/batch/v1/namespaces/default/jobs/my-job";
    let raw = demo(&format!("get {job} -o raw"));
    let value: Value = serde_json::from_str(&raw).unwrap();
    assert_eq!(value["metadata"]["name"], "my-job");
    let json = demo(&format!("get {job} -o json"));
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
    assert!(json.starts_with("{\n  \"kind\": \"Job\",\n"), "{json}");
    let yaml = demo(&format!("get {job}"));
    assert!(yaml.starts_with("kind: Job\napiVersion: batch/v1\nmetadata:\n  name: my-job\n"));
    assert_eq!(serde_saphyr::from_str::<Value>(&yaml).unwrap(), value);
    assert_eq!(demo(&format!("get {job} -o yaml")), yaml);
}

#[test]
fn get_takes_the_words_of_a_location() {
    let path = "/api/v1/namespaces/shop/pods/db-0";
    let by_path = demo(&format!("get {path} -o raw"));
    for words in ["get po/db-0 -n shop -o raw", "get pod db-0 -n shop -o raw"] {
        assert_eq!(demo(words), by_path, "{words}");
    }
    assert!(demo("get batch -o raw").starts_with(r#"{"kind":"APIGroup","#));
    assert!(demo("get widgets.factory.example.com -o raw").contains("WidgetList"));
    assert!(demo("get ns shop").starts_with("kind: Namespace\n"));
}

#[test]
fn get_passes_on_what_is_no_json() {
    for output in ["yaml", "json", "raw"] {
        assert_eq!(demo(&format!("get /healthz -o {output}")), "ok");
    }
    assert!(demo("get /livez?verbose").contains("[+]etcd ok\n"));
}

#[test]
fn get_masks_nothing() {
    let list = demo("get /api/v1/namespaces/shop/secrets -o raw");
    let list: Value = serde_json::from_str(&list).unwrap();
    let secret = &list["items"][0];
    let name = secret["metadata"]["name"].as_str().unwrap();
    let value = secret["data"].as_object().unwrap().values().next().unwrap().as_str().unwrap();
    assert!(demo(&format!("get secret/{name} -n shop")).contains(value));
}

#[test]
fn a_tree_is_a_path_a_tab_and_its_row() {
    let tree = demo("tree /apis/batch --depth 3");
    let lines: Vec<&str> = tree.lines().collect();
    assert_eq!(lines[0], "/apis/batch\tbatch  v1");
    assert_eq!(lines[1], "/apis/batch/v1\tv1 ★  2 resources");
    assert!(lines[2].starts_with("/apis/batch/v1/cronjobs\tcronjobs  CronJob  namespaced  cj  "));
    assert!(lines.contains(&"/apis/batch/v1/namespaces/shop/jobs\tshop"));
    // Three levels end at the namespaces; a level more has the objects.
    assert!(!tree.contains("my-job"));
    let deeper = demo("tree /apis/batch --depth 4");
    let job = "/apis/batch/v1/namespaces/default/jobs/my-job\tmy-job  Complete  1/1  8s  5m32s";
    assert!(deeper.lines().any(|line| line == job), "{deeper}");
    let deepest = demo("tree /apis/batch --depth 5");
    let status = "/apis/batch/v1/namespaces/default/jobs/my-job/status";
    assert!(paths(&deepest).contains(&status));
}

#[test]
fn a_tree_counts_its_levels_from_where_it_starts() {
    assert_eq!(
        paths(&demo("tree")),
        [
            "/",
            "/api",
            "/apis",
            "/.well-known",
            "/flagz",
            "/healthz",
            "/livez",
            "/metrics",
            "/openapi",
            "/openid",
            "/readyz",
            "/statusz",
            "/version"
        ]
    );
    assert_eq!(paths(&demo("tree /apis/batch --depth 0")), ["/apis/batch"]);
    assert_eq!(paths(&demo("tree /api")), ["/api", "/api/v1"]);
    let jobs = "/apis/batch/v1/namespaces/default/jobs";
    let my_job = "/apis/batch/v1/namespaces/default/jobs/my-job";
    assert_eq!(paths(&demo(&format!("tree {jobs}"))), [jobs, my_job]);
    let resource = "/apis/batch/v1/jobs";
    assert_eq!(paths(&demo("tree jobs -n default")), [jobs, my_job]);
    assert_eq!(paths(&demo(&format!("tree {resource} -n default"))), [resource, my_job]);
    assert_eq!(paths(&demo(&format!("tree {resource}")))[1], jobs);
    let nodes = demo("tree nodes --depth 2");
    assert_eq!(
        paths(&nodes),
        ["/api/v1/nodes", "/api/v1/nodes/node1", "/api/v1/nodes/node1/status"]
    );
    assert!(paths(&demo("tree /livez")).contains(&"/livez/ping"));
    let object = demo(&format!("tree {my_job} --depth 0"));
    assert!(object.starts_with(&format!("{my_job}\tmy-job")), "{object}");
}

#[test]
fn a_tree_reads_all_pages_of_a_collection() {
    let file = fixture("paging.har.gz");
    let path = "/api/v1/namespaces/bulk/configmaps";
    let Run { out, err, code } = run(&["tree", path, "--replay", &file]);
    assert_eq!((code, err.as_str()), (0, ""));
    // The path itself, 1,200 items, and two ConfigMaps that the cluster adds.
    assert_eq!(out.lines().count(), 1203);
    assert!(paths(&out).contains(&"/api/v1/namespaces/bulk/configmaps/item-1199"));
}

#[test]
fn a_group_that_is_down_is_marked_and_fails_only_where_it_is_asked() {
    let groups = demo("tree /apis");
    assert!(groups.contains("/apis/metrics.k8s.io\tmetrics.k8s.io  v1beta1 stale\n"), "{groups}");
    let all = run(&["tree", "/apis", "--depth", "3", "--demo"]);
    assert_eq!(all.code, 1);
    assert!(all.err.starts_with("/apis/metrics.k8s.io/v1beta1: 503: "), "{}", all.err);
    assert_eq!(all.err.lines().count(), 1);
    assert!(all.out.contains("/apis/batch/v1/jobs\t"), "the walk goes on");
}

#[test]
fn who_may_see_one_namespace_walks_that() {
    let tree = restricted("tree po -n team-a");
    assert_eq!((tree.code, tree.err.as_str()), (0, ""));
    assert!(paths(&tree.out).contains(&"/api/v1/namespaces/team-a/pods/crashy"));
    // The list of `/` is forbidden, and the walk starts from what is always there.
    let root = restricted("tree");
    assert_eq!(root.code, 0, "{}", root.err);
    assert_eq!(paths(&root.out)[..3], ["/", "/api", "/apis"]);
    let pods = restricted("tree /api/v1/pods");
    assert_eq!((pods.code, pods.out.lines().count()), (1, 1));
    assert!(pods.err.contains("403: namespaces is forbidden"), "{}", pods.err);
    let get = restricted("get /api/v1/nodes");
    assert_eq!((get.code, get.out.as_str()), (1, ""));
    assert!(get.err.starts_with("kubewalk: 403: nodes is forbidden"), "{}", get.err);
}

#[test]
fn info_tells_how_it_is_connected_and_as_whom() {
    let info = demo("info");
    for line in ["endpoint   demo", "version    v1.36.2", "why        --demo was given"] {
        assert!(info.lines().any(|l| l == line), "{info}");
    }
    assert!(info.contains("user       kubernetes-admin (groups system:masters"), "{info}");
    let viewer = restricted("info").out;
    assert!(viewer.contains("user       system:serviceaccount:team-a:viewer"), "{viewer}");
}

#[test]
fn what_a_server_does_not_have_ends_with_1() {
    refused(&["get", "/apis/nope", "--demo"], 1, &["404", "not in this recording"]);
    refused(&["get", "po/nope", "-n", "shop", "--demo"], 1, &["404"]);
    refused(&["tree", "/apis/batch/v1/nopes", "--demo"], 1, &["no resource `nopes`"]);
    refused(&["tree", "/apis/nope", "--demo"], 1, &["404"]);
    refused(&["tree", "/api/v1/namespaces/shop/pods/nope", "--demo"], 1, &["404"]);
}

#[test]
fn what_cannot_be_asked_ends_with_2() {
    refused(&["get", "pdos", "--demo"], 2, &["`pdos`", "Did you mean pods"]);
    refused(&["get", "po", "a", "b", "--demo"], 2, &["one word too many"]);
    refused(&["info", "--replay", "/does/not/exist.har"], 2, &["/does/not/exist.har"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken");
    fs::write(&file, "kind: Config\nclusters: {").unwrap();
    let file = file.to_str().unwrap();
    refused(&["info", "--replay", file], 2, &["is not a HAR"]);
    refused(&["info", "--kubeconfig", file], 2, &[file]);
    refused(&["info", "--kubeconfig", "/does/not/exist"], 2, &["/does/not/exist"]);
    refused(&["info", "-s", "not a url"], 2, &["not a url"]);
    for arguments in [&["--fly"][..], &["get"], &["info", "--demo", "-s", "http://x"]] {
        let run = run(arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
}

#[test]
fn without_a_terminal_the_commands_are_named() {
    let run = run(&["--demo"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    for command in ["kubewalk get", "kubewalk tree", "kubewalk info"] {
        assert!(run.err.contains(command), "{}", run.err);
    }
}

#[test]
fn a_port_where_nobody_listens_is_said_to_refuse() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for arguments in [&["get", "/api"][..], &["tree"], &["tree", "po"]] {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["-s", &address]).collect();
        refused(&arguments, 1, &[&address, "refused"]);
    }
}

#[test]
fn a_web_page_is_no_api() {
    let page = serve(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\
         Connection: close\r\n\r\n<html></html>",
    );
    for path in ["/api/v1/pods", "/api"] {
        refused(&["get", path, "-s", &page], 1, &[&page, "web page"]);
    }
    refused(&["tree", "-s", &page], 1, &[&page, "web page"]);
    let info = run(&["info", "-s", &page]);
    assert_eq!(info.code, 1);
    assert!(info.err.contains("no Kubernetes version"), "{}", info.err);
}

#[test]
fn an_answer_that_ends_too_soon_fails_after_what_came() {
    let cut = serve(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\
         Connection: close\r\n\r\n{\"kind\":",
    );
    let run = run(&["get", "/api", "-o", "raw", "-s", &cut]);
    assert_eq!((run.code, run.out.as_str()), (1, "{\"kind\":"));
    assert!(run.err.contains("closed the connection"), "{}", run.err);
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let arguments = ["get", "/api", "-s", &address, "--request-timeout", "50ms"];
    refused(&arguments, 1, &[&address, "within 50ms"]);
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let mut child = binary(&["tree", "/", "--depth", "6", "--demo"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("Broken pipe"), "{said}");
    // The whole tree is larger than any pipe, so it cannot have been written.
    assert_eq!(output.status.code(), Some(0), "{said}");
}
