//! Any pod with any Secrets, of which anything may have happened since its containers started: no
//! output contains a value of a Secret, and nothing that is known depends on what is pending.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubewalk::downward::compare::{Comparison, compare, compare_views};
use kubewalk::downward::inside::{ActualFile, ActualProcess, Environment, Found, Inside, Variable};
use kubewalk::downward::plan::Plan;
use kubewalk::downward::render::{Display, Output, files, render};
use kubewalk::downward::{Lookup, Masker, Options, State, Surroundings, View, compute};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::downward::support::{found, object};

/// The start of every value of a Secret.
const CANARY: &str = "canary";

/// One entry of `env`.
#[derive(Clone, Debug)]
enum Entry {
    /// A key of a Secret.
    Key { secret: usize, key: usize, optional: bool },
    /// A text that refers to names: those of entries, of keys with a prefix, or of nothing.
    Text(Vec<usize>),
    /// A label.
    Label,
    /// An address that the pod may not have yet.
    Address,
    /// A key of a `ConfigMap`.
    Config { optional: bool },
}

/// What happened to a Secret after the start.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Unchanged,
    Deleted,
    KeyRemoved,
    MadeAnew,
    Forbidden,
    NotLoaded,
}

#[derive(Clone, Debug)]
struct Case {
    entries: Vec<Entry>,
    /// The prefixes of the Secrets that are variables as a whole, and whether each is optional.
    env_from: Vec<(usize, usize, bool)>,
    fates: Vec<Fate>,
    config_is_deleted: bool,
    has_started: bool,
    has_address: bool,
    sub_path: Option<usize>,
}

const NAMES: [&str; 8] = ["A", "B", "C", "P_K0", "P_K1", "K0", "DB_SERVICE_HOST", "HOSTNAME"];
const PREFIXES: [&str; 3] = ["", "P_", "DB_"];
const KEYS: [&str; 3] = ["K0", "K1", "SERVICE_HOST"];

fn cases() -> impl Strategy<Value = Case> {
    let entry = prop_oneof![
        (0..2usize, 0..3usize, any::<bool>()).prop_map(|(secret, key, optional)| Entry::Key {
            secret,
            key,
            optional
        }),
        prop::collection::vec(0..NAMES.len(), 0..4).prop_map(Entry::Text),
        Just(Entry::Label),
        Just(Entry::Address),
        any::<bool>().prop_map(|optional| Entry::Config { optional }),
    ];
    let fate = prop_oneof![
        Just(Fate::Unchanged),
        Just(Fate::Deleted),
        Just(Fate::KeyRemoved),
        Just(Fate::MadeAnew),
        Just(Fate::Forbidden),
        Just(Fate::NotLoaded),
    ];
    (
        prop::collection::vec(entry, 0..8),
        prop::collection::vec((0..2usize, 0..3usize, any::<bool>()), 0..3),
        prop::collection::vec(fate, 2),
        (any::<bool>(), any::<bool>(), any::<bool>()),
        prop::option::of(0..NAMES.len()),
    )
        .prop_map(|(entries, env_from, fates, flags, sub_path)| Case {
            entries,
            env_from,
            fates,
            config_is_deleted: flags.0,
            has_started: flags.1,
            has_address: flags.2,
            sub_path,
        })
}

fn value(secret: usize, key: &str) -> String {
    format!("{CANARY}-{secret}-{key}")
}

impl Case {
    fn pod(&self) -> Value {
        let env: Vec<Value> =
            self.entries.iter().enumerate().map(|(at, entry)| variable(at, entry)).collect();
        let env_from = self.env_from.iter().map(|(secret, prefix, optional)| {
            json!({"prefix": PREFIXES[*prefix],
                "secretRef": {"name": format!("s{secret}"), "optional": optional}})
        });
        let mut mounts = vec![
            json!({"name": "secret", "mountPath": "/secret"}),
            json!({"name": "projected", "mountPath": "/projected"}),
        ];
        if let Some(name) = self.sub_path {
            mounts.push(json!({"name": "info", "mountPath": "/part",
                "subPathExpr": format!("$({})", NAMES[name])}));
        }
        let command: Vec<String> =
            NAMES.iter().map(|name| format!("-$({name})$$({name})")).collect();
        json!({
            "kind": "Pod",
            "metadata": {"name": "p", "namespace": "ns", "uid": "u", "resourceVersion": "1",
                "labels": {"app": "web"}},
            "spec": {"enableServiceLinks": false, "nodeName": "n", "containers": [{"name": "main",
                "command": command, "livenessProbe": {"exec": {"command": command}}, "env": env, "envFrom": env_from.collect::<Vec<_>>(), "volumeMounts": mounts}],
                "volumes": [
                    {"name": "secret", "secret": {"secretName": "s0", "defaultMode": 420}},
                    {"name": "projected", "projected": {"defaultMode": 420, "sources": [
                        {"configMap": {"name": "c"}},
                        {"secret": {"name": "s1", "items": [{"key": "K0", "path": "a/b"}]}},
                        {"secret": {"name": "s0", "items": [{"key": "K1", "path": "./k"}]}}]}},
                    {"name": "info", "downwardAPI": {"defaultMode": 420, "items": [
                        {"path": "labels", "fieldRef": {"fieldPath": "metadata.labels"}}]}}]},
            "status": {"phase": "Running"},
        })
    }

