//! The fields of a pod's status that decide what its containers see.

use serde::Deserialize;

use super::amounts::{Amounts, ResourceLists};
use super::decode::{list, map, or_default};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Status {
    #[serde(deserialize_with = "or_default")]
    pub(super) phase: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) reason: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) message: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) start_time: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) qos_class: String,
    #[serde(rename = "podIP", deserialize_with = "or_default")]
    pub(super) pod_ip: String,
    #[serde(rename = "podIPs", deserialize_with = "list")]
    pub(super) pod_ips: Vec<PodIp>,
    #[serde(rename = "hostIP", deserialize_with = "or_default")]
    pub(super) host_ip: String,
    #[serde(rename = "hostIPs", deserialize_with = "list")]
    pub(super) host_ips: Vec<PodIp>,
    #[serde(deserialize_with = "list")]
    pub(super) conditions: Vec<Condition>,
    #[serde(deserialize_with = "list")]
    pub(super) container_statuses: Vec<ContainerStatus>,
    #[serde(deserialize_with = "list")]
    pub(super) init_container_statuses: Vec<ContainerStatus>,
    #[serde(deserialize_with = "list")]
    pub(super) ephemeral_container_statuses: Vec<ContainerStatus>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct PodIp {
    #[serde(deserialize_with = "or_default")]
    pub(super) ip: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Condition {
    #[serde(deserialize_with = "or_default")]
    pub(super) r#type: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) status: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContainerStatus {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: String,
    #[serde(deserialize_with = "or_default")]
    pub(super) state: ContainerState,
    #[serde(deserialize_with = "map")]
    pub(super) allocated_resources: Amounts,
    pub(super) resources: Option<ResourceLists>,
    #[serde(deserialize_with = "or_default")]
    pub(super) restart_count: i32,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ContainerState {
    pub(super) running: Option<Started>,
    pub(super) terminated: Option<Started>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Started {
    #[serde(deserialize_with = "or_default")]
    pub(super) started_at: String,
}

impl ContainerStatus {
    /// When the container last started, as the API writes the time.
    pub(super) fn started_at(&self) -> Option<&str> {
        let started = self.state.running.as_ref().or(self.state.terminated.as_ref())?;
        Some(started.started_at.as_str()).filter(|time| !time.is_empty())
    }
}
