//! Which problem belongs to which, and which explains which.

use std::collections::HashMap;

use super::{Judged, Owner};
use crate::k8s::names::Gvr;
use crate::k8s::path::ObjectPath;
use crate::object::health::requests;

/// Chains of causes are followed no further.
const LONGEST: usize = 8;

/// The links between judged objects, by their indexes.
pub(super) struct Links {
    parents: Vec<Option<usize>>,
    /// The causes of the roots, which are roots themselves.
    pub(super) causes: Vec<Vec<usize>>,
}

impl Links {
    /// The object that this one is folded under in the end; itself if nothing owns it.
    pub(super) fn root(&self, at: usize) -> usize {
        let mut root = at;
        while let Some(parent) = self.parents[root] {
            root = parent;
        }
        root
    }

    /// How many causes are above an object, one behind the other.
    pub(super) fn depth(&self, at: usize) -> usize {
        let mut depth = 0;
        let mut level = vec![at];
        while depth < LONGEST {
            level = level.iter().flat_map(|at| self.causes[*at].iter().copied()).collect();
            level.sort_unstable();
            level.dedup();
            if level.is_empty() {
                break;
            }
            depth += 1;
        }
        depth
    }

    /// Visits the root of an object and all the causes above it.
    pub(super) fn above(&self, at: usize, mut visit: impl FnMut(usize)) {
        let mut seen = vec![self.root(at)];
        let mut next = 0;
        while let Some(&at) = seen.get(next) {
            visit(at);
            for &cause in &self.causes[at] {
                if !seen.contains(&cause) {
                    seen.push(cause);
                }
            }
            next += 1;
        }
    }
}

/// Finds the links.
pub(super) fn find(judged: &[Judged]) -> Links {
    let by_path: HashMap<&ObjectPath, usize> =
        judged.iter().enumerate().map(|(at, object)| (&object.path, at)).collect();
    let by_uid: HashMap<&str, usize> =
        judged.iter().enumerate().filter_map(|(at, o)| Some((o.uid.as_deref()?, at))).collect();
    let owner = |object: &Judged| {
        let mut owners = object.owners.iter();
        owners.find_map(|owner| match by_uid.get(&*owner.uid) {
            Some(at) => Some(*at),
            None => by_path.get(&owner_path(object, owner)?).copied(),
        })
    };
    let guess = |object: &Judged| {
        let mut names = guessed(object).into_iter();
        names.find_map(|path| by_path.get(&path).copied())
    };
    let on_node = |object: &Judged| {
        if !object.path.gvr.is_core("pods") {
            return None;
        }
        let related = object.reasons.iter().flat_map(|reason| &reason.related);
        let mut nodes = related.filter(|path| path.gvr.is_core("nodes"));
        nodes.find_map(|node| by_path.get(node).copied())
    };
    let parents = judged
        .iter()
        .map(|object| owner(object).or_else(|| guess(object)).or_else(|| on_node(object)))
        .collect();
    let parents = without_circles(parents);
    let mut links = Links { parents, causes: vec![Vec::new(); judged.len()] };
    for (at, object) in judged.iter().enumerate() {
        let root = links.root(at);
        for path in object.reasons.iter().flat_map(|reason| &reason.related) {
            let Some(cause) = by_path.get(path).map(|cause| links.root(*cause)) else { continue };
            // What is folded under an object is no cause of it, and no cause goes round.
            let goes_round = reaches(&links, cause, root);
            if cause != root && !goes_round && !links.causes[root].contains(&cause) {
                links.causes[root].push(cause);
            }
        }
    }
    links
}

/// Cuts circles of objects that claim to own each other.
fn without_circles(mut parents: Vec<Option<usize>>) -> Vec<Option<usize>> {
    for start in 0..parents.len() {
        let mut above = parents[start];
        for _ in 0..parents.len() {
            match above {
                Some(at) if at == start => {
                    parents[start] = None;
                    break;
                }
                Some(at) => above = parents[at],
                None => break,
            }
        }
    }
    parents
}

fn reaches(links: &Links, from: usize, to: usize) -> bool {
    let mut found = false;
    links.above(from, |at| found |= at == to);
    found
}

/// Where an owner of a built-in kind is: in the namespace of the object, or in the cluster.
fn owner_path(object: &Judged, owner: &Owner) -> Option<ObjectPath> {
    let (gvr, is_namespaced) = requests::resource(&owner.kind)?;
    // An owner that was concluded may be any of that name, one with a uid is itself or nothing.
    let namespace = object.path.namespace.clone().filter(|_| is_namespaced);
    owner.uid.is_empty().then(|| ObjectPath { gvr, namespace, name: owner.name.as_str().into() })
}

/// Where the owner of a row may be, by the way controllers name objects: a pod of a `ReplicaSet`, a
/// `DaemonSet` or a Job has five random letters behind its owner's name, one of a `StatefulSet` a number,
/// and a `ReplicaSet` a hash behind its Deployment's.
fn guessed(object: &Judged) -> Vec<ObjectPath> {
    let is_known = object.uid.is_some() || !object.owners.is_empty();
    let Some((name, end)) = object.path.name.rsplit_once('-').filter(|_| !is_known) else {
        return Vec::new();
    };
    let is_random = end.bytes().all(|byte| b"bcdfghjklmnpqrstvwxz2456789".contains(&byte));
    let is_number = !end.is_empty() && end.bytes().all(|byte| byte.is_ascii_digit());
    let kinds: &[(&str, &str)] = match &*object.path.gvr.resource {
        "pods" if is_random && end.len() == 5 => {
            &[("apps", "replicasets"), ("apps", "daemonsets"), ("batch", "jobs")]
        }
        "pods" if is_number => &[("apps", "statefulsets")],
        "replicasets" if is_random && end.len() <= 10 => &[("apps", "deployments")],
        _ => &[],
    };
    let path = |(group, resource): &(&str, &str)| ObjectPath {
        gvr: Gvr::new(group, "v1", resource),
        namespace: object.path.namespace.clone(),
        name: name.into(),
    };
    kinds.iter().map(path).collect()
}
