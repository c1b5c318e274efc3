//! Resolves what an entry of `env` refers to: fields, resources, keys and files.

use std::collections::BTreeMap;

use super::Environment;
use crate::downward::cluster::{ConfigMap, Secret};
use crate::downward::content::Content;
use crate::downward::fields;
use crate::downward::lookup::{Found, Source, find, without_key};
use crate::downward::pod::{FileKeyRef, KeyRef, ObjectRef, ValueFrom};
use crate::downward::resolved::{Refusal, Resolution, Resolved};
use crate::downward::resources;
use crate::downward::view::{OriginKind, SourceObject, State};

/// Returns a source by its name, without a value.
pub(super) fn described(source: &ValueFrom) -> Resolved {
    let (kind, from) = if let Some(field) = &source.field_ref {
        (OriginKind::Field, format!("field {}", field.field_path))
    } else if let Some(resource) = &source.resource_field_ref {
        (OriginKind::Resource, resource.resource.clone())
    } else if let Some(KeyRef { name, key, .. }) = &source.config_map_key_ref {
        (OriginKind::ConfigMap, format!("configMap {name} key {key}"))
    } else if let Some(KeyRef { name, key, .. }) = &source.secret_key_ref {
        (OriginKind::Secret, format!("secret {name} key {key}"))
    } else if let Some(file) = &source.file_key_ref {
        (OriginKind::FileKey, format!("file {} of volume {}", file.path, file.volume_name))
    } else {
        (OriginKind::Nothing, "value".to_owned())
    };
    Resolved::without(State::Unknown, kind, from, "")
}

impl Environment<'_> {
    pub(super) fn of_source(&mut self, source: &ValueFrom) -> Resolution {
        if let Some(field) = &source.field_ref {
            fields::in_env(self.kubelet, field)
        } else if let Some(resource) = &source.resource_field_ref {
            resources::in_env(self.kubelet, self.placed, resource)
        } else if let Some(key) = &source.config_map_key_ref {
            self.config_map_key(key)
        } else if let Some(key) = &source.secret_key_ref {
            self.secret_key(key)
        } else if let Some(file) = &source.file_key_ref {
            self.file_key(file)
        } else {
            Ok(Resolved::known(OriginKind::Text, "value", "").explained("the empty text"))
        }
    }

    fn config_map_key(&self, reference: &KeyRef) -> Resolution {
        let KeyRef { name, key, optional } = reference;
        let from = format!("configMap {name} key {key}");
        let object = ObjectRef { name: name.clone(), optional: *optional };
        match find(self.kubelet, &self.kubelet.around.config_maps, &object, Some(self.placed))? {
            Found::Object(map) => match map.data.get(key) {
                Some(value) => Ok(self.of_config_map(map, name, key, value)),
                None if *optional => {
                    Ok(Found::<ConfigMap>::Skipped.resolved(OriginKind::ConfigMap, from))
                }
                None => Err(self.no_key::<ConfigMap, _>(reference, &map.data)),
            },
            absent => Ok(absent.resolved(OriginKind::ConfigMap, from)),
        }
    }

    fn secret_key(&self, reference: &KeyRef) -> Resolution {
        let KeyRef { name, key, optional } = reference;
        let from = format!("secret {name} key {key}");
        let object = ObjectRef { name: name.clone(), optional: *optional };
        match find(self.kubelet, &self.kubelet.around.secrets, &object, Some(self.placed))? {
            Found::Object(secret) => match secret.data.get(key) {
                Some(value) => Ok(self.of_secret(secret, name, key, &value.0)),
                None if *optional => {
                    Ok(Found::<Secret>::Skipped.resolved(OriginKind::Secret, from))
                }
                None => Err(self.no_key::<Secret, _>(reference, &secret.data)),
            },
            absent => Ok(absent.resolved(OriginKind::Secret, from)),
        }
    }

    pub(super) fn of_config_map(
        &self,
        map: &ConfigMap,
        name: &str,
        key: &str,
        value: &str,
    ) -> Resolved {
        let from = format!("configMap {name} key {key}");
        let resolved = Resolved::known(OriginKind::ConfigMap, from, value)
            .explained(format!("the key `{key}` of the ConfigMap `{name}`"));
        self.of_key(resolved, map, name, key)
    }

    pub(super) fn of_secret(
        &self,
        secret: &Secret,
        name: &str,
        key: &str,
        value: &[u8],
    ) -> Resolved {
        let from = format!("secret {name} key {key}");
        let resolved = Resolved::known(OriginKind::Secret, from, Content::secret(value.to_vec()))
            .explained(format!("the key `{key}` of the Secret `{name}`"))
            .of_secret();
        self.of_key(resolved, secret, name, key)
    }

    fn of_key<T: Source>(&self, resolved: Resolved, object: &T, name: &str, key: &str) -> Resolved {
        let resolved = resolved.of_object(SourceObject {
            namespace: self.kubelet.pod.metadata.namespace.clone(),
            name: name.to_owned(),
            key: Some(key.to_owned()),
        });
        let Some(freeze) = self.freeze else { return resolved };
        let version = &self.kubelet.pod.metadata.resource_version;
        freeze.mark_object(resolved, object.metadata(), &["data", key], version)
    }

    fn file_key(&self, file: &FileKeyRef) -> Resolution {
        let spec = &self.kubelet.pod.spec;
        let is_mounted = self.kubelet.pod.containers().flat_map(|c| &c.volume_mounts);
        let mut is_mounted = is_mounted.map(|mount| &mount.name);
        let is_volume = spec.volumes.iter().any(|volume| volume.name == file.volume_name);
        if !is_volume || !is_mounted.any(|name| *name == file.volume_name) {
            let message =
                format!("cannot find the volume {:?} referenced by FileKeyRef", file.volume_name);
            return Err(message.into());
        }
        let from = format!("file {} of volume {}", file.path, file.volume_name);
        let note = format!("`{}` is read from a file when the container starts", file.key);
        Ok(Resolved::without(State::Unknown, OriginKind::FileKey, from, note))
    }

    /// Returns the kubelet's refusal of a missing key, with the keys that exist.
    fn no_key<T: Source, V>(
        &self,
        KeyRef { name, key, .. }: &KeyRef,
        values: &BTreeMap<String, V>,
    ) -> Refusal {
        let namespace = &self.kubelet.pod.metadata.namespace;
        let message = format!("couldn't find key {key} in {} {namespace}/{name}", T::KIND);
        let keys: Vec<&str> = values.keys().map(String::as_str).collect();
        without_key::<T>(message, name, key, &keys)
    }
}
