//! The environment of a container (`makeEnvironmentVariables`).

use std::collections::BTreeMap;

use super::content::Content;
use super::expansion::{self, Piece};
use super::fields;
use super::pod::{EnvFrom, EnvVar, KeyRef, ObjectRef, ValueFrom};
use super::resources;
use super::scene::{Answer, Placed, Scene};
use super::services;
use super::surroundings::Lookup;
use super::view::{EnvRow, EnvVia, State};

/// The rows sorted by name, or the kubelet's message where it refuses.
pub(super) fn of_container(scene: &Scene<'_>, placed: Placed<'_>) -> Result<Vec<EnvRow>, String> {
    if scene.pod.spec.enable_service_links.is_none() {
        return Err(
            "nil pod.spec.enableServiceLinks encountered, cannot construct envvars".to_owned()
        );
    }
    let mut environment = Environment::new(scene, placed);
    environment.add_services();
    for (at, source) in placed.container.env_from.iter().enumerate() {
        environment.add_all(source, &format!("{}.envFrom[{at}]", placed.place()))?;
    }
    for (at, variable) in placed.container.env.iter().enumerate() {
        environment.add(variable, format!("{}.env[{at}]", placed.place()))?;
    }
    Ok(environment.rows())
}

/// The size of an expanded value that is still computed. Linux takes no more than 128 KiB, and a
/// chain of references that each double the value would never end.
const MAX_EXPANDED: usize = 1024 * 1024;

struct Environment<'s, 'a> {
    scene: &'s Scene<'a>,
    placed: Placed<'a>,
    variables: BTreeMap<String, EnvRow>,
    services: BTreeMap<String, EnvRow>,
    /// Rows for what is skipped, and for sources whose names are not known.
    others: Vec<EnvRow>,
    /// Prefixes of names that may exist besides, and why that is not known.
    unknown: Vec<(String, String)>,
}

impl<'s, 'a> Environment<'s, 'a> {
    fn new(scene: &'s Scene<'a>, placed: Placed<'a>) -> Self {
        let (variables, services) = (BTreeMap::new(), BTreeMap::new());
        Self { scene, placed, variables, services, others: Vec::new(), unknown: Vec::new() }
    }

    fn add_services(&mut self) {
        let (variables, lacking) = services::variables(self.scene);
        for services::Variable { name, value, service } in variables {
            let mut answer = Answer::known(format!("service {service}"), value)
                .explained(format!("from the Service `{service}`, as it was at the start"));
            if let Some(other) = self.services.get(&name)
                && other.content != answer.content
            {
                answer = Answer::without(
                    State::Unknown,
                    format!("{} or {service}", other.origin.from),
                    "two Services make this variable, and the kubelet takes one at random",
                );
            }
            let row = row(&name, answer, EnvVia::Services, String::new());
            self.services.insert(name, row);
        }
        if let Some(lacking) = lacking {
            let answer = Answer::without(State::Unknown, "services", lacking.clone());
            self.others.push(row("*", answer, EnvVia::Services, String::new()));
            self.unknown.push((String::new(), lacking));
        }
    }

    /// One `envFrom`: all keys of a `ConfigMap` or Secret.
    fn add_all(&mut self, source: &EnvFrom, place: &str) -> Result<(), String> {
        let prefix = source.prefix.as_str();
        if self.scene.is_full() {
            let absent: Found<'_, ()> = Found::Unknown("the values are too large".to_owned());
            self.add_absent(prefix, "envFrom".to_owned(), place, absent);
        } else if let Some(reference) = &source.config_map_ref {
            let from = format!("configMap {}", reference.name);
            let found = get(self.scene, &self.scene.around.config_maps, reference, "configmap")?;
            let Found::Object(map) = found else {
                self.add_absent(prefix, from, place, found);
                return Ok(());
            };
            for (key, value) in &map.data {
                let why = format!("the key `{key}` of the ConfigMap `{}`", reference.name);
                let answer = Answer::known(&from, value.as_str()).explained(why);
                let name = format!("{prefix}{key}");
                let answer = self.scene.held(answer);
                self.set(row(&name, answer, EnvVia::EnvFrom, place.to_owned()));
            }
        } else if let Some(reference) = &source.secret_ref {
            let from = format!("secret {}", reference.name);
            let found = get(self.scene, &self.scene.around.secrets, reference, "secret")?;
            let Found::Object(secret) = found else {
                self.add_absent(prefix, from, place, found);
                return Ok(());
            };
            for (key, value) in &secret.data {
                let why = format!("the key `{key}` of the Secret `{}`", reference.name);
                let content = Content::secret(value.0.clone());
                let answer = Answer::known(&from, content).explained(why).of_secret();
                let name = format!("{prefix}{key}");
                let answer = self.scene.held(answer);
                self.set(row(&name, answer, EnvVia::EnvFrom, place.to_owned()));
            }
        }
        Ok(())
    }

