//! The cluster of the load server: copies of a recorded pod, one very large object, and any number of
//! custom resources.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Bytes;
use futures::executor::block_on;
use http_body_util::BodyExt as _;
use kubewalk::api::har::Recording;
use kubewalk::api::replay::Replay;
use serde_json::{Value, json};

/// The number of pods in the small namespace.
pub(crate) const SMALL: usize = 10;

/// The recorded pod of which all others are copies.
const MODEL: &str = "db-0";

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const AGGREGATED: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/// The form of a list of pods.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A `Table` of bare rows.
    Bare,
    /// A `Table` of rows with the metadata of their objects.
    Metadata,
    /// Whole pods.
    Json,
}

/// The content of the cluster.
pub(crate) struct Cluster {
    pub(crate) recording: Arc<Recording>,
    /// The number of pods in the namespace `load`; `few` has [`SMALL`].
    pub(crate) pods: usize,
    /// The answer of `/api`.
    pub(crate) api: Bytes,
    /// The answer of `/apis`, with the custom resources.
    pub(crate) apis: Bytes,
    /// The largest object that a server stores.
    pub(crate) big: Bytes,
    /// The same with another name and another value.
    pub(crate) changed: Bytes,
    columns: String,
    cells: Vec<Value>,
    bare: Template,
    metadata: Template,
    pod: Template,
    /// The bare rows of all pods, with a comma behind each. They are prepared in advance, and of one length.
    rows: String,
}

/// A text with placeholders for a name.
struct Template(Vec<String>);

impl Template {
    fn of(text: &str) -> Self {
        Self(text.split(MODEL).map(str::to_owned).collect())
    }

    fn write(&self, name: &str, out: &mut String) {
        for (index, part) in self.0.iter().enumerate() {
            if index > 0 {
                out.push_str(name);
            }
            out.push_str(part);
        }
    }
}

/// Returns the name of a pod by its 0-based number. The order of numbers is that of names.
pub(crate) fn name(number: usize) -> String {
    format!("db-{number:06}")
}

