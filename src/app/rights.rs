//! What this user may read, as far as the server tells of it before it is asked for the thing itself:
//! the rules are asked for once in each namespace that was chosen, opened or named.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::app::load;
use crate::app::message::{Question, Want};
use crate::app::model::{Model, Purpose};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::reviews::rules_request;
use crate::k8s::rules::{May, Rules};
use crate::tree::node::NodeKind;

/// In so many namespaces the rules are asked for without their being opened.
const MOST: usize = 16;

/// The rules known so far; the server is the judge all the same.
#[derive(Clone, Debug, Default)]
pub struct Rights {
    /// By namespace; `None` while there is no answer, and where none came.
    of: BTreeMap<Namespace, Option<Rules>>,
}

/// What is told of a row before it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It may not be read.
    Forbidden,
    /// It may be listed in these namespaces only, of those known.
    OnlyIn(Vec<Namespace>),
    /// It may not be listed, but these objects of it may be read.
    Only(Vec<String>),
}

impl Rights {
    /// Whether a GET of that path is allowed.
    #[must_use]
    pub fn may_read(&self, path: &ApiPath) -> May {
        if let Some(namespace) = namespace(path) {
            let rules = self.of.get(&namespace).and_then(Option::as_ref);
            return rules.map_or(May::Unknown, |rules| rules.may_read(path));
        }
        let is_resource = matches!(
            path,
            ApiPath::Collection { .. } | ApiPath::Object(_) | ApiPath::Subresource { .. }
        );
        let mut told = self.of.values().flatten().map(|rules| rules.may_read(path));
        // The rules of the cluster hold in every namespace: what is missing in one, none of them
        // gives. What is there may be a rule of the namespace alone.
        told.find(|may| *may == May::No || !is_resource).unwrap_or(May::Unknown)
    }

    /// The namespaces where a resource may be listed, of those whose rules are known.
    fn listed_in(&self, gvr: &Gvr) -> Vec<Namespace> {
        let may = |namespace: &&Namespace| {
            let namespace = Some((*namespace).clone());
            self.may_read(&ApiPath::Collection { gvr: gvr.clone(), namespace }) == May::Yes
        };
        self.of.keys().filter(may).cloned().collect()
    }