    /// The row for a whole source that gives no names.
    fn add_absent<T>(&mut self, prefix: &str, from: String, place: &str, absent: Found<'_, T>) {
        let answer = match absent {
            Found::Unknown(reason) => {
                let note = format!("{reason}: its keys are variables");
                for (_, row) in self.variables.iter_mut().filter(|(n, _)| n.starts_with(prefix)) {
                    row.origin.note = Some(format!("unless {from}, which is not known, has it"));
                }
                self.unknown.push((prefix.to_owned(), format!("{from} is not known")));
                Answer::without(State::Unknown, from, note)
            }
            _ => Answer::without(State::Skipped, from, "optional, and does not exist"),
        };
        self.others.push(row(&format!("{prefix}*"), answer, EnvVia::EnvFrom, place.to_owned()));
    }

    /// One entry of `env`.
    fn add(&mut self, variable: &EnvVar, place: String) -> Result<(), String> {
        let answer = match &variable.value_from {
            _ if !variable.value.is_empty() => self.expanded(&variable.value),
            Some(source) => self.of_source(source)?,
            None => Answer::known("value", "").explained("the empty text"),
        };
        let row = row(&variable.name, self.scene.held(answer), EnvVia::Env, place);
        if row.origin.state != State::Skipped {
            self.set(row);
        } else if let Some(earlier) = self.variables.get_mut(&row.name) {
            let note =
                format!("an earlier value stays: {} is optional and missing", row.origin.from);
            earlier.origin.note = Some(note);
        } else if !self.services.contains_key(&row.name) {
            self.others.push(row);
        }
        Ok(())
    }

    fn of_source(&self, source: &ValueFrom) -> Result<Answer, String> {
        if let Some(field) = &source.field_ref {
            fields::in_env(self.scene, field)
        } else if let Some(resource) = &source.resource_field_ref {
            resources::in_env(self.scene, self.placed, resource)
        } else if let Some(key) = &source.config_map_key_ref {
            self.config_map_key(key)
        } else if let Some(key) = &source.secret_key_ref {
            self.secret_key(key)
        } else if let Some(file) = &source.file_key_ref {
            let from = format!("file {} of volume {}", file.path, file.volume_name);
            let note = format!("`{}` is read from a file when the container starts", file.key);
            Ok(Answer::without(State::Unknown, from, note))
        } else {
            Ok(Answer::known("value", "").explained("the empty text"))
        }
    }

    fn config_map_key(&self, reference: &KeyRef) -> Result<Answer, String> {
        let KeyRef { name, key, optional } = reference;
        let from = format!("configMap {name} key {key}");
        let object = ObjectRef { name: name.clone(), optional: *optional };
        let map = match get(self.scene, &self.scene.around.config_maps, &object, "configmap")? {
            Found::Object(map) => map,
            absent => return Ok(absent.key(from)),
        };
        match map.data.get(key) {
            Some(value) => Ok(Answer::known(from, value.as_str())
                .explained(format!("the key `{key}` of the ConfigMap `{name}`"))),
            None if *optional => Ok(Found::<()>::Skipped.key(from)),
            None => Err(self.no_key("ConfigMap", reference)),
        }
    }

    fn secret_key(&self, reference: &KeyRef) -> Result<Answer, String> {
        let KeyRef { name, key, optional } = reference;
        let from = format!("secret {name} key {key}");
        let object = ObjectRef { name: name.clone(), optional: *optional };
        let secret = match get(self.scene, &self.scene.around.secrets, &object, "secret")? {
            Found::Object(secret) => secret,
            absent => return Ok(absent.key(from).of_secret()),
        };
        match secret.data.get(key) {
            Some(value) => Ok(Answer::known(from, Content::secret(value.0.clone()))
                .explained(format!("the key `{key}` of the Secret `{name}`"))
                .of_secret()),
            None if *optional => Ok(Found::<()>::Skipped.key(from)),
            None => Err(self.no_key("Secret", reference)),
        }
    }

