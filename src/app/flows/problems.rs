//! The list of problems: a search that starts when the list is opened, and going to what it found.

use crate::app::effect::Effect;
use crate::app::flows::jump;
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::state::connection::ServerText;
use crate::app::state::overlay::Overlay;
use crate::app::state::problems::{Findings, Problems};
use crate::k8s::names::Namespace;
use crate::k8s::path::ApiPath;
use crate::k8s::request::Ticket;
use crate::k8s::selector::Selector;
use crate::k8s::server::service_account;
use crate::object::search::SearchScope;

/// The word that opens the list in the prompt for a location.
const WORD: &str = "problems";

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
        ["-A" | "--all-namespaces"] => show(model, all(model)),
        ["-n" | "--namespace", namespace] => {
            show(model, SearchScope::Namespace(Namespace::new(namespace)));
        }
        _ => model.warn("problems takes -n NAMESPACE or -A"),
    }
    true
}

/// Opens the list of the chosen namespace, else of the context's, else of the cluster.
pub(in crate::app) fn open(model: &mut Model) {
    let Some(connection) = model.connection() else { return };
    let chosen = connection.namespace.as_ref().or(connection.endpoint.default_namespace.as_ref());
    let scope = match chosen {
        Some(namespace) => SearchScope::Namespace(namespace.clone()),
        None => all(model),
    };
    show(model, scope);
}

/// Returns the scope of the cluster. A service account may have rights where it is itself.
fn all(model: &Model) -> SearchScope {
    let connection = model.connection();
    let mut known: Vec<Namespace> =
        connection.map(|it| it.endpoint.known_namespaces.clone()).unwrap_or_default();
    if let Some(ServerText::Known(user)) = connection.map(|it| &it.user)
        && let (Some((namespace, _)), true) = (service_account(user), known.is_empty())
    {
        known.push(Namespace::new(namespace));
    }
    SearchScope::All { known }
}

/// Shows the list, and searches unless that was done.
fn show(model: &mut Model, scope: SearchScope) {
    model.overlay = Overlay::Problems;
    if model.problems.scope.as_ref() != Some(&scope) {
        search(model, scope);
    }
}

fn search(model: &mut Model, scope: SearchScope) {
    if let Some(running) = model.problems.running {
        model.effects.push(Effect::Cancel(running));
    }
    let ticket = model.ticket();
    model.problems = Problems {
        scope: Some(scope.clone()),
        running: Some(ticket),
        selected: model.problems.selected.take(),
        ..Problems::default()
    };
    let discovery = Box::new(model.discovery.clone());
    model.effects.push(Effect::Scan { ticket, scope, discovery });
}

/// Searches again.
pub(in crate::app) fn refresh(model: &mut Model) {
    if let Some(scope) = model.problems.scope.clone() {
        search(model, scope);
    }
}

/// Handles what the search found so far, or in the end.
pub(in crate::app) fn found(model: &mut Model, ticket: Ticket, found: Findings, is_over: bool) {
    if model.problems.running == Some(ticket) {
        model.problems.found = found;
        model.problems.running = Some(ticket).filter(|_| !is_over);
    }
}

/// Cancels the search while it runs; else closes the list.
pub(in crate::app) fn escape(model: &mut Model) {
    match model.problems.running.take() {
        Some(ticket) => {
            model.effects.push(Effect::Cancel(ticket));
            model.problems.found.is_stopped = true;
        }
        None => model.overlay = Overlay::None,
    }
}

/// Selects another problem.
pub(in crate::app) fn move_by(model: &mut Model, by: isize) {
    let problems = &model.problems.found.problems;
    let at = model.problems.selected().saturating_add_signed(by);
    let problem = problems.get(at.min(problems.len().saturating_sub(1)));
    model.problems.selected = problem.map(|problem| problem.path.clone());
}

/// Goes to the object of the selected problem.
pub(in crate::app) fn enter(model: &mut Model) {
    let problem = model.problems.found.problems.get(model.problems.selected());
    let Some(path) = problem.map(|problem| problem.path.clone()) else { return };
    model.problems.selected = Some(path.clone());
    model.problems.opened = Some(path.clone());
    model.overlay = Overlay::None;
    model.focus = Pane::Tree;
    jump::to(model, ApiPath::Object(path), Selector::default(), false);
}

/// Returns to the list from the object of a problem. Returns false from anywhere else.
pub(in crate::app) fn back(model: &mut Model) -> bool {
    let cursor = model.tree.path(model.tree.cursor());
    let opened = model.problems.opened.take().map(ApiPath::Object);
    let is_there = opened.is_some() && (cursor == opened || model.jump.is_some());
    if is_there {
        model.jump = None;
        model.overlay = Overlay::Problems;
    }
    is_there
}
