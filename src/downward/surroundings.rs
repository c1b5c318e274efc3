//! What a pod's view needs besides the pod, and how much of it is at hand.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::decode::{self, Undecodable};
use super::pod::{Container, Pod};
use super::{resources, subject};

/// The outcome of a look-up.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Lookup<T = Value> {
    /// It exists.
    Found(T),
    /// The server says that it does not exist.
    Missing,
    /// It could not be read; the reason as in `nodes is forbidden`.
    Unknown(String),
    /// Nobody has asked yet.
    #[default]
    NotLoaded,
}

impl<T> Lookup<T> {
    /// The found thing by reference.
    pub fn as_ref(&self) -> Lookup<&T> {
        match self {
            Self::Found(thing) => Lookup::Found(thing),
            Self::Missing => Lookup::Missing,
            Self::Unknown(reason) => Lookup::Unknown(reason.clone()),
            Self::NotLoaded => Lookup::NotLoaded,
        }
    }

    /// The found thing changed, where the change succeeds.
    ///
    /// # Errors
    /// Those of the change.
    pub fn try_map<U, E>(self, change: impl FnOnce(T) -> Result<U, E>) -> Result<Lookup<U>, E> {
        Ok(match self {
            Self::Found(thing) => Lookup::Found(change(thing)?),
            Self::Missing => Lookup::Missing,
            Self::Unknown(reason) => Lookup::Unknown(reason),
            Self::NotLoaded => Lookup::NotLoaded,
        })
    }

    /// Why there is no answer, for what is neither found nor missing.
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Unknown(reason) => reason,
            Self::NotLoaded => "not read yet",
            Self::Missing => "it does not exist",
            Self::Found(_) => "",
        }
    }
}

/// The objects around a pod, each as the API returns it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// The node that the pod is on, or will be.
    pub node: Lookup,
    /// The Services of the pod's namespace.
    pub services: Lookup<Vec<Value>>,
    /// The Service `kubernetes` of the namespace `default`, which every pod knows.
    pub kubernetes: Lookup,
    /// `ConfigMap`s of the pod's namespace by name; what is not here was not asked for.
    pub config_maps: BTreeMap<String, Lookup>,
    /// Secrets of the pod's namespace by name; what is not here was not asked for.
    pub secrets: BTreeMap<String, Lookup>,
    /// What to add to the message about a missing `ConfigMap` or Secret, such as `not among the given
    /// files`.
    pub missing_remark: Option<String>,
}

/// What must be looked up for a pod's view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The node by name.
    pub node: Option<String>,
    /// The Services of the pod's namespace.
    pub services: bool,
    /// The Service `kubernetes` of the namespace `default`. Every container has its variables.
    pub kubernetes: bool,
    /// `ConfigMap`s of the pod's namespace by name.
    pub config_maps: BTreeSet<String>,
    /// Secrets of the pod's namespace by name.
    pub secrets: BTreeSet<String>,
}

/// What the view of a pod, or of a workload's template, needs. A node only where one of its values would be seen.
///
/// # Errors
/// The pod cannot be decoded.
pub fn needs(object: &Value) -> Result<Needs, Undecodable> {
    let subject = subject::of(object)?;
    let pod = decode::pod(&subject.pod)?;
    let mut needs = Needs {
        node: (!pod.spec.node_name.is_empty() && needs_node(&pod))
            .then(|| pod.spec.node_name.to_owned()),
        services: pod.spec.enable_service_links == Some(true),
        kubernetes: true,
        ..Needs::default()
    };
    for container in pod.containers() {
        for source in &container.env_from {
            needs.config_maps.extend(source.config_map_ref.iter().map(|r| r.name.to_owned()));
            needs.secrets.extend(source.secret_ref.iter().map(|r| r.name.to_owned()));
        }
        for source in container.env.iter().filter_map(|var| var.value_from.as_ref()) {
            needs.config_maps.extend(source.config_map_key_ref.iter().map(|r| r.name.to_owned()));
            needs.secrets.extend(source.secret_key_ref.iter().map(|r| r.name.to_owned()));
        }
    }
    for source in pod.projections() {
        needs.config_maps.extend(source.config_map.iter().map(|r| r.name.to_owned()));
        needs.secrets.extend(source.secret.iter().map(|r| r.name.to_owned()));
    }
    Ok(needs)
}

fn needs_node(pod: &Pod<'_>) -> bool {
    let of_field = |path: &str| path.starts_with("status.hostIP");
    let of_network = |path: &str| pod.spec.host_network && path.starts_with("status.podIP");
    let by_env =
        pod.containers().flat_map(|c| &c.env).filter_map(|var| var.value_from.as_ref()).any(
            |source| {
                source
                    .field_ref
                    .as_ref()
                    .is_some_and(|f| of_field(f.field_path) || of_network(f.field_path))
                    || source
                        .resource_field_ref
                        .as_ref()
                        .is_some_and(|r| resources::may_fall_back(r.resource))
            },
        );
    let in_volumes = pod.spec.volumes.iter().filter_map(|v| v.downward_api.as_ref());
    let in_projections = pod.projections().filter_map(|p| p.downward_api.as_ref());
    by_env
        || in_volumes
            .chain(in_projections)
            .flat_map(|source| &source.items)
            .filter_map(|item| item.resource_field_ref.as_ref())
            .any(|r| resources::may_fall_back(r.resource))
}

impl<'a> Pod<'a> {
    /// All containers: init, regular, ephemeral.
    pub(super) fn containers(&self) -> impl Iterator<Item = &Container<'a>> {
        let spec = &self.spec;
        spec.init_containers.iter().chain(&spec.containers).chain(&spec.ephemeral_containers)
    }

    fn projections(&self) -> impl Iterator<Item = &super::pod::Projection<'a>> {
        self.spec.volumes.iter().filter_map(|v| v.projected.as_ref()).flat_map(|p| &p.sources)
    }
}
