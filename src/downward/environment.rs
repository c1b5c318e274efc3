//! The environment of a container (`makeEnvironmentVariables`).

use std::collections::{BTreeMap, BTreeSet};

use super::age::{self, Freeze};
use super::kubelet::{Kubelet, Placed};
use super::lookup::{Found, Source, find};
use super::pod::{EnvFrom, EnvVar, ObjectRef};
use super::process::ProcessRow;
use super::resolved::{Refusal, Resolved};
use super::services;
use super::surroundings::Lookup;
use super::view::{EnvRow, EnvVia, OriginKind, SourceObject, State};
use crate::k8s::age::human_duration;
pub(super) use command::refused as refused_command;
use keys::described;
use runtime::{as_the_runtime_sets, hindrance};

mod command;
mod keys;
mod runtime;
mod text;

/// What a container gets in its environment, and its command line.
#[derive(Default)]
pub(super) struct Built {
    /// The rows sorted by name.
    pub(super) rows: Vec<EnvRow>,
    /// What keeps the container from starting or restarting.
    pub(super) warning: Option<String>,
    /// The command line, expanded with the environment.
    pub(super) command: Vec<ProcessRow>,
}

/// Computes the environment of a container, and its command line if that is wanted.
///
/// # Errors
/// The kubelet's message if it refuses the container.
pub(super) fn of_container(
    kubelet: &Kubelet<'_>,
    placed: Placed<'_>,
    wants_command: bool,
) -> Result<Built, String> {
    if kubelet.pod.spec.enable_service_links.is_none() {
        return Err(
            "nil pod.spec.enableServiceLinks encountered, cannot construct envvars".to_owned()
        );
    }
    let mut environment = Environment::new(kubelet, placed);
    environment.add_services();
    let outcome = environment.add_declared();
    outcome.map_err(|refusal| refusal.text())?;
    let command = if wants_command { environment.command_line() } else { Vec::new() };
    Ok(Built { command, ..environment.finish() })
}

struct Environment<'a> {
    kubelet: &'a Kubelet<'a>,
    placed: Placed<'a>,
    /// The start of the container.
    freeze: Option<Freeze<'a>>,
    variables: BTreeMap<String, EnvRow>,
    services: BTreeMap<String, EnvRow>,
    /// Rows for what is skipped, and for sources whose names are not known.
    others: Vec<EnvRow>,
    /// Further names that may exist.
    unknown: Vec<UnknownNames>,
    warning: Option<String>,
}

/// Names that may exist, and why that is not known.
struct UnknownNames {
    prefix: String,
    why: String,
    secret: bool,
}

impl<'a> Environment<'a> {
    fn new(kubelet: &'a Kubelet<'a>, placed: Placed<'a>) -> Self {
        Self {
            kubelet,
            placed,
            freeze: kubelet.freeze_of(placed),
            variables: BTreeMap::new(),
            services: BTreeMap::new(),
            others: Vec::new(),
            unknown: Vec::new(),
            warning: None,
        }
    }

    fn add_declared(&mut self) -> Result<(), Refusal> {
        let (container, place) = (self.placed.container, self.placed.place());
        for (at, source) in container.env_from.iter().enumerate() {
            self.add_all(source, &format!("{place}.envFrom[{at}]"))?;
        }
        for (at, variable) in container.env.iter().enumerate() {
            // The template does not have what a controller adds.
            let is_added = variable.is_added_by_controller;
            let place = if is_added { String::new() } else { format!("{place}.env[{at}]") };
            self.add(variable, &place)?;
        }
        Ok(())
    }

