//! `kubewalk downward -f`: what counts as a manifest, a workload, and a directory of them.

use std::fs;
use std::path::Path;

use super::{Run, run};

const SPEC: &str = "
spec:
  enableServiceLinks: true
  containers:
  - name: c
    image: x
    resources: {limits: {cpu: 500m}}
    env:
    - {name: REQUEST, valueFrom: {resourceFieldRef: {resource: requests.cpu, divisor: 1m}}}
    - {name: POD_UID, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.uid}}}
";

/// The environment of a pod with this metadata and, below, this status.
fn environment(metadata: &str, status: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pod.yaml");
    let pod = format!("apiVersion: v1\nkind: Pod\nmetadata: {metadata}{SPEC}{status}");
    fs::write(&file, pod).unwrap();
    run(&["downward", "-f", file.to_str().unwrap(), "-o", "env"])
}

#[test]
fn a_uid_written_by_hand_does_not_stop_the_defaults() {
    for (metadata, status) in [
        ("{name: p, uid: 1-2}", ""),
        ("{name: p, uid: 1-2, creationTimestamp: null}", "status: {}"),
        ("{name: p, uid: 1-2, resourceVersion: ''}", ""),
        ("{name: p, uid: 1-2}", "status: null"),
    ] {
        let Run { out, err, code } = environment(metadata, status);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("'REQUEST=500'"), "{metadata} {status}: {out}");
        assert!(out.contains("a manifest: the API's defaults are put in"), "{out}");
        assert!(!out.contains("'POD_UID=1-2'"), "the API server assigns another: {out}");
    }
}

#[test]
fn an_object_of_the_server_is_taken_as_it_is() {
    for (metadata, status) in [
        ("{name: p, namespace: shop, uid: 1-2, resourceVersion: '7'}", ""),
        ("{name: p, namespace: shop, uid: 1-2}", "status: {phase: Running}"),
    ] {
        let Run { out, err, code } = environment(metadata, status);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("'POD_UID=1-2'"), "{out}");
        assert!(!out.contains("a manifest"), "{out}");
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

const POD: &str = "kind: Pod
metadata: {name: p}
spec:
  containers:
  - name: c
    envFrom: [{configMapRef: {name: settings}}]
";
const SETTINGS: &str = "kind: ConfigMap
metadata: {name: settings}
data: {COLOUR: blue}
";

#[test]
fn the_manifests_of_a_directory_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path();
    write(directory, "pod.yml", POD);
    write(directory, "settings.yaml", SETTINGS);
    write(directory, "notes.txt", "kind: [");
    fs::create_dir(directory.join("deeper.yaml")).unwrap();
    let Run { out, err, code } = run(&["downward", "-f", directory.to_str().unwrap(), "-o", "env"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("'COLOUR=blue'"), "{out}");
}

#[test]
fn a_directory_without_manifests_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "notes.txt", "nothing");
    let directory = folder.path().to_str().unwrap();
    let Run { out, err, code } = run(&["downward", "-f", directory]);
    assert_eq!((code, &*out), (2, ""));
    assert!(err.contains("has no .yaml, .yml or .json file") && err.contains(directory), "{err}");
}

#[test]
fn an_object_with_a_pod_template_is_a_workload() {
    let folder = tempfile::tempdir().unwrap();
    let template = "
spec:
  template:
    spec:
      containers: [{name: c, env: [{name: A, value: b}]}]
";
    for kind in ["Rollout", "CloneSet", "Service"] {
        let text =
            format!("kind: {kind}\napiVersion: example.com/v1\nmetadata: {{name: w}}{template}");
        write(folder.path(), "it.yaml", &text);
        let file = folder.path().join("it.yaml");
        let file = file.to_str().unwrap();
        for name in [None, Some(format!("{}/w", kind.to_lowercase()))] {
            let words = ["downward", "-f", file, "-o", "env"].into_iter().chain(name.as_deref());
            let Run { out, err, code } = run(&words.collect::<Vec<_>>());
            assert_eq!(code, 0, "{kind}: {err}");
            assert!(out.contains("'A=b'"), "{out}");
            assert!(out.contains(&format!("the template of a {kind}")), "{out}");
        }
    }
}

#[test]
fn a_template_of_another_kind_is_not_a_workload() {
    let folder = tempfile::tempdir().unwrap();
    let machines = "kind: MachineDeployment
metadata: {name: m}
spec: {template: {spec: {bootstrap: {}}}}
---
";
    write(folder.path(), "it.yaml", &format!("{machines}{POD}"));
    let file = folder.path().join("it.yaml");
    let Run { out, err, code } = run(&["downward", "-f", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("settings"), "{out}");
}
