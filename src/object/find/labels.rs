//! Labels and annotations of listed objects.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::k8s::answer;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::filter::Filter;
use crate::k8s::names::Namespace;
use crate::k8s::request::Exchange;

/// The manifest as it was applied: of a Secret it contains the values, of anything else all its text.
const APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The metadata of a page of objects.
pub(super) struct Page {
    pub(super) objects: Vec<Described>,
    /// The continue token of the next page.
    pub(super) token: Option<String>,
}

/// The metadata of an object.
pub(super) struct Described {
    pub(super) name: String,
    pub(super) namespace: Option<Namespace>,
    /// Labels, then annotations, as `key=value`.
    labels: Vec<String>,
}

impl Described {
    /// Returns `None` if the filter does not let the object pass; else the label or annotation that matches,
    /// unless the name does.
    #[expect(clippy::option_option, reason = "an object may pass by its name alone")]
    pub(super) fn matching(&self, filter: &Filter) -> Option<Option<String>> {
        let all = || std::iter::once(&self.name).chain(&self.labels).map(String::as_str);
        if !filter.passes_any(all()) {
            return None;
        }
        if filter.passes_any([self.name.as_str()].into_iter()) {
            return Some(None);
        }
        let passes = |label: &&String| filter.passes_any([label.as_str()].into_iter());
        Some(self.labels.iter().find(passes).cloned())
    }
}

/// Reads a page.
///
/// # Errors
///
/// As [`answer::whole`], and a body that is not a list of objects.
pub(super) fn read(exchange: &Exchange) -> Result<Page, Failure> {
    let body = &answer::whole(exchange)?.body;
    let list: Listed = serde_json::from_slice(body).map_err(|error| {
        let message = format!("the answer to {} is not a list: {error}", exchange.request.path);
        Failure::new(FailureKind::Malformed, message, "")
    })?;
    let objects = list.items.into_iter().flatten().map(|item| {
        let Metadata { name, namespace, labels, annotations } = item.metadata;
        let annotations = annotations.into_iter().flatten().filter(|(key, _)| key != APPLIED);
        let pairs = labels.into_iter().flatten().chain(annotations);
        let labels = pairs.map(|(key, value)| format!("{key}={value}")).collect();
        Described { name, namespace: namespace.as_deref().map(Namespace::new), labels }
    });
    Ok(Page { objects: objects.collect(), token: list.metadata.continues })
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    metadata: ListMetadata,
    /// Null if there are none.
    items: Option<Vec<Item>>,
}

#[derive(Default, Deserialize)]
struct ListMetadata {
    #[serde(rename = "continue")]
    continues: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    name: String,
    namespace: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    annotations: Option<BTreeMap<String, String>>,
}
