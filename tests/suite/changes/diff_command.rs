//! `kubewalk diff`.

use crate::support::recordings::CLUSTER;
use std::fs;

use serde_json::Value;

use crate::cli::{Run, fixture, run};

fn diff(arguments: &[&str]) -> Run {
    run(&["diff"].into_iter().chain(arguments.iter().copied()).collect::<Vec<_>>())
}

const SECRETS: &str = "
kind: Secret
metadata: {name: a}
data: {password: Y29ycmVjdCBob3JzZQ==, user: YWRtaW4=}
stringData: {token: canary-one}
---
kind: Secret
metadata: {name: b}
data: {password: aHVudGVyMg==, user: YWRtaW4=}
stringData: {token: canary-two}
";

/// A file below a folder that is removed at the end of the test.
struct File(tempfile::TempDir);

impl File {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x.yaml"), text).unwrap();
        Self(folder)
    }

    fn path(&self, part: &str) -> String {
        format!("{}{part}", self.0.path().join("x.yaml").display())
    }
}

#[test]
fn objects_that_differ_in_nothing_that_counts_are_the_same() {
    let Run { out, err, code } = diff(&["po/db-0", "po/db-1", "-n", "shop", "--replay", CLUSTER]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("--- po/db-0  v") && lines[1].starts_with("+++ po/db-1  v"));
    assert_eq!(lines[2], "the same");
    assert!(lines[3].starts_with("left out: 23 (status 8, names 7, server 4, node 4)"), "{out}");
}

#[test]
fn objects_that_differ_exit_with_1_and_show_each_path() {
    let replay = fixture("trouble.har.gz");
    let arguments = ["deploy/gateway", "deploy/ledger", "-n", "payments", "--replay", &replay];
    let Run { out, err, code } = diff(&arguments);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert!(out.contains(".metadata.labels.app "), "{out}");
    assert!(out.contains("gateway → ledger\n"), "{out}");
    assert!(!out.contains("resourceVersion"), "{out}");
    let kept = diff(&[&arguments[..], &["--keep", "server"]].concat());
    assert!(kept.out.contains(".metadata.resourceVersion"), "{}", kept.out);
    let ignored = diff(&[&arguments[..], &["--ignore", ".metadata"]].concat());
    assert!(!ignored.out.contains("\n.metadata"), "{}", ignored.out);
}

