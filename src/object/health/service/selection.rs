//! Which pods a selector finds, and which it nearly finds.

use serde_json::{Map, Value};

use crate::k8s::path::ObjectPath;
use crate::object::health::context::Context;
use crate::object::health::related::Answer;
use crate::object::health::requests;
use crate::object::health::similar::meant;
use crate::object::path;

/// What the selector of a Service without endpoints finds.
pub(super) enum Selection {
    /// These pods.
    Pods(Vec<ObjectPath>),
    /// No pods, because this Deployment has none.
    Zero {
        /// Its name.
        deployment: String,
    },
    /// Nothing.
    Nothing {
        /// What it may have meant.
        near: Option<Near>,
    },
    /// The server does not say which pods there are.
    Withheld,
}

/// A label of pods that have all the others.
pub(super) struct Near {
    /// The label that is selected, such as `app=ledgr`.
    pub(super) wanted: String,
    /// The label that the pods have, such as `app=ledger`.
    pub(super) instead: String,
    /// How many pods have it.
    pub(super) pods: i64,
}

/// Returns what the selector finds; `None` if that is not known yet.
pub(super) fn selection(context: &mut Context<'_>) -> Option<Selection> {
    let selector = context.at(".spec.selector").as_object()?;
    let keys: Vec<&str> = selector.keys().map(String::as_str).collect();
    let request = requests::labelled_pods(context.namespace(), &keys);
    let pods = context.answer_to(request, "the pods with the labels of the selector", true)?;
    let Answer::Objects(pods) = pods else { return Some(Selection::Withheld) };
    let has_all =
        |pod: &&Value| selector.iter().all(|(key, value)| label(pod, key) == value.as_str());
    let found: Vec<ObjectPath> =
        pods.iter().filter(has_all).map(|pod| object(context, pod)).collect();
    if !found.is_empty() {
        return Some(Selection::Pods(found));
    }
    let rows = requests::names("Deployment", context.namespace());
    if let Some(answer) = context.answer_to(rows, "the Deployments that may be scaled to 0", true) {
        if let Some(deployment) = scaled_to_zero(answer, selector) {
            return Some(Selection::Zero { deployment });
        }
        return Some(Selection::Nothing { near: nearest(pods, selector) });
    }
    None
}

fn object(context: &Context<'_>, pod: &Value) -> ObjectPath {
    requests::object("Pod", context.namespace(), path::text(pod, ".metadata.name"))
}

fn label<'a>(pod: &'a Value, key: &str) -> Option<&'a str> {
    path::at(pod, ".metadata.labels").get(key)?.as_str()
}

/// A Deployment whose pods the selector would find, by its cells `Selector` and `Ready`.
fn scaled_to_zero(answer: &Answer, selector: &Map<String, Value>) -> Option<String> {
    let Answer::Rows(page) = answer else { return None };
    let column = |name: &str| page.columns.iter().position(|column| *column.name == *name);
    let (labels, ready) = (column("Selector")?, column("Ready")?);
    let row = page.rows.iter().find(|row| {
        let cell = |at| row.cells().nth(at).unwrap_or_default();
        let labels: Vec<&str> = cell(labels).split(',').collect();
        let has = |(key, value): (&String, &Value)| {
            let value = value.as_str().unwrap_or_default();
            labels.contains(&format!("{key}={value}").as_str())
        };
        cell(ready) == "0/0" && selector.iter().all(has)
    })?;
    Some(row.name().to_owned())
}

/// Counts the pods that have all labels of the selector but one, and returns the value that most of
/// them have instead. Of a selector of one label only a value that is spelled nearly alike counts.
fn nearest(pods: &[Value], selector: &Map<String, Value>) -> Option<Near> {
    let mut values: Vec<(&str, &str, &str, i64)> = Vec::new();
    for pod in pods {
        let differs = |(key, value): &(&String, &Value)| label(pod, key) != value.as_str();
        let mut others = selector.iter().filter(differs);
        let (Some((key, wanted)), None) = (others.next(), others.next()) else { continue };
        let (Some(wanted), Some(instead)) = (wanted.as_str(), label(pod, key)) else { continue };
        match values.iter_mut().find(|(known, _, value, _)| known == key && *value == instead) {
            Some((.., count)) => *count += 1,
            None => values.push((key, wanted, instead, 1)),
        }
    }
    if selector.len() == 1 {
        let wanted = values.first()?.1;
        let near = meant(wanted, values.iter().map(|(_, _, instead, _)| *instead))?;
        values.retain(|(_, _, instead, _)| *instead == near);
    }
    let (key, wanted, instead, pods) = values.into_iter().rev().max_by_key(|(.., count)| *count)?;
    Some(Near { wanted: format!("{key}={wanted}"), instead: format!("{key}={instead}"), pods })
}
