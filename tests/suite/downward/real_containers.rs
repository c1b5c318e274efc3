//! Three pods of a real cluster, compared with the recorded contents of their containers.

use std::collections::BTreeMap;

use kubewalk::downward::{Lookup, Options, Service, Surroundings, View, compute};
use serde_json::{Value, json};

use super::support::{found, object};

#[test]
fn computed_views_equal_the_recorded_containers() {
    let text = std::fs::read_to_string("tests/fixtures/inside-the-containers.json").unwrap();
    let pods: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(pods.len(), 3);
    for pod in pods {
        let view = compute(&object(&pod["pod"]), &around(&pod["node"]), Options::default());
        for (name, inside) in pod["containers"].as_object().unwrap() {
            assert_eq!(environment(&view, name), really_in_environment(inside), "{name}");
            let files = files(&view, name);
            for (path, file) in inside["files"].as_object().unwrap() {
                let (mode, content) = &files[path];
                assert_eq!(file["mode"], format!("{mode:o}"), "{path}");
                assert_eq!(content, &without_time(file["content"].as_str().unwrap()), "{path}");
            }
        }
    }
}

fn around(node: &Value) -> Surroundings {
    let kubernetes = json!({"metadata": {"name": "kubernetes", "namespace": "default"}, "spec":
        {"clusterIP": "10.0.0.1", "ports": [{"name": "https", "port": 443, "protocol": "TCP"}]}});
    Surroundings {
        node: found(node),
        services: Lookup::Found(vec![Service::try_from(&kubernetes).unwrap()]),
        kubernetes: found(&kubernetes),
        ..Surroundings::default()
    }
}

fn environment(view: &View, container: &str) -> BTreeMap<String, String> {
    let container = view.containers.iter().find(|c| c.name == container).unwrap();
    let value =
        |row: &kubewalk::downward::EnvRow| row.content.as_ref().unwrap().text().unwrap().to_owned();
    container.env.iter().map(|row| (row.name.clone(), value(row))).collect()
}

/// Returns the recorded environment without the variables of the image and the runtime.
fn really_in_environment(inside: &Value) -> BTreeMap<String, String> {
    let variables: Vec<(String, String)> =
        serde_json::from_value(inside["environ"].clone()).unwrap();
    let added = ["PATH", "HOSTNAME", "HOME"];
    variables.into_iter().filter(|(name, _)| !added.contains(&name.as_str())).collect()
}

fn files(view: &View, container: &str) -> BTreeMap<String, (u32, String)> {
    let mut files = BTreeMap::new();
    for volume in &view.volumes {
        for mount in volume.mounts.iter().filter(|mount| mount.container == container) {
            for file in volume.files.iter().filter(|file| file.content.is_some()) {
                let content = file.content.as_ref().unwrap().text().unwrap().to_owned();
                files.insert(format!("{}/{}", mount.path, file.path), (file.mode, content));
            }
        }
    }
    files
}

/// Removes the time at which the kubelet first saw the pod, which the API does not have.
fn without_time(content: &str) -> String {
    let line = |line: &str| match line.split_once('=') {
        Some((key @ "kubernetes.io/config.seen", _)) => format!("{key}=\"<set by the kubelet>\""),
        _ => line.to_owned(),
    };
    content.split('\n').map(line).collect::<Vec<_>>().join("\n")
}
