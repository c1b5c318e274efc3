//! Malformed objects give an error in one sentence, never a panic.

use std::sync::LazyLock;

use kubewalk::downward::catalogue::catalogue;
use kubewalk::downward::inputs::view_of;
use kubewalk::downward::render::{Display, Output, files, render};
use kubewalk::downward::{Options, PodObject, compute};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::vectors;
use super::vectors::around;

static VECTORS: LazyLock<Vec<Value>> =
    LazyLock::new(|| vectors("pods.jsonl.gz").into_iter().step_by(40).collect());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_pod_with_a_malformed_field_is_computed_or_refused(
        at in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
        odd in 0..9usize,
    ) {
        let mut vector = at.get(&VECTORS).clone();
        let odd = [json!(null), json!(7), json!(-1.5), json!([]), json!({}), json!("$(X"), json!(true),
            json!([null]), json!({"a": null})][odd].clone();
        let mut places = Vec::new();
        for root in ["pod", "node", "services", "configMaps", "secrets"] {
            if let Some(value) = vector.get(root) {
                collect(value, format!("/{root}"), &mut places);
            }
        }
        let around_before = around(&vector).unwrap_or_default();
        let pointer: &String = place.get(&places);
        *vector.pointer_mut(pointer).unwrap() = odd;
        match PodObject::new(vector["pod"].clone()) {
            Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1),
            Ok(object) => for output in [Output::Text, Output::Env, Output::Json, Output::Yaml] {
                let view = compute(&object, &around_before, Options::default());
                let _ = catalogue(&object, &around_before, Options::default());
                let _ = render(&view, output, &Display::default());
                let _ = files(&view, &Display::default());
            }
        }
        let mut objects = vec![vector["pod"].clone(), vector["node"].clone()];
        for (list, kind) in [("services", "Service"), ("configMaps", "ConfigMap"), ("secrets", "Secret")] {
            objects.extend(vector[list].as_array().cloned().unwrap_or_default().into_iter().map(|mut object| {
                if object.is_object() {
                    object["kind"] = json!(kind);
                }
                object
            }));
        }
        let _ = view_of(&objects, None, None, Options::default());
    }
}

fn collect(value: &Value, pointer: String, places: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(list) => {
            list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (step, value) in below {
        collect(value, format!("{pointer}/{step}"), places);
    }
    places.push(pointer);
}
