//! The list of problems: a search that starts when the list is opened.

use crate::app::effect::Effect;
use crate::app::flows::search;
use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::app::state::problems::Problems;
use crate::k8s::names::Namespace;
use crate::object::search::SearchScope;

/// The word that opens the list in the prompt for a location.
const WORD: &str = "problems";

/// Returns the list of problems.
pub(in crate::app) fn list(model: &mut Model) -> &mut Problems {
    &mut model.problems
}

/// Opens the list if a typed line asks for it: `problems`, `problems -n NAMESPACE`, `problems -A`.
/// Returns false for any other line.
pub(in crate::app) fn typed(model: &mut Model, line: &str) -> bool {
    let mut words = line.split_whitespace();
    if words.next() != Some(WORD) {
        return false;
    }
    let words: Vec<&str> = words.collect();
    match words.as_slice() {
        [] => open(model),
        ["-A" | "--all-namespaces"] => show(model, search::everywhere(model)),
        ["-n" | "--namespace", namespace] => {
            show(model, SearchScope::Namespace(Namespace::new(namespace)));
        }
        _ => model.warn("problems takes -n NAMESPACE or -A"),
    }
    true
}

/// Opens the list of the chosen namespace, else of the context's, else of the cluster.
pub(in crate::app) fn open(model: &mut Model) {
    if model.connection().is_some() {
        show(model, search::scope(model));
    }
}

/// Shows the list, and searches unless that was done.
fn show(model: &mut Model, scope: SearchScope) {
    model.overlay = Overlay::Problems;
    if model.problems.wanted.as_ref() != Some(&scope) {
        start(model, scope);
    }
}

fn start(model: &mut Model, scope: SearchScope) {
    let ticket = search::begin(model, list, scope.clone());
    let discovery = Box::new(model.discovery.clone());
    model.effects.push(Effect::Scan { ticket, scope, discovery });
}

/// Searches again.
pub(in crate::app) fn refresh(model: &mut Model) {
    if let Some(scope) = model.problems.wanted.clone() {
        start(model, scope);
    }
}
