//! The commands of the binary: get, tree, info, downward and completion.

use std::io::Read as _;
use std::process::Stdio;

use serde_json::Value;

use crate::support::machine::binary;
use crate::support::recordings::CLUSTER;

mod against;
mod answers;
mod completion;
mod downward;
mod errors;
mod help;
mod info;
mod manifests;
mod missing;
mod requests;

/// The output of the binary.
pub(crate) struct Run {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

pub(crate) fn run(arguments: &[&str]) -> Run {
    run_with(arguments, &[])
}

/// Runs a command with variables in its environment.
pub(crate) fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let output = binary(arguments).envs(variables.iter().copied()).output().unwrap();
    Run {
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

/// Runs a command on the recorded cluster. It must succeed without a warning.
fn recorded(arguments: &str) -> String {
    let words: Vec<&str> = arguments.split(' ').chain(["--replay", CLUSTER]).collect();
    let Run { out, err, code } = run(&words);
    assert_eq!((code, err.as_str()), (0, ""), "{arguments}\n{out}");
    out
}

fn restricted(arguments: &str) -> Run {
    let file = fixture("restricted-viewer.har.gz");
    run(&arguments.split(' ').chain(["--replay", &file]).collect::<Vec<_>>())
}

pub(crate) fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/recordings/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Returns the paths of a printed tree.
fn paths(tree: &str) -> Vec<&str> {
    tree.lines().map(|line| line.split_once('\t').unwrap().0).collect()
}

#[test]
fn get_prints_raw_bytes_json_or_yaml() {
    let job = "/apis/batch/v1/namespaces/default/jobs/my-job";
    let raw = recorded(&format!("get {job} -o raw"));
    let value: Value = serde_json::from_str(&raw).unwrap();
    assert_eq!(value["metadata"]["name"], "my-job");
    let json = recorded(&format!("get {job} -o json"));
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
    assert!(json.starts_with("{\n  \"kind\": \"Job\",\n"), "{json}");
    let yaml = recorded(&format!("get {job}"));
    assert!(yaml.starts_with("kind: Job\napiVersion: batch/v1\nmetadata:\n  name: my-job\n"));
    assert_eq!(serde_saphyr::from_str::<Value>(&yaml).unwrap(), value);
    assert_eq!(recorded(&format!("get {job} -o yaml")), yaml);
}

#[test]
fn get_accepts_a_location_in_words() {
    let path = "/api/v1/namespaces/shop/pods/db-0";
    let by_path = recorded(&format!("get {path} -o raw"));
    for words in ["get po/db-0 -n shop -o raw", "get pod db-0 -n shop -o raw"] {
        assert_eq!(recorded(words), by_path, "{words}");
    }
    assert!(recorded("get batch -o raw").starts_with(r#"{"kind":"APIGroup","#));
    assert!(recorded("get widgets.factory.example.com -o raw").contains("WidgetList"));
    assert!(recorded("get ns shop").starts_with("kind: Namespace\n"));
}

#[test]
fn get_and_tree_accept_the_selectors_of_kubectl() {
    let names = |words: &str| -> Vec<String> {
        let list: Value = serde_json::from_str(&recorded(words)).unwrap();
        let items = list["items"].as_array().unwrap().iter();
        items.map(|item| item["metadata"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("get po -n shop -l app=db -o raw"), ["db-0", "db-1"]);
    assert_eq!(names("get po -n shop --selector=app=db -f metadata.name!=db-0 -o raw"), ["db-1"]);
    let tree = recorded("tree po --field-selector metadata.name=db-1 --depth 2");
    let pods = paths(&tree);
    let pods: Vec<_> = pods.iter().filter(|path| path.matches('/').count() == 6).collect();
    assert_eq!(pods, [&"/api/v1/namespaces/shop/pods/db-1"]);
    let all = names("get po -A -n shop -o raw");
    assert!(all.contains(&"db-0".to_owned()) && all.contains(&"debug".to_owned()), "{all:?}");
    let tree = recorded("tree po -A -n shop -l app=db");
    let pods = ["db-0", "db-1"].map(|name| format!("/api/v1/namespaces/shop/pods/{name}"));
    assert_eq!(paths(&tree), ["/api/v1/pods", &pods[0], &pods[1]]);
    assert_eq!(paths(&recorded("tree po -A")).len(), 1 + all.len());
    let Run { err, code, .. } =
        run(&["get", "po/db-0", "-n", "shop", "-l", "a", "--replay", CLUSTER]);
    assert_eq!(code, 2);
    assert!(err.contains("`-l a` selects from a collection"), "{err}");
}

#[test]
fn get_prints_answers_other_than_json_unchanged() {
    for output in ["yaml", "json", "raw"] {
        assert_eq!(recorded(&format!("get /healthz -o {output}")), "ok");
    }
    assert!(recorded("get /livez?verbose").contains("[+]etcd ok\n"));
}

#[test]
fn get_prints_secrets_unmasked() {
    let list = recorded("get /api/v1/namespaces/shop/secrets -o raw");
    let list: Value = serde_json::from_str(&list).unwrap();
    let secret = &list["items"][0];
    let name = secret["metadata"]["name"].as_str().unwrap();
    let value = secret["data"].as_object().unwrap().values().next().unwrap().as_str().unwrap();
    assert!(recorded(&format!("get secret/{name} -n shop")).contains(value));
}

#[test]
fn a_tree_line_is_a_path_a_tab_and_the_row() {
    let tree = recorded("tree /apis/batch --depth 3");
    let lines: Vec<&str> = tree.lines().collect();
    assert_eq!(lines[0], "/apis/batch\tbatch  v1");
    assert_eq!(lines[1], "/apis/batch/v1\tv1 ★  2 resources");
    assert!(lines[2].starts_with("/apis/batch/v1/cronjobs\tcronjobs  CronJob  namespaced  cj  "));
    assert!(lines.contains(&"/apis/batch/v1/namespaces/shop/jobs\tshop"));
    // Three levels end at the namespaces; a level more has the objects.
    assert!(!tree.contains("my-job"));
    let deeper = recorded("tree /apis/batch --depth 4");
    let job = "/apis/batch/v1/namespaces/default/jobs/my-job\tmy-job  Complete  1/1  8s  5m32s";
    assert!(deeper.lines().any(|line| line == job), "{deeper}");
    let deepest = recorded("tree /apis/batch --depth 5");
    let status = "/apis/batch/v1/namespaces/default/jobs/my-job/status";
    assert!(paths(&deepest).contains(&status));
}

#[test]
fn the_depth_of_a_tree_counts_from_its_start() {
    assert_eq!(
        paths(&recorded("tree")),
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
    assert_eq!(paths(&recorded("tree /apis/batch --depth 0")), ["/apis/batch"]);
    assert_eq!(paths(&recorded("tree /api")), ["/api", "/api/v1"]);
    let jobs = "/apis/batch/v1/namespaces/default/jobs";
    let my_job = "/apis/batch/v1/namespaces/default/jobs/my-job";
    assert_eq!(paths(&recorded(&format!("tree {jobs}"))), [jobs, my_job]);
    let resource = "/apis/batch/v1/jobs";
    assert_eq!(paths(&recorded("tree jobs -n default")), [jobs, my_job]);
    assert_eq!(paths(&recorded(&format!("tree {resource} -n default"))), [resource, my_job]);
    assert_eq!(paths(&recorded(&format!("tree {resource}")))[1], jobs);
    let nodes = recorded("tree nodes --depth 2");
    assert_eq!(
        paths(&nodes),
        ["/api/v1/nodes", "/api/v1/nodes/node1", "/api/v1/nodes/node1/status"]
    );
    assert!(paths(&recorded("tree /livez")).contains(&"/livez/ping"));
    let object = recorded(&format!("tree {my_job} --depth 0"));
    assert!(object.starts_with(&format!("{my_job}\tmy-job")), "{object}");
}

#[test]
fn tree_loads_all_pages_of_a_collection() {
    let file = fixture("paging.har.gz");
    let path = "/api/v1/namespaces/bulk/configmaps";
    let Run { out, err, code } = run(&["tree", path, "--replay", &file]);
    assert_eq!((code, err.as_str()), (0, ""));
    // The path itself, 1,200 items, and two ConfigMaps that the cluster adds.
    assert_eq!(out.lines().count(), 1203);
    assert!(paths(&out).contains(&"/api/v1/namespaces/bulk/configmaps/item-1199"));
}

#[test]
fn a_group_that_is_down_is_marked_and_fails_only_when_it_is_the_start() {
    let groups = recorded("tree /apis");
    assert!(groups.contains("/apis/metrics.k8s.io\tmetrics.k8s.io  v1beta1 stale\n"), "{groups}");
    let all = run(&["tree", "/apis", "--depth", "3", "--replay", CLUSTER]);
    assert_eq!(all.code, 1);
    assert!(all.err.starts_with("/apis/metrics.k8s.io/v1beta1: 503: "), "{}", all.err);
    assert_eq!(all.err.lines().count(), 1);
    assert!(all.out.contains("/apis/batch/v1/jobs\t"), "tree continues");
}

#[test]
fn a_viewer_of_one_namespace_gets_the_tree_of_that_namespace() {
    let tree = restricted("tree po -n team-a");
    assert_eq!((tree.code, tree.err.as_str()), (0, ""));
    assert!(paths(&tree.out).contains(&"/api/v1/namespaces/team-a/pods/crashy"));
    // The list of `/` is forbidden, so the tree starts with the paths of every server.
    let root = restricted("tree");
    assert_eq!(root.code, 0, "{}", root.err);
    assert_eq!(paths(&root.out)[..3], ["/", "/api", "/apis"]);
    // Only the namespace of the service account is known.
    let pods = restricted("tree /api/v1/pods");
    assert_eq!((pods.code, pods.err.as_str()), (0, ""));
    assert!(paths(&pods.out).contains(&"/api/v1/namespaces/team-a/pods"), "{}", pods.out);
    let get = restricted("get /api/v1/nodes");
    assert_eq!((get.code, get.out.as_str()), (1, ""));
    assert!(get.err.starts_with("kubewalk: 403: nodes is forbidden"), "{}", get.err);
}

#[test]
fn info_reports_the_connection_and_the_user() {
    let Run { out: info, .. } = run(&["info", "--demo"]);
    for line in ["endpoint   demo", "version    v1.36.2", "why        --demo was given"] {
        assert!(info.lines().any(|l| l == line), "{info}");
    }
    assert!(info.contains("user       kubernetes-admin (groups system:masters"), "{info}");
    let viewer = restricted("info").out;
    assert!(viewer.contains("user       system:serviceaccount:team-a:viewer"), "{viewer}");
    // The namespace of the service account is the default.
    assert!(viewer.contains("lists      in namespace team-a: bindings, configmaps, "), "{viewer}");
}

#[test]
fn a_closed_pipe_ends_a_command_without_an_error() {
    let mut child = binary(&["tree", "/", "--depth", "6", "--replay", CLUSTER])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(!printed.contains("Broken pipe"), "{printed}");
    // The whole tree is larger than any pipe, so it cannot have been written.
    assert_eq!(output.status.code(), Some(0), "{printed}");
}
