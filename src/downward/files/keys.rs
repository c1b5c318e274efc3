//! Files from the keys of `ConfigMap`s and Secrets.

use std::collections::BTreeMap;

use super::{END, Payload};
use crate::downward::age::Freeze;
use crate::downward::cluster::{ConfigMap, Secret};
use crate::downward::content::Content;
use crate::downward::lookup::{Found, Source, find, without_key};
use crate::downward::path;
use crate::downward::pod::{KeyItem, KeysSource, ObjectRef};
use crate::downward::resolved::{Refusal, Resolved};
use crate::downward::surroundings::Lookup;
use crate::downward::view::{FileRow, OriginKind, SourceObject, State};

/// A type whose keys become files.
pub(super) trait Keys: Source {
    const ORIGIN: OriginKind;
    /// The word before the name of an object in [`Origin::from`](crate::downward::Origin::from).
    const TITLE: &'static str;
    /// The kubelet's message about a missing key.
    const NO_KEY: &'static str;

    fn names(&self) -> Vec<&str>;
    fn value(&self, key: &str) -> Option<Content>;
}

impl Keys for ConfigMap {
    const ORIGIN: OriginKind = OriginKind::ConfigMap;
    const TITLE: &'static str = "configMap";
    const NO_KEY: &'static str = "configmap references non-existent config key";

    fn names(&self) -> Vec<&str> {
        self.data.keys().chain(self.binary_data.keys()).map(String::as_str).collect()
    }

    fn value(&self, key: &str) -> Option<Content> {
        let binary =
            || Some(Content { bytes: self.binary_data.get(key)?.0.clone(), secret: Vec::new() });
        self.data.get(key).map(|text| Content::from(text.as_str())).or_else(binary)
    }
}

impl Keys for Secret {
    const ORIGIN: OriginKind = OriginKind::Secret;
    const TITLE: &'static str = "secret";
    const NO_KEY: &'static str = "references non-existent secret key";

    fn names(&self) -> Vec<&str> {
        self.data.keys().map(String::as_str).collect()
    }

    fn value(&self, key: &str) -> Option<Content> {
        self.data.get(key).map(|bytes| Content::secret(bytes.0.clone()))
    }
}

impl<'a> Payload<'a> {
    /// Adds the chosen keys of a `ConfigMap` or Secret, or all of them.
    pub(super) fn add_keys<T: Keys>(
        &mut self,
        objects: &'a BTreeMap<String, Lookup<T>>,
        source: &KeysSource,
        place: &str,
    ) {
        if T::ORIGIN == OriginKind::Secret {
            self.secret_paths.all |= source.items.is_empty();
            let paths = source.items.iter().map(|item| path::clean(&item.path));
            self.secret_paths.paths.extend(paths);
        }
        let reference = ObjectRef { name: source.name.clone(), optional: source.optional };
        match find(self.kubelet, objects, &reference, None) {
            Ok(Found::Object(object)) => self.add_object(object, source, place),
            Ok(absent) => {
                let from = format!("{} {}", T::TITLE, source.name);
                self.add_absent(source, place, &absent.resolved(T::ORIGIN, from));
            }
            Err(refusal) => self.refuse::<T>(source, place, refusal),
        }
    }

    /// Adds a refusal. A volume that is set up keeps the files of the source, which are unknown
    /// then.
    fn refuse<T: Keys>(&mut self, source: &KeysSource, place: &str, refusal: Refusal) {
        if self.is_set_up {
            let from = format!("{} {}", T::TITLE, source.name);
            let cause = refusal.cause.as_deref().unwrap_or_default();
            let note = format!("{cause} after the volume was set up: the files stay as they were");
            let resolved = Resolved::without(State::Unknown, T::ORIGIN, from, note);
            self.add_absent(source, place, &resolved);
        }
        self.refusals.push(refusal);
    }

    fn add_object<T: Keys>(&mut self, object: &T, source: &KeysSource, place: &str) {
        let title = format!("{} {}", T::TITLE, source.name);
        let resolved = |key: &str, content: Content| {
            let resolved = Resolved::known(T::ORIGIN, format!("{title} key {key}"), content)
                .explained(format!("the key `{key}` of the {title}"))
                .of_object(SourceObject {
                    namespace: self.kubelet.pod.metadata.namespace.clone(),
                    name: source.name.clone(),
                    key: Some(key.to_owned()),
                });
            let resolved =
                if T::ORIGIN == OriginKind::Secret { resolved.of_secret() } else { resolved };
            let Some(end) = self.kubelet.end() else { return resolved };
            let version = &self.kubelet.pod.metadata.resource_version;
            let fields = ["data", key];
            Freeze { time: &end, what: END }.mark_object(
                resolved,
                object.metadata(),
                &fields,
                version,
            )
        };
        let mut rows = Vec::new();
        if source.items.is_empty() {
            for key in object.names() {
                if let Some(content) = object.value(key) {
                    rows.push((key, None, resolved(key, content), place.to_owned()));
                }
            }
        }
        let mut missing = None;
        for (at, KeyItem { key, path, mode }) in source.items.iter().enumerate() {
            let place = format!("{place}.items[{at}]");
            match object.value(key) {
                Some(content) => rows.push((path, *mode, resolved(key, content), place)),
                None if source.optional => {
                    let skipped = Found::<T>::Skipped;
                    let skipped = skipped.resolved(T::ORIGIN, format!("{title} key {key}"));
                    rows.push((path, *mode, skipped, place));
                }
                // The kubelet stops at the first missing key of a source.
                None => {
                    missing = Some(key);
                    break;
                }
            }
        }
        for (path, mode, resolved, place) in rows {
            self.place(path, mode, resolved, &place);
        }
        if let Some(key) = missing {
            let message = format!("{}: {key}", T::NO_KEY);
            let refusal = without_key::<T>(message, &source.name, key, &object.names());
            self.refuse::<T>(source, place, refusal);
        }
    }

    /// Adds the rows of an object that is skipped or not known.
    fn add_absent(&mut self, source: &KeysSource, place: &str, resolved: &Resolved) {
        for (at, item) in source.items.iter().enumerate() {
            let place = format!("{place}.items[{at}]");
            let from = format!("{} key {}", resolved.from, item.key);
            let resolved = Resolved { from, ..resolved.clone() };
            self.place(&item.path, item.mode, resolved, &place);
        }
        if source.items.is_empty() {
            let row = self.row("*", None, resolved.clone(), place);
            self.others.push(FileRow { is_any: true, ..row });
        }
    }
}
