//! The volumes of pods that the kubelet fills with files.

use serde::Deserialize;

use super::{FieldRef, ResourceRef};
use crate::downward::decode::{list, or_default};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct Volume {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) name: String,
    #[serde(rename = "downwardAPI")]
    pub(in crate::downward) downward_api: Option<DownwardSource>,
    pub(in crate::downward) projected: Option<ProjectedSource>,
    pub(in crate::downward) config_map: Option<KeysVolume>,
    pub(in crate::downward) secret: Option<KeysVolume>,
}

/// A volume with the keys of a `ConfigMap` or of a Secret.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct KeysVolume {
    /// The name of a `ConfigMap`.
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) name: String,
    /// The name of a Secret.
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) secret_name: String,
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) items: Vec<KeyItem>,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) optional: bool,
    pub(in crate::downward) default_mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct DownwardSource {
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) items: Vec<Item>,
    pub(in crate::downward) default_mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct ProjectedSource {
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) sources: Vec<Projection>,
    pub(in crate::downward) default_mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct Projection {
    #[serde(rename = "downwardAPI")]
    pub(in crate::downward) downward_api: Option<DownwardSource>,
    pub(in crate::downward) config_map: Option<KeysSource>,
    pub(in crate::downward) secret: Option<KeysSource>,
    pub(in crate::downward) service_account_token: Option<TokenSource>,
    pub(in crate::downward) cluster_trust_bundle: Option<BundleSource>,
    pub(in crate::downward) pod_certificate: Option<CertificateSource>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct Item {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) path: String,
    pub(in crate::downward) field_ref: Option<FieldRef>,
    pub(in crate::downward) resource_field_ref: Option<ResourceRef>,
    pub(in crate::downward) mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct KeysSource {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) name: String,
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) items: Vec<KeyItem>,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) optional: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct KeyItem {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) key: String,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) path: String,
    pub(in crate::downward) mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct TokenSource {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) path: String,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) audience: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct BundleSource {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) path: String,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) signer_name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct CertificateSource {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) signer_name: String,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) credential_bundle_path: String,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) key_path: String,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) certificate_chain_path: String,
}

impl KeysVolume {
    /// Returns the chosen keys of the object of that name.
    pub(in crate::downward) fn keys(&self, name: &str) -> KeysSource {
        KeysSource { name: name.to_owned(), items: self.items.clone(), optional: self.optional }
    }
}
