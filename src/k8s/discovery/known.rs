//! What is known of a server's groups and resources, and the requests that load the rest.
//!
//! No I/O happens here. A caller sends the request of a [`DiscoveryPart`], decodes the answer with
//! [`answer::discovery`](crate::k8s::answer::discovery), and stores the outcome with
//! [`Discovery::store`], be it content or a failure:
//!
//! - At the start: both of [`DiscoveryPart::GROUPS`].
//! - Before the resources of a version are used: [`Discovery::resources`] returns `None` where
//!   [`DiscoveryPart::Resources`] of that version must be loaded first. That is so for all versions of a
//!   server without aggregated discovery, and for versions that discovery calls stale.
//! - For the words of a location: [`Locator::resolve`](crate::k8s::location::Locator::resolve) returns
//!   the parts that are missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{DiscoveredGroup, DiscoveredVersion, Resource, Resources};
use crate::k8s::failure::Failure;
use crate::k8s::names::{Group, GroupVersion, Gvr};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};

/// A part of discovery that one request loads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DiscoveryPart {
    /// `GET /api`: the core group.
    CoreGroup,
    /// `GET /apis`: all other groups.
    NamedGroups,
    /// `GET /apis/GROUP/VERSION`: the plain document of one version.
    Resources(GroupVersion),
}

/// What the answer for a [`DiscoveryPart`] holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscoveryContent {
    /// The groups of [`DiscoveryPart::CoreGroup`] or [`DiscoveryPart::NamedGroups`].
    Groups(Vec<DiscoveredGroup>),
    /// The resources of [`DiscoveryPart::Resources`].
    Resources(Vec<Arc<Resource>>),
}

impl DiscoveryContent {
    /// Returns the resources of all groups, which share what is parsed with these.
    #[must_use]
    pub fn resources_of_groups(&self) -> Vec<Resources> {
        let Self::Groups(groups) = self else { return Vec::new() };
        let versions = groups.iter().flat_map(|group| &group.versions);
        versions.filter_map(|version| version.resources.clone()).collect()
    }
}

impl DiscoveryPart {
    /// The two parts that discovery starts with.
    pub const GROUPS: [Self; 2] = [Self::CoreGroup, Self::NamedGroups];

    /// Returns the path of the document.
    #[must_use]
    pub fn path(&self) -> ApiPath {
        match self {
            Self::CoreGroup => ApiPath::Api,
            Self::NamedGroups => ApiPath::Apis,
            Self::Resources(version) => ApiPath::Version(version.clone()),
        }
    }

    /// The request that loads it.
    #[must_use]
    pub fn request(&self) -> Request {
        let form = match self {
            Self::CoreGroup | Self::NamedGroups => Form::Discovery,
            Self::Resources(_) => Form::Json,
        };
        Request::get(self.path(), form)
    }

    /// The part of [`Self::GROUPS`] that lists `group`.
    #[must_use]
    pub fn of_group(group: &Group) -> Self {
        if group.is_core() { Self::CoreGroup } else { Self::NamedGroups }
    }
}

/// What is known of a server's groups: the core group first, then the others in the server's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// The groups.
    pub groups: Vec<DiscoveredGroup>,
    /// The outcome of the last load of each part; `None` is a success.
    outcomes: BTreeMap<DiscoveryPart, Option<Failure>>,
}

impl Discovery {
    /// Stores the outcome of loading a part. Groups replace the groups of the same part; a failure
    /// keeps what was known before and is remembered, see [`Discovery::failure`].
    pub fn store(&mut self, part: DiscoveryPart, result: Result<DiscoveryContent, Failure>) {
        let failure = match result {
            Ok(DiscoveryContent::Groups(groups)) => {
                self.set_groups(&part, groups);
                None
            }
            Ok(DiscoveryContent::Resources(resources)) => {
                if let DiscoveryPart::Resources(version) = &part {
                    self.set_resources(version, resources);
                }
                None
            }
            Err(failure) => Some(failure),
        };
        self.outcomes.insert(part, failure);
    }

