//! The lists in which whatever an object owns is found: one for each kind.

use std::sync::Arc;

use serde_json::Value;

use super::{Keep, Related};
use crate::k8s::discovery::Discovery;
use crate::k8s::names::{Group, Gvr, Namespace, Scope};
use crate::k8s::selector::Selector;
use crate::object::find::kinds::{in_cluster, in_namespaces};
use crate::object::links::Context;
use crate::object::path::text;

/// What an object may own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependents {
    /// The namespace that is looked through; `None` for the cluster.
    pub namespace: Option<Namespace>,
    /// The lists, in the order in which they are read.
    pub lists: Vec<Arc<Related>>,
    /// True if other rows list some of it too.
    pub are_others: bool,
}

/// Returns the lists of all kinds of which an object may own some: those of its namespace, or of the cluster
/// if it has none. `None` if it has no uid.
#[must_use]
pub fn dependents(object: &Value, discovery: &Discovery, are_others: bool) -> Option<Dependents> {
    let context = Context::of(object, discovery)?;
    let uid = Some(text(object, ".metadata.uid")).filter(|uid| !uid.is_empty())?;
    let namespace = context.namespace.map(Namespace::new);
    let mut kinds =
        if namespace.is_some() { in_namespaces(discovery).kinds } else { in_cluster(discovery) };
    kinds.sort_by_key(|gvr| place(gvr, &context.group));
    let list = |gvr: Gvr| {
        let resource = Arc::clone(discovery.resource(&gvr)?);
        let is_namespaced = resource.scope == Scope::Namespaced;
        Some(Arc::new(Related {
            label: gvr.title(),
            namespace: namespace.clone().filter(|_| is_namespaced),
            resource,
            selector: Selector::default(),
            keep: Keep::OwnedBy(uid.to_owned()),
        }))
    };
    let lists: Vec<Arc<Related>> = kinds.into_iter().filter_map(list).collect();
    (!lists.is_empty()).then_some(Dependents { namespace, lists, are_others })
}

/// What an object owns is of its own group more often than of another one.
fn place(gvr: &Gvr, own: &Group) -> usize {
    match gvr.group_version.group.as_str() {
        group if group == own.as_str() => 0,
        "" => 1,
        "apps" => 2,
        "batch" => 3,
        _ => 4,
    }
}

impl Dependents {
    /// Returns where is looked for them: a namespace, or `the cluster`.
    #[must_use]
    pub fn place(&self) -> &str {
        self.namespace.as_ref().map_or("the cluster", Namespace::as_str)
    }

    /// Returns the label of their row.
    #[must_use]
    pub fn label(&self) -> &'static str {
        if self.are_others { "other owned" } else { "owned" }
    }
}
