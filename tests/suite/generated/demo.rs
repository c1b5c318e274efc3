//! The recording behind `--demo`, composed of two recordings of one cluster: everything that was read of
//! it, and namespace `payments` during a rollout a few minutes earlier.
//!
//! The demo begins when the rollout does. Times outside of `payments` are moved back by as much, and later
//! ones inside count as that time, so that nothing is newer than the demo's clock. Forms that a replay derives from others are left out.

use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::{SignedDuration, Timestamp};
use kubewalk::k8s::path::ApiPath;
use regex::{Captures, Regex};
use serde_json::{Value, json};

use crate::support::golden;

const DEMO: &str = "assets/demo.har.gz";
const SERVER: &str = "https://kubernetes.default.svc";
const ROLLED_OUT: &str = "payments";
/// When the demo begins.
const BEGINS: &str = "2026-11-26T10:47:46Z";
/// By how much the whole recording is later than the rollout.
const LATER: SignedDuration = SignedDuration::from_secs(330);
/// The largest size of the file in bytes: the binary contains it.
const MAX_SIZE: u64 = 1 << 20;
/// The kinds of the rollout, with their group and version.
const KINDS: [&str; 5] = [
    "/api/v1/pods",
    "/apis/apps/v1/deployments",
    "/apis/apps/v1/replicasets",
    "/api/v1/events",
    "/apis/discovery.k8s.io/v1/endpointslices",
];

#[test]
fn the_demo_is_composed_of_two_recordings() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(DEMO);
    let composed = composed();
    let known = std::fs::read(&path).map(|bytes| unpacked(&bytes)).unwrap_or_default();
    if known != composed {
        assert!(golden::updates(), "{DEMO} differs. UPDATE=1 writes it");
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(composed.as_bytes()).unwrap();
        std::fs::write(&path, packer.finish().unwrap()).unwrap();
    }
    let size = path.metadata().unwrap().len();
    assert!(size <= MAX_SIZE, "{DEMO} has {size} bytes");
}

#[test]
fn nothing_of_the_demo_is_newer_than_its_clock() {
    static TIMES: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#""(\w*[tT]ime\w*)":"(2026-[^"]+Z)""#).unwrap());
    let begins: Timestamp = BEGINS.parse().unwrap();
    for entry in entries(&composed()) {
        let url = text(&entry["request"]["url"]);
        let body = text(&entry["response"]["content"]["text"]);
        if url.contains("watch=1") || url.contains("/log?") {
            continue;
        }
        for found in TIMES.captures_iter(body) {
            let at: Timestamp = found[2].parse().unwrap();
            assert!(at.as_second() <= begins.as_second(), "{url}: {}", &found[0]);
        }
    }
}

/// The composed archive.
fn composed() -> String {
    let rollout = fixture("rollout");
    let whole = fixture("trouble");
    let lists: HashSet<(String, String)> = { &whole }
        .iter()
        .filter(|entry| entry["response"]["status"] == 200)
        .map(|entry| (url(entry), form(entry).to_owned()))
        .collect();
    let mut seen = HashSet::new();
    let kept = whole.iter().filter(|entry| {
        let key = [url(entry), accept(entry).to_owned(), entry["request"]["postData"].to_string()];
        is_needed(entry, &lists) && seen.insert(key)
    });
    let mut composed: Vec<Value> = kept.map(|entry| earlier(entry, &rollout)).collect();
    composed.extend(rollout.iter().filter(|entry| url(entry).contains("watch=1")).map(|entry| {
        let everywhere = url(entry).replace(&format!("/namespaces/{ROLLED_OUT}"), "");
        small(entry, &everywhere, text(&entry["startedDateTime"]), body(entry))
    }));
    let lines: Vec<String> = composed.iter().map(Value::to_string).collect();
    format!("{{\"log\":{{\"version\":\"1.2\",\"entries\":[\n{}\n]}}}}\n", lines.join(",\n"))
}