    /// True if the part was loaded, or loading it failed.
    #[must_use]
    pub fn was_tried(&self, part: &DiscoveryPart) -> bool {
        self.outcomes.contains_key(part)
    }

    /// The failure of the last attempt to load the part.
    #[must_use]
    pub fn failure(&self, part: &DiscoveryPart) -> Option<&Failure> {
        self.outcomes.get(part)?.as_ref()
    }

    /// Forgets all failures, so that a new lookup tries the failed parts again.
    pub fn forget_failures(&mut self) {
        self.outcomes.retain(|_, failure| failure.is_none());
    }

    /// The group of that name.
    #[must_use]
    pub fn group(&self, group: &Group) -> Option<&DiscoveredGroup> {
        self.groups.iter().find(|known| known.group == *group)
    }

    /// The version, if its group has it.
    #[must_use]
    pub fn version(&self, version: &GroupVersion) -> Option<&DiscoveredVersion> {
        self.group(&version.group)?.versions.iter().find(|known| known.group_version == *version)
    }

    /// All versions of all groups, in the server's order.
    pub fn versions(&self) -> impl Iterator<Item = &DiscoveredVersion> {
        self.groups.iter().flat_map(|group| &group.versions)
    }

    /// Returns the resources of a version; `None` if [`DiscoveryPart::Resources`] of the version must be loaded
    /// first.
    #[must_use]
    pub fn resources(&self, version: &GroupVersion) -> Option<&[Arc<Resource>]> {
        self.version(version)?.current_resources()
    }

    /// The resource, if it is known.
    #[must_use]
    pub fn resource(&self, gvr: &Gvr) -> Option<&Arc<Resource>> {
        self.version(&gvr.group_version)?.resource(&gvr.resource)
    }

    /// Returns the short name of a kind, such as `po` for `Pod`; the kind in lower case if it has none.
    #[must_use]
    pub fn short_kind(&self, kind: &str) -> String {
        let resources = self.versions().flat_map(|version| version.resources.iter().flatten());
        let mut same = resources.filter(|resource| *resource.kind == *kind);
        let short = same.find_map(|resource| resource.short_names.first());
        short.map_or_else(|| kind.to_lowercase(), ToString::to_string)
    }

    fn set_groups(&mut self, part: &DiscoveryPart, groups: Vec<DiscoveredGroup>) {
        self.outcomes.retain(|old, _| match old {
            DiscoveryPart::Resources(version) => DiscoveryPart::of_group(&version.group) != *part,
            _ => true,
        });
        self.groups.retain(|group| DiscoveryPart::of_group(&group.group) != *part);
        let at = if *part == DiscoveryPart::CoreGroup { 0 } else { self.groups.len() };
        self.groups.splice(at..at, groups);
    }

    /// Sets the resources of a version. Its plain document is newer than the stale mark of the
    /// aggregated one.
    fn set_resources(&mut self, version: &GroupVersion, resources: Vec<Arc<Resource>>) {
        let mut versions = self.groups.iter_mut().flat_map(|group| &mut group.versions);
        if let Some(known) = versions.find(|known| known.group_version == *version) {
            known.stale = false;
            known.resources = Some(resources.into());
        }
    }
}