    /// The pod as it is now.
    fn pod_now(&self) -> Value {
        let mut pod = self.pod();
        if self.has_started {
            pod["status"]["containerStatuses"] = json!([{"name": "main",
                "state": {"running": {"startedAt": "2026-11-26T10:00:00Z"}}}]);
        }
        if self.has_address {
            pod["status"]["podIPs"] = json!([{"ip": "10.0.0.9"}]);
        }
        pod
    }

    /// The objects as they were when the container started.
    fn around_then() -> Surroundings {
        let mut around = Surroundings { kubernetes: Lookup::Missing, ..Surroundings::default() };
        for at in 0..2 {
            around.secrets.insert(format!("s{at}"), found(&secret(at, &KEYS)));
        }
        around.config_maps.insert("c".to_owned(), found(&config()));
        around
    }

    /// The objects as they are now.
    fn around_now(&self) -> Surroundings {
        let mut around = Self::around_then();
        for (at, fate) in self.fates.iter().enumerate() {
            let now = match fate {
                Fate::Unchanged => found(&secret(at, &KEYS)),
                Fate::Deleted => Lookup::Missing,
                Fate::KeyRemoved => found(&secret(at, &KEYS[..1])),
                Fate::MadeAnew => {
                    let mut anew = secret(at, &KEYS);
                    anew["immutable"] = json!(true);
                    anew["metadata"]["creationTimestamp"] = json!("2026-11-26T11:00:00Z");
                    found(&anew)
                }
                Fate::Forbidden => Lookup::Unknown("secrets is forbidden".to_owned()),
                Fate::NotLoaded => Lookup::NotLoaded,
            };
            around.secrets.insert(format!("s{at}"), now);
        }
        if self.config_is_deleted {
            around.config_maps.insert("c".to_owned(), Lookup::Missing);
        }
        around
    }

    fn view(&self) -> View {
        compute(&object(&self.pod_now()), &self.around_now(), Options::default())
    }

    /// The command line as it was when the container started.
    fn process(then: &View) -> ActualProcess {
        let rows = then.containers[0].process.as_ref().unwrap().command();
        let command = rows.filter_map(|row| Some(row.content.as_ref()?.bytes.clone())).collect();
        ActualProcess { command: Found::There(command), ..ActualProcess::default() }
    }

    /// What is inside the container: what it got when it started.
    fn inside(&self, now: &View) -> Inside {
        let mut pod = self.pod();
        pod["status"]["podIPs"] = json!([{"ip": "10.0.0.9"}]);
        let then = compute(&object(&pod), &Self::around_then(), Options::default());
        let rows = then.containers[0].env.iter();
        let variables = rows.filter_map(|row| {
            let value = row.content.as_ref()?.bytes.clone();
            Some(Variable { name: row.name.clone(), value })
        });
        // A program may hand a value on under another name.
        let copied = Variable { name: "COPY".to_owned(), value: value(0, "K0").into_bytes() };
        let is_read = matches!(self.fates[0], Fate::Unchanged | Fate::KeyRemoved);
        let variables = variables.chain(is_read.then_some(copied)).collect();
        let mut mounts = BTreeMap::new();
        for mount in now.volumes.iter().flat_map(|volume| &volume.mounts) {
            let of_volume = then
                .volumes
                .iter()
                .find(|volume| volume.mounts.iter().any(|other| other.path == mount.path));
            let found = of_volume.into_iter().flat_map(|volume| &volume.files).filter_map(|file| {
                let path = mount.below(&file.path)?.to_owned();
                let bytes = Found::There(file.content.as_ref()?.bytes.clone());
                Some(ActualFile { path, mode: Some(file.mode), bytes })
            });
            mounts.insert(mount.path.clone(), Found::There(found.collect()));
        }
        let environment = Environment { variables, is_overwritten: false };
        Inside { environment: Found::There(environment), mounts, process: Self::process(&then) }
    }
}

fn variable(at: usize, entry: &Entry) -> Value {
    let name = NAMES[at % NAMES.len()];
    match entry {
        Entry::Key { secret, key, optional } => json!({"name": name, "valueFrom": {"secretKeyRef":
            {"name": format!("s{secret}"), "key": KEYS[*key], "optional": optional}}}),
        Entry::Text(names) => {
            let text: String = names.iter().flat_map(|name| ["<$(", NAMES[*name], ")>"]).collect();
            json!({"name": name, "value": text})
        }
        Entry::Label => field(name, "metadata.labels['app']"),
        Entry::Address => field(name, "status.podIP"),
        Entry::Config { optional } => json!({"name": name, "valueFrom": {"configMapKeyRef":
            {"name": "c", "key": "K0", "optional": optional}}}),
    }
}

