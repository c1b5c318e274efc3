//! Whole pods, compared with the answers of the kubelet.

use std::collections::{BTreeMap, BTreeSet};

use kubewalk::downward::{
    self, Content, Lookup, Node, Options, PodObject, Service, State, Surroundings, Undecodable,
    View,
};
use kubewalk::downward::{expansion, quoting, resources};
use kubewalk::k8s::quantity::Quantity;
use serde_json::{Value, json};

use super::support::{bytes, vectors};

#[test]
fn a_sample_of_pods_matches_the_kubelet() {
    let all = vectors("pods.jsonl.gz");
    let named = |vector: &&Value| !vector["id"].as_str().unwrap().starts_with('g');
    compare(all.iter().filter(named).chain(all.iter().step_by(7)));
}

#[test]
#[ignore = "all 1,203 pods take some seconds"]
fn every_pod_matches_the_kubelet() {
    let all = vectors("pods.jsonl.gz");
    assert!(all.len() >= 1203);
    compare(all.iter());
}

#[test]
#[ignore = "a figure to report: run it alone with --ignored --nocapture"]
fn more_than_100_pods_are_computed_per_second() {
    let all = vectors("pods.jsonl.gz");
    let inputs: Vec<_> = all.iter().filter_map(|v| Some((&v["pod"], around(v).ok()?))).collect();
    let before = peak_memory();
    let start = std::time::Instant::now();
    let containers: usize = inputs
        .iter()
        .filter_map(|(pod, around)| Some((PodObject::new((*pod).clone()).ok()?, around)))
        .map(|(object, around)| downward::compute(&object, around, OPTIONS).containers.len())
        .sum();
    let count = u32::try_from(inputs.len()).unwrap();
    let rate = f64::from(count) / start.elapsed().as_secs_f64();
    let memory = peak_memory();
    println!(
        "{rate:.0} pods/s, {containers} containers; peak {memory}, {before} with inputs alone"
    );
    assert!(rate > 100.0, "{rate} pods/s");
}

/// Returns the process's peak resident memory as the kernel formats it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or("unknown").trim().to_owned()
}

fn compare<'v>(vectors: impl Iterator<Item = &'v Value>) {
    let mut count = 0;
    let mut wrong = Vec::new();
    for vector in vectors {
        count += 1;
        let answer = view(&vector["pod"], vector);
        let expected = &vector["expected"];
        match answer {
            Err(_) if expected.get("decode_error").is_some() => {}
            Err(error) => wrong.push(format!("{}: {error}", vector["id"])),
            Ok(_) if expected.get("decode_error").is_some() => {
                wrong.push(format!("{}: should not be decoded", vector["id"]));
            }
            Ok(view) => {
                wrong
                    .extend(differences(&view, expected).map(|d| format!("{}: {d}", vector["id"])));
            }
        }
    }
    assert!(count > 60);
    let shown = wrong[..wrong.len().min(25)].join("\n");
    assert!(wrong.is_empty(), "{} of {count} pods differ:\n{shown}", wrong.len());
}

/// The vectors are without the kubelet's annotations.
pub(super) const OPTIONS: Options = Options { kubelet_annotations: false, pending_is_empty: true };

/// Computes the view of a pod with the objects of a vector.
fn view(pod: &Value, vector: &Value) -> Result<View, Undecodable> {
    let around = around(vector)?;
    Ok(downward::compute(&PodObject::new(pod.clone())?, &around, OPTIONS))
}

/// Returns the objects of a vector as the pod's surroundings; no others exist.
pub(super) fn around(vector: &Value) -> Result<Surroundings, Undecodable> {
    let namespace = &vector["pod"]["metadata"]["namespace"];
    let list = |name: &str| vector[name].as_array().cloned().unwrap_or_default();
    let pod = PodObject::new(vector["pod"].clone());
    let needs = pod.as_ref().map(downward::needs).unwrap_or_default();
    let of = |namespace: &Value| {
        let mut services = list("services");
        services.retain(|service| service["metadata"]["namespace"] == *namespace);
        services
    };
    let kubernetes = of(&json!("default"))
        .into_iter()
        .find(|service| service["metadata"]["name"] == "kubernetes");
    let services = of(namespace).iter().map(Service::try_from).collect::<Result<_, _>>()?;
    Ok(Surroundings {
        node: Lookup::Found(Node::try_from(&vector["node"])?),
        services: Lookup::Found(services),
        kubernetes: kubernetes.as_ref().map(Service::try_from).transpose()?.into(),
        config_maps: by_name(list("configMaps"), namespace, needs.config_maps)?,
        secrets: by_name(list("secrets"), namespace, needs.secrets)?,
        ..Surroundings::default()
    })
}