impl DiscoveredVersion {
    /// The resources as far as they are known and current: not those of a stale version.
    pub(super) fn current_resources(&self) -> Option<&[Arc<Resource>]> {
        self.resources.as_deref().filter(|_| !self.stale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::failure::FailureKind;

    fn version(api_version: &str, stale: bool) -> DiscoveredVersion {
        DiscoveredVersion {
            group_version: GroupVersion::parse(api_version),
            preferred: true,
            stale,
            resources: Some(Resources::default()),
        }
    }

    fn group(api_version: &str, stale: bool) -> DiscoveredGroup {
        let version = version(api_version, stale);
        DiscoveredGroup { group: version.group_version.group.clone(), versions: vec![version] }
    }

    fn loaded() -> Discovery {
        let mut discovery = Discovery::default();
        // In the order of arrival, which is not that of the groups.
        let named = vec![group("apps/v1", false), group("metrics.k8s.io/v1beta1", true)];
        discovery.store(DiscoveryPart::NamedGroups, Ok(DiscoveryContent::Groups(named)));
        discovery.store(
            DiscoveryPart::CoreGroup,
            Ok(DiscoveryContent::Groups(vec![group("v1", false)])),
        );
        discovery
    }

    fn down() -> Failure {
        Failure::from_answer(503, b"service unavailable")
    }

    #[test]
    fn the_core_group_is_first_whichever_part_arrives_first() {
        let discovery = loaded();
        let names: Vec<String> = discovery.groups.iter().map(|g| g.group.to_string()).collect();
        assert_eq!(names, ["core", "apps", "metrics.k8s.io"]);
    }

    #[test]
    fn a_part_that_is_loaded_again_replaces_its_groups_only() {
        let mut discovery = loaded();
        discovery.store(
            DiscoveryPart::NamedGroups,
            Ok(DiscoveryContent::Groups(vec![group("batch/v1", false)])),
        );
        let names: Vec<String> = discovery.groups.iter().map(|g| g.group.to_string()).collect();
        assert_eq!(names, ["core", "batch"]);
    }

    #[test]
    fn a_failed_part_keeps_what_was_known() {
        let mut discovery = loaded();
        discovery.store(DiscoveryPart::NamedGroups, Err(down()));
        assert_eq!(discovery.groups.len(), 3);
        let failure = discovery.failure(&DiscoveryPart::NamedGroups).unwrap();
        assert_eq!(failure.kind, FailureKind::Unavailable);
    }

    #[test]
    fn a_stale_version_is_loaded_once_before_it_is_used() {
        let mut discovery = loaded();
        let metrics = GroupVersion::new("metrics.k8s.io", "v1beta1");
        assert_eq!(discovery.resources(&metrics), None);
        discovery.store(
            DiscoveryPart::Resources(metrics.clone()),
            Ok(DiscoveryContent::Resources(Vec::new())),
        );
        assert_eq!(discovery.resources(&metrics), Some(&[][..]));
    }

    #[test]
    fn forgotten_failures_make_a_part_untried() {
        let mut discovery = loaded();
        let metrics = DiscoveryPart::Resources(GroupVersion::new("metrics.k8s.io", "v1beta1"));
        discovery.store(metrics.clone(), Err(down()));
        assert!(discovery.was_tried(&metrics));
        discovery.forget_failures();
        assert!(!discovery.was_tried(&metrics) && discovery.was_tried(&DiscoveryPart::CoreGroup));
    }

    #[test]
    fn reloaded_groups_forget_the_failures_of_their_versions() {
        let mut discovery = loaded();
        let metrics = DiscoveryPart::Resources(GroupVersion::new("metrics.k8s.io", "v1beta1"));
        discovery.store(metrics.clone(), Err(down()));
        discovery.store(DiscoveryPart::CoreGroup, Ok(DiscoveryContent::Groups(Vec::new())));
        assert!(discovery.was_tried(&metrics));
        discovery.store(DiscoveryPart::NamedGroups, Ok(DiscoveryContent::Groups(Vec::new())));
        assert!(!discovery.was_tried(&metrics));
    }

    #[test]
    fn each_part_has_its_request() {
        let paths = |part: DiscoveryPart| (part.request().path_and_query(), part.request().form);
        assert_eq!(paths(DiscoveryPart::CoreGroup), ("/api".to_owned(), Form::Discovery));
        assert_eq!(paths(DiscoveryPart::NamedGroups), ("/apis".to_owned(), Form::Discovery));
        let batch = DiscoveryPart::Resources(GroupVersion::new("batch", "v1"));
        assert_eq!(paths(batch), ("/apis/batch/v1".to_owned(), Form::Json));
    }
}
