//! Views of pods in files, printed as text, JSON, YAML, an environment and files.

use std::os::unix::fs::PermissionsExt as _;

use kubewalk::downward::inputs::{InputError, objects, view_of};
use kubewalk::downward::render::{
    Display, FileToWrite, Output, RenderError, files, render, write_files,
};
use kubewalk::downward::{Masker, Options, View};
use serde_json::{Value, json};

const MANIFEST: &str = r#"
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: db}
  stringData: {password: hunter2, user: app}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: frontend}
  data: {COLOR: green, 1INVALID: odd}
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
  annotations: {evil: "a\e[2Jb"}
spec:
  securityContext: {fsGroup: 7}
  containers:
  - name: web
    image: i
    envFrom:
    - configMapRef: {name: frontend}
    - secretRef: {name: absent, optional: true}
      prefix: P_
    env:
    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
    - {name: URL, value: 'pg://app:$(PASSWORD)@db/$(NODE)'}
    - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
    - {name: QUOTE, value: it's}
    - {name: LATER, value: '[$(NODE)]'}
    - {name: MEM, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
    - {name: REQ, valueFrom: {resourceFieldRef: {resource: requests.cpu, divisor: 1m}}}
    resources: {limits: {cpu: 0.25}}
    volumeMounts:
    - {name: info, mountPath: /etc/info}
  volumes:
  - name: info
    downwardAPI:
      defaultMode: 0400
      items:
      - {path: labels, fieldRef: {fieldPath: metadata.labels}}
      - {path: dir/annotations, fieldRef: {fieldPath: metadata.annotations}}
  - name: all
    projected:
      sources:
      - secret: {name: db}
"#;

fn view() -> View {
    view_of(&objects("web.yaml", MANIFEST).unwrap(), None, None, Options::default()).unwrap()
}

fn display(show_secrets: bool) -> Display {
    Display { container: None, show_secrets, masker: Masker::with_salt([1, 2]) }
}

fn as_json(show_secrets: bool) -> Value {
    serde_json::from_slice(&render(&view(), Output::Json, &display(show_secrets)).unwrap()).unwrap()
}

fn variable(document: &Value, name: &str) -> Value {
    let env = document["containers"][0]["env"].as_array().unwrap();
    env.iter().find(|row| row["name"] == name).unwrap_or(&Value::Null).clone()
}

#[test]
fn a_manifest_gets_the_defaults_of_the_api_and_a_note() {
    let document = as_json(true);
    assert_eq!(document["pod"], json!({"namespace": "default", "name": "web", "uid": ""}));
    let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["pod", "containers", "volumes"]);
    assert_eq!(variable(&document, "REQ")["value"], "250");
    assert_eq!(document["volumes"][0]["files"][1]["mode"], "0440");
    assert_eq!(document["volumes"][0]["files"][1]["content"], "app=\"web\"");
    assert_eq!(document["volumes"][1]["mounts"], json!([]));
}

#[test]
fn every_state_of_a_variable_is_printed() {
    let document = as_json(false);
    let state = |name: &str| variable(&document, name)["state"].clone();
    assert_eq!(state("COLOR"), "known");
    assert_eq!(state("PASSWORD"), "masked");
    assert_eq!(state("URL"), "masked");
    assert_eq!(state("NODE"), "pending");
    assert_eq!(state("MEM"), "pending");
    assert_eq!(state("P_*"), "skipped");
    assert_eq!(variable(&document, "LATER")["value"], Value::Null);
    assert_eq!(variable(&document, "LATER")["state"], "pending");
}

#[test]
fn values_of_secrets_are_masked_unless_requested() {
    for output in [Output::Text, Output::Env, Output::Json, Output::Yaml] {
        let text = String::from_utf8(render(&view(), output, &display(false)).unwrap()).unwrap();
        assert!(!text.contains("hunter2"), "{text}");
        let text = String::from_utf8(render(&view(), output, &display(true)).unwrap()).unwrap();
        assert!(text.contains("hunter2"), "{text}");
    }
    let (written, skipped) = files(&view(), &display(false));
    assert!(written.iter().all(|file| !file.path.starts_with("all")));
    assert_eq!(skipped, ["all/password: masked", "all/user: masked"]);
}

#[test]
fn a_mask_keeps_the_public_part_and_is_equal_for_equal_secrets() {
    let text = String::from_utf8(render(&view(), Output::Text, &display(false)).unwrap()).unwrap();
    let masks: Vec<&str> =
        text.match_indices("‹7 bytes #").map(|(at, _)| &text[at..at + 21]).collect();
    assert!(masks.len() >= 3 && masks.windows(2).all(|pair| pair[0] == pair[1]), "{masks:?}");
    assert!(text.contains("pg://app:‹7 bytes #"), "{text}");
    let other = Masker::with_salt([3, 4]).mask(b"hunter2");
    assert_ne!(other, Masker::with_salt([1, 2]).mask(b"hunter2"));
}

#[test]
fn the_text_has_no_control_characters() {
    let text = render(&view(), Output::Text, &display(false)).unwrap();
    assert!(text.iter().all(|byte| *byte != 0x1b));
    assert!(String::from_utf8(text).unwrap().contains("\\x1b[2Jb"));
}

#[test]
fn a_shell_reads_the_quoted_environment_unchanged() {
    let words = render(&view(), Output::Env, &display(true)).unwrap();
    let script = format!("env -i {}", words_of(&words));
    let output = std::process::Command::new("sh").arg("-c").arg(script).output().unwrap();
    let seen = String::from_utf8(output.stdout).unwrap();
    assert!(seen.contains("1INVALID=odd\n") && seen.contains("QUOTE=it's\n"), "{seen}");
    assert!(seen.contains("URL=pg://app:hunter2@db/$(NODE)\n"), "{seen}");
}

fn words_of(lines: &[u8]) -> String {
    let text = std::str::from_utf8(lines).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_yaml_parses_to_the_same_value_as_the_json() {
    let yaml = String::from_utf8(render(&view(), Output::Yaml, &display(true)).unwrap()).unwrap();
    let document: Value = serde_saphyr::from_str(&yaml).unwrap();
    assert_eq!(document, as_json(true));
}

#[test]
fn existing_files_are_replaced_only_on_request() {
    let directory = tempfile::tempdir().unwrap();
    let file = |path: &str| FileToWrite { path: path.into(), mode: 0o644, bytes: b"new".to_vec() };
    std::fs::write(directory.path().join("b"), "old").unwrap();
    let refused = write_files(directory.path(), &[file("a"), file("b")], false).unwrap_err();
    assert!(refused.to_string().contains("--force"), "{refused}");
    assert!(!directory.path().join("a").exists(), "no file is written");
    write_files(directory.path(), &[file("a"), file("b")], true).unwrap();
    assert_eq!(std::fs::read(directory.path().join("b")).unwrap(), b"new");
}

#[test]
fn files_are_written_below_the_directory_and_readable_by_their_owner_only() {
    let directory = tempfile::tempdir().unwrap();
    let (to_write, _) = files(&view(), &display(true));
    for replaces in [false, true] {
        write_files(directory.path(), &to_write, replaces).unwrap();
    }
    let mode = |path: &str| {
        let path = directory.path().join(path);
        path.metadata().unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode("info/dir/annotations"), 0o400, "of 0440");
    assert_eq!((mode("all/password"), mode("all")), (0o600, 0o700), "of 0644");
    assert_eq!(std::fs::read(directory.path().join("all/password")).unwrap(), b"hunter2");
    for bad in ["../x", "/abs", "a/../../x", ""] {
        let file = FileToWrite { path: bad.into(), mode: 0o644, bytes: Vec::new() };
        assert!(write_files(directory.path(), &[file], true).is_err(), "{bad}");
    }
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), directory.path().join("link")).unwrap();
    let file = FileToWrite { path: "link/x".into(), mode: 0o644, bytes: Vec::new() };
    assert!(write_files(directory.path(), &[file], true).is_err());
    assert!(std::fs::read_dir(outside.path()).unwrap().next().is_none());
}

