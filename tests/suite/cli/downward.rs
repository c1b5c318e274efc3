//! `kubewalk downward`: from a server and from files.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use super::{Run, recorded, run};
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::recordings::CLUSTER;
use crate::support::server::Server;

/// Returns the lines of an environment as `env -i` accepts them.
fn env(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

#[test]
fn the_printed_environment_is_that_of_the_container() {
    let text = recorded("downward db-0 -n shop -o env");
    let lines = env(&text);
    // The container has no limits, so the values are those of the pod.
    for line in [
        "'LIMIT_CPU_NO_CONTAINER_LIMIT=1'",
        "'LIMIT_MEM_NO_CONTAINER_LIMIT=256'",
        "'ORDINAL=0'",
        "'KUBERNETES_SERVICE_HOST=10.0.0.1'",
        "'FRONTEND_SERVICE_PORT=80'",
    ] {
        assert!(lines.contains(&line), "{line} is not in {text}");
    }
    assert_eq!(recorded("downward po/db-0 -n shop -o env"), text);
    // The pod has no limit either, so the value is the node's allocatable memory.
    let nolimits = recorded("downward nolimits -n team-a -o env");
    assert!(env(&nolimits).contains(&"'MEM=25266016256'"), "{nolimits}");
}

#[test]
fn files_are_written_as_the_kubelet_writes_them() {
    let folder = tempfile::tempdir().unwrap();
    let output = format!("files={}", folder.path().join("out").display());
    let Run { out, err, code } = run(&["downward", "downward", "--replay", CLUSTER, "-o", &output]);
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    let read =
        |name: &str| fs::read_to_string(folder.path().join("out/downward").join(name)).unwrap();
    assert_eq!(read("podName"), "downward");
    assert_eq!(read("labels"), "foo=\"bar\"");
    assert!(read("annotations").contains("key2=\"multi\\nline\\nvalue\\n\"\n"));
    assert!(read("annotations").contains("kubernetes.io/config.seen="));
    // Only the kubelet knows the token.
    assert!(err.contains("token"), "{err}");
    let again =
        ["downward", "downward", "--replay", CLUSTER, "-o", &output, "--kubelet-annotations=omit"];
    let Run { code, err, .. } = run(&again);
    assert!(code == 1 && err.contains("is there already") && err.contains("--force"), "{err}");
    assert!(read("annotations").contains("kubernetes.io/config.seen="));
    let Run { code, .. } = run(&[&again[..], &["--force"]].concat());
    assert_eq!(code, 0);
    assert!(!read("annotations").contains("kubernetes.io/config.seen="));
}

#[test]
fn values_from_secrets_are_masked_unless_requested() {
    let pods = recorded("tree pods -n shop");
    let pod = pods.lines().find_map(|line| line.split('\t').nth(1)?.split(' ').next());
    let frontend = pods.lines().filter_map(|line| line.split('\t').nth(1)?.split(' ').next());
    let frontend = frontend.into_iter().find(|name| name.starts_with("frontend-"));
    let frontend = frontend.or(pod).unwrap();
    let masked = recorded(&format!("downward {frontend} -n shop -c web -o env"));
    let shown = recorded(&format!("downward {frontend} -n shop -c web -o env --show-secrets"));
    let value = |text: &str| -> Option<String> {
        let line = env(text).into_iter().find(|line| line.starts_with("'DB_password="))?;
        Some(line.trim_end_matches('\'').split_once('=')?.1.to_owned())
    };
    let secret = value(&shown).unwrap();
    assert_eq!(value(&masked), None);
    assert!(!masked.contains(&secret) && shown.contains(&secret));
    // The recorded list does not contain the optional ConfigMap.
    assert!(!shown.contains("not in this recording"), "{shown}");
}

#[test]
fn json_output_has_every_row_with_its_source() {
    let read = |form: &str| {
        let run =
            run(&["downward", "deploy/frontend", "-n", "shop", "-o", form, "--replay", CLUSTER]);
        // Metadata of the whole view is not part of the rows.
        assert!(run.err.contains("the template of a Deployment"), "{}", run.err);
        run.out
    };
    let view: Value = serde_json::from_str(&read("json")).unwrap();
    assert_eq!(view["pod"]["namespace"], "shop");
    let migrate = &view["containers"][0];
    assert_eq!((&migrate["name"], &migrate["kind"]), (&"migrate".into(), &"init".into()));
    let limit = &migrate["env"].as_array().unwrap()[0];
    assert_eq!(limit["from"], "limits.cpu");
    assert_eq!(limit["note"], "set when scheduled");
    let yaml: Value = serde_saphyr::from_str(&read("yaml")).unwrap();
    assert_eq!(yaml["pod"], view["pod"]);
}

#[test]
fn pods_and_their_surroundings_are_read_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (name, location) in [
        ("pod", "/api/v1/namespaces/team-a/pods/nolimits"),
        ("node", "/api/v1/nodes/node1"),
        ("services", "/api/v1/namespaces/team-a/services"),
        ("kubernetes", "/api/v1/namespaces/default/services/kubernetes"),
    ] {
        fs::write(path(name), recorded(&format!("get {location}"))).unwrap();
    }
    let files = [path("pod"), path("node"), path("services"), path("kubernetes")];
    let flags: Vec<&str> = files.iter().flat_map(|file| ["-f", file]).collect();
    let all = run(&[&["downward", "-o", "env"][..], &flags].concat());
    assert_eq!((all.code, all.err.as_str()), (0, ""));
    assert_eq!(all.out, recorded("downward nolimits -n team-a -o env"));
    let alone = run(&["downward", "-f", &files[0], "-o", "env"]);
    assert_eq!(alone.code, 0);
    assert_eq!(env(&alone.out), ["'RCPU=0'", "'RMEM=0'"], "{}", alone.out);
    assert!(alone.out.contains("# MEM unknown"), "{}", alone.out);
}

