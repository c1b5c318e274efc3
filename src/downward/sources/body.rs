//! The decoded answers for sources.

use serde_json::Value;

use super::SourceKey;
use crate::downward::cluster::{Claim, ConfigMap, Node, Secret, Service, Volume};
use crate::downward::decode::Undecodable;
use crate::downward::surroundings::Names;
use crate::k8s::failure::{Failure, FailureKind};

/// The decoded body of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceBody {
    pub(super) body: Body,
    /// The `resourceVersion` of the object, or of the list of Services.
    pub(super) version: Option<String>,
}

/// What an answer has.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Body {
    /// `None`: the list with the object alone is empty. So for the next five.
    Node(Option<Node>),
    ConfigMap(Option<ConfigMap>),
    Secret(Option<Secret>),
    Service(Option<Service>),
    Claim(Option<Claim>),
    Volume(Option<Volume>),
    /// A page, with the token of the next one.
    Services(Vec<Service>, Option<String>),
    Names(Names),
}

impl SourceBody {
    /// Decodes the body of an answer to a request of that source.
    ///
    /// # Errors
    /// The body is not JSON, or has a field of a wrong type. No value of a Secret is quoted.
    pub fn decode(key: &SourceKey, body: &[u8]) -> Result<Self, Failure> {
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            Failure::unreadable(&format!("the answer to GET {}", key.path()), &error)
        })?;
        Self::from_value(key, &value)
    }

    /// Decodes the body of an answer that is parsed already.
    ///
    /// # Errors
    /// The body has a field of a wrong type. No value of a Secret is quoted.
    pub fn from_value(key: &SourceKey, value: &Value) -> Result<Self, Failure> {
        Self::of(key, value).map_err(|error| {
            let hint = "Look at the object with `kubewalk get`";
            Failure::new(FailureKind::Malformed, error.to_string(), hint)
        })
    }

    fn of(key: &SourceKey, value: &Value) -> Result<Self, Undecodable> {
        let is_list = value["kind"].as_str().is_some_and(|kind| kind.ends_with("List"))
            || value["items"].is_array();
        let items = value["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let object = if is_list { items.first() } else { Some(value) };
        let versioned = if matches!(key, SourceKey::Services(_)) { Some(value) } else { object };
        let version = versioned.and_then(|it| it["metadata"]["resourceVersion"].as_str());
        let version = version.map(str::to_owned);
        let body = match key {
            SourceKey::Node(_) => Body::Node(object.map(Node::try_from).transpose()?),
            SourceKey::ConfigMap(..) => {
                Body::ConfigMap(object.map(ConfigMap::try_from).transpose()?)
            }
            SourceKey::Secret(..) => Body::Secret(object.map(Secret::try_from).transpose()?),
            SourceKey::KubernetesService => {
                Body::Service(object.map(Service::try_from).transpose()?)
            }
            SourceKey::Claim(..) => Body::Claim(object.map(Claim::try_from).transpose()?),
            SourceKey::Volume(_) => Body::Volume(object.map(Volume::try_from).transpose()?),
            SourceKey::ConfigMapNames(_) | SourceKey::SecretNames(_) => Body::Names(names(value)),
            SourceKey::Services(_) => {
                let next = value["metadata"]["continue"].as_str().filter(|next| !next.is_empty());
                let services = items.iter().map(Service::try_from).collect::<Result<_, _>>()?;
                Body::Services(services, next.map(str::to_owned))
            }
        };
        Ok(Self { body, version })
    }
}

/// Returns the names in a Table without objects, whose first column has them, or in a plain list.
fn names(value: &Value) -> Names {
    let rows = value["rows"].as_array().or(value["items"].as_array());
    let name = |row: &Value| {
        let of_object =
            row["metadata"]["name"].as_str().or(row["object"]["metadata"]["name"].as_str());
        of_object.or(row["cells"][0].as_str()).map(str::to_owned)
    };
    let names = rows.into_iter().flatten().filter_map(name).collect();
    let more = value["metadata"]["remainingItemCount"].as_u64().unwrap_or(0);
    Names::Listed { names, more }
}
