//! Looks up the `ConfigMap`s and Secrets that a pod refers to.

use std::collections::BTreeMap;

use super::cluster::{ConfigMap, Metadata, Secret};
use super::kubelet::{Kubelet, Placed};
use super::pod::ObjectRef;
use super::resolved::{Refusal, Resolved};
use super::surroundings::Lookup;
use super::view::{OriginKind, State};

/// A `ConfigMap` or a Secret.
pub(super) trait Source {
    /// The kind as the kubelet's messages have it.
    const WORD: &'static str;
    /// The kind.
    const KIND: &'static str;

    fn metadata(&self) -> &Metadata;
    fn is_immutable(&self) -> bool;
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

/// Returns which keys an object has.
pub(super) fn keys_of(names: &[&str]) -> String {
    match names {
        [] => "it has no keys".to_owned(),
        names => format!("it has {}", names.join(", ")),
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
        Some(Lookup::Missing) => Err(Refusal {
            message: kubelet.not_found(T::WORD, name),
            cause: Some(format!("its {} {name} was deleted", T::KIND)),
        }),
        Some(other) => Ok(Found::Unknown(other.reason().to_owned())),
        None => Ok(Found::Unknown("not read yet".to_owned())),
    }
}
