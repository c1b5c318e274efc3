//! The rules of a `SelfSubjectRulesReview`, matched as by RBAC.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use k8s_openapi::api::authorization::v1::{
    NonResourceRule, ResourceRule, SubjectRulesReviewStatus,
};
use serde::Deserialize;

use super::names::Gvr;
use super::path::{ApiPath, ObjectPath};

/// Whether the user may read a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// A rule allows it.
    Yes,
    /// No rule allows it, and the rules are complete.
    No,
    /// No known rule allows it, and the rules are incomplete.
    Unknown,
}

/// The rules that hold for a user in one namespace: those of the whole cluster, and its own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Rules(SubjectRulesReviewStatus);

/// The resources that the user may list in a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listable {
    /// True if the user may list all resources of all groups.
    pub all: bool,
    /// The resources, sorted by name.
    pub resources: BTreeSet<GroupResource>,
}

/// A resource of a group; `*` means all resources, or all groups. Displayed as `pods`,
/// `deployments.apps` or `*.apps`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupResource {
    /// The plural name.
    pub resource: String,
    /// The group; empty for core.
    pub group: String,
}

impl fmt::Display for GroupResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.resource)?;
        if self.group.is_empty() { Ok(()) } else { write!(f, ".{}", self.group) }
    }
}

impl Rules {
    /// True if there may be more rules: an authorizer cannot list its rules, or failed to.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        let error = self.0.evaluation_error.as_ref();
        self.0.incomplete || error.is_some_and(|error| !error.is_empty())
    }

    /// Returns whether the user may GET a path; for a collection that is the verb `list`.
    ///
    /// Rules of the namespace and of the whole cluster cannot be distinguished. So `Yes` is certain only
    /// for paths in the namespace and for non-resource paths; `No` is certain for all paths.
    #[must_use]
    pub fn may_read(&self, path: &ApiPath) -> May {
        let allowed = match path {
            ApiPath::Collection { gvr, .. } => {
                self.0.resource_rules.iter().any(|rule| allows(rule, "list", gvr, None, None))
            }
            ApiPath::Object(object) => self.may_get(object, None),
            ApiPath::Subresource { object, subresource } => {
                // RBAC checks the first segment only; the rest is for the backend.
                self.may_get(object, subresource.split('/').next())
            }
            other => {
                let path = other.to_string();
                self.0.non_resource_rules.iter().any(|rule| allows_path(rule, "get", &path))
            }
        };
        match allowed {
            true => May::Yes,
            false if self.is_incomplete() => May::Unknown,
            false => May::No,
        }
    }

    fn may_get(&self, object: &ObjectPath, subresource: Option<&str>) -> bool {
        let name = Some(&*object.name);
        let mut rules = self.0.resource_rules.iter();
        rules.any(|rule| allows(rule, "get", &object.gvr, subresource, name))
    }

    /// Returns the verbs that the user may use on all objects of a resource, of those that the server
    /// supports.
    #[must_use]
    pub fn verbs<'a>(&self, gvr: &Gvr, supported: &'a [Arc<str>]) -> Vec<&'a str> {
        let rules = &self.0.resource_rules;
        let may = |verb: &&str| rules.iter().any(|rule| allows(rule, verb, gvr, None, None));
        supported.iter().map(|verb| &**verb).filter(may).collect()
    }

    /// Returns the names of the objects that the user may read because a rule names them.
    #[must_use]
    pub fn names(&self, gvr: &Gvr) -> BTreeSet<&str> {
        let named = self.0.resource_rules.iter().filter(|rule| {
            let name = list(rule.resource_names.as_ref()).first().map(String::as_str);
            name.is_some() && allows(rule, "get", gvr, None, name)
        });
        named.flat_map(|rule| list(rule.resource_names.as_ref())).map(String::as_str).collect()
    }

    /// Returns the resources that the user may list as a whole. Subresources cannot be listed, and a rule
    /// with names does not allow a list.
    #[must_use]
    pub fn listable(&self) -> Listable {
        let mut listable = Listable::default();
        let lists = |rule: &&ResourceRule| {
            list(rule.resource_names.as_ref()).is_empty() && has(&rule.verbs, "list")
        };
        for rule in self.0.resource_rules.iter().filter(lists) {
            for group in list(rule.api_groups.as_ref()) {
                let resources = list(rule.resources.as_ref()).iter();
                for resource in resources.filter(|name| !name.contains('/')) {
                    listable.all |= group == "*" && resource == "*";
                    listable
                        .resources
                        .insert(GroupResource { resource: resource.clone(), group: group.clone() });
                }
            }
        }
        listable
    }
}

