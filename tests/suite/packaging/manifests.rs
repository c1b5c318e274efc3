//! The manifests in `assets`, validated with the schemas of a real server.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::machine::binary;
use crate::support::recordings::CLUSTER;

/// The `OpenAPI` v3 documents of the recorded server, by path.
struct Published(HashMap<String, Value>);

impl Published {
    fn get(&mut self, path: &str) -> &Value {
        let index = self.0.entry(String::new()).or_insert_with(|| recorded("/openapi/v3"));
        let address = index["paths"][path]["serverRelativeURL"].as_str().unwrap().to_owned();
        self.0.entry(path.to_owned()).or_insert_with(|| recorded(&address))
    }
}

fn recorded(path: &str) -> Value {
    let output = binary(&["get", path, "--replay", CLUSTER, "-o", "raw"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Returns the errors of an object; none if a server would accept it.
fn faults(published: &mut Published, object: &Value) -> Vec<String> {
    let version = object["apiVersion"].as_str().unwrap();
    let kind = object["kind"].as_str().unwrap();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let path = match group {
        "" => format!("api/{version}"),
        group => format!("apis/{group}/{version}"),
    };
    let schemas = &published.get(&path)["components"]["schemas"];
    let wanted = serde_json::json!({ "group": group, "version": version, "kind": kind });
    let is_wanted = |schema: &Value| {
        let kinds = schema["x-kubernetes-group-version-kind"].as_array();
        kinds.is_some_and(|kinds| kinds.contains(&wanted))
    };
    let schema = schemas.as_object().unwrap().values().find(|schema| is_wanted(schema)).unwrap();
    let mut found = Vec::new();
    check(schemas, schema, object, kind, &mut found);
    found
}

fn check(schemas: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/components/schemas/").unwrap();
        return check(schemas, &schemas[name], value, at, found);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        check(schemas, part, value, at, found);
    }
    let options: Vec<_> = schema["oneOf"].as_array().into_iter().flatten().collect();
    let fits = |option: &&Value| {
        let mut faults = Vec::new();
        check(schemas, option, value, at, &mut faults);
        faults.is_empty()
    };
    if !options.is_empty() && !options.iter().any(fits) {
        found.push(format!("{at}: {value} is none of what it may be"));
    }
    let known = schema["enum"].as_array();
    if known.is_some_and(|known| !known.contains(value)) {
        found.push(format!("{at}: {value} is not one of {known:?}"));
    }
    let is_right = match schema["type"].as_str() {
        None => true,
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("array") => {
            for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                check(schemas, &schema["items"], item, &format!("{at}[{index}]"), found);
            }
            value.is_array()
        }
        Some("object") => {
            fields(schemas, schema, value, at, found);
            value.is_object()
        }
        Some(other) => panic!("{at}: the schema has the unknown type {other}"),
    };
    if !is_right {
        found.push(format!("{at}: {value} is no {}", schema["type"]));
    }
}

fn fields(schemas: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(object) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten() {
        if !object.contains_key(name.as_str().unwrap()) {
            found.push(format!("{at}: {name} is missing"));
        }
    }
    for (name, field) in object {
        let at = format!("{at}.{name}");
        match (&schema["properties"][name], &schema["additionalProperties"]) {
            (Value::Null, Value::Null) => found.push(format!("{at}: there is no such field")),
            (Value::Null, others) => check(schemas, others, field, &at, found),
            (known, _) => check(schemas, known, field, &at, found),
        }
    }
}

fn manifests() -> Vec<(PathBuf, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/manifests");
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect();
    found.sort();
    assert_eq!(found.len(), 3);
    found
}

#[test]
fn every_manifest_matches_the_api_schemas() {
    let mut published = Published(HashMap::new());
    for (path, text) in manifests() {
        let objects: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
        assert!(objects.iter().any(|object| object["kind"] == "Pod"), "{}", path.display());
        for object in &objects {
            let found = faults(&mut published, object);
            assert!(found.is_empty(), "{}:\n{}", path.display(), found.join("\n"));
        }
    }
}

#[test]
fn invalid_manifests_are_detected() {
    let mut published = Published(HashMap::new());
    for (pod, fault) in [
        ("{metadata: {name: a}, spec: {}}", "Pod.spec: \"containers\" is missing"),
        ("{spec: {containers: [{name: a, imag: b}]}}", "containers[0].imag: there is no such"),
        ("{spec: {containers: [{name: a, tty: 'yes'}]}}", "tty: \"yes\" is no \"boolean\""),
        ("{metadata: {labels: {a: 1}}}", "labels.a: 1 is no \"string\""),
        ("{spec: {containers: [{name: a, resources: {limits: {cpu: true}}}]}}", "none of what"),
    ] {
        let mut object: Value = serde_saphyr::from_str(pod).unwrap();
        object["apiVersion"] = "v1".into();
        object["kind"] = "Pod".into();
        let found = faults(&mut published, &object).join("\n");
        assert!(found.contains(fault), "{pod}: {found}");
    }
}

#[test]
fn every_manifest_starts_with_its_kubectl_command() {
    for (path, text) in manifests() {
        let comment: String = text.lines().take_while(|line| line.starts_with('#')).collect();
        for part in ["kubectl apply", "kubectl exec -it", "-- kubewalk", "kubectl debug -it POD"] {
            assert!(comment.contains(part), "{}: {part}", path.display());
        }
        // The comment names the pod of the manifest.
        let objects: Vec<Value> = serde_saphyr::from_multiple(&text).unwrap();
        let pod = objects.iter().find(|object| object["kind"] == "Pod").unwrap();
        let name = pod["metadata"]["name"].as_str().unwrap();
        assert!(comment.contains(&format!("{name} -")), "{}: {name}", path.display());
    }
}