#[test]
fn a_recording_is_a_side_of_its_own() {
    let side = format!("{}#po/cache -n payments", fixture("trouble.har.gz"));
    let Run { out, err, code } = diff(&[&side, &side]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
}

#[test]
fn a_manifest_is_compared_with_the_object_of_the_server() {
    let live = run(&["get", "po/db-0", "-n", "shop", "-o", "json", "--replay", CLUSTER]).out;
    let mut manifest: Value = serde_json::from_str(&live).unwrap();
    for key in ["managedFields", "uid", "resourceVersion", "creationTimestamp"] {
        manifest["metadata"].as_object_mut().unwrap().remove(key);
    }
    manifest.as_object_mut().unwrap().remove("status");
    manifest["spec"]["containers"][0]["image"] = "other:1".into();
    let file = File::new(&manifest.to_string());
    let Run { out, code, .. } =
        diff(&[&file.path(""), "po/db-0", "-n", "shop", "--replay", CLUSTER]);
    assert_eq!(code, 1, "{out}");
    let rows: Vec<&str> = out.lines().filter(|line| line.starts_with('.')).collect();
    assert_eq!(rows.len(), 1, "{out}");
    assert!(rows[0].contains("].image") && rows[0].contains("other:1 → "), "{out}");
}

#[test]
fn the_unified_form_is_yaml_without_what_is_left_out() {
    let replay = fixture("trouble.har.gz");
    let arguments = ["deploy/gateway", "deploy/ledger", "-n", "payments", "--replay", &replay];
    let Run { out, code, .. } = diff(&[&arguments[..], &["-o", "unified"]].concat());
    assert_eq!(code, 1);
    assert!(out.starts_with("--- deploy/gateway  v"), "{out}");
    assert!(out.contains("\n@@ "), "{out}");
    assert!(out.contains("\n-    app: gateway\n"), "{out}");
    for left_out in ["managedFields", "resourceVersion", "observedGeneration"] {
        assert!(!out.contains(left_out), "{out}");
    }
}

#[test]
fn no_value_of_a_secret_is_printed_in_any_form() {
    let file = File::new(SECRETS);
    let sides = [file.path("#secret/a"), file.path("#secret/b")];
    let sides: Vec<&str> = sides.iter().map(String::as_str).collect();
    let canaries = ["Y29ycmVj", "aHVudGVyMg", "canary", "YWRtaW4"];
    for form in ["text", "unified", "json"] {
        for all in [&[][..], &["--all"]] {
            let Run { out, code, .. } = diff(&[&sides[..], &["-o", form], all].concat());
            assert_eq!(code, 1, "{out}");
            let found = canaries.iter().find(|canary| out.contains(**canary));
            assert_eq!(found, None, "{form}: {out}");
            assert!(out.contains("13 bytes") && out.contains("7 bytes"), "{form}: {out}");
        }
    }
    // An object that one side alone has is masked, too.
    let Run { out, .. } = diff(&[&file.path(""), sides[0], "--all"]);
    assert!(canaries.iter().all(|canary| !out.contains(canary)), "{out}");
    let shown = diff(&[&sides[..], &["--show-secrets"]].concat());
    assert!(shown.out.contains("canary-one → canary-two"), "{}", shown.out);
}

#[test]
fn objects_of_two_files_are_paired_by_kind_and_name() {
    let [left, right] = ["web", "api"].map(|second| {
        let deployment = |name: &str| format!("kind: Deployment\nmetadata: {{name: {name}}}\n");
        File::new(&[deployment("db"), deployment(second)].join("---\n"))
    });
    let Run { out, code, .. } = diff(&[&left.path(""), &right.path("")]);
    assert_eq!(code, 1);
    assert!(out.contains("+++ nothing\n") && out.contains("--- nothing\n"), "{out}");
    assert!(out.ends_with("1 of 3 objects are the same\n"), "{out}");
}

#[test]
fn without_a_second_side_the_last_applied_configuration_is_the_left_one() {
    let replay = fixture("trouble.har.gz");
    let arguments = ["deploy/gateway", "-n", "payments", "--replay", &replay];
    let Run { out, err, code } = diff(&arguments);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert!(out.starts_with("--- deploy/gateway as last applied\n"), "{out}");
    let Run { err, code, .. } = diff(&["po/db-0", "-n", "shop", "--replay", CLUSTER]);
    assert_eq!(code, 2);
    assert!(err.contains("no last applied configuration"), "{err}");
}

#[test]
fn a_side_that_cannot_be_read_is_named_and_exits_with_2() {
    let replay = fixture("restricted-viewer.har.gz");
    let file = File::new(SECRETS);
    let left = file.path("#secret/a");
    let Run { out, err, code } = diff(&[&left, "nodes", "--replay", &replay]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("cannot read the right side: ") && err.contains("forbidden"), "{err}");
    for (arguments, part) in [
        (["-", "-"], "stdin can be one side only"),
        (["missing.yaml", "-"], "cannot read the left side: missing.yaml cannot be read"),
        ([left.as_str(), "x.yaml#po/a"], "x.yaml cannot be read"),
        ([left.as_str(), "walk.har.gz"], "is a recording. Name an object in it"),
    ] {
        let Run { err, code, .. } = diff(&arguments);
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(part), "{err}");
    }
}

#[test]
fn json_has_the_differences_and_what_is_left_out() {
    let arguments = ["po/db-0", "po/db-1", "-n", "shop", "--replay", CLUSTER, "-o", "json"];
    let Run { out, code, .. } = diff(&arguments);
    assert_eq!(code, 0);
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["same"], true);
    assert_eq!(value["left"]["location"], "po/db-0");
    assert!(value["left"]["resourceVersion"].is_string());
    let name = &value["leftOut"].as_array().unwrap()[0];
    assert_eq!((&name["group"], &name["op"]), (&"names".into(), &"change".into()), "{name}");
    assert_eq!(value["differences"].as_array().unwrap().len(), 0);
}