/// True if the rule allows the request, as `RuleAllows` of `pkg/registry/rbac/validation` and `pkg/apis/rbac/v1`
/// of Kubernetes: `*` of resources covers their subresources too, and `*/scale` is that of all
/// resources.
fn allows(
    rule: &ResourceRule,
    verb: &str,
    gvr: &Gvr,
    subresource: Option<&str>,
    name: Option<&str>,
) -> bool {
    let names = list(rule.resource_names.as_ref());
    let is_named =
        || names.is_empty() || name.is_some_and(|name| names.iter().any(|named| named == name));
    let resources = list(rule.resources.as_ref());
    has(&rule.verbs, verb)
        && has(list(rule.api_groups.as_ref()), gvr.group_version.group.as_str())
        && resources.iter().any(|resource| covers(resource, &gvr.resource, subresource))
        && is_named()
}

/// True if the rule allows the verb on a non-resource path, as `NonResourceURLMatches`: a `*` at the end matches
/// any rest, also none.
fn allows_path(rule: &NonResourceRule, verb: &str, path: &str) -> bool {
    let covers = |rule: &String| match rule.strip_suffix('*') {
        Some(_) => path.starts_with(rule.trim_end_matches('*')),
        None => rule == path,
    };
    has(&rule.verbs, verb) && list(rule.non_resource_urls.as_ref()).iter().any(covers)
}

fn list(list: Option<&Vec<String>>) -> &[String] {
    list.map(Vec::as_slice).unwrap_or_default()
}

/// True if a list of a rule has the word, or `*`.
fn has(list: &[String], word: &str) -> bool {
    list.iter().any(|listed| listed == word || listed == "*")
}

