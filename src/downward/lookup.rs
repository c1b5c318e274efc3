//! Looks up the `ConfigMap`s and Secrets that a pod refers to.

use std::collections::BTreeMap;

use super::cluster::{ConfigMap, Metadata, Secret};
use super::kubelet::{Kubelet, Placed};
use super::pod::ObjectRef;
use super::resolved::{Refusal, Resolved};
use super::surroundings::{Lookup, Names, Surroundings};
use super::view::{OriginKind, State};
use crate::object::instead::{it_has, no_key, no_object};

/// A `ConfigMap` or a Secret.
pub(super) trait Source {
    /// The kind as the kubelet's messages have it.
    const WORD: &'static str;
    /// The kind.
    const KIND: &'static str;

    fn metadata(&self) -> &Metadata;
    fn is_immutable(&self) -> bool;
    /// Returns the names of the objects of this kind.
    fn names_in(around: &Surroundings) -> &Names;
}

impl Source for ConfigMap {
    const WORD: &'static str = "configmap";
    const KIND: &'static str = "ConfigMap";

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn is_immutable(&self) -> bool {
        self.immutable
    }

    fn names_in(around: &Surroundings) -> &Names {
        &around.config_map_names
    }
}

impl Source for Secret {
    const WORD: &'static str = "secret";
    const KIND: &'static str = "Secret";

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn is_immutable(&self) -> bool {
        self.immutable
    }

    fn names_in(around: &Surroundings) -> &Names {
        &around.secret_names
    }
}

/// A `ConfigMap` or Secret that exists, or may be absent.
pub(super) enum Found<'a, T> {
    Object(&'a T),
    /// It is optional and does not exist.
    Skipped,
    /// Why it is not known.
    Unknown(String),
}

impl<T> Found<'_, T> {
    /// Returns what an absent object, or a key of it, resolves to.
    pub(super) fn resolved(&self, kind: OriginKind, from: String) -> Resolved {
        match self {
            Self::Unknown(reason) => Resolved::without(State::Unknown, kind, from, reason.clone()),
            _ => Resolved::without(State::Skipped, kind, from, "optional, and does not exist"),
        }
    }
}

/// Returns the kubelet's refusal of an object that lacks a key.
pub(super) fn without_key<T: Source>(
    message: String,
    name: &str,
    key: &str,
    keys: &[&str],
) -> Refusal {
    let instead = format!("{}; {}", no_key(T::KIND, name, key), it_has(key, keys, 0, "keys"));
    Refusal {
        message,
        cause: Some(format!("the key {key} of its {} {name} was removed", T::KIND)),
        instead: Some(instead),
    }
}

/// Returns the kubelet's refusal of an object that does not exist.
fn without_object<T: Source>(kubelet: &Kubelet<'_>, name: &str) -> Refusal {
    let others = match T::names_in(kubelet.around) {
        Names::NotListed => None,
        Names::Forbidden => Some(format!("you may not list {}s", T::WORD)),
        Names::Listed { names, more } => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Some(it_has(name, &names, *more, &format!("{}s", T::KIND)))
        }
    };
    let namespace = &kubelet.pod.metadata.namespace;
    Refusal {
        message: kubelet.not_found(T::WORD, name),
        cause: Some(format!("its {} {name} was deleted", T::KIND)),
        instead: others.map(|it| format!("{} in {namespace}; {it}", no_object(T::KIND, name))),
    }
}

/// Looks up an object for a container, or for a volume if there is no container. The error is the
/// kubelet's.
pub(super) fn find<'a, T: Source>(
    kubelet: &Kubelet<'_>,
    objects: &'a BTreeMap<String, Lookup<T>>,
    reference: &ObjectRef,
    container: Option<Placed<'_>>,
) -> Result<Found<'a, T>, Refusal> {
    let ObjectRef { name, optional } = reference;
    match objects.get(name) {
        Some(Lookup::Found(object)) => {
            let created = &object.metadata().creation_timestamp;
            if object.is_immutable() && kubelet.is_younger_than_use(created, container) {
                return Ok(Found::Unknown(format!(
                    "the immutable {} {name} was made anew at {created}, and the kubelet keeps the \
                     old one as long as a pod of its node uses it",
                    T::KIND
                )));
            }
            Ok(Found::Object(object))
        }
        Some(Lookup::Missing) if *optional => Ok(Found::Skipped),
        Some(Lookup::Missing) => Err(without_object::<T>(kubelet, name)),
        Some(other) => Ok(Found::Unknown(other.reason().to_owned())),
        None => Ok(Found::Unknown("not read yet".to_owned())),
    }
}