    fn add_services(&mut self) {
        let services::Variables { all, lacking } = &self.kubelet.services;
        for services::Variable { name, value, service } in all {
            let metadata = &service.metadata;
            let from = services::title(self.kubelet, service);
            let mut resolved = Resolved::known(OriginKind::Service, from, value.as_str())
                .explained(format!("from the Service `{}`, as it was at the start", metadata.name))
                .of_object(SourceObject {
                    namespace: metadata.namespace.clone(),
                    name: metadata.name.clone(),
                    key: None,
                });
            if let Some(freeze) = self.freeze {
                let created = &metadata.creation_timestamp;
                let after = age::seconds_after(created, freeze.time).filter(|after| *after > 0);
                if let Some(after) = after {
                    let after = human_duration(after);
                    resolved.content = None;
                    resolved.state = State::Skipped;
                    let note = format!("created {after} after {}", freeze.what);
                    self.others.push(row(name, resolved.noted(note), EnvVia::Services, ""));
                    continue;
                }
                let version = &self.kubelet.pod.metadata.resource_version;
                resolved = freeze.mark_object(resolved, metadata, &["spec"], version);
            }
            if let Some(other) = self.services.get(name)
                && other.content != resolved.content
            {
                resolved = Resolved::without(
                    State::Unknown,
                    OriginKind::Service,
                    format!("{} or {}", other.origin.from, metadata.name),
                    "two Services make this variable, and the kubelet takes one at random",
                );
            }
            let row = row(name, resolved, EnvVia::Services, "");
            self.services.insert(name.clone(), row);
        }
        if let Some(why) = lacking {
            let resolved =
                Resolved::without(State::Unknown, OriginKind::Service, "services", why.clone());
            self.others.push(any_row("", resolved, EnvVia::Services, ""));
            let why = why.clone();
            self.unknown.push(UnknownNames { prefix: String::new(), why, secret: false });
        }
    }

