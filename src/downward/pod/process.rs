//! The fields of pods that decide how their processes run.

use serde::Deserialize;

use crate::downward::decode::{list, or_default};

/// The security context of a pod or of a container.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct SecurityContext {
    pub(in crate::downward) fs_group: Option<i64>,
    pub(in crate::downward) run_as_user: Option<i64>,
    pub(in crate::downward) run_as_group: Option<i64>,
    pub(in crate::downward) run_as_non_root: Option<bool>,
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) supplemental_groups: Vec<i64>,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) supplemental_groups_policy: String,
    pub(in crate::downward) seccomp_profile: Option<SeccompProfile>,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) privileged: bool,
    pub(in crate::downward) allow_privilege_escalation: Option<bool>,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) read_only_root_filesystem: bool,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) capabilities: Capabilities,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::downward) struct Capabilities {
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) add: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) drop: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct SeccompProfile {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) r#type: String,
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) localhost_profile: String,
}

/// A probe, or a hook of the lifecycle.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::downward) struct Handler {
    pub(in crate::downward) exec: Option<Exec>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::downward) struct Exec {
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) command: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::downward) struct Lifecycle {
    pub(in crate::downward) post_start: Option<Handler>,
    pub(in crate::downward) pre_stop: Option<Handler>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::downward) struct HostAlias {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) ip: String,
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) hostnames: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::downward) struct DnsConfig {
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) nameservers: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) searches: Vec<String>,
    #[serde(deserialize_with = "list")]
    pub(in crate::downward) options: Vec<DnsOption>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::downward) struct DnsOption {
    #[serde(deserialize_with = "or_default")]
    pub(in crate::downward) name: String,
    pub(in crate::downward) value: Option<String>,
}