/// False for what a replay derives from other answers, and for objects that the rollout has otherwise.
fn is_needed(entry: &Value, lists: &HashSet<(String, String)>) -> bool {
    let url = url(entry);
    let form = form(entry);
    if form == "metadata" || url.contains("limit=") || url.contains("tailLines=200") {
        return false;
    }
    match ApiPath::parse(url.split('?').next().unwrap()) {
        ApiPath::Collection { gvr, namespace: Some(_) } => {
            let everywhere = ApiPath::Collection { gvr, namespace: None }.to_string();
            !lists.contains(&(everywhere, form.to_owned()))
        }
        ApiPath::Object(object) => !is_rolled_out(&ApiPath::Object(object)),
        ApiPath::Subresource { object, subresource } => {
            let starts_with_it = !object.name.starts_with("gateway-5f7cd98cbf");
            let is_log = &*subresource == "log";
            (is_log && starts_with_it) || !is_rolled_out(&ApiPath::Object(object))
        }
        _ => true,
    }
}

/// True for an object of a kind and a namespace that the rollout has.
fn is_rolled_out(path: &ApiPath) -> bool {
    let ApiPath::Object(object) = path else { return false };
    let everywhere = ApiPath::Collection { gvr: object.gvr.clone(), namespace: None }.to_string();
    object.namespace.as_ref().is_some_and(|it| it.as_str() == ROLLED_OUT)
        && KINDS.contains(&everywhere.as_str())
}

/// An exchange as it would have been when the rollout began.
fn earlier(entry: &Value, rollout: &[Value]) -> Value {
    let url = url(entry);
    let path = ApiPath::parse(url.split('?').next().unwrap());
    let is_log = path.is_log();
    let is_of_rollout = url.contains(&format!("/namespaces/{ROLLED_OUT}"));
    let body = body(entry);
    let body = match serde_json::from_str::<Value>(body) {
        Ok(mut value) if url.starts_with("/openapi/v3/") => {
            // Fields are explained by the schemas alone.
            value["paths"] = json!({});
            value.to_string()
        }
        Ok(mut list) if list.get("items").or(list.get("rows")).is_some() => {
            at_beginning(&mut list, &url, form(entry), rollout);
            list.to_string()
        }
        _ if is_of_rollout && is_log => body.to_owned(),
        _ if is_of_rollout => capped(body),
        _ => moved(body),
    };
    let began = text(&entry["startedDateTime"]);
    let began = match (is_log, is_of_rollout) {
        (true, true) => began.to_owned(),
        (true, false) => moved(&began.replace("+00:00", "Z")),
        _ => BEGINS.to_owned(),
    };
    small(entry, &url, &began, &body)
}

/// Moves the objects of a list back, and replaces those that the rollout has.
fn at_beginning(list: &mut Value, url: &str, form: &str, rollout: &[Value]) {
    let field = if list.get("items").is_some() { "items" } else { "rows" };
    let Some(objects) = list[field].as_array_mut() else { return };
    let earlier: Vec<Value> = std::mem::take(objects)
        .into_iter()
        .filter_map(|object| {
            let mut object: Value = if namespace(&object) == ROLLED_OUT {
                let known = Some(object).filter(|object| !is_newer(object))?;
                serde_json::from_str(&capped(&known.to_string())).unwrap()
            } else {
                serde_json::from_str(&moved(&object.to_string())).unwrap()
            };
            if let Some(metadata) = object.pointer_mut("/object/metadata") {
                // The columns say it all.
                metadata.as_object_mut().unwrap().remove("managedFields");
            }
            Some(object)
        })
        .collect();
    *objects = earlier;
    if !KINDS.contains(&url) {
        return;
    }
    let of_rollout = url.rsplit_once('/').unwrap();
    let of_rollout = format!("{}/namespaces/{ROLLED_OUT}/{}", of_rollout.0, of_rollout.1);
    let first = rollout.iter().find(|it| self::url(it) == of_rollout && self::form(it) == form);
    let first: Value = serde_json::from_str(body(first.unwrap())).unwrap();
    let objects = list[field].as_array_mut().unwrap();
    objects.retain(|object| namespace(object) != ROLLED_OUT);
    let at = objects.iter().position(|object| namespace(object) > ROLLED_OUT);
    let at = at.unwrap_or(objects.len());
    objects.splice(at..at, first[field].as_array().unwrap().iter().cloned());
    list["metadata"]["resourceVersion"] = first["metadata"]["resourceVersion"].clone();
}

