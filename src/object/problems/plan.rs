//! Which collections are looked at, in which order.

use std::collections::HashSet;
use std::sync::Arc;

use crate::k8s::discovery::{Discovery, DiscoveryPart};
use crate::k8s::failure::Failure;
use crate::k8s::names::Gvr;
use crate::object::search::page::{Kind, is_built_in};

/// Kinds of the cluster: few objects, and what is wrong with them explains much.
const CLUSTER: [(&str, &str, &str); 7] = [
    ("", "v1", "namespaces"),
    ("apiregistration.k8s.io", "v1", "apiservices"),
    ("", "v1", "nodes"),
    ("", "v1", "persistentvolumes"),
    ("storage.k8s.io", "v1", "volumeattachments"),
    ("certificates.k8s.io", "v1", "certificatesigningrequests"),
    ("apiextensions.k8s.io", "v1", "customresourcedefinitions"),
];

/// Kinds whose rows are judged. Pods are the largest, and come last.
const NAMESPACED: [(&str, &str, &str); 9] = [
    ("apps", "v1", "deployments"),
    ("apps", "v1", "statefulsets"),
    ("apps", "v1", "daemonsets"),
    ("batch", "v1", "jobs"),
    ("", "v1", "persistentvolumeclaims"),
    ("autoscaling", "v2", "horizontalpodautoscalers"),
    ("", "v1", "resourcequotas"),
    ("apps", "v1", "replicasets"),
    ("", "v1", "replicationcontrollers"),
];

/// Kinds that are read as objects. Services are judged by their slices, Ingresses by the Services.
const OBJECTS: [(&str, &str, &str); 4] = [
    ("discovery.k8s.io", "v1", "endpointslices"),
    ("", "v1", "services"),
    ("networking.k8s.io", "v1", "ingresses"),
    ("batch", "v1", "cronjobs"),
];

const CLUSTER_OBJECTS: [(&str, &str, &str); 2] = [
    ("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations"),
    ("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations"),
];

/// What a scan looks at.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) pods: Arc<Kind>,
    pub(super) cluster: Vec<Arc<Kind>>,
    pub(super) namespaced: Vec<Arc<Kind>>,
    /// Kinds that are read as objects, in this order, one after the other.
    pub(super) objects: Vec<Arc<Kind>>,
    pub(super) cluster_objects: Vec<Arc<Kind>>,
    /// Versions that discovery calls stale.
    pub(super) silent: Vec<String>,
    /// The parts of discovery that could not be read, with their failures.
    pub(super) failures: Vec<(String, Failure)>,
    /// The resources that are served, as `widgets.example.com`; `None` if that is not known.
    served: Option<HashSet<String>>,
}

impl Plan {
    pub(super) fn new(discovery: &Discovery, is_all: bool) -> Self {
        let known = |kinds: &[(&str, &str, &str)], is_namespaced| -> Vec<Arc<Kind>> {
            kinds.iter().filter_map(|kind| built_in(discovery, *kind, is_namespaced)).collect()
        };
        let (mut cluster, mut namespaced) = (known(&CLUSTER, false), known(&NAMESPACED, true));
        let mut silent = Vec::new();
        let mut served = HashSet::new();
        for group in &discovery.groups {
            let is_built_in = is_built_in(group.group.as_str());
            let mut seen = HashSet::new();
            for version in &group.versions {
                if version.stale && !is_built_in {
                    silent.push(version.group_version.to_string());
                    continue;
                }
                for resource in version.resources.iter().flatten() {
                    served.insert(format!("{}.{}", resource.gvr.resource, group.group.as_str()));
                    // The first version that has a resource is the one that the server prefers.
                    let is_new = seen.insert(resource.gvr.resource.clone());
                    if is_built_in || !is_new || !resource.can("list") {
                        continue;
                    }
                    let kind = Arc::new(Kind::of(resource, true));
                    let list = if kind.is_namespaced { &mut namespaced } else { &mut cluster };
                    list.push(kind);
                }
            }
        }
        let pods = built_in(discovery, ("", "v1", "pods"), true);
        let failure = |part: &DiscoveryPart| {
            Some((part.path().to_string(), discovery.failure(part)?.clone()))
        };
        let failures: Vec<(String, Failure)> =
            DiscoveryPart::GROUPS.iter().filter_map(failure).collect();
        let pods = pods.unwrap_or_else(|| Arc::new(Kind::known(("", "v1", "pods"), true)));
        Self {
            pods,
            cluster: if is_all { cluster } else { Vec::new() },
            namespaced,
            objects: known(&OBJECTS, true),
            cluster_objects: if is_all { known(&CLUSTER_OBJECTS, false) } else { Vec::new() },
            served: failures.is_empty().then_some(served),
            silent,
            failures,
        }
    }

    /// True if discovery does not serve a resource that a definition is for, such as `widgets.example.com`.
    pub(super) fn is_missing(&self, name: &str) -> bool {
        self.served.as_ref().is_some_and(|served| !served.contains(name))
    }

    pub(super) fn has_status(&self, gvr: &Gvr) -> bool {
        let kinds = self.cluster.iter().chain(&self.namespaced);
        kinds.filter(|kind| kind.is_custom).any(|kind| kind.gvr == *gvr && kind.has_status)
    }
}

/// Returns a built-in kind in the version that is served: the usual one, or the preferred one of an older
/// server. Without discovery it is there.
fn built_in(
    discovery: &Discovery,
    kind: (&str, &str, &str),
    is_namespaced: bool,
) -> Option<Arc<Kind>> {
    let mut known = Kind::known(kind, is_namespaced);
    let part = DiscoveryPart::of_group(&known.gvr.group_version.group);
    let is_unknown = discovery.groups.is_empty() || discovery.failure(&part).is_some();
    if is_unknown || discovery.resource(&known.gvr).is_some() {
        return Some(Arc::new(known));
    }
    let group = discovery.group(&known.gvr.group_version.group)?;
    // If the resources of a version are not known, only a request can show whether it has this one.
    let version = group.versions.iter().find(|version| {
        version.resources.is_none() || version.resource(&known.gvr.resource).is_some()
    })?;
    known.gvr = version.group_version.resource(&known.gvr.resource);
    Some(Arc::new(known))
}
