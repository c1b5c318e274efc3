//! From names to paths: the resource that a name or a kind means, by discovery.

use std::sync::Arc;

use serde_json::Value;

use super::table::{POD_SPECS, VOLUME_SPECS};
use super::{Place, Target};
use crate::k8s::discovery::{DiscoveredGroup, Discovery, Resource};
use crate::k8s::names::{Group, GroupVersion, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::selector::Selector;
use crate::object::path::text;

/// The longest name, in bytes. Kubernetes accepts no longer ones.
const MAX_NAME: usize = 253;

/// The object whose links are found.
pub(in crate::object) struct Context<'a> {
    pub(in crate::object) object: &'a Value,
    pub(in crate::object) discovery: &'a Discovery,
    /// Its kind as the table names it: `Pod`, `apps/Deployment`.
    pub(in crate::object) name: String,
    pub(in crate::object) group: Group,
    pub(in crate::object) kind: &'a str,
    pub(in crate::object) namespace: Option<&'a str>,
    /// The path of the spec of its pod or of its pod template.
    pub(in crate::object) pod: Option<&'static str>,
    /// The path of the spec of its persistent volume.
    pub(in crate::object) volume: Option<&'static str>,
}

/// What a kind means.
pub(super) enum Meaning<'a> {
    /// One resource; true if no other can be meant.
    One(&'a Arc<Resource>, bool),
    /// One of several resources.
    Several(Vec<&'a Arc<Resource>>),
    /// None that is served.
    None,
}

impl<'a> Context<'a> {
    /// Returns the context of an object; `None` for JSON that is no object.
    pub(in crate::object) fn of(object: &'a Value, discovery: &'a Discovery) -> Option<Self> {
        let version = GroupVersion::parse(object.get("apiVersion")?.as_str()?);
        let kind = object.get("kind")?.as_str()?;
        let is_object = object.get("metadata").is_some_and(Value::is_object) && kind != "Status";
        let group = version.group;
        let name =
            if group.is_core() { kind.to_owned() } else { format!("{}/{kind}", group.as_str()) };
        let spec = |specs: &'static [(&str, &str)]| {
            specs.iter().find(|(of, _)| *of == name).map(|(_, at)| *at)
        };
        let (pod, volume) = (spec(&POD_SPECS), spec(&VOLUME_SPECS));
        let namespace = Some(text(object, ".metadata.namespace")).filter(|ns| !ns.is_empty());
        is_object.then_some(Self { object, discovery, name, group, kind, namespace, pod, volume })
    }

    /// Returns the resource of that plural name in the first version of its group that has it.
    pub(in crate::object) fn resource(
        &self,
        group: &str,
        plural: &str,
    ) -> Option<&'a Arc<Resource>> {
        let group = self.discovery.group(&Group::new(group))?;
        group.versions.iter().find_map(|version| version.resource(plural))
    }

    /// Returns an object by its resource and name. `None` if it cannot have that name.
    pub(super) fn object(
        &self,
        group: &str,
        plural: &str,
        name: &str,
        namespace: Option<&str>,
        place: Option<Place>,
    ) -> Option<Target> {
        match self.resource(group, plural) {
            Some(resource) => of_resource(resource, name, namespace, place),
            None => Some(Target::Nowhere(self.not_served(group, plural))),
        }
    }

    /// Returns the object that a map refers to, which has `apiVersion`, `apiGroup` or `group`, and `kind`
    /// or `resource`.
    pub(super) fn reference(
        &self,
        map: &Value,
        name: &str,
        namespace: Option<&str>,
    ) -> Option<Target> {
        match self.meaning(map)? {
            Meaning::One(resource, _) => of_resource(resource, name, namespace, None),
            Meaning::Several(resources) => several(&resources, name, namespace),
            Meaning::None => {
                let kind = map.get("kind").or(map.get("resource"))?.as_str()?;
                Some(Target::Nowhere(format!("{kind} is not served here")))
            }
        }
    }

    /// Returns what the kind or the resource in a map means; `None` if it has neither.
    pub(super) fn meaning(&self, map: &Value) -> Option<Meaning<'a>> {
        let field = |name: &str| map.get(name).and_then(Value::as_str);
        let version = field("apiVersion").map(GroupVersion::parse);
        let group = match &version {
            Some(version) => Some(version.group.clone()),
            None => field("apiGroup").or(field("group")).map(Group::new),
        };
        if let Some(plural) = field("resource").filter(|_| field("kind").is_none()) {
            let group = group.unwrap_or_default();
            let found = self.resource(group.as_str(), plural);
            return Some(found.map_or(Meaning::None, |found| Meaning::One(found, true)));
        }
        let kind = field("kind")?;
        Some(match group {
            Some(group) => {
                let exact = version.and_then(|version| {
                    let known = self.discovery.version(&version)?;
                    known.resources.iter().flatten().find(|resource| *resource.kind == *kind)
                });
                let found = exact.or_else(|| in_group(self.discovery.group(&group)?, kind));
                found.map_or(Meaning::None, |found| Meaning::One(found, true))
            }
            None => self.kind(kind),
        })
    }

    /// Returns the resource of a kind whose group is not given: that of the object's own group, else of
    /// core, else of a group that is built in, else of the only other group that has it.
    pub(super) fn kind(&self, kind: &str) -> Meaning<'a> {
        let own = self.discovery.group(&self.group).and_then(|group| in_group(group, kind));
        let core = || in_group(self.discovery.group(&Group::core())?, kind);
        if let Some(found) = own.or_else(core) {
            return Meaning::One(found, true);
        }
        let groups = self.discovery.groups.iter();
        let mut found: Vec<(bool, &Arc<Resource>)> = groups
            .filter_map(|group| Some((is_built_in(&group.group), in_group(group, kind)?)))
            .collect();
        match (found.iter().find(|(is_built_in, _)| *is_built_in), found.len()) {
            (_, 0) => Meaning::None,
            (Some((_, found)), _) => Meaning::One(found, false),
            (None, 1) => Meaning::One(found.remove(0).1, false),
            (None, _) => Meaning::Several(found.into_iter().map(|(_, found)| found).collect()),
        }
    }

    /// Returns the objects of a resource in a namespace, or in all.
    pub(super) fn list(
        &self,
        group: &str,
        plural: &str,
        namespace: Option<&str>,
        selector: Selector,
    ) -> Option<Target> {
        match self.resource(group, plural) {
            Some(resource) => list_of(resource, namespace, selector),
            None => Some(Target::Nowhere(self.not_served(group, plural))),
        }
    }

    /// Returns an API version, if it is served.
    pub(super) fn version(&self, api_version: &str) -> Option<Target> {
        let version = GroupVersion::parse(api_version);
        self.discovery.version(&version)?;
        Some(Target::Path(ApiPath::Version(version)))
    }

    fn not_served(&self, group: &str, plural: &str) -> String {
        let name = if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") };
        let known = self.discovery.group(&Group::new(group));
        let is_missing = |known: &DiscoveredGroup| {
            known.versions.iter().any(|version| version.resources.is_none())
        };
        if known.is_some_and(is_missing) {
            format!("The resources of {group} are not loaded yet")
        } else {
            format!("{name} is not served here")
        }
    }
}

