//! The fields of nodes, `ConfigMap`s, Secrets and Services that decide what containers see.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::amounts::Amounts;
use super::decode::{self, Base64, NO_BASE64, Undecodable, list, map, or_default};
use super::pod::Texts;

/// What decides which version of an object a container has.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) namespace: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) creation_timestamp: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) resource_version: String,
    pub(super) managed_fields: Value,
}

/// A Node, decoded.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Node {
    #[serde(deserialize_with = "or_default")]
    pub(super) status: NodeStatus,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NodeStatus {
    #[serde(deserialize_with = "map")]
    pub(super) allocatable: Amounts,
    #[serde(deserialize_with = "map")]
    pub(super) capacity: Amounts,
    #[serde(deserialize_with = "list")]
    pub(super) addresses: Vec<Address>,
    #[serde(deserialize_with = "or_default")]
    pub(super) node_info: NodeInfo,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NodeInfo {
    #[serde(deserialize_with = "or_default")]
    pub(super) container_runtime_version: String,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Address {
    #[serde(deserialize_with = "or_default")]
    pub(super) r#type: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) address: String,
}

/// A `ConfigMap`, decoded.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigMap {
    #[serde(deserialize_with = "or_default")]
    pub(super) metadata: Metadata,
    #[serde(deserialize_with = "or_default")]
    pub(super) immutable: bool,
    #[serde(deserialize_with = "map")]
    pub(super) data: Texts,
    #[serde(deserialize_with = "map")]
    pub(super) binary_data: BTreeMap<String, Base64>,
}

/// A Secret, decoded. Its values do not appear in its `Debug` form.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Secret {
    #[serde(deserialize_with = "or_default")]
    pub(super) metadata: Metadata,
    #[serde(deserialize_with = "or_default")]
    pub(super) immutable: bool,
    #[serde(deserialize_with = "map")]
    pub(super) data: BTreeMap<String, Base64>,
}

/// A Service, decoded.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Service {
    #[serde(deserialize_with = "or_default")]
    pub(super) metadata: Metadata,
    #[serde(deserialize_with = "or_default")]
    pub(super) spec: ServiceSpec,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServiceSpec {
    #[serde(rename = "clusterIP", deserialize_with = "or_default")]
    pub(super) cluster_ip: String,
    #[serde(deserialize_with = "list")]
    pub(super) ports: Vec<Port>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct Port {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) protocol: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) port: i32,
}

/// A `PersistentVolumeClaim`, decoded.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Claim {
    #[serde(deserialize_with = "or_default")]
    pub(super) spec: ClaimSpec,
    #[serde(deserialize_with = "or_default")]
    pub(super) status: ClaimStatus,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ClaimSpec {
    #[serde(deserialize_with = "or_default")]
    pub(super) volume_name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) storage_class_name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ClaimStatus {
    #[serde(deserialize_with = "or_default")]
    pub(super) phase: String,
    #[serde(deserialize_with = "list")]
    pub(super) access_modes: Vec<String>,
    #[serde(deserialize_with = "map")]
    pub(super) capacity: Texts,
}

impl Claim {
    /// Returns the name of its volume, if it is bound to one.
    pub(super) fn volume(&self) -> Option<&str> {
        Some(self.spec.volume_name.as_str()).filter(|name| !name.is_empty())
    }
}

/// A `PersistentVolume`, decoded.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Volume {
    /// As JSON: its source is the field of its kind.
    pub(super) spec: Value,
}

impl TryFrom<&Value> for Claim {
    type Error = Undecodable;

    fn try_from(value: &Value) -> Result<Self, Undecodable> {
        decode::object("PersistentVolumeClaim", value)
    }
}

impl TryFrom<&Value> for Volume {
    type Error = Undecodable;

    fn try_from(value: &Value) -> Result<Self, Undecodable> {
        decode::object("PersistentVolume", value)
    }
}

impl TryFrom<&Value> for Node {
    type Error = Undecodable;

    fn try_from(value: &Value) -> Result<Self, Undecodable> {
        decode::object("Node", value)
    }
}

impl TryFrom<&Value> for ConfigMap {
    type Error = Undecodable;

    fn try_from(value: &Value) -> Result<Self, Undecodable> {
        decode::object("ConfigMap", value)
    }
}

impl TryFrom<&Value> for Service {
    type Error = Undecodable;

    fn try_from(value: &Value) -> Result<Self, Undecodable> {
        decode::object("Service", value)
    }
}

/// The error quotes no value.
impl TryFrom<&Value> for Secret {
    type Error = Undecodable;

    fn try_from(value: &Value) -> Result<Self, Undecodable> {
        decode::object("Secret", value).map_err(|mut error| {
            if error.reason != NO_BASE64 {
                "a value has another type".clone_into(&mut error.reason);
            }
            if let Some(name) = value["metadata"]["name"].as_str() {
                name.clone_into(&mut error.name);
            }
            error
        })
    }
}