/// True if a rule's resource, such as `pods`, `pods/log`, `*/scale` or `*`, covers the requested one.
fn covers(rule: &str, resource: &str, subresource: Option<&str>) -> bool {
    match (rule.split_once('/'), subresource) {
        _ if rule == "*" => true,
        (None, None) => rule == resource,
        (Some((of, rule)), Some(subresource)) => {
            (of == resource || of == "*") && rule == subresource
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(json: &str) -> Rules {
        serde_json::from_str(json).unwrap()
    }

    /// Rules with one rule; the lists are separated by commas, as in `pods,pods/log`.
    fn rule(verbs: &str, groups: &str, resources: &str) -> Rules {
        let list = |text: &str| text.split(',').map(str::to_owned).collect();
        Rules(SubjectRulesReviewStatus {
            resource_rules: vec![ResourceRule {
                verbs: list(verbs),
                api_groups: Some(list(groups)),
                resources: Some(list(resources)),
                resource_names: None,
            }],
            ..SubjectRulesReviewStatus::default()
        })
    }

    fn may(rules: &Rules, path: &str) -> May {
        rules.may_read(&ApiPath::parse(path))
    }

    const PODS: &str = "/api/v1/namespaces/shop/pods";
    const POD: &str = "/api/v1/namespaces/shop/pods/db-0";
    const LOG: &str = "/api/v1/namespaces/shop/pods/db-0/log";
    const SCALE: &str = "/apis/apps/v1/namespaces/shop/deployments/web/scale";
    const STATUS: &str = "/apis/apps/v1/namespaces/shop/deployments/web/status";

    #[test]
    fn rules_are_matched_as_rbac_matches_them() {
        for (verbs, groups, resources, allowed) in [
            ("get,list", "", "pods", &[PODS, POD][..]),
            ("list", "", "pods", &[PODS]),
            ("get", "", "pods", &[POD]),
            ("watch,create", "", "pods", &[]),
            ("get", "", "pods/log", &[LOG]),
            ("get,list", "apps", "pods", &[]),
            ("get,list", "", "deployments", &[]),
            ("*", "", "pods", &[PODS, POD]),
            ("get,list", "*", "*/scale", &[SCALE]),
            ("get,list", "apps", "*/scale", &[SCALE]),
            ("get,list", "", "*/scale", &[]),
            ("get", "apps", "*/*", &[]),
            ("get", "apps", "deployments/*", &[]),
            ("get", "", "*", &[POD, LOG]),
            ("get", "apps", "*", &[SCALE, STATUS]),
            ("*", "*", "*", &[PODS, POD, LOG, SCALE, STATUS]),
            ("get,list", "", "Pods", &[]),
        ] {
            let rules = rule(verbs, groups, resources);
            for path in [PODS, POD, LOG, SCALE, STATUS] {
                let expected = if allowed.contains(&path) { May::Yes } else { May::No };
                assert_eq!(may(&rules, path), expected, "{verbs} {groups} {resources}: {path}");
            }
        }
    }

    #[test]
    fn a_path_below_a_subresource_has_the_rules_of_the_subresource() {
        let rules = rule("get", "", "services/proxy");
        let proxy = "/api/v1/namespaces/shop/services/web:80/proxy";
        assert_eq!(may(&rules, proxy), May::Yes);
        assert_eq!(may(&rules, &format!("{proxy}/deep/below")), May::Yes);
    }

    #[test]
    fn a_rule_with_names_allows_these_objects_and_no_list() {
        let rules = rules(
            r#"{"resourceRules":[
                {"verbs":["get","list"],"apiGroups":[""],"resources":["pods","pods/log"],
                 "resourceNames":["db-0","db-1"]},
                {"verbs":["watch"],"apiGroups":[""],"resources":["pods"],"resourceNames":["x"]}]}"#,
        );
        assert_eq!(may(&rules, PODS), May::No);
        assert_eq!((may(&rules, POD), may(&rules, LOG)), (May::Yes, May::Yes));
        assert_eq!(may(&rules, "/api/v1/namespaces/shop/pods/web"), May::No);
        let pods = Gvr::new("", "v1", "pods");
        assert_eq!(Vec::from_iter(rules.names(&pods)), ["db-0", "db-1"]);
        assert!(rules.names(&Gvr::new("", "v1", "secrets")).is_empty());
        assert!(rules.listable().resources.is_empty());
    }

    #[test]
    fn non_resource_paths_have_their_own_rules() {
        let rules = rules(
            r#"{"nonResourceRules":[
                {"verbs":["get"],"nonResourceURLs":["/livez","/readyz/*","/openapi*"]},
                {"verbs":["post"],"nonResourceURLs":["/metrics"]}]}"#,
        );
        for (path, expected) in [
            ("/livez", May::Yes),
            ("/livez/ping", May::No),
            ("/readyz/ping", May::Yes),
            ("/readyz", May::No),
            ("/openapi/v3", May::Yes),
            ("/openapi", May::Yes),
            ("/metrics", May::No),
            ("/", May::No),
            ("/apis", May::No),
        ] {
            assert_eq!(may(&rules, path), expected, "{path}");
        }
        let all = r#"{"nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}]}"#;
        assert_eq!(may(&serde_json::from_str(all).unwrap(), "/metrics"), May::Yes);
    }

    #[test]
    fn incomplete_rules_forbid_nothing_for_certain() {
        for doubt in [r#""incomplete":true"#, r#""evaluationError":"webhook has no rules""#] {
            let rules = rules(&format!(
                r#"{{{doubt},"resourceRules":[
                    {{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}}]}}"#
            ));
            assert!(rules.is_incomplete());
            assert_eq!((may(&rules, POD), may(&rules, PODS)), (May::Yes, May::Unknown));
            assert_eq!(may(&rules, "/metrics"), May::Unknown);
        }
    }

    #[test]
    fn listable_resources_come_from_rules_with_the_verb_list() {
        let rules = rules(
            r#"{"incomplete":true,"nonResourceRules":null,"resourceRules":[
            {"verbs":["get"],"apiGroups":[""],"resources":["secrets"]},
            {"verbs":["get","list"],"apiGroups":["","apps"],"resources":["pods","pods/log"]},
            {"verbs":["*"],"apiGroups":["batch"],"resources":["*"],"resourceNames":null},
            {"verbs":["create"],"apiGroups":null,"resources":null}]}"#,
        );
        let listable = rules.listable();
        assert!(rules.is_incomplete() && !listable.all);
        let names: Vec<String> = listable.resources.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["*.batch", "pods", "pods.apps"]);
        assert!(rule("*", "*", "*").listable().all);
    }
}
