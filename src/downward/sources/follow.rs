//! Follows the sources: which of them can change, and what a change means.

use super::{SourceKey, Sources, State};
use crate::downward::surroundings::Lookup;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};

impl Sources {
    /// Returns the sources whose changes matter, with the number that each of them has for as long as
    /// the pod needs it: those that are loaded, or that the server does not have.
    pub fn followed(&self) -> impl Iterator<Item = (u32, &SourceKey)> {
        let followed = self.numbers.iter().filter(|(key, _)| self.is_known(key));
        followed.map(|(key, number)| (*number, key))
    }

    /// Returns the source with that number.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Option<&SourceKey> {
        self.numbers.iter().find(|(_, other)| **other == number).map(|(key, _)| key)
    }

    /// Returns the `resourceVersion` of what is loaded.
    #[must_use]
    pub fn version(&self, key: &SourceKey) -> Option<&str> {
        self.versions.get(key).map(String::as_str)
    }

    /// Requests a source again because it changed. One that is being loaded is requested after its
    /// answer.
    pub fn changed(&mut self, key: &SourceKey) {
        match self.states.get(key) {
            Some(State::Loaded) => self.refetch(key),
            Some(_) => _ = self.changed.insert(key.clone()),
            None => {}
        }
    }

    fn is_known(&self, key: &SourceKey) -> bool {
        fn is_known<T>(lookup: Option<&Lookup<T>>) -> bool {
            matches!(lookup, Some(Lookup::Found(_) | Lookup::Missing))
        }
        let around = &self.surroundings;
        match key {
            SourceKey::Node(_) => is_known(Some(&around.node)),
            SourceKey::Services(_) => is_known(Some(&around.services)),
            SourceKey::KubernetesService => is_known(Some(&around.kubernetes)),
            SourceKey::ConfigMap(_, name) => is_known(around.config_maps.get(&**name)),
            SourceKey::Secret(_, name) => is_known(around.secrets.get(&**name)),
            SourceKey::Claim(_, name) => is_known(around.claims.get(&**name)),
            // The source of a volume never changes, and names are only a help.
            SourceKey::Volume(_) | SourceKey::ConfigMapNames(_) | SourceKey::SecretNames(_) => {
                false
            }
        }
    }
}

impl SourceKey {
    /// Returns the request for the list that its watch continues: of the object alone, or of all
    /// Services. Only metadata is requested, so that no value of a Secret is sent with a change.
    #[must_use]
    pub fn watched_list(&self) -> Request {
        match self.path() {
            ApiPath::Object(object) => Request::get(object.collection(), Form::Metadata)
                .with("fieldSelector", format!("metadata.name={}", object.name)),
            path => Request::get(path, Form::Metadata),
        }
    }

    /// True if it is one object, and not a collection.
    #[must_use]
    pub fn is_object(&self) -> bool {
        matches!(self.path(), ApiPath::Object(_))
    }

    /// Returns its title, such as `configmaps settings`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.path() {
            ApiPath::Object(object) => format!("{} {}", self.resource(), object.name),
            _ => self.resource().to_owned(),
        }
    }
}