    /// Looks up an object. One that is missing is unknown if the container has started.
    fn find<T: Source>(
        &mut self,
        objects: &'a BTreeMap<String, Lookup<T>>,
        reference: &ObjectRef,
    ) -> Result<Found<'a, T>, Refusal> {
        let found = find(self.kubelet, objects, reference, Some(self.placed));
        match found {
            Err(refusal) if self.freeze.is_some() => Ok(Found::Unknown(self.after_start(&refusal))),
            found => found,
        }
    }

    /// Returns the note on a value that the kubelet would refuse now, though the container has
    /// started.
    fn after_start(&mut self, refusal: &Refusal) -> String {
        let warning = format!("a restart would be refused: {}", refusal.text());
        self.warning.get_or_insert(warning);
        refusal.after_start()
    }

    /// Adds one entry of `envFrom`: all keys of a `ConfigMap` or Secret.
    fn add_all(&mut self, source: &EnvFrom, place: &str) -> Result<(), Refusal> {
        let prefix = source.prefix.as_str();
        let kubelet = self.kubelet;
        if kubelet.is_full() {
            let why = "the values are too large".to_owned();
            let kind = if source.secret_ref.is_some() {
                OriginKind::Secret
            } else {
                OriginKind::ConfigMap
            };
            self.add_absent(prefix, Resolved::without(State::Unknown, kind, "envFrom", why), place);
        } else if let Some(reference) = &source.config_map_ref {
            let from = format!("configMap {}", reference.name);
            match self.find(&kubelet.around.config_maps, reference)? {
                Found::Object(map) => {
                    for (key, value) in &map.data {
                        let resolved = self.of_config_map(map, &reference.name, key, value);
                        let resolved = Resolved { from: from.clone(), ..resolved };
                        self.set_key(prefix, key, resolved, place);
                    }
                }
                absent => {
                    self.add_absent(prefix, absent.resolved(OriginKind::ConfigMap, from), place);
                }
            }
        } else if let Some(reference) = &source.secret_ref {
            let from = format!("secret {}", reference.name);
            match self.find(&kubelet.around.secrets, reference)? {
                Found::Object(secret) => {
                    for (key, value) in &secret.data {
                        let resolved = self.of_secret(secret, &reference.name, key, &value.0);
                        let resolved = Resolved { from: from.clone(), ..resolved };
                        self.set_key(prefix, key, resolved, place);
                    }
                }
                absent => {
                    self.add_absent(prefix, absent.resolved(OriginKind::Secret, from), place);
                }
            }
        }
        Ok(())
    }

    fn set_key(&mut self, prefix: &str, key: &str, resolved: Resolved, place: &str) {
        let resolved = self.kubelet.held(resolved);
        self.set(row(&format!("{prefix}{key}"), resolved, EnvVia::EnvFrom, place));
    }

    /// Adds the row for an object whose keys are not known or skipped.
    fn add_absent(&mut self, prefix: &str, resolved: Resolved, place: &str) {
        let mut resolved = resolved;
        if resolved.state == State::Unknown {
            let from = &resolved.from;
            for (_, row) in self.variables.iter_mut().filter(|(n, _)| n.starts_with(prefix)) {
                row.origin.note = Some(format!("unless {from}, which is not known, has it"));
            }
            let why = format!("{from} is not known");
            let (prefix, secret) = (prefix.to_owned(), resolved.secret);
            self.unknown.push(UnknownNames { prefix, why, secret });
            let note = resolved.note.take().unwrap_or_default();
            resolved.note = Some(format!("{note}: its keys are variables"));
        }
        self.others.push(any_row(prefix, resolved, EnvVia::EnvFrom, place));
    }

    /// Adds one entry of `env`.
    fn add(&mut self, variable: &EnvVar, place: &str) -> Result<(), Refusal> {
        let resolved = match &variable.value_from {
            _ if !variable.value.is_empty() => self.expanded(&variable.value),
            Some(source) => match self.of_source(source) {
                Err(refusal) if self.freeze.is_some() => {
                    let note = self.after_start(&refusal);
                    described(source).unknown(note)
                }
                resolution => resolution?,
            },
            None => Resolved::known(OriginKind::Text, "value", "").explained("the empty text"),
        };
        let resolved = match self.freeze {
            Some(freeze) => freeze.mark_field(resolved, self.kubelet.pod_value),
            None => resolved,
        };
        let row = row(&variable.name, self.kubelet.held(resolved), EnvVia::Env, place);
        if row.origin.state != State::Skipped {
            self.set(row);
        } else if let Some(earlier) = self.variables.get_mut(&row.name) {
            let note =
                format!("an earlier value stays: {} is optional and missing", row.origin.from);
            earlier.origin.note = Some(note);
        } else {
            self.others.push(row);
        }
        Ok(())
    }

    fn set(&mut self, row: EnvRow) {
        self.variables.insert(row.name.clone(), row);
    }

    /// Returns the rows as the container gets them.
    fn finish(mut self) -> Built {
        let mut all = self.services;
        all.extend(self.variables);
        let mut rows = Vec::new();
        for row in all.values_mut() {
            if let Some(why) = hindrance(row) {
                let name = &row.name;
                self.warning.get_or_insert(format!("the container cannot start: {name} {why}"));
                row.origin.note = Some(why);
            }
            as_the_runtime_sets(row);
        }
        // Of two rows of one name, the one with a value counts.
        let mut skipped = BTreeSet::new();
        self.others.retain(|row| {
            row.is_any || !all.contains_key(&row.name) && skipped.insert(row.name.clone())
        });
        rows.extend(all.into_values().chain(self.others));
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        Built { rows, warning: self.warning, command: Vec::new() }
    }
}

fn row(name: &str, resolved: Resolved, via: EnvVia, path: &str) -> EnvRow {
    let (content, origin) = resolved.declared(path.to_owned(), false);
    EnvRow { name: name.to_owned(), is_any: false, content, via, origin }
}

/// Returns the row for all variables with a prefix.
fn any_row(prefix: &str, resolved: Resolved, via: EnvVia, path: &str) -> EnvRow {
    EnvRow { is_any: true, ..row(&format!("{prefix}*"), resolved, via, path) }
}
