//! What the user may read, as far as the rules of the server tell before a request is sent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::k8s::discovery::Resource;
use crate::k8s::names::{Gvr, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::rules::{May, Rules};
use crate::tree::node::NodeKind;

/// The rules known so far. They predict the server's decisions and do not replace them.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    /// By namespace; `None` until an answer arrives, and if there is none.
    of: BTreeMap<Namespace, Option<Rules>>,
    /// The namespaces whose rules are to be requested.
    pub(in crate::app) wanted: BTreeSet<Namespace>,
}

/// What a row shows about the user's rights before it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It may not be read.
    Forbidden,
    /// It may be listed in these known namespaces only.
    OnlyIn(Vec<Namespace>),
    /// It may not be listed, but these of its objects may be read.
    Only(Vec<String>),
}

impl Rights {
    /// Requests the rules of a namespace, unless that was done before.
    pub(in crate::app) fn want(&mut self, namespace: Namespace) {
        if !self.of.contains_key(&namespace) {
            self.wanted.insert(namespace);
        }
    }

    /// Requests the rules of all known namespaces again.
    pub(in crate::app) fn refresh(&mut self) {
        self.wanted.extend(self.of.keys().cloned());
    }

    /// Notes that the rules of a namespace were requested.
    pub(in crate::app) fn requested(&mut self, namespace: Namespace) {
        self.of.entry(namespace).or_default();
    }

    /// Notes the rules of a namespace; `None` if the server does not report them.
    pub(in crate::app) fn received(&mut self, namespace: Namespace, rules: Option<Rules>) {
        self.of.insert(namespace, rules);
    }

    /// Notes that a path was read. If the rules forbade that, they changed, and are requested again.
    pub(in crate::app) fn was_read(&mut self, path: &ApiPath) {
        if self.may_read(path) == May::No {
            self.wanted.extend(namespace_of(path));
        }
    }

    /// Returns what the row of a node shows before it is opened.
    #[must_use]
    pub fn mark(&self, kind: &NodeKind) -> Option<Mark> {
        if matches!(kind, NodeKind::Resource { resource, .. } if !resource.can("list")) {
            return None;
        }
        if self.may_read(&kind.path()?) != May::No {
            return None;
        }
        match kind {
            NodeKind::Resource { resource, chosen: None }
                if resource.scope == Scope::Namespaced =>
            {
                let allowed = self.listed_in(&resource.gvr);
                Some(if allowed.is_empty() { Mark::Forbidden } else { Mark::OnlyIn(allowed) })
            }
            _ => {
                let collection = kind.opens_collection();
                let named = collection.map(|path| self.named_in(&path)).unwrap_or_default();
                Some(if named.is_empty() { Mark::Forbidden } else { Mark::Only(named) })
            }
        }
    }

    /// Returns whether a GET of a path is allowed, as far as the known rules decide it.
    #[must_use]
    pub fn may_read(&self, path: &ApiPath) -> May {
        if let Some(namespace) = namespace_of(path) {
            let rules = self.of.get(&namespace).and_then(Option::as_ref);
            return rules.map_or(May::Unknown, |rules| rules.may_read(path));
        }
        let is_resource = matches!(
            path,
            ApiPath::Collection { .. } | ApiPath::Object(_) | ApiPath::Subresource { .. }
        );
        let mut answers = self.of.values().flatten().map(|rules| rules.may_read(path));
        // Cluster-wide rules are part of every namespace's rules: what is missing in one namespace
        // is not allowed cluster-wide. What is present may be a rule of that namespace alone.
        answers.find(|may| *may == May::No || !is_resource).unwrap_or(May::Unknown)
    }

    /// Returns the verbs that the user may use on a resource in a namespace, or on one of the cluster;
    /// `None` if the rules are not known, or not all of them.
    #[must_use]
    pub fn verbs<'a>(
        &self,
        resource: &'a Resource,
        namespace: Option<&Namespace>,
    ) -> Option<Vec<&'a str>> {
        let rules = match namespace {
            Some(namespace) => self.of.get(namespace)?.as_ref()?,
            // The rules of one namespace say nothing of all namespaces.
            None if resource.scope == Scope::Namespaced => return None,
            // The rules of any namespace contain those of the cluster.
            None => self.of.values().flatten().next()?,
        };
        (!rules.is_incomplete()).then(|| rules.verbs(&resource.gvr, &resource.verbs))
    }

    /// Returns the namespaces with known rules in which a resource may be listed.
    pub(in crate::app) fn listed_in(&self, gvr: &Gvr) -> Vec<Namespace> {
        let may = |namespace: &&Namespace| {
            let namespace = Some((*namespace).clone());
            self.may_read(&ApiPath::Collection { gvr: gvr.clone(), namespace }) == May::Yes
        };
        self.of.keys().filter(may).cloned().collect()
    }

    /// Returns the objects that may be read although their collection may not be listed: those that
    /// a rule names, and the namespaces whose own rules allow it.
    pub(in crate::app) fn named_in(&self, collection: &ApiPath) -> Vec<String> {
        let ApiPath::Collection { gvr, namespace } = collection else { return Vec::new() };
        let rules: Vec<&Rules> = match namespace {
            Some(namespace) => self.of.get(namespace).into_iter().flatten().collect(),
            None => self.of.values().flatten().collect(),
        };
        let of_rules = rules.into_iter().flat_map(|rules| rules.names(gvr));
        let mut names: BTreeSet<String> = of_rules.map(str::to_owned).collect();
        if gvr.is_core("namespaces") {
            names.extend(self.of.keys().map(ToString::to_string));
        }
        let path = |name: &str| {
            ApiPath::Object(ObjectPath {
                gvr: gvr.clone(),
                namespace: namespace.clone(),
                name: name.into(),
            })
        };
        names.retain(|name| self.may_read(&path(name)) != May::No);
        names.into_iter().collect()
    }
}