fn by_name<T: for<'v> TryFrom<&'v Value, Error = Undecodable>>(
    objects: Vec<Value>,
    namespace: &Value,
    needed: BTreeSet<String>,
) -> Result<BTreeMap<String, Lookup<T>>, Undecodable> {
    let mut found: BTreeMap<_, _> =
        needed.into_iter().map(|name| (name, Lookup::Missing)).collect();
    for object in objects.into_iter().filter(|o| o["metadata"]["namespace"] == *namespace) {
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        found.insert(name, Lookup::Found(T::try_from(&object)?));
    }
    Ok(found)
}

fn differences(view: &View, expected: &Value) -> impl Iterator<Item = String> {
    let mut env = BTreeMap::new();
    let mut env_errors = Vec::new();
    for container in &view.containers {
        if container.error.is_some() {
            env_errors.push(container.name.clone());
            continue;
        }
        let rows = container.env.iter().filter(|row| row.origin.state != State::Skipped);
        let rows: BTreeMap<_, _> =
            rows.map(|row| (row.name.clone(), raw(row.content.as_ref()))).collect();
        env.insert(container.name.clone(), rows);
    }
    let mut files = BTreeMap::new();
    let mut volume_errors = Vec::new();
    for volume in &view.volumes {
        if volume.error.is_some() {
            volume_errors.push(volume.name.clone());
            continue;
        }
        let rows = volume.files.iter().filter(|row| row.content.is_some());
        let rows: BTreeMap<_, _> =
            rows.map(|row| (row.path.clone(), (row.mode, raw(row.content.as_ref())))).collect();
        files.insert(volume.name.clone(), rows);
    }
    let unmounted: Vec<_> =
        view.volumes.iter().filter(|v| v.mounts.is_empty()).map(|v| v.name.clone()).collect();
    env_errors.sort();
    volume_errors.sort();
    let pairs = [
        ("env", format!("{env:?}"), format!("{:?}", expected_env(&expected["env"]))),
        ("env errors", format!("{env_errors:?}"), keys(&expected["env_errors"])),
        ("files", format!("{files:?}"), format!("{:?}", expected_files(&expected["volumes"]))),
        ("volume errors", format!("{volume_errors:?}"), keys(&expected["volume_errors"])),
        ("unmounted", json!(unmounted).to_string(), expected["unmounted_volumes"].to_string()),
    ];
    pairs.into_iter().filter(|(_, ours, theirs)| ours != theirs).map(|(what, ours, theirs)| {
        let same = ours.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count();
        let near =
            |text: &str| text[same.saturating_sub(60)..].chars().take(160).collect::<String>();
        format!("{what}\n   ours   {}\n   theirs {}", near(&ours), near(&theirs))
    })
}

fn raw(content: Option<&Content>) -> String {
    content.map(|content| content.bytes.escape_ascii().to_string()).unwrap_or_default()
}

fn keys(map: &Value) -> String {
    let mut keys: Vec<&String> = map.as_object().unwrap().keys().collect();
    keys.sort();
    format!("{keys:?}")
}

fn expected_env(env: &Value) -> BTreeMap<String, BTreeMap<String, String>> {
    let value = |row: &Value| match row.get("value_base64") {
        Some(encoded) => bytes(encoded).escape_ascii().to_string(),
        None => row["value"].as_str().unwrap().as_bytes().escape_ascii().to_string(),
    };
    let row = |row: &Value| (row["name"].as_str().unwrap().to_owned(), value(row));
    env.as_object()
        .unwrap()
        .iter()
        .map(|(name, rows)| (name.clone(), rows.as_array().unwrap().iter().map(row).collect()))
        .collect()
}

