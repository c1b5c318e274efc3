//! The fields of pods that decide what their containers see.
//!
//! Every field is decoded as Go decodes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::amounts::ResourceLists;
use super::decode::{list, map, or_default};
use super::status::Status;
use crate::k8s::quantity::Quantity;

pub(super) use process::{DnsConfig, Exec, Handler, HostAlias, Lifecycle, SecurityContext};
pub(super) use volumes::{Item, KeyItem, KeysSource, Projection, Volume};

mod process;
mod volumes;

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
    #[serde(rename = "hostIPC", deserialize_with = "or_default")]
    pub(super) host_ipc: bool,
    #[serde(deserialize_with = "or_default")]
    pub(super) hostname: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) subdomain: String,
    #[serde(rename = "setHostnameAsFQDN", deserialize_with = "or_default")]
    pub(super) set_hostname_as_fqdn: bool,
    pub(super) hostname_override: Option<String>,
    #[serde(deserialize_with = "list")]
    pub(super) host_aliases: Vec<HostAlias>,
    #[serde(deserialize_with = "or_default")]
    pub(super) dns_policy: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) dns_config: DnsConfig,
    #[serde(deserialize_with = "or_default")]
    pub(super) priority_class_name: String,
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
    #[serde(deserialize_with = "list")]
    pub(super) volume_devices: Vec<Device>,
    #[serde(deserialize_with = "or_default")]
    pub(super) security_context: SecurityContext,
    #[serde(deserialize_with = "list")]
    pub(super) command: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(super) args: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub(super) working_dir: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) tty: bool,
    #[serde(deserialize_with = "or_default")]
    pub(super) termination_message_path: String,
    pub(super) liveness_probe: Option<Handler>,
    pub(super) readiness_probe: Option<Handler>,
    pub(super) startup_probe: Option<Handler>,
    #[serde(deserialize_with = "or_default")]
    pub(super) lifecycle: Lifecycle,
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
    #[serde(deserialize_with = "or_default")]
    pub(super) read_only: bool,
}

/// A volume that a container sees as a block device.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Device {
    #[serde(deserialize_with = "or_default")]
    pub(super) device_path: String,
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
