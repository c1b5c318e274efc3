//! Lists that are read together, a few at a time, when their row is opened: whatever an object owns, one
//! list for each kind, and what it refers to, one list for each object.

use std::sync::Arc;

use serde_json::Value;

use super::{Keep, Related};
use crate::k8s::discovery::Discovery;
use crate::k8s::names::{Group, Gvr, Namespace, Scope};
use crate::k8s::path::ObjectPath;
use crate::k8s::selector::Selector;
use crate::object::find::kinds::{in_cluster, in_namespaces};
use crate::object::links::{Context, Links, Target, of_field};
use crate::object::path::text;

/// Lists that are read together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several {
    /// What they list.
    pub what: What,
    /// The namespace that is looked through; `None` for the cluster.
    pub namespace: Option<Namespace>,
    /// The lists, in the order in which they are read.
    pub lists: Vec<Arc<Related>>,
}

/// What lists that are read together have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Whatever the object owns.
    Owned,
    /// Whatever the object owns, some of which other rows list too.
    OtherOwned,
    /// What the object refers to.
    Targets,
    /// What a `ResourceClaim` is reserved for.
    Consumers,
}

impl What {
    /// Returns the label of their row.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Owned => "owned",
            Self::OtherOwned => "other owned",
            Self::Targets => "targets",
            Self::Consumers => "consumers",
        }
    }

    /// True if each list is of one object that is named, which may be missing.
    #[must_use]
    pub fn are_named(self) -> bool {
        matches!(self, Self::Targets | Self::Consumers)
    }
}

impl Several {
    /// Returns where is looked for them: a namespace, or `the cluster`.
    #[must_use]
    pub fn place(&self) -> &str {
        self.namespace.as_ref().map_or("the cluster", Namespace::as_str)
    }
}

/// Returns the lists of all kinds of which an object may own some: those of its namespace, or of the cluster
/// if it has none. `None` if it has no uid.
#[must_use]
pub fn dependents(object: &Value, discovery: &Discovery, are_others: bool) -> Option<Several> {
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
            after: None,
        }))
    };
    let lists: Vec<Arc<Related>> = kinds.into_iter().filter_map(list).collect();
    let what = if are_others { What::OtherOwned } else { What::Owned };
    (!lists.is_empty()).then_some(Several { what, namespace, lists })
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

/// Returns the lists of the objects that an object of some kinds exists to refer to: the Services of an
/// Ingress, the role and the subjects of a binding. `None` for other kinds, and if there is none.
#[must_use]
pub fn targets(object: &Value, discovery: &Discovery) -> Option<Several> {
    let context = Context::of(object, discovery)?;
    let (what, begin) = match context.name.as_str() {
        "networking.k8s.io/Ingress" => (What::Targets, ".spec."),
        "rbac.authorization.k8s.io/RoleBinding"
        | "rbac.authorization.k8s.io/ClusterRoleBinding" => (What::Targets, "."),
        "admissionregistration.k8s.io/ValidatingWebhookConfiguration"
        | "admissionregistration.k8s.io/MutatingWebhookConfiguration" => {
            (What::Targets, ".webhooks")
        }
        "discovery.k8s.io/EndpointSlice" => (What::Targets, ".endpoints"),
        "resource.k8s.io/ResourceClaim" => (What::Consumers, ".status.reservedFor"),
        _ => return None,
    };
    let links = Links::find(object, discovery);
    let mut paths: Vec<&ObjectPath> = Vec::new();
    for (at, link) in links.iter() {
        if let Target::Object { path, .. } = &link.target
            && at.starts_with(begin)
            && !at.starts_with(".metadata")
            // It is beside the name of another object.
            && !path.gvr.is_core("namespaces")
            && !paths.contains(&path)
        {
            paths.push(path);
        }
    }
    let lists = paths.into_iter().filter_map(|path| named(path, &context));
    let lists: Vec<Arc<Related>> = lists.map(Arc::new).collect();
    let namespace = context.namespace.map(Namespace::new);
    (!lists.is_empty()).then_some(Several { what, namespace, lists })
}

/// Returns the list of one object.
fn named(path: &ObjectPath, context: &Context<'_>) -> Option<Related> {
    let resource = context.discovery.resource(&path.gvr).filter(|resource| resource.can("list"))?;
    let elsewhere = path.namespace.as_ref().filter(|it| Some(it.as_str()) != context.namespace);
    let elsewhere = elsewhere.map(|namespace| format!(" -n {namespace}")).unwrap_or_default();
    Some(Related {
        label: format!("{}/{}{elsewhere}", path.gvr.resource, path.name),
        resource: Arc::clone(resource),
        namespace: path.namespace.clone(),
        selector: of_field("metadata.name", &path.name)?,
        keep: Keep::All,
        after: None,
    })
}