fn expected_files(volumes: &Value) -> BTreeMap<String, BTreeMap<String, (u64, String)>> {
    let file = |file: &Value| {
        let content = bytes(&file["content_base64"]);
        (!content.starts_with(b"TOKEN(")).then(|| {
            let content = content.escape_ascii().to_string();
            (file["path"].as_str().unwrap().to_owned(), (file["mode"].as_u64().unwrap(), content))
        })
    };
    let files = |files: &Value| files.as_array().unwrap().iter().filter_map(file).collect();
    volumes.as_object().unwrap().iter().map(|(name, rows)| (name.clone(), files(rows))).collect()
}

#[test]
fn every_resource_is_divided_as_in_the_kubelet() {
    let all = vectors("resourcefield.jsonl.gz");
    assert!(all.len() >= 1600);
    for vector in all {
        let quantity = |name: &str| match vector[name].as_str().unwrap() {
            "" => Ok(Quantity::ZERO),
            text => Quantity::parse(text),
        };
        let (Ok(amount), Ok(divisor)) = (quantity("quantity"), quantity("divisor")) else {
            assert!(vector.get("error").is_some(), "{vector}");
            continue;
        };
        let resource = vector["resource"].as_str().unwrap();
        let value = resources::divided_text(resource, &amount, &divisor);
        assert_eq!(vector["value"], value, "{vector}");
    }
}

#[test]
fn every_map_is_formatted_as_in_the_kubelet() {
    let all = vectors("formatmap.jsonl.gz");
    assert!(all.len() >= 1000);
    for vector in all {
        let map = vector["in"].as_object();
        let entries = map.into_iter().flatten().map(|(k, v)| (k.as_str(), v.as_str().unwrap()));
        assert_eq!(
            quoting::format_map(entries).as_bytes(),
            bytes(&vector["out_base64"]),
            "{vector}"
        );
    }
}

#[test]
fn every_text_is_expanded_as_in_the_kubelet() {
    let all = vectors("expand.jsonl.gz");
    assert!(all.len() >= 1200);
    for vector in all {
        let variables: BTreeMap<String, Content> = vector["vars"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), Content::from(value.as_str().unwrap())))
            .collect();
        let text = vector["input"].as_str().unwrap();
        let expanded = expansion::expand(text, |name| variables.get(name));
        assert_eq!(expanded.bytes, bytes(&vector["out_base64"]), "{vector}");
    }
}

#[test]
fn a_manifest_gives_the_view_of_the_stored_pod() {
    let mut count = 0;
    for mut vector in vectors("pods.jsonl.gz").into_iter().step_by(3) {
        let expected = vector["expected"].take();
        let Some(mut input) = vector.get_mut("pod_input").map(Value::take) else { continue };
        input["metadata"]["uid"] = Value::Null;
        let is_refused = expected["validation_errors"] != json!([]);
        // A manifest has no UID.
        if is_refused || input.to_string().contains("metadata.uid") {
            continue;
        }
        let view = view(&input, &vector).unwrap();
        let differences: Vec<_> = differences(&view, &expected).collect();
        assert!(differences.is_empty(), "{}: {}", vector["id"], differences.join("\n"));
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
fn files_give_the_same_view_as_the_server() {
    for vector in vectors("pods.jsonl.gz").into_iter().step_by(6) {
        if vector["expected"].get("decode_error").is_some() {
            continue;
        }
        let mut objects = vec![vector["pod"].clone(), vector["node"].clone()];
        objects[1]["kind"] = json!("Node");
        for (list, kind) in
            [("services", "Service"), ("configMaps", "ConfigMap"), ("secrets", "Secret")]
        {
            for object in vector[list].as_array().into_iter().flatten() {
                let mut object = object.clone();
                object["kind"] = json!(kind);
                objects.push(object);
            }
        }
        let text = json!({"kind": "List", "items": objects}).to_string();
        let objects = downward::inputs::objects("x", &text).unwrap();
        let view = downward::inputs::view_of(&objects, None, None, OPTIONS).unwrap();
        let differences: Vec<_> = differences(&view, &vector["expected"]).collect();
        assert!(differences.is_empty(), "{}: {}", vector["id"], differences.join("\n"));
    }
}
