//! The resources of a version, parsed when they are first needed.

use std::fmt;
use std::ops::Deref;
use std::slice;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::{Resource, wire};
use crate::k8s::names::GroupVersion;

/// The resources of a version.
///
/// Those of an aggregated document are parsed at their first use. It holds the resources of all versions,
/// and a server may have thousands, while few of its versions are opened.
#[derive(Clone, Default)]
pub struct Resources(Arc<Parsed>);

#[derive(Default)]
struct Parsed {
    /// The version and its list of `APIResourceDiscovery`; `None` if the resources were given.
    document: Option<(GroupVersion, Bytes)>,
    resources: OnceLock<Vec<Arc<Resource>>>,
}

impl Resources {
    /// The resources of a list of `APIResourceDiscovery`, which is JSON.
    pub(super) fn of_list(version: GroupVersion, list: Bytes) -> Self {
        Self(Arc::new(Parsed { document: Some((version, list)), resources: OnceLock::new() }))
    }

    /// Parses the resources before their first use, which then does not wait.
    pub fn parse(&self) {
        _ = &**self;
    }
}

impl From<Vec<Arc<Resource>>> for Resources {
    fn from(resources: Vec<Arc<Resource>>) -> Self {
        Self(Arc::new(Parsed { document: None, resources: resources.into() }))
    }
}

impl Deref for Resources {
    type Target = [Arc<Resource>];

    fn deref(&self) -> &[Arc<Resource>] {
        self.0.resources.get_or_init(|| match &self.0.document {
            Some((version, list)) => wire::resources(version, list),
            None => Vec::new(),
        })
    }
}

impl<'a> IntoIterator for &'a Resources {
    type Item = &'a Arc<Resource>;
    type IntoIter = slice::Iter<'a, Arc<Resource>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Resources {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || **self == **other
    }
}

impl Eq for Resources {}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::discovery::{
        DiscoveredGroup, DiscoveredVersion, DiscoveryContent, parse_groups,
    };

    fn groups() -> Vec<DiscoveredGroup> {
        let body =
            br#"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"a"},"versions":[
            {"version":"v1","resources":[{"resource":"bs"}]},{"version":"v2","resources":7}]}]}"#;
        parse_groups(&Bytes::from_static(body)).unwrap()
    }

    #[test]
    fn resources_are_parsed_at_their_first_use() {
        let groups = groups();
        let [first, second] = &groups[0].versions[..] else { panic!("{groups:?}") };
        let first = first.resources.as_ref().unwrap();
        assert!(first.0.resources.get().is_none());
        assert_eq!(&*first[0].gvr.resource, "bs");
        assert!(first.0.resources.get().is_some());
        assert_eq!(second.resources.as_deref(), Some(&[][..]), "not a list");
    }

    #[test]
    fn the_resources_of_groups_can_be_parsed_for_everybody_who_has_the_groups() {
        let groups = groups();
        let shared = DiscoveryContent::Groups(groups.clone()).resources_of_groups();
        assert_eq!(shared.len(), 2);
        shared.iter().for_each(Resources::parse);
        let versions = &groups[0].versions;
        let parsed = |version: &DiscoveredVersion| {
            version
                .resources
                .as_ref()
                .is_some_and(|resources| resources.0.resources.get().is_some())
        };
        assert!(versions.iter().all(parsed));
    }
}