    fn no_key(&self, kind: &str, KeyRef { name, key, .. }: &KeyRef) -> String {
        let namespace = &self.scene.pod.metadata.namespace;
        format!("couldn't find key {key} in {kind} {namespace}/{name}")
    }

    /// A text with its references replaced. What is pending counts as empty.
    fn expanded(&self, text: &str) -> Answer {
        if self.expanded_size(text) > MAX_EXPANDED {
            return Answer::without(State::Unknown, "value", "too large for any process");
        }
        let mut unknown = None;
        let mut pending = None;
        let mut used = Vec::new();
        let empty = Content::default();
        let content = expansion::expand(text, |name| {
            if let Some(row) = self.variables.get(name).or_else(|| self.services.get(name)) {
                used.push(name.to_owned());
                if row.origin.state == State::Unknown {
                    unknown.get_or_insert(format!("it uses {name}, which is not known"));
                }
                if row.origin.state == State::Pending {
                    pending.get_or_insert(format!("{name} is not set yet and counts as empty"));
                }
                return Some(row.content.as_ref().unwrap_or(&empty));
            }
            if let Some((_, why)) = self.unknown.iter().find(|(prefix, _)| name.starts_with(prefix))
            {
                unknown.get_or_insert(format!("whether {name} exists is not known: {why}"));
            }
            None
        });
        let secret = !content.secret.is_empty();
        let answer = match unknown {
            Some(note) => Answer::without(State::Unknown, "value", note),
            None => Answer::known("value", content),
        };
        let mut answer = if secret { answer.of_secret() } else { answer };
        let references = expansion::pieces(text)
            .iter()
            .filter(|piece| matches!(piece, Piece::Reference(_)))
            .count();
        if answer.state == State::Unknown {
            answer
        } else if references == 0 {
            answer.explained("the text as it is written")
        } else if used.is_empty() {
            answer
                .explained("the text as it is written: none of its references is defined before it")
        } else {
            used.dedup();
            let why = format!("the text with {} put in", used.join(", "));
            answer.uses = used;
            answer.note = pending;
            answer.explained(why)
        }
    }

    /// An upper bound of the size of an expanded text.
    fn expanded_size(&self, text: &str) -> usize {
        let size_of = |piece: &Piece<'_>| match piece {
            Piece::Text(text) => text.len(),
            Piece::Reference(name) => {
                let row = self.variables.get(*name).or_else(|| self.services.get(*name));
                let content = row.and_then(|row| row.content.as_ref());
                content.map_or(name.len() + 3, |content| content.bytes.len())
            }
        };
        expansion::pieces(text).iter().map(size_of).sum()
    }

    fn set(&mut self, row: EnvRow) {
        self.variables.insert(row.name.clone(), row);
    }

    fn rows(self) -> Vec<EnvRow> {
        let mut all = self.services;
        all.extend(self.variables);
        let mut rows: Vec<EnvRow> = all.into_values().chain(self.others).collect();
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        rows
    }
}

fn row(name: &str, answer: Answer, via: EnvVia, path: String) -> EnvRow {
    let (content, origin) = answer.declared(path, false);
    EnvRow { name: name.to_owned(), content, via, origin }
}

/// A `ConfigMap` or Secret that is there, or may be absent.
pub(super) enum Found<'s, T> {
    Object(&'s T),
    Skipped,
    Unknown(String),
}

impl<T> Found<'_, T> {
    /// The answer for one key of an object that is absent.
    pub(super) fn key(&self, from: String) -> Answer {
        match self {
            Self::Unknown(reason) => Answer::without(State::Unknown, from, reason.clone()),
            _ => Answer::without(State::Skipped, from, "optional, and does not exist"),
        }
    }
}

/// Looks an object up; the error is the kubelet's.
pub(super) fn get<'s, T>(
    scene: &Scene<'_>,
    objects: &'s BTreeMap<String, Lookup<T>>,
    reference: &ObjectRef,
    kind: &str,
) -> Result<Found<'s, T>, String> {
    match objects.get(&reference.name) {
        Some(Lookup::Found(object)) => Ok(Found::Object(object)),
        Some(Lookup::Missing) if reference.optional => Ok(Found::Skipped),
        Some(Lookup::Missing) => Err(scene.not_found(kind, &reference.name)),
        Some(other) => Ok(Found::Unknown(other.reason().to_owned())),
        None => Ok(Found::Unknown("not read yet".to_owned())),
    }
}
