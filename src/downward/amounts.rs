//! Amounts of resources.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::decode::map;
use crate::k8s::quantity::Quantity;

/// Amounts by resource name.
pub(super) type Amounts = BTreeMap<String, Quantity>;

/// The limits and the requests of a container or a pod.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ResourceLists {
    #[serde(deserialize_with = "map")]
    pub(super) limits: Amounts,
    #[serde(deserialize_with = "map")]
    pub(super) requests: Amounts,
}