/// Returns the namespace whose rules decide about a path; a namespace itself is in its own (apiserver
/// `RequestInfoFactory.NewRequestInfo`).
pub(in crate::app) fn namespace_of(path: &ApiPath) -> Option<Namespace> {
    match path {
        ApiPath::Collection { namespace, .. } => namespace.clone(),
        ApiPath::Object(object) | ApiPath::Subresource { object, .. } => {
            let itself = object.gvr.is_core("namespaces").then(|| Namespace::new(&object.name));
            object.namespace.clone().or(itself)
        }
        _ => None,
    }
}

/// Lists names as in `team-a`, `shop and team-a`, `3 namespaces`.
#[must_use]
pub fn names<T: fmt::Display>(names: &[T], of: &str) -> String {
    match names {
        [one] => one.to_string(),
        [one, other] => format!("{one} and {other}"),
        more => format!("{} {of}", more.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(rules: &[(&str, &str)]) -> Rights {
        let read = |(namespace, rules): &(&str, &str)| {
            (Namespace::new(namespace), serde_json::from_str(rules).ok())
        };
        Rights { of: rules.iter().map(read).collect(), ..Rights::default() }
    }

    fn may(rights: &Rights, path: &str) -> May {
        rights.may_read(&ApiPath::parse(path))
    }

    const PODS: &str = r#"{"resourceRules":[{"verbs":["list","get"],"apiGroups":[""],"resources":["pods","namespaces"]}],
            "nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/livez"]}]}"#;
    const NOTHING: &str =
        r#"{"nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/livez"]}]}"#;
    const INCOMPLETE: &str = r#"{"incomplete":true}"#;

    #[test]
    fn rules_apply_only_to_their_namespace() {
        let rights =
            rights(&[("a", PODS), ("b", NOTHING), ("c", INCOMPLETE), ("d", "no answer yet")]);
        for (namespace, expected) in [
            ("a", May::Yes),
            ("b", May::No),
            ("c", May::Unknown),
            ("d", May::Unknown),
            ("e", May::Unknown),
        ] {
            assert_eq!(may(&rights, &format!("/api/v1/namespaces/{namespace}/pods")), expected);
            let itself = format!("/api/v1/namespaces/{namespace}");
            assert_eq!(may(&rights, &itself), expected, "{itself}");
        }
        assert_eq!(rights.listed_in(&Gvr::new("", "v1", "pods")), [Namespace::new("a")]);
    }

    #[test]
    fn a_right_missing_in_one_namespace_is_not_cluster_wide() {
        let both = rights(&[("a", PODS), ("b", NOTHING)]);
        assert_eq!(may(&both, "/api/v1/pods"), May::No);
        assert_eq!(may(&both, "/api/v1/nodes/n"), May::No);
        // It may be a rule of that namespace alone.
        let one = rights(&[("a", PODS)]);
        assert_eq!(may(&one, "/api/v1/pods"), May::Unknown);
        assert_eq!(may(&one, "/api/v1/nodes"), May::No);
        assert_eq!(may(&rights(&[("c", INCOMPLETE)]), "/api/v1/nodes"), May::Unknown);
        assert_eq!(may(&Rights::default(), "/api/v1/nodes"), May::Unknown);
    }

    #[test]
    fn the_rules_of_any_namespace_decide_non_resource_paths() {
        let rights = rights(&[("b", NOTHING), ("d", "no answer yet")]);
        assert_eq!((may(&rights, "/livez"), may(&rights, "/metrics")), (May::Yes, May::No));
    }

    #[test]
    fn objects_named_by_a_rule_are_known_without_a_list() {
        let one_object = r#"{"resourceRules":[{"verbs":["get"],"apiGroups":[""],
            "resources":["pods","nodes"],"resourceNames":["x"]}]}"#;
        let rights = rights(&[("a", PODS), ("b", NOTHING), ("c", one_object)]);
        let names = |path: &str| rights.named_in(&ApiPath::parse(path));
        assert_eq!(names("/api/v1/namespaces/c/pods"), ["x"]);
        assert!(names("/api/v1/namespaces/b/pods").is_empty());
        assert_eq!(names("/api/v1/namespaces"), ["a"], "its own rules allow it");
        assert!(names("/api/v1/nodes").is_empty(), "no rule of the cluster");
    }

    #[test]
    fn up_to_two_namespaces_are_listed_by_name() {
        let all = ["a", "b", "c"].map(Namespace::new);
        assert_eq!(names(&all[..1], "namespaces"), "a");
        assert_eq!(names(&all[..2], "namespaces"), "a and b");
        assert_eq!(names(&all, "namespaces"), "3 namespaces");
    }
}