#[test]
fn with_several_pods_in_a_file_one_must_be_named() {
    let both = format!(
        "{MANIFEST}\n---\n{{kind: Deployment, metadata: {{name: api, namespace: shop}}, spec: {{template: {{spec: {{containers: [{{name: c}}]}}}}}}}}"
    );
    let objects = objects("both.yaml", &both).unwrap();
    let error = view_of(&objects, None, None, Options::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "several pods and workloads are given, name one: pod/web, deployment/api in shop"
    );
    let view = view_of(&objects, Some("deployment/api"), None, Options::default()).unwrap();
    assert_eq!((view.pod.name.as_str(), view.pod.namespace.as_str()), ("api", "shop"));
    assert_eq!(view.containers[0].path, ".spec.template.spec.containers[0]");
    let error = view_of(&objects, Some("nope"), None, Options::default()).unwrap_err();
    assert!(matches!(error, InputError::NoPod { .. }), "{error}");
}

#[test]
fn objects_missing_from_the_files_count_as_absent() {
    let pod = json!({"kind": "Pod", "metadata": {"name": "p", "uid": "u"}, "spec": {
        "enableServiceLinks": true,
        "containers": [{"name": "c", "envFrom": [{"configMapRef": {"name": "x"}}]}]}});
    let view = view_of(&[pod], None, None, Options::default()).unwrap();
    let error = view.containers[0].error.as_deref();
    assert_eq!(error, Some("configmap \"x\" not found (not among the given files)"));
    let error = render(&view, Output::Env, &display(false)).unwrap_err();
    assert!(matches!(error, RenderError::Refused { .. }));
}

#[test]
fn input_without_a_pod_is_refused_in_one_sentence() {
    for text in [
        "",
        "hello",
        "{\"kind\": \"Service\"}",
        "- 1\n- 2",
        "kind: Pod",
        "{\"a\": ",
        "\u{0}",
        "a: b: c: [",
    ] {
        let outcome = objects("x", text).and_then(|o| view_of(&o, None, None, Options::default()));
        if let Err(error) = outcome {
            assert_eq!(error.to_string().lines().count(), 1, "{error}");
        } else {
            assert_eq!(text, "kind: Pod");
        }
    }
    let odd = json!({"kind": "Pod", "spec": {"containers": [{"name": "c", "env": [{"name": 7}]}]}});
    let error = view_of(&[odd], None, None, Options::default()).unwrap_err().to_string();
    assert!(error.ends_with("at .spec.containers[0].env[0].name"), "{error}");
}
