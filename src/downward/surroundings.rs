//! The objects outside of a pod that decide what its containers see, as far as they are loaded.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cluster::{Claim, ConfigMap, Node, Secret, Service, Volume};

/// The outcome of a look-up.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Lookup<T = Value> {
    /// It exists.
    Found(T),
    /// The server says that it does not exist.
    Missing,
    /// It could not be read; the reason as in `nodes is forbidden`.
    Unknown(String),
    /// It was not requested, or there is no answer yet.
    #[default]
    NotLoaded,
}

impl<T> Lookup<T> {
    /// Returns the found object by reference.
    pub fn as_ref(&self) -> Lookup<&T> {
        match self {
            Self::Found(object) => Lookup::Found(object),
            Self::Missing => Lookup::Missing,
            Self::Unknown(reason) => Lookup::Unknown(reason.clone()),
            Self::NotLoaded => Lookup::NotLoaded,
        }
    }

    /// Applies a function to the found object.
    ///
    /// # Errors
    /// Those of the function.
    pub fn try_map<U, E>(self, change: impl FnOnce(T) -> Result<U, E>) -> Result<Lookup<U>, E> {
        Ok(match self {
            Self::Found(object) => Lookup::Found(change(object)?),
            Self::Missing => Lookup::Missing,
            Self::Unknown(reason) => Lookup::Unknown(reason),
            Self::NotLoaded => Lookup::NotLoaded,
        })
    }

    /// Returns the same outcome for another type; what is found becomes not loaded.
    pub(super) fn without<U>(&self) -> Lookup<U> {
        match self {
            Self::Missing => Lookup::Missing,
            Self::Unknown(reason) => Lookup::Unknown(reason.clone()),
            Self::Found(_) | Self::NotLoaded => Lookup::NotLoaded,
        }
    }

    /// Why the object is not known, if it is neither found nor missing.
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Unknown(reason) => reason,
            Self::NotLoaded => "not read yet",
            Self::Missing => "it does not exist",
            Self::Found(_) => "",
        }
    }
}

/// The names of all objects of a kind in the pod's namespace. They are listed only if one is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// They were not requested, or could not be read.
    #[default]
    NotListed,
    /// The user may not list them.
    Forbidden,
    /// They were listed.
    Listed {
        /// The names, in the server's order.
        names: Vec<String>,
        /// The number of names beyond these.
        more: u64,
    },
}

/// An object that was found, or is missing.
impl<T> From<Option<T>> for Lookup<T> {
    fn from(object: Option<T>) -> Self {
        object.map_or(Self::Missing, Self::Found)
    }
}

/// The objects outside of a pod that decide what its containers see.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// The node that the pod is on, or will be.
    pub node: Lookup<Node>,
    /// The Services of the pod's namespace.
    pub services: Lookup<Vec<Service>>,
    /// The Service `kubernetes` of the namespace `default`, whose variables every container has.
    pub kubernetes: Lookup<Service>,
    /// `ConfigMap`s of the pod's namespace by name; one that is not here is not loaded.
    pub config_maps: BTreeMap<String, Lookup<ConfigMap>>,
    /// Secrets of the pod's namespace by name; one that is not here is not loaded.
    pub secrets: BTreeMap<String, Lookup<Secret>>,
    /// `PersistentVolumeClaim`s of the pod's namespace by name.
    pub claims: BTreeMap<String, Lookup<Claim>>,
    /// The `PersistentVolume`s of these claims by name.
    pub volumes: BTreeMap<String, Lookup<Volume>>,
    /// The names of the `ConfigMap`s of the pod's namespace.
    pub config_map_names: Names,
    /// The names of the Secrets of the pod's namespace.
    pub secret_names: Names,
    /// What to add to the message about a missing `ConfigMap` or Secret, such as `not among the
    /// given files`.
    pub missing_remark: Option<String>,
}
