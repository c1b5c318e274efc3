//! The fields of pods that decide what their containers see.
//!
//! Every field is read as Go reads it; texts are borrowed from the object.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::decode::{list, map, or_default};
use crate::k8s::quantity::Quantity;

/// Amounts by resource name.
pub(super) type Amounts<'a> = BTreeMap<&'a str, Quantity>;
/// Texts by key.
pub(super) type Texts<'a> = BTreeMap<&'a str, &'a str>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Pod<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) metadata: Metadata<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) spec: Spec<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) status: Status<'a>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) namespace: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) uid: &'a str,
    #[serde(borrow, deserialize_with = "map")]
    pub(super) labels: Texts<'a>,
    #[serde(borrow, deserialize_with = "map")]
    pub(super) annotations: Texts<'a>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Spec<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) node_name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) service_account_name: &'a str,
    pub(super) enable_service_links: Option<bool>,
    #[serde(deserialize_with = "or_default")]
    pub(super) host_network: bool,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) containers: Vec<Container<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) init_containers: Vec<Container<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) ephemeral_containers: Vec<Container<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) volumes: Vec<Volume<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) resources: ResourceLists<'a>,
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
pub(super) struct ResourceLists<'a> {
    #[serde(borrow, deserialize_with = "map")]
    pub(super) limits: Amounts<'a>,
    #[serde(borrow, deserialize_with = "map")]
    pub(super) requests: Amounts<'a>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Container<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) env: Vec<EnvVar<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) env_from: Vec<EnvFrom<'a>>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) resources: ResourceLists<'a>,
    #[serde(deserialize_with = "or_default")]
    pub(super) restart_policy: &'a str,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) volume_mounts: Vec<Mount<'a>>,
    #[serde(deserialize_with = "or_default")]
    pub(super) security_context: SecurityContext,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EnvVar<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) value: &'a str,
    #[serde(borrow)]
    pub(super) value_from: Option<ValueFrom<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct ValueFrom<'a> {
    #[serde(borrow)]
    pub(super) field_ref: Option<FieldRef<'a>>,
    #[serde(borrow)]
    pub(super) resource_field_ref: Option<ResourceRef<'a>>,
    #[serde(borrow)]
    pub(super) config_map_key_ref: Option<KeyRef<'a>>,
    #[serde(borrow)]
    pub(super) secret_key_ref: Option<KeyRef<'a>>,
    #[serde(borrow)]
    pub(super) file_key_ref: Option<FileKeyRef<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FieldRef<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) api_version: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) field_path: &'a str,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ResourceRef<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) container_name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) resource: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) divisor: Quantity,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct KeyRef<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) key: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) optional: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FileKeyRef<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) volume_name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) path: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) key: &'a str,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct EnvFrom<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) prefix: &'a str,
    #[serde(borrow)]
    pub(super) config_map_ref: Option<ObjectRef<'a>>,
    #[serde(borrow)]
    pub(super) secret_ref: Option<ObjectRef<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ObjectRef<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) optional: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct Mount<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) mount_path: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) sub_path: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) sub_path_expr: &'a str,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Volume<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(rename = "downwardAPI", borrow)]
    pub(super) downward_api: Option<DownwardSource<'a>>,
    #[serde(borrow)]
    pub(super) projected: Option<ProjectedSource<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct DownwardSource<'a> {
    #[serde(borrow, deserialize_with = "list")]
    pub(super) items: Vec<Item<'a>>,
    pub(super) default_mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ProjectedSource<'a> {
    #[serde(borrow, deserialize_with = "list")]
    pub(super) sources: Vec<Projection<'a>>,
    pub(super) default_mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Projection<'a> {
    #[serde(rename = "downwardAPI", borrow)]
    pub(super) downward_api: Option<DownwardSource<'a>>,
    #[serde(borrow)]
    pub(super) config_map: Option<KeysSource<'a>>,
    #[serde(borrow)]
    pub(super) secret: Option<KeysSource<'a>>,
    #[serde(borrow)]
    pub(super) service_account_token: Option<TokenSource<'a>>,
    #[serde(borrow)]
    pub(super) cluster_trust_bundle: Option<BundleSource<'a>>,
    #[serde(borrow)]
    pub(super) pod_certificate: Option<CertificateSource<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Item<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) path: &'a str,
    #[serde(borrow)]
    pub(super) field_ref: Option<FieldRef<'a>>,
    #[serde(borrow)]
    pub(super) resource_field_ref: Option<ResourceRef<'a>>,
    pub(super) mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct KeysSource<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) items: Vec<KeyItem<'a>>,
    #[serde(deserialize_with = "or_default")]
    pub(super) optional: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct KeyItem<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) key: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) path: &'a str,
    pub(super) mode: Option<i32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct TokenSource<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) path: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) audience: &'a str,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct BundleSource<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) path: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) signer_name: &'a str,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CertificateSource<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) signer_name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) credential_bundle_path: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) key_path: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) certificate_chain_path: &'a str,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Status<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) phase: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) qos_class: &'a str,
    #[serde(rename = "podIP", deserialize_with = "or_default")]
    pub(super) pod_ip: &'a str,
    #[serde(rename = "podIPs", borrow, deserialize_with = "list")]
    pub(super) pod_ips: Vec<PodIp<'a>>,
    #[serde(rename = "hostIP", deserialize_with = "or_default")]
    pub(super) host_ip: &'a str,
    #[serde(rename = "hostIPs", borrow, deserialize_with = "list")]
    pub(super) host_ips: Vec<PodIp<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) conditions: Vec<Condition<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) container_statuses: Vec<ContainerStatus<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) init_container_statuses: Vec<ContainerStatus<'a>>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) ephemeral_container_statuses: Vec<ContainerStatus<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PodIp<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) ip: &'a str,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Condition<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) r#type: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) status: &'a str,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContainerStatus<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) state: ContainerState<'a>,
    #[serde(borrow, deserialize_with = "map")]
    pub(super) allocated_resources: Amounts<'a>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContainerState<'a> {
    #[serde(borrow)]
    pub(super) running: Option<Started<'a>>,
    #[serde(borrow)]
    pub(super) terminated: Option<Started<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Started<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) started_at: &'a str,
}

impl ContainerStatus<'_> {
    /// When the container last started.
    pub(super) fn started_at(&self) -> Option<String> {
        let started = self.state.running.as_ref().or(self.state.terminated.as_ref())?;
        (!started.started_at.is_empty()).then(|| started.started_at.to_owned())
    }
}
