//! What a recording has answers for, so that a row can show it before it is opened.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::names::{Gvr, Namespace};
use super::path::{ApiPath, ObjectPath};

/// The paths that a recording answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    answered: HashSet<ApiPath>,
    /// All paths above these.
    above: HashSet<ApiPath>,
    /// The resources with a list over all namespaces, from which that of each namespace is taken.
    over_all: HashSet<Gvr>,
    /// The resources of which each object is answered, in one namespace or everywhere.
    objects: HashSet<(Gvr, Option<Namespace>)>,
    /// The containers with a log, by pod.
    logs: HashMap<ObjectPath, HashSet<Arc<str>>>,
}

impl Coverage {
    /// Adds a path that is answered.
    pub fn add(&mut self, path: ApiPath) {
        let mut above = path.parent();
        while let Some(parent) = above {
            above = parent.parent();
            if !self.above.insert(parent) {
                break;
            }
        }
        self.answered.insert(path);
    }

    /// Adds a resource whose list of each namespace is taken from the list over all namespaces.
    pub fn add_list_over_all(&mut self, gvr: Gvr) {
        self.over_all.insert(gvr);
    }

    /// Adds a collection of which each object is answered.
    pub fn add_objects(&mut self, gvr: Gvr, namespace: Option<Namespace>) {
        self.objects.insert((gvr, namespace));
    }

    /// Adds the log of a container.
    pub fn add_log(&mut self, pod: ObjectPath, container: &str) {
        self.logs.entry(pod).or_default().insert(container.into());
    }

    /// True if a path is answered: a collection by its list, anything else by itself.
    #[must_use]
    pub fn answers(&self, path: &ApiPath) -> bool {
        let is_of_all = || match path {
            ApiPath::Collection { gvr, namespace: Some(_) } => self.over_all.contains(gvr),
            ApiPath::Object(ObjectPath { gvr, namespace, .. }) => {
                let has = |namespace| self.objects.contains(&(gvr.clone(), namespace));
                has(namespace.clone()) || has(None)
            }
            _ => false,
        };
        self.answered.contains(path) || is_of_all()
    }

    /// True if a path or any path below it is answered.
    #[must_use]
    pub fn answers_below(&self, path: &ApiPath) -> bool {
        self.above.contains(path) || self.answers(path)
    }

    /// True if the log of a container is answered.
    #[must_use]
    pub fn answers_log(&self, pod: &ObjectPath, container: &str) -> bool {
        self.logs.get(pod).is_some_and(|containers| containers.contains(container))
    }
}
