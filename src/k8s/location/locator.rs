//! Resolves the words of a location step by step, without I/O.
//!
//! [`Locator::parse`] reads the words, [`Locator::resolve`] looks them up in a [`Discovery`]. While
//! parts of discovery are missing it returns [`Resolution::Needs`]: load these (unless they are
//! being loaded already), store each outcome with [`Discovery::store`], and resolve again. A part
//! that failed is not requested twice; call [`Discovery::forget_failures`] before a new lookup to
//! retry it.

use super::{
    Located, Location, Named, begins_group, find, group_or_version, input, is_at, near, parse,
    path_of,
};
use crate::k8s::discovery::{DiscoveredVersion, Discovery, DiscoveryPart};
use crate::k8s::failure::Failure;
use crate::k8s::names::{Group, GroupVersion, Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::selector::Selector;

/// The namespaces that apply where a location names none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NamespaceDefaults<'a> {
    /// The namespace that the user chose.
    pub chosen: Option<&'a Namespace>,
    /// The namespace of the context or the pod, if none was chosen. Without either, a collection is
    /// that of all namespaces.
    pub fallback: Option<&'a Namespace>,
}

/// The words of a location, parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locator {
    location: Location,
    selector: Selector,
}

/// What a location is, or what must be loaded to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// These parts of discovery must be loaded first.
    Needs(Vec<DiscoveryPart>),
    /// A path.
    Found(Located),
    /// `ns NAME`: the namespace to work in.
    Namespace(Namespace),
}

impl Locator {
    /// Parses words such as `po -l app=web -n shop`, see [`parse`].
    ///
    /// # Errors
    ///
    /// An `Input` failure: words that are no location.
    pub fn parse(words: &str) -> Result<Self, Failure> {
        let (selector, words) = Selector::take(words)?;
        Ok(Self { location: parse(&words)?, selector })
    }

    /// True if the words can be resolved only by discovery; paths and `ns NAME` need none.
    #[must_use]
    pub fn needs_discovery(&self) -> bool {
        matches!(self.location, Location::Named(_))
    }

    /// Looks the words up.
    ///
    /// # Errors
    ///
    /// - Words that name nothing on this server, with the names that are near, of kind `Input`.
    /// - Words that may name a resource of a group that is down: the failure of that group.
    /// - The failure of `/api` or `/apis`, if what the words name may be there.
    /// - A selector for something that is not a collection.
    pub fn resolve(
        &self,
        discovery: &Discovery,
        defaults: NamespaceDefaults<'_>,
    ) -> Result<Resolution, Failure> {
        let (path, mut query) = match &self.location {
            Location::Namespace(namespace) => return Ok(Resolution::Namespace(namespace.clone())),
            Location::Path { path, query } => (path.clone(), query.clone()),
            Location::Named(named) => match look_up(named, discovery, defaults)? {
                Ok(path) => (path, Vec::new()),
                Err(missing) => return Ok(Resolution::Needs(missing)),
            },
        };
        if !self.selector.is_everything() && !matches!(path, ApiPath::Collection { .. }) {
            let text =
                format!("`{}` selects from a collection, and {path} is not one", self.selector);
            return Err(input(text, "Name a resource, such as po"));
        }
        let own = self.selector.parameters();
        query.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(Resolution::Found(Located { path, query, is_of_all: self.location.is_of_all() }))
    }
}

/// The path of a namespace object, for commands that show `ns NAME` instead of choosing it.
#[must_use]
pub fn namespace_path(namespace: &Namespace) -> ApiPath {
    ApiPath::Object(ObjectPath {
        gvr: Gvr::new("", "v1", "namespaces"),
        namespace: None,
        name: namespace.as_str().into(),
    })
}

