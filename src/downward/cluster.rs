//! The fields of nodes, `ConfigMap`s, Secrets and Services that decide what containers see.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::decode::{Base64, list, map, or_default};
use super::pod::{Amounts, Metadata, Texts};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Node<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) metadata: Metadata<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) status: NodeStatus<'a>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct NodeStatus<'a> {
    #[serde(borrow, deserialize_with = "map")]
    pub(super) allocatable: Amounts<'a>,
    #[serde(borrow, deserialize_with = "map")]
    pub(super) capacity: Amounts<'a>,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) addresses: Vec<Address<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Address<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) r#type: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) address: &'a str,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ConfigMap<'a> {
    #[serde(borrow, deserialize_with = "map")]
    pub(super) data: Texts<'a>,
    #[serde(borrow, deserialize_with = "map")]
    pub(super) binary_data: BTreeMap<&'a str, Base64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Secret<'a> {
    #[serde(borrow, deserialize_with = "map")]
    pub(super) data: BTreeMap<&'a str, Base64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Service<'a> {
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) metadata: Metadata<'a>,
    #[serde(borrow, deserialize_with = "or_default")]
    pub(super) spec: ServiceSpec<'a>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ServiceSpec<'a> {
    #[serde(rename = "clusterIP", deserialize_with = "or_default")]
    pub(super) cluster_ip: &'a str,
    #[serde(borrow, deserialize_with = "list")]
    pub(super) ports: Vec<Port<'a>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the API's names")]
pub(super) struct Port<'a> {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) protocol: &'a str,
    #[serde(deserialize_with = "or_default")]
    pub(super) port: i32,
}
