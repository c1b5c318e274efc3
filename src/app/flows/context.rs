//! Switching to another context, and back to the location in a context that was left.

use crate::app::effect::Choice;
use crate::app::flows::connect;
use crate::app::model::Model;
use crate::app::state::connection::Standing;
use crate::app::state::navigation::Visit;
use crate::k8s::endpoint::EndpointKind;
use crate::k8s::names::Namespace;

/// The words that choose a context in the prompt for a location: `ctx NAME`, as in k9s.
const WORDS: [&str; 2] = ["ctx", "context"];

/// Returns the name after `ctx` if a line starts with it; empty if there is none yet.
pub(in crate::app) fn named(text: &str) -> Option<&str> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    WORDS.contains(&word).then(|| rest.trim())
}

/// Returns the completions of a line that chooses a context.
pub(in crate::app) fn candidates(model: &Model, text: &str) -> Vec<String> {
    let Some(name) = named(text) else { return Vec::new() };
    let word = text.split(' ').next().unwrap_or_default();
    let contexts = contexts(model).iter().filter(|context| context.starts_with(name));
    contexts.map(|context| format!("{word} {context}")).collect()
}

/// Connects to a context.
pub(in crate::app) fn choose(model: &mut Model, name: &str) {
    let contexts = contexts(model);
    if contexts.is_empty() {
        model.notify("No kubeconfig, so there is no other context");
    } else if contexts.iter().any(|context| context == name) {
        let choice = Choice::Context(name.to_owned());
        leave(model);
        connect::connect(model, choice);
    } else {
        model.notify(format!("No context {name}. The contexts are {}", contexts.join(", ")));
    }
}

/// Remembers the location in the context that is left.
fn leave(model: &mut Model) {
    let Some(connection) = model.connection() else { return };
    let kind = connection.endpoint.kind.clone();
    let visit = Visit {
        path: model.tree.path(model.tree.cursor()),
        namespace: connection.namespace.clone(),
    };
    model.visits.0.insert(kind, visit);
}

/// Opens the last location in a context that was just connected. Returns its namespace.
pub(in crate::app) fn return_to(model: &mut Model, kind: &EndpointKind) -> Option<Namespace> {
    let visit = model.visits.0.remove(kind)?;
    model.words = visit.path.map(|path| path.to_string());
    visit.namespace
}

/// True if there is a context to choose.
pub(in crate::app) fn has_any(model: &Model) -> bool {
    !contexts(model).is_empty()
}

fn contexts(model: &Model) -> &[String] {
    match &model.standing {
        Standing::Connected(connection) => &connection.endpoint.contexts,
        Standing::Nowhere(tried) => &tried.contexts,
        Standing::Connecting => &[],
    }
}