fn namespace(object: &Value) -> &str {
    let own = object.pointer("/metadata/namespace");
    own.or(object.pointer("/object/metadata/namespace")).and_then(Value::as_str).unwrap_or("")
}

/// True if an object was created after the rollout began.
fn is_newer(object: &Value) -> bool {
    let own = object.pointer("/metadata/creationTimestamp");
    let created = own.or(object.pointer("/object/metadata/creationTimestamp"));
    created.and_then(Value::as_str).is_some_and(|created| created > BEGINS)
}

/// Moves the times in a text back.
fn moved(text: &str) -> String {
    with_times(text, |at| at - LATER)
}

/// Replaces the times in a text that are later than the beginning by that.
fn capped(text: &str) -> String {
    let begins: Timestamp = BEGINS.parse().unwrap();
    with_times(text, |at| at.min(begins))
}

fn with_times(text: &str, time: impl Fn(Timestamp) -> Timestamp) -> String {
    static TIME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z\b").unwrap());
    let replaced = |found: &Captures<'_>| {
        let at: Timestamp = format!("{}Z", &found[1]).parse().unwrap();
        let fraction = found.get(2).map_or("", |fraction| fraction.as_str());
        format!("{}{fraction}Z", time(at).strftime("%Y-%m-%dT%H:%M:%S"))
    };
    TIME.replace_all(text, replaced).into_owned()
}

/// An entry with the fields that a replay needs.
fn small(entry: &Value, url: &str, began: &str, body: &str) -> Value {
    let (request, response) = (&entry["request"], &entry["response"]);
    let warnings: Vec<&Value> = { response["headers"].as_array().into_iter().flatten() }
        .filter(|header| text(&header["name"]).eq_ignore_ascii_case("warning"))
        .collect();
    let mut small = json!({
        "startedDateTime": began,
        "time": entry["time"],
        "request": {
            "method": request["method"],
            "url": format!("{SERVER}{url}"),
            "headers": [{"name": "Accept", "value": accept(entry)}],
        },
        "response": {
            "status": response["status"],
            "headers": warnings,
            "content": {"mimeType": response["content"]["mimeType"], "text": body},
        },
    });
    if let Some(posted) = request.get("postData") {
        small["request"]["postData"] = posted.clone();
    }
    small
}

/// The path and query of an entry.
fn url(entry: &Value) -> String {
    text(&entry["request"]["url"]).replace(SERVER, "")
}

fn accept(entry: &Value) -> &str {
    let mut headers = entry["request"]["headers"].as_array().into_iter().flatten();
    let accept = headers.find(|header| text(&header["name"]).eq_ignore_ascii_case("accept"));
    accept.map_or("", |header| text(&header["value"]))
}

fn form(entry: &Value) -> &'static str {
    let accept = accept(entry);
    if accept.contains("as=Table") {
        "table"
    } else if accept.contains("as=PartialObjectMetadata") {
        "metadata"
    } else {
        "plain"
    }
}

fn body(entry: &Value) -> &str {
    text(&entry["response"]["content"]["text"])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn fixture(name: &str) -> Vec<Value> {
    let file = format!("tests/fixtures/recordings/{name}.har.gz");
    let packed = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    entries(&unpacked(&packed))
}

fn entries(archive: &str) -> Vec<Value> {
    let archive: Value = serde_json::from_str(archive).unwrap();
    archive["log"]["entries"].as_array().unwrap().clone()
}

fn unpacked(packed: &[u8]) -> String {
    let mut text = String::new();
    MultiGzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}