/// The path of a name, or the parts of discovery that are missing to know it.
fn look_up(
    named: &Named,
    discovery: &Discovery,
    defaults: NamespaceDefaults<'_>,
) -> Result<Result<ApiPath, Vec<DiscoveryPart>>, Failure> {
    let is_missing = |part: &DiscoveryPart| !discovery.was_tried(part);
    let groups: Vec<DiscoveryPart> = DiscoveryPart::GROUPS.into_iter().filter(is_missing).collect();
    if !groups.is_empty() {
        return Ok(Err(groups));
    }
    let parts = unread_versions(named, discovery).into_iter().map(DiscoveryPart::Resources);
    let parts: Vec<DiscoveryPart> = parts.filter(is_missing).collect();
    if !parts.is_empty() {
        return Ok(Err(parts));
    }
    if let Some(resource) = find(&named.word, discovery) {
        let namespace = defaults.chosen.or(defaults.fallback);
        return Ok(Ok(path_of(named, resource, namespace)));
    }
    if let Some(path) = group_or_version(named, discovery) {
        return Ok(Ok(path));
    }
    let unknown = unknown(named, discovery);
    match failed_part(named, discovery) {
        None => Err(unknown),
        // A mistyped word of a group that answered, most likely.
        Some(failure) if near::is_typo(&named.word, discovery) => {
            Err(input(unknown.message, format!("{} {}", unknown.hint, failure.message)))
        }
        Some(failure) => Err(failure),
    }
}

/// The versions whose resources must be loaded before `named` can be looked up, in the order of
/// preference: those of which nothing is loaded, and if the word is unknown so far, also the stale
/// ones that discovery lists without resources.
fn unread_versions(named: &Named, discovery: &Discovery) -> Vec<GroupVersion> {
    let found = find(&named.word, discovery);
    if group_or_version(named, discovery).is_some()
        || found.is_some_and(|found| found.gvr.group_version.group.is_core())
    {
        return Vec::new();
    }
    let is_unread = |version: &&DiscoveredVersion| match &version.resources {
        None => true,
        Some(resources) => version.stale && resources.is_empty() && found.is_none(),
    };
    let versions = discovery.versions().filter(is_unread);
    let versions = versions.map(|version| &version.group_version);
    versions.filter(|version| may_be_in(named, version)).cloned().collect()
}

/// True if the word names that version or its group, or names none.
fn may_be_in(named: &Named, version: &GroupVersion) -> bool {
    let place = named.word.split_once('.').map(|(_, place)| place);
    place.is_none_or(|place| is_at(version, place) || begins_group(version, place))
}

/// The failure of a part of discovery that the name may be in.
fn failed_part(named: &Named, discovery: &Discovery) -> Option<Failure> {
    let down = discovery.versions().map(|version| &version.group_version).find_map(|version| {
        let failure = discovery.failure(&DiscoveryPart::Resources(version.clone()))?;
        may_be_in(named, version).then(|| failure.clone().of(&version.to_string()))
    });
    if down.is_some() {
        return down;
    }
    let failed = |part: DiscoveryPart| Some((part.path(), discovery.failure(&part)?.clone()));
    match DiscoveryPart::GROUPS.map(failed) {
        [Some((_, failure)), Some(_)] => Some(failure),
        [Some((path, failure)), None] | [None, Some((path, failure))] => {
            Some(failure.of(&path.to_string()))
        }
        [None, None] => None,
    }
}

fn did_you_mean(word: &str, discovery: &Discovery) -> Option<String> {
    match near::names(word, discovery).as_slice() {
        [] => None,
        [one] => Some(format!("Did you mean {one}?")),
        [first @ .., last] => Some(format!("Did you mean {} or {last}?", first.join(", "))),
    }
}

