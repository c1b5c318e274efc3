//! The fields of pods that decide what their containers see.
//!
//! Every field is decoded as Go decodes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::amounts::ResourceLists;
use super::decode::{list, map, or_default};
use super::status::Status;
use crate::k8s::quantity::Quantity;

/// Texts by key.
pub(super) type Texts = BTreeMap<String, String>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Pod {
    #[serde(deserialize_with = "or_default")]
    pub(super) metadata: Metadata,
    #[serde(deserialize_with = "or_default")]
    pub(super) spec: Spec,
    #[serde(deserialize_with = "or_default")]
    pub(super) status: Status,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) namespace: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) uid: String,
    #[serde(deserialize_with = "map")]
    pub(super) labels: Texts,
    #[serde(deserialize_with = "map")]
    pub(super) annotations: Texts,
    #[serde(deserialize_with = "or_default")]
    pub(super) deletion_timestamp: String,
    pub(super) deletion_grace_period_seconds: Option<i64>,
    #[serde(deserialize_with = "or_default")]
    pub(super) resource_version: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Spec {
    #[serde(deserialize_with = "or_default")]
    pub(super) node_name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) service_account_name: String,
    pub(super) enable_service_links: Option<bool>,
    #[serde(deserialize_with = "or_default")]
    pub(super) host_network: bool,
    #[serde(deserialize_with = "list")]
    pub(super) containers: Vec<Container>,
    #[serde(deserialize_with = "list")]
    pub(super) init_containers: Vec<Container>,
    #[serde(deserialize_with = "list")]
    pub(super) ephemeral_containers: Vec<Container>,
    #[serde(deserialize_with = "list")]
    pub(super) volumes: Vec<Volume>,
    #[serde(deserialize_with = "or_default")]
    pub(super) resources: ResourceLists,
    #[serde(deserialize_with = "or_default")]
    pub(super) security_context: SecurityContext,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SecurityContext {
    pub(super) fs_group: Option<i64>,
    pub(super) run_as_user: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Container {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "list")]
    pub(super) env: Vec<EnvVar>,
    #[serde(deserialize_with = "list")]
    pub(super) env_from: Vec<EnvFrom>,
    #[serde(deserialize_with = "or_default")]
    pub(super) resources: ResourceLists,
    #[serde(deserialize_with = "or_default")]
    pub(super) restart_policy: String,
    #[serde(deserialize_with = "list")]
    pub(super) volume_mounts: Vec<Mount>,
    #[serde(deserialize_with = "or_default")]
    pub(super) security_context: SecurityContext,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EnvVar {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) value: String,
    pub(super) value_from: Option<ValueFrom>,
    /// True if the template lacks it, and its controller adds it to each pod.
    #[serde(skip)]
    pub(super) is_added_by_controller: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct ValueFrom {
    pub(super) field_ref: Option<FieldRef>,
    pub(super) resource_field_ref: Option<ResourceRef>,
    pub(super) config_map_key_ref: Option<KeyRef>,
    pub(super) secret_key_ref: Option<KeyRef>,
    pub(super) file_key_ref: Option<FileKeyRef>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FieldRef {
    #[serde(deserialize_with = "or_default")]
    pub(super) api_version: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) field_path: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ResourceRef {
    #[serde(deserialize_with = "or_default")]
    pub(super) container_name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) resource: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) divisor: Quantity,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct KeyRef {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) key: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) optional: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FileKeyRef {
    #[serde(deserialize_with = "or_default")]
    pub(super) volume_name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) path: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) key: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EnvFrom {
    #[serde(deserialize_with = "or_default")]
    pub(super) prefix: String,
    pub(super) config_map_ref: Option<ObjectRef>,
    pub(super) secret_ref: Option<ObjectRef>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ObjectRef {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) optional: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct Mount {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) mount_path: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) sub_path: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) sub_path_expr: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Volume {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(rename = "downwardAPI")]
    pub(super) downward_api: Option<DownwardSource>,
    pub(super) projected: Option<ProjectedSource>,
    pub(super) config_map: Option<KeysVolume>,
    pub(super) secret: Option<KeysVolume>,
}

/// A volume with the keys of a `ConfigMap` or of a Secret.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct KeysVolume {
    /// The name of a `ConfigMap`.
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    /// The name of a Secret.
    #[serde(deserialize_with = "or_default")]
    pub(super) secret_name: String,
    #[serde(deserialize_with = "list")]
    pub(super) items: Vec<KeyItem>,
    #[serde(deserialize_with = "or_default")]
    pub(super) optional: bool,
    pub(super) default_mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DownwardSource {
    #[serde(deserialize_with = "list")]
    pub(super) items: Vec<Item>,
    pub(super) default_mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ProjectedSource {
    #[serde(deserialize_with = "list")]
    pub(super) sources: Vec<Projection>,
    pub(super) default_mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Projection {
    #[serde(rename = "downwardAPI")]
    pub(super) downward_api: Option<DownwardSource>,
    pub(super) config_map: Option<KeysSource>,
    pub(super) secret: Option<KeysSource>,
    pub(super) service_account_token: Option<TokenSource>,
    pub(super) cluster_trust_bundle: Option<BundleSource>,
    pub(super) pod_certificate: Option<CertificateSource>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Item {
    #[serde(deserialize_with = "or_default")]
    pub(super) path: String,
    pub(super) field_ref: Option<FieldRef>,
    pub(super) resource_field_ref: Option<ResourceRef>,
    pub(super) mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct KeysSource {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "list")]
    pub(super) items: Vec<KeyItem>,
    #[serde(deserialize_with = "or_default")]
    pub(super) optional: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct KeyItem {
    #[serde(deserialize_with = "or_default")]
    pub(super) key: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) path: String,
    pub(super) mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TokenSource {
    #[serde(deserialize_with = "or_default")]
    pub(super) path: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) audience: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct BundleSource {
    #[serde(deserialize_with = "or_default")]
    pub(super) path: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) signer_name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CertificateSource {
    #[serde(deserialize_with = "or_default")]
    pub(super) signer_name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) credential_bundle_path: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) key_path: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) certificate_chain_path: String,
}

impl KeysVolume {
    /// Returns the chosen keys of the object of that name.
    pub(super) fn keys(&self, name: &str) -> KeysSource {
        KeysSource { name: name.to_owned(), items: self.items.clone(), optional: self.optional }
    }
}

impl Pod {
    /// Returns all containers: init, regular, ephemeral.
    pub(super) fn containers(&self) -> impl Iterator<Item = &Container> {
        let spec = &self.spec;
        spec.init_containers.iter().chain(&spec.containers).chain(&spec.ephemeral_containers)
    }

    /// Returns the sources of all projected volumes.
    pub(super) fn projections(&self) -> impl Iterator<Item = &Projection> {
        self.spec.volumes.iter().filter_map(|v| v.projected.as_ref()).flat_map(|p| &p.sources)
    }
}
