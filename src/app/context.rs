//! Going over to another context while running, and back to where one was in it.

use std::collections::HashMap;

use crate::app::connect;
use crate::app::effect::Choice;
use crate::app::model::{Model, Overlay};
use crate::app::prompt::Prompt;
use crate::k8s::endpoint::EndpointKind;
use crate::k8s::names::Namespace;
use crate::k8s::path::ApiPath;

/// The words that choose a context where a place may be named: `ctx NAME`, as in k9s.
const WORDS: [&str; 2] = ["ctx", "context"];

/// Where one was in each context of this run.
#[derive(Clone, Debug, Default)]
pub(super) struct Visits(HashMap<String, Visit>);

#[derive(Clone, Debug)]
struct Visit {
    path: Option<ApiPath>,
    namespace: Option<Namespace>,
}

/// What follows `ctx`, where a line begins with it; empty where nothing does yet.
pub(super) fn named(text: &str) -> Option<&str> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    WORDS.contains(&word).then(|| rest.trim())
}

/// The lines that choose a context, where `text` begins like one.
pub(super) fn candidates(model: &Model, text: &str) -> Vec<String> {
    let Some(name) = named(text) else { return Vec::new() };
    let word = text.split(' ').next().unwrap_or_default();
    let contexts = contexts(model).iter().filter(|context| context.starts_with(name));
    contexts.map(|context| format!("{word} {context}")).collect()
}

/// A line that chooses a context was entered.
pub(super) fn choose(model: &mut Model, name: &str) {
    let contexts = contexts(model);
    if contexts.is_empty() {
        model.notify("There is no kubeconfig here, and so no other context");
    } else if name.is_empty() {
        model.overlay = Overlay::Prompt(Prompt::context(model));
    } else if contexts.iter().any(|context| context == name) {
        let choice = Choice::Context(name.to_owned());
        leave(model);
        connect::connect(model, choice);
    } else {
        model.notify(format!("There is no context {name}; there are {}", contexts.join(", ")));
    }
}

/// Remembers the place in the context that is left.
fn leave(model: &mut Model) {
    let Some(connection) = model.connection() else { return };
    let key = key(&connection.endpoint.kind);
    let place = Visit {
        path: model.tree.path(model.tree.cursor()),
        namespace: connection.namespace.clone(),
    };
    model.places.0.insert(key, place);
}

/// Goes back to where one was in a context that was just connected to. The namespace of then.
pub(super) fn come_back(model: &mut Model, kind: &EndpointKind) -> Option<Namespace> {
    let place = model.places.0.remove(&key(kind))?;
    model.words = place.path.map(|path| path.to_string());
    place.namespace
}

/// Contexts by their names; any other way by what the header calls it.
fn key(kind: &EndpointKind) -> String {
    kind.to_string()
}

fn contexts(model: &Model) -> &[String] {
    model.connection().map_or(&[], |connection| connection.endpoint.contexts.as_slice())
}