impl Cluster {
    /// Creates a cluster with that many pods, and that many custom resources beside the recorded ones.
    pub(crate) fn new(pods: usize, crds: usize) -> Self {
        let recording = Arc::new(Recording::demo().unwrap());
        let recorded = |path: &str, accept: &str| -> Value {
            let head = http::Request::get(path).header("accept", accept).body(()).unwrap();
            let answer = Replay::new(recording.clone()).answer(&head.into_parts().0, &[]);
            let body = block_on(answer.into_body().collect()).unwrap().to_bytes();
            serde_json::from_slice(&body).unwrap()
        };
        let table = recorded("/api/v1/namespaces/shop/pods?limit=500", TABLE);
        let mut row = table["rows"][0].clone();
        // Old enough for its displayed times to stay the same for a day, and for its restart not to
        // need attention.
        row["cells"][3] = "1 (34d ago)".into();
        row["cells"][4] = "35d".into();
        let bare = json!({"cells": row["cells"], "object": null}).to_string();
        let pod = recorded("/api/v1/namespaces/shop/pods/db-0", "application/json").to_string();
        let mut apis = recorded("/apis", AGGREGATED);
        add_crds(&mut apis, crds);
        let mut cluster = Self {
            pods,
            api: recorded("/api", AGGREGATED).to_string().into(),
            apis: apis.to_string().into(),
            changed: big()
                .replace(r#""big""#, r#""big-changed""#)
                .replace("some text of key 64,", "another text of key 64,")
                .into(),
            big: big().into(),
            columns: table["columnDefinitions"].to_string(),
            cells: row["cells"].as_array().unwrap().clone(),
            bare: Template::of(&bare),
            metadata: Template::of(&row.to_string()),
            pod: Template::of(&pod),
            rows: String::new(),
            recording,
        };
        for number in 0..pods.max(SMALL) {
            cluster.bare.write(&name(number), &mut cluster.rows);
            cluster.rows.push(',');
        }
        cluster
    }

    /// Returns a page of the pods of a namespace with `all` pods: `limit` pods after the first `offset`.
    pub(crate) fn page(&self, all: usize, (offset, limit): (usize, usize), form: Form) -> Bytes {
        let end = (offset + limit).min(all);
        let mut text = match form {
            Form::Json => r#"{"kind":"PodList","apiVersion":"v1","#.to_owned(),
            _ => r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","#.to_owned(),
        };
        text.push_str(r#""metadata":{"resourceVersion":"1000""#);
        if end < all {
            let left = all - end;
            write!(text, r#","continue":"{}","remainingItemCount":{left}"#, token(end)).unwrap();
        }
        match form {
            Form::Json => text.push_str(r#"},"items":["#),
            _ => write!(text, r#"}},"columnDefinitions":{},"rows":["#, self.columns).unwrap(),
        }
        let template = match form {
            Form::Bare => None,
            Form::Metadata => Some(&self.metadata),
            Form::Json => Some(&self.pod),
        };
        if let Some(template) = template {
            for number in offset..end {
                template.write(&name(number), &mut text);
                text.push(',');
            }
        } else {
            let length = self.rows.len() / self.pods.max(SMALL);
            text.push_str(&self.rows[offset.min(end) * length..end * length]);
        }
        if end > offset {
            text.pop();
        }
        text.push_str("]}");
        text.into()
    }

    /// Returns one pod.
    pub(crate) fn pod(&self, name: &str) -> Bytes {
        let mut text = String::new();
        self.pod.write(name, &mut text);
        text.into()
    }

    /// Returns an event of the watch: a pod with that many restarts.
    pub(crate) fn delta(&self, kind: &str, name: &str, restarts: usize, version: usize) -> String {
        let mut cells = self.cells.clone();
        cells[0] = name.into();
        cells[3] = restarts.to_string().into();
        let object = json!({
            "kind": "Table",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": {"resourceVersion": version.to_string()},
            "columnDefinitions": null,
            "rows": [{"cells": cells, "object": null}],
        });
        format!("{}\n", json!({"type": kind, "object": object}))
    }
}

/// Returns the token of the page after the first `offset` objects, as long as a real one.
fn token(offset: usize) -> String {
    format!("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MTA4NCwic3RhcnQiOiJkYi0w{offset:08}")
}

/// Returns the offset in a token.
pub(crate) fn offset(token: &str) -> usize {
    token.get(token.len().saturating_sub(8)..).and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn add_crds(apis: &mut Value, count: usize) {
    let groups = apis["items"].as_array_mut().unwrap();
    let model = groups.iter().find(|group| group["metadata"]["name"] == "factory.example.com");
    let resource = model.unwrap()["versions"][0]["resources"][1].clone();
    let in_group = 20;
    for group in 0..count.div_ceil(in_group) {
        let resources: Vec<Value> = (0..in_group.min(count - group * in_group))
            .map(|number| {
                let mut resource = resource.clone();
                resource["resource"] = format!("widgets{number}").into();
                resource["singularResource"] = format!("widget{number}").into();
                resource["shortNames"] = json!([format!("wd{group}x{number}")]);
                resource
            })
            .collect();
        groups.push(json!({
            "metadata": {"name": format!("group-{group:03}.example.com")},
            "versions": [{"version": "v1", "resources": resources, "freshness": "Current"}],
        }));
    }
}

/// Returns a ConfigMap of 1.5 MiB: a line of 1 MiB, and half a MiB of short lines.
fn big() -> String {
    let lines: serde_json::Map<String, Value> = (0..6500)
        .map(|number| {
            (
                format!("key-{number:05}"),
                format!("some text of key {number}, no more than a line of it").into(),
            )
        })
        .chain([("long".to_owned(), "abcdefgh".repeat((1 << 20) / 8).into())])
        .collect();
    let keys = lines.keys().map(|key| (format!("f:{key}"), json!({})));
    let fields = json!({"f:data": keys.collect::<serde_json::Map<_, _>>()});
    let manager = json!({"manager": "writer", "operation": "Update", "apiVersion": "v1",
        "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": fields});
    json!({
        "kind": "ConfigMap",
        "apiVersion": "v1",
        "metadata": {"name": "big", "namespace": "load", "resourceVersion": "900",
            "managedFields": [manager]},
        "data": lines,
    })
    .to_string()
}