fn field(name: &str, path: &str) -> Value {
    json!({"name": name, "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}})
}

fn secret(at: usize, keys: &[&str]) -> Value {
    let data = keys.iter().map(|key| ((*key).to_owned(), json!(STANDARD.encode(value(at, key)))));
    json!({"kind": "Secret", "metadata": {"name": format!("s{at}"), "namespace": "ns"},
        "data": data.collect::<serde_json::Map<_, _>>()})
}

fn config() -> Value {
    json!({"kind": "ConfigMap", "metadata": {"name": "c", "namespace": "ns"},
        "data": {"K0": "plain", "k": "plain"}})
}

/// All texts that are shown of a comparison.
fn shown(comparison: &Comparison, masker: &Masker) -> String {
    let mut text = comparison.refused.clone().unwrap_or_default();
    for row in comparison.rows().chain(&comparison.process) {
        let contents = [&row.predicted, &row.actual].into_iter().flatten();
        text.extend(contents.map(|content| content.masked(masker)));
        text.push_str(&row.name);
        text.extend(row.why.clone());
        if let Some(origin) = &row.origin {
            text.push_str(&origin.from);
            text.push_str(&origin.explanation);
            text.extend(origin.note.clone());
        }
    }
    text
}

fn assert_clean(what: &str, text: &str, case: &Case) {
    assert!(!text.contains(CANARY), "{what} of {case:#?}\n{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_output_contains_a_value_of_a_secret(case in cases()) {
        let view = case.view();
        let display = Display { masker: Masker::with_salt([1, 2]), ..Display::default() };
        for output in [Output::Text, Output::Env, Output::Json, Output::Yaml] {
            match render(&view, output, &display) {
                Ok(text) => assert_clean("a view", &String::from_utf8(text).unwrap(), &case),
                Err(error) => assert_clean("an error", &error.to_string(), &case),
            }
        }
        let (written, skipped) = files(&view, &display);
        for file in written {
            assert_clean("a file", &String::from_utf8_lossy(&file.bytes), &case);
        }
        assert_clean("what is not written", &skipped.join("\n"), &case);
        let inside = case.inside(&view);
        let comparison = compare(&view, "main", &inside).unwrap();
        assert_clean("a comparison", &shown(&comparison, &display.masker), &case);
        let mut pod = case.pod();
        pod["metadata"]["name"] = json!("other");
        let then = compute(&object(&pod), &Case::around_then(), Options::default());
        for pair in compare_views(&view, &then).iter().flat_map(|pair| &pair.rows) {
            for side in [&pair.left, &pair.right].into_iter().flatten() {
                let text = side.content.as_ref().map(|content| display.text(content));
                let note = side.origin.note.as_deref().unwrap_or_default();
                let text = format!("{}{note}{}", text.unwrap_or_default(), side.origin.from);
                assert_clean("a comparison of two pods", &text, &case);
            }
        }
        let plan = Plan::of(&object(&case.pod_now()), &view, |_| true);
        assert_clean("a plan", &format!("{plan:?}"), &case);
        assert_clean("the debug form", &format!("{:?}", case.around_now()), &case);
    }

    #[test]
    fn no_known_value_depends_on_a_pending_one(case in cases()) {
        let with = Case { has_address: true, ..case.clone() };
        let without = Case { has_address: false, ..case };
        let (with, without) = (with.view(), without.view());
        for row in &without.containers[0].env {
            let later = with.containers[0].env.iter().find(|other| other.name == row.name);
            if row.origin.state == State::Known {
                prop_assert_eq!(&row.content, &later.unwrap().content, "{}", row.name);
            }
        }
        let rows = |view: &View| view.containers[0].process.as_ref().map(|it| it.rows.clone());
        let (now, later) = (rows(&without).unwrap(), rows(&with).unwrap());
        for (row, later) in now.iter().zip(&later) {
            prop_assert_eq!(row.field, later.field);
            if row.origin.state == State::Known {
                prop_assert_eq!(&row.content, &later.content, "{:?}", row.field);
            }
        }
    }

    #[test]
    fn a_requested_value_is_shown_completely(case in cases()) {
        let view = case.view();
        let display = Display { show_secrets: true, ..Display::default() };
        let document: Value =
            serde_json::from_slice(&render(&view, Output::Json, &display).unwrap()).unwrap();
        let states = document["containers"][0]["env"].as_array().unwrap();
        prop_assert!(states.iter().all(|row| row["state"] != "masked"));
    }
}