/// Returns the resource of a kind in the first version of a group that has it.
fn in_group<'a>(group: &'a DiscoveredGroup, kind: &str) -> Option<&'a Arc<Resource>> {
    let resources = group.versions.iter().flat_map(|version| version.resources.iter().flatten());
    let mut same = resources.filter(|resource| *resource.kind == *kind);
    same.find(|resource| resource.can("get") || resource.can("list"))
}

/// True for the groups of the API server itself.
pub(super) fn is_built_in(group: &Group) -> bool {
    let name = group.as_str();
    // Groups of custom resources of the project end with `.x-k8s.io`, or have a name before `networking`.
    let is_of_project = name.strip_suffix(".k8s.io").is_some_and(|rest| {
        matches!(
            rest,
            "admissionregistration"
                | "apiextensions"
                | "apiregistration"
                | "authentication"
                | "authorization"
                | "certificates"
                | "coordination"
                | "discovery"
                | "events"
                | "flowcontrol.apiserver"
                | "internal.apiserver"
                | "networking"
                | "node"
                | "rbac.authorization"
                | "resource"
                | "scheduling"
                | "storage"
                | "storagemigration"
        )
    });
    is_of_project || matches!(name, "" | "apps" | "autoscaling" | "batch" | "policy" | "extensions")
}

/// Returns the object of that name. Cluster-scoped objects have no namespace, whatever is beside the name.
pub(super) fn of_resource(
    resource: &Arc<Resource>,
    name: &str,
    namespace: Option<&str>,
    place: Option<Place>,
) -> Option<Target> {
    let path = match object_path(resource, name, namespace)? {
        Ok(path) => path,
        Err(reason) => return Some(Target::Nowhere(reason)),
    };
    Some(Target::Object { path, kind: Arc::clone(&resource.kind), place, uid: None })
}

fn object_path(
    resource: &Arc<Resource>,
    name: &str,
    namespace: Option<&str>,
) -> Option<Result<ObjectPath, String>> {
    let namespace = match (resource.scope, namespace) {
        (Scope::Cluster, _) => None,
        (Scope::Namespaced, Some(namespace)) => Some(Namespace::new(checked(namespace)?)),
        (Scope::Namespaced, None) => {
            return Some(Err(format!("The namespace of this {} is not given", resource.kind)));
        }
    };
    let name = checked(name)?.into();
    Some(Ok(ObjectPath { gvr: resource.gvr.clone(), namespace, name }))
}

/// Returns the choice between objects of one name.
fn several(resources: &[&Arc<Resource>], name: &str, namespace: Option<&str>) -> Option<Target> {
    let paths = resources.iter().filter_map(|of| object_path(of, name, namespace)?.ok());
    Some(Target::Choice(paths.collect())).filter(|target| *target != Target::Choice(Vec::new()))
}

/// Returns the objects of a resource.
pub(super) fn list_of(
    resource: &Arc<Resource>,
    namespace: Option<&str>,
    selector: Selector,
) -> Option<Target> {
    let namespace = match (resource.scope, namespace) {
        (Scope::Namespaced, Some(namespace)) => Some(Namespace::new(checked(namespace)?)),
        _ => None,
    };
    let path = ApiPath::Collection { gvr: resource.gvr.clone(), namespace };
    resource.can("list").then_some(Target::List { path, selector })
}

/// Returns a name that an object may have (apimachinery `IsValidPathSegmentName`).
pub(super) fn checked(name: &str) -> Option<&str> {
    let is_valid = !matches!(name, "" | "." | ".." | "*")
        && name.len() <= MAX_NAME
        && !name.contains(['/', '%'])
        && !name.chars().any(|c| c.is_control() || c.is_whitespace());
    is_valid.then_some(name)
}