#[test]
fn a_manifest_is_read_from_standard_input() {
    let manifest = "kind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - name: c\n    env:\n    \
                    - {name: A, value: 'b $(A)'}\n";
    let mut child = binary(&["downward", "-f", "-", "-o", "env"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(manifest.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(printed, "# a manifest: the API's defaults are put in\n'A=b $(A)'\n");
}

#[test]
fn rows_of_forbidden_objects_are_unknown() {
    let server = Server::over(recordings::cluster());
    let forbidden = r#"{"kind":"Status","message":"nodes is forbidden: no","reason":"Forbidden"}"#;
    server.answer("/api/v1/nodes/node1", 403, forbidden);
    let url = server.url();
    let pod = ["downward", "nolimits", "-n", "team-a", "-o", "json", "-s", &url];
    let Run { out, err, code } = run(&pod);
    assert_eq!((code, err.as_str()), (0, ""));
    let view: Value = serde_json::from_str(&out).unwrap();
    let env = view["containers"][0]["env"].as_array().unwrap();
    let row = |name: &str| env.iter().find(|row| row["name"] == name).unwrap();
    let limit = row("MEM");
    assert_eq!(limit["state"], "unknown");
    assert!(limit["note"].as_str().unwrap().contains("nodes is forbidden"), "{limit}");
    assert_eq!(row("RCPU")["value"], "0", "the other rows are unaffected");
    // Every object is requested once, and only objects that the pod needs.
    let requested: Vec<String> = server.seen().into_iter().map(|seen| seen.path).collect();
    let mut once = requested.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), requested.len(), "{requested:?}");
    assert!(!requested.iter().any(|path| path.starts_with("/apis")), "{requested:?}");
}

#[test]
fn input_without_a_pod_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let pod = "{kind: Pod, metadata: {name: N}, spec: {containers: [{name: c}]}}";
    let two = format!("{}\n---\n{}\n", pod.replace('N', "a"), pod.replace('N', "b"));
    let two = path("two", &two);
    let cases: [(&[&str], i32, &str); 7] = [
        (&["nope", "--replay", CLUSTER, "-n", "team-a"], 1, "404"),
        (&["node/node1", "--replay", CLUSTER], 2, "is a Node, neither a pod nor a workload"),
        (&["-f", &two], 2, "pod/a, pod/b"),
        (&["c", "-f", &two], 2, "named c"),
        (&["-f", &path("none", "{kind: ConfigMap}")], 2, "no pod"),
        (&["-f", &path("broken", "{kind: [")], 2, "neither YAML nor JSON"),
        (&["-f", "/does/not/exist"], 2, "/does/not/exist cannot be read"),
    ];
    for (arguments, code, printed) in cases {
        let run = run(&[&["downward"][..], arguments].concat());
        assert_eq!((run.code, run.out.as_str()), (code, ""), "{arguments:?} {}", run.err);
        assert!(run.err.contains(printed), "{arguments:?}: {}", run.err);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
    let one = run(&["downward", "b", "-f", &two, "-o", "env"]);
    let note = "# a manifest: the API's defaults are put in\n";
    assert_eq!((one.code, one.out.as_str()), (0, note));
}