    /// The objects that may be read though their collection may not be listed: those that a rule
    /// names, and the namespaces whose own rules allow it.
    fn named_in(&self, collection: &ApiPath) -> Vec<String> {
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

/// The namespace whose rules decide; a namespace itself is in its own (apiserver
/// `RequestInfoFactory.NewRequestInfo`).
fn namespace(path: &ApiPath) -> Option<Namespace> {
    match path {
        ApiPath::Collection { namespace, .. } => namespace.clone(),
        ApiPath::Object(object) | ApiPath::Subresource { object, .. } => {
            let itself = object.gvr.is_core("namespaces").then(|| Namespace::new(&object.name));
            object.namespace.clone().or(itself)
        }
        _ => None,
    }
}

/// What there is to tell of a node's row before it is opened.
#[must_use]
pub fn mark(model: &Model, kind: &NodeKind) -> Option<Mark> {
    if matches!(kind, NodeKind::Resource { resource, .. } if !resource.can("list")) {
        return None;
    }
    if model.rights.may_read(&kind.path()?) != May::No {
        return None;
    }
    match kind {
        NodeKind::Resource { resource, chosen: None } if resource.scope == Scope::Namespaced => {
            let allowed = model.rights.listed_in(&resource.gvr);
            Some(if allowed.is_empty() { Mark::Forbidden } else { Mark::OnlyIn(allowed) })
        }
        _ => {
            let collection = kind.opens_collection();
            let named = collection.map(|path| model.rights.named_in(&path)).unwrap_or_default();
            Some(if named.is_empty() { Mark::Forbidden } else { Mark::Only(named) })
        }
    }
}

/// Why an answer is not asked for by itself: the server would only refuse it.
#[must_use]
pub(super) fn reason(model: &Model, path: &ApiPath) -> Option<&'static str> {
    // The root is where everybody begins, and its refusal says how to go on.
    let is_refused = *path != ApiPath::Root && model.rights.may_read(path) == May::No;
    is_refused.then_some("the rules do not let you read this")
}

/// What to try where the server refused a path; `None` where there is nothing special to say.
#[must_use]
pub(super) fn hint(model: &Model, path: &ApiPath, failure: &Failure) -> Option<String> {
    if failure.kind != FailureKind::Forbidden {
        return None;
    }
    match path {
        ApiPath::Collection { gvr, .. } if is_namespaced(model, gvr) => {
            let allowed = model.rights.listed_in(gvr);
            let (first, place) = (allowed.first()?, names(&allowed, "namespaces"));
            Some(format!("You may list it in {place}; `:ns {first}` goes there"))
        }
        ApiPath::Collection { .. } => {
            let named = model.rights.named_in(path);
            let known = format!(", or open {}", names(&named, "of those below"));
            let known = if named.is_empty() { "" } else { &known };
            Some(format!("Ask for the right to list this{known}"))
        }
        ApiPath::Root => Some("What is below may be there all the same: walk on".to_owned()),
        _ => None,
    }
}

fn is_namespaced(model: &Model, gvr: &Gvr) -> bool {
    let resource = model.discovery.resource(gvr);
    resource.is_none_or(|resource| resource.scope == Scope::Namespaced)
}

/// `team-a`, `shop and team-a`, `3 namespaces`.
#[must_use]
pub fn names<T: fmt::Display>(names: &[T], of: &str) -> String {
    match names {
        [one] => one.to_string(),
        [one, other] => format!("{one} and {other}"),
        more => format!("{} {of}", more.len()),
    }
}

/// Asks for the rules where the walk begins, and again for those known.
pub(super) fn begin(model: &mut Model) {
    let Some(connection) = model.connection() else { return };
    let meant = connection.namespace.iter().chain(&connection.endpoint.default_namespace);
    let mut wanted: BTreeSet<Namespace> = meant.chain(model.rights.of.keys()).cloned().collect();
    if wanted.is_empty() {
        // Any namespace tells what is allowed beyond namespaces.
        wanted.insert(Namespace::new("default"));
    }
    for namespace in wanted {
        ask(model, namespace);
    }
}

/// Asks for the rules in the namespaces that were named, where the server does not list them.
pub(super) fn of_named(model: &mut Model) {
    let named: Vec<Namespace> = model.namespaces.names.iter().take(MOST).cloned().collect();
    for namespace in named {
        of(model, namespace);
    }
}

/// Asks for the rules in a namespace, where that was not done before.
pub(super) fn of(model: &mut Model, namespace: Namespace) {
    if model.connection().is_some() && !model.rights.of.contains_key(&namespace) {
        ask(model, namespace);
    }
}

/// Asks for the rules of the namespace that a node is in.
pub(super) fn of_node(model: &mut Model, kind: &NodeKind) {
    if let Some(namespace) = kind.path().as_ref().and_then(namespace) {
        of(model, namespace);
    }
}

fn ask(model: &mut Model, namespace: Namespace) {
    model.rights.of.entry(namespace.clone()).or_default();
    let question = Question { request: rules_request(&namespace), want: Want::Rules };
    model.ask(Purpose::Rights(namespace), question);
}

/// The rules of a namespace came, or the server does not tell.
pub(super) fn told(model: &mut Model, namespace: Namespace, result: Result<Rules, Failure>) {
    let rules = result.ok();
    // Who may not list the namespaces may be given some by name.
    let named = rules.iter().flat_map(|rules| rules.names(&Gvr::new("", "v1", "namespaces")));
    let named: Vec<Namespace> = named.take(MOST).map(Namespace::new).collect();
    model.rights.of.insert(namespace, rules);
    for namespace in named {
        load::know_namespace(model, namespace);
    }
}

/// A list was refused: the objects of it that may be read all the same.
pub(super) fn named_objects(model: &Model, kind: &NodeKind) -> Vec<NodeKind> {
    let (Some(resource), Some(collection)) = (kind.resource(), kind.opens_collection()) else {
        return Vec::new();
    };
    let namespace = namespace(&collection);
    let object = |name: String| NodeKind::Object {
        resource: resource.clone(),
        path: ObjectPath {
            gvr: resource.gvr.clone(),
            namespace: namespace.clone(),
            name: name.into(),
        },
    };
    model.rights.named_in(&collection).into_iter().map(object).collect()
}

/// A list came that the rules did not allow: they are others by now.
pub(super) fn outdated(model: &mut Model, path: &ApiPath) {
    if model.rights.may_read(path) == May::No
        && let Some(namespace) = namespace(path)
    {
        ask(model, namespace);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(rules: &[(&str, &str)]) -> Rights {
        let read = |(namespace, rules): &(&str, &str)| {
            (Namespace::new(namespace), serde_json::from_str(rules).ok())
        };
        Rights { of: rules.iter().map(read).collect() }
    }

    fn may(rights: &Rights, path: &str) -> May {
        rights.may_read(&ApiPath::parse(path))
    }

    const PODS: &str = r#"{"resourceRules":[{"verbs":["list","get"],"apiGroups":[""],"resources":["pods","namespaces"]}],
            "nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/livez"]}]}"#;
    const NOTHING: &str =
        r#"{"nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/livez"]}]}"#;
    const UNTOLD: &str = r#"{"incomplete":true}"#;

    #[test]
    fn the_rules_of_a_namespace_decide_in_it_and_nowhere_else() {
        let rights = rights(&[("a", PODS), ("b", NOTHING), ("c", UNTOLD), ("d", "no answer yet")]);
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
    fn what_one_namespace_lacks_no_rule_of_the_cluster_gives() {
        let both = rights(&[("a", PODS), ("b", NOTHING)]);
        assert_eq!(may(&both, "/api/v1/pods"), May::No);
        assert_eq!(may(&both, "/api/v1/nodes/n"), May::No);
        // It may be a rule of that namespace alone.
        let one = rights(&[("a", PODS)]);
        assert_eq!(may(&one, "/api/v1/pods"), May::Unknown);
        assert_eq!(may(&one, "/api/v1/nodes"), May::No);
        assert_eq!(may(&rights(&[("c", UNTOLD)]), "/api/v1/nodes"), May::Unknown);
        assert_eq!(may(&Rights::default(), "/api/v1/nodes"), May::Unknown);
    }

    #[test]
    fn paths_that_are_no_resources_are_told_by_any_namespace() {
        let rights = rights(&[("b", NOTHING), ("d", "no answer yet")]);
        assert_eq!((may(&rights, "/livez"), may(&rights, "/metrics")), (May::Yes, May::No));
    }

    #[test]
    fn objects_that_a_rule_names_are_there_without_their_list() {
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
    fn namespaces_are_named_where_they_are_few() {
        let all = ["a", "b", "c"].map(Namespace::new);
        assert_eq!(names(&all[..1], "namespaces"), "a");
        assert_eq!(names(&all[..2], "namespaces"), "a and b");
        assert_eq!(names(&all, "namespaces"), "3 namespaces");
    }
}
