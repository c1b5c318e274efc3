//! Which variables and files may hold values of Secrets, whatever is known of the Secrets: what is
//! found inside a container is masked unless it is proven to come from elsewhere.

use std::collections::BTreeSet;
use std::fmt;

use super::cluster::Secret;
use super::content::Content;
use super::expansion::{self, Piece};
use super::pod::{Container, EnvVar, Pod};
use super::surroundings::{Lookup, Surroundings};

/// The minimum size, in bytes, of a Secret's value that is searched within other values.
const SHORTEST: usize = 3;

/// The values of all Secrets that were read. `Debug` shows only how many there are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretValues(Vec<Vec<u8>>);

impl fmt::Debug for SecretValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} values of Secrets", self.0.len())
    }
}

impl SecretValues {
    pub(super) fn of(around: &Surroundings) -> Self {
        let read = |lookup: &Lookup<Secret>| match lookup {
            Lookup::Found(secret) => secret.data.values().map(|value| value.0.clone()).collect(),
            _ => Vec::new(),
        };
        let mut values: Vec<Vec<u8>> = around.secrets.values().flat_map(read).collect();
        // As environments have them, and as shells do.
        let replaced: Vec<Vec<u8>> =
            values.iter().map(|value| Content::secret(value.clone()).into_utf8().bytes).collect();
        let trimmed: Vec<Vec<u8>> =
            values.iter().map(|value| value.trim_ascii_end().to_vec()).collect();
        values.extend(replaced.into_iter().chain(trimmed));
        values.retain(|value| !value.is_empty());
        values.sort();
        values.dedup();
        Self(values)
    }

    /// True if the bytes equal a value of a Secret or contain one.
    pub(super) fn are_in(&self, bytes: &[u8]) -> bool {
        let is_in = |value: &Vec<u8>| {
            value == bytes
                || value.len() >= SHORTEST && memchr::memmem::find(bytes, value).is_some()
        };
        self.0.iter().any(is_in)
    }
}

/// The variables of a container that may hold values of Secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretNames {
    /// The names that are declared with a Secret, or with a text that refers to such a name.
    names: BTreeSet<String>,
    /// The prefixes of the Secrets whose keys are all variables.
    prefixes: BTreeSet<String>,
}

impl SecretNames {
    /// The names of a container. The names and prefixes of the pod's other containers count too,
    /// but not an empty prefix, which would be any name.
    pub(super) fn of(pod: &Pod, container: &Container) -> Self {
        let mut found = Self::default();
        for other in pod.containers() {
            found.prefixes.extend(prefixes(other).filter(|prefix| !prefix.is_empty()));
            let secret = other.env.iter().filter(|var| is_secret(var));
            found.names.extend(secret.map(|var| var.name.clone()));
        }
        found.prefixes.extend(prefixes(container));
        // The names that are certainly no key of a Secret: an entry above hides the key.
        let mut plain: BTreeSet<&str> = BTreeSet::new();
        for variable in &container.env {
            let is_reachable = |name: &str| found.has(name) && !plain.contains(name);
            let uses_secret = expansion::pieces(&variable.value)
                .into_iter()
                .any(|piece| matches!(piece, Piece::Reference(name) if is_reachable(name)));
            if is_secret(variable) || uses_secret {
                plain.remove(variable.name.as_str());
                found.names.insert(variable.name.clone());
            } else if !is_optional(variable) {
                plain.insert(&variable.name);
            }
        }
        found
    }

    fn has_prefix_of(&self, name: &str) -> bool {
        self.prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
    }

    /// True if the variable is declared with a Secret, or may be a key of a Secret with a prefix.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name) || self.has_prefix_of(name)
    }

    /// True if no variable of the pod comes from a Secret.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.prefixes.is_empty()
    }

    /// True if only the empty prefix makes the variable one that may hold a value of a Secret.
    pub(super) fn has_by_empty_prefix(&self, name: &str) -> bool {
        let by_prefix = |prefix: &String| !prefix.is_empty() && name.starts_with(prefix.as_str());
        self.has(name) && !self.names.contains(name) && !self.prefixes.iter().any(by_prefix)
    }
}

fn prefixes(container: &Container) -> impl Iterator<Item = String> {
    let secrets = container.env_from.iter().filter(|source| source.secret_ref.is_some());
    secrets.map(|source| source.prefix.clone())
}

fn is_secret(variable: &EnvVar) -> bool {
    variable.value_from.as_ref().is_some_and(|source| source.secret_key_ref.is_some())
}

fn is_optional(variable: &EnvVar) -> bool {
    variable.value_from.as_ref().is_some_and(|source| {
        source.config_map_key_ref.as_ref().is_some_and(|key| key.optional)
            || source.file_key_ref.is_some()
    })
}

/// The files of a volume that may come from Secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretPaths {
    /// True if all keys of a Secret are files.
    pub(super) all: bool,
    /// The paths that are chosen for keys of Secrets, tokens and certificates.
    pub(super) paths: BTreeSet<String>,
}

impl SecretPaths {
    /// True if no file comes from a Secret.
    pub(super) fn is_empty(&self) -> bool {
        !self.all && self.paths.is_empty()
    }

    /// True if the file at that path of the volume may come from a Secret.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.all || self.paths.contains(path)
    }
}