fn unknown(named: &Named, discovery: &Discovery) -> Failure {
    let word = &named.word;
    if let (Some(version), Some(group)) = (&named.name, discovery.group(&Group::new(word))) {
        let has: Vec<_> = group.versions.iter().map(|v| &*v.group_version.version).collect();
        let hint = format!("It has {}", has.join(", "));
        return input(format!("the group {word} has no version `{version}`"), hint);
    }
    let hint = did_you_mean(word, discovery)
        .unwrap_or_else(|| "Give an API path, or a resource, kind, short name or group".to_owned());
    input(format!("`{word}` is no resource, kind, short name or group of this server"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::discovery::{DiscoveryContent, parse_groups, parse_resources};
    use crate::k8s::failure::FailureKind;

    const CORE: &str = r#"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{},"versions":[
        {"version":"v1","resources":[
            {"resource":"pods","responseKind":{"kind":"Pod"},"scope":"Namespaced","singularResource":"pod","shortNames":["po"]},
            {"resource":"nodes","responseKind":{"kind":"Node"},"scope":"Cluster"}]}]}]}"#;
    const NAMED: &str = r#"{"kind":"APIGroupDiscoveryList","items":[
        {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale"}]},
        {"metadata":{"name":"apps"},"versions":[{"version":"v1","resources":[
            {"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced"}]}]}]}"#;

    fn discovery() -> Discovery {
        let mut discovery = Discovery::default();
        for (part, body) in DiscoveryPart::GROUPS.into_iter().zip([CORE, NAMED]) {
            discovery.store(part, parse_groups(&body.into()).map(DiscoveryContent::Groups));
        }
        discovery
    }

    fn metrics() -> DiscoveryPart {
        DiscoveryPart::Resources(GroupVersion::new("metrics.k8s.io", "v1beta1"))
    }

    fn metrics_down() -> Discovery {
        let mut discovery = discovery();
        discovery.store(metrics(), Err(Failure::from_answer(503, b"service unavailable\n")));
        discovery
    }

    fn resolve(words: &str, discovery: &Discovery) -> Result<Resolution, Failure> {
        Locator::parse(words)?.resolve(discovery, NamespaceDefaults::default())
    }

    fn path(words: &str, discovery: &Discovery) -> String {
        match resolve(words, discovery).unwrap() {
            Resolution::Found(located) => located.path.to_string(),
            other => panic!("{words}: {other:?}"),
        }
    }

    #[test]
    fn names_need_the_groups_that_were_not_tried() {
        let mut discovery = Discovery::default();
        let all = Resolution::Needs(DiscoveryPart::GROUPS.to_vec());
        assert_eq!(resolve("po", &discovery), Ok(all));
        discovery.store(DiscoveryPart::CoreGroup, Ok(DiscoveryContent::Groups(Vec::new())));
        let one = Resolution::Needs(vec![DiscoveryPart::NamedGroups]);
        assert_eq!(resolve("po", &discovery), Ok(one));
    }

    #[test]
    fn paths_and_namespaces_need_no_discovery() {
        let none = Discovery::default();
        assert_eq!(path("/api/v1/pods", &none), "/api/v1/pods");
        let shop = Namespace::new("shop");
        assert_eq!(resolve("ns shop", &none), Ok(Resolution::Namespace(shop)));
        assert!(!Locator::parse("/livez").unwrap().needs_discovery());
        assert!(Locator::parse("po").unwrap().needs_discovery());
    }

    #[test]
    fn an_unknown_word_needs_the_stale_versions_without_resources() {
        for words in ["nodemetrics", "nodes.metrics.k8s.io", "nodes.metrics/n1"] {
            let needs = Resolution::Needs(vec![metrics()]);
            assert_eq!(resolve(words, &discovery()), Ok(needs), "{words}");
        }
    }

    #[test]
    fn a_known_word_needs_no_stale_version() {
        assert_eq!(path("deployments", &discovery()), "/apis/apps/v1/deployments");
    }

    #[test]
    fn a_version_that_is_back_resolves_its_words() {
        let mut discovery = discovery();
        let body =
            br#"{"kind":"APIResourceList","resources":[{"name":"nodes","kind":"NodeMetrics"}]}"#;
        let version = GroupVersion::new("metrics.k8s.io", "v1beta1");
        let resources = parse_resources(&version, body).map(DiscoveryContent::Resources);
        discovery.store(metrics(), resources);
        assert_eq!(path("nodemetrics", &discovery), "/apis/metrics.k8s.io/v1beta1/nodes");
    }

    #[test]
    fn a_resource_of_a_group_that_is_down_gives_the_failure_of_the_group() {
        for words in ["nodes.metrics.k8s.io", "nodes.v1beta1.metrics.k8s.io/n1", "nodes.metrics"] {
            let failure = resolve(words, &metrics_down()).unwrap_err();
            assert_eq!(failure.kind, FailureKind::Unavailable, "{words}");
            let expected = "metrics.k8s.io/v1beta1 answered 503: service unavailable";
            assert_eq!(failure.message, expected, "{words}");
        }
    }

    #[test]
    fn a_word_that_may_be_in_a_group_that_is_down_gives_its_failure() {
        let failure = resolve("nodemetrics", &metrics_down()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unavailable);
        assert_eq!(failure.message, "metrics.k8s.io/v1beta1 answered 503: service unavailable");
        let short = resolve("no", &metrics_down()).unwrap_err();
        assert_eq!(short.kind, FailureKind::Unavailable);
    }

    #[test]
    fn a_mistyped_word_is_unknown_though_a_group_is_down() {
        let typo = resolve("pdos", &metrics_down()).unwrap_err();
        assert_eq!(typo.kind, FailureKind::Input);
        let hint = "Did you mean pods? metrics.k8s.io/v1beta1 answered 503: service unavailable";
        assert_eq!(typo.hint, hint);
    }

    #[test]
    fn a_word_of_another_group_is_unknown_though_a_group_is_down() {
        let failure = resolve("nothing.apps", &metrics_down()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Input);
    }

    #[test]
    fn a_word_that_may_be_in_groups_that_were_not_listed_gives_their_failure() {
        let mut discovery = discovery();
        let failure = Failure::from_answer(500, b"oops");
        discovery.store(DiscoveryPart::NamedGroups, Err(failure.clone()));
        discovery.store(metrics(), Ok(DiscoveryContent::Resources(Vec::new())));
        assert_eq!(path("deployments", &discovery), "/apis/apps/v1/deployments");
        let unknown = resolve("widgets", &discovery).unwrap_err();
        assert_eq!(unknown.message, "/apis answered 500: oops");
        discovery.store(DiscoveryPart::CoreGroup, Err(failure));
        assert_eq!(resolve("widgets", &discovery).unwrap_err().message, "500: oops");
    }

    #[test]
    fn words_without_a_namespace_mean_the_chosen_one_or_the_fallback() {
        let (chosen, fallback) = (Namespace::new("chosen"), Namespace::new("fallback"));
        let path = |words: &str, chosen| {
            let defaults = NamespaceDefaults { chosen, fallback: Some(&fallback) };
            let resolution = Locator::parse(words).unwrap().resolve(&discovery(), defaults);
            let Ok(Resolution::Found(located)) = resolution else { panic!("{words}") };
            located.path.to_string()
        };
        assert_eq!(path("po", None), "/api/v1/namespaces/fallback/pods");
        assert_eq!(path("po -A", None), "/api/v1/pods");
        assert_eq!(path("po/db-0", None), "/api/v1/namespaces/fallback/pods/db-0");
        assert_eq!(path("po", Some(&chosen)), "/api/v1/namespaces/chosen/pods");
        assert_eq!(path("po -A", Some(&chosen)), "/api/v1/pods");
        assert_eq!(path("po/db-0 -n x", Some(&chosen)), "/api/v1/namespaces/x/pods/db-0");
    }

    #[test]
    fn selectors_follow_the_query_of_the_path() {
        let words = "/api/v1/pods?labelSelector=a%3Db&limit=1 -f status.phase=Running";
        let Ok(Resolution::Found(located)) = resolve(words, &discovery()) else { panic!() };
        let names: Vec<&str> = located.query.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["labelSelector", "limit", "fieldSelector"]);
        let selector = located.selector();
        assert_eq!(selector.labels.as_deref(), Some("a=b"));
        assert_eq!(selector.fields.as_deref(), Some("status.phase=Running"));
    }

    #[test]
    fn a_selector_for_an_object_is_refused() {
        let failure = resolve("po/db-0 -l a=b", &discovery()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Input);
        assert!(failure.message.contains("pods/db-0 is not one"), "{failure}");
    }
}
