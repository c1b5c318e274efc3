//! What lists of searches have in common: beginning the search, its progress, and cancelling it.

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::state::connection::ServerText;
use crate::app::state::overlay::Overlay;
use crate::app::state::search::{Objects, SearchList};
use crate::k8s::names::Namespace;
use crate::k8s::request::Ticket;
use crate::k8s::server::service_account;
use crate::object::search::SearchScope;

/// Which list of the model is meant.
pub(in crate::app) type ListOf<W, F> = fn(&mut Model) -> &mut SearchList<W, F>;

/// Returns the scope of a search that names none: the chosen namespace, else the context's, else the
/// cluster.
pub(in crate::app) fn scope(model: &Model) -> SearchScope {
    let connection = model.connection();
    let chosen = connection
        .and_then(|it| it.namespace.as_ref().or(it.endpoint.default_namespace.as_ref()).cloned());
    chosen.map_or_else(|| everywhere(model), SearchScope::Namespace)
}

/// Returns the scope of the cluster. A service account may have rights where it is itself.
pub(in crate::app) fn everywhere(model: &Model) -> SearchScope {
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

/// Empties a list for a search that begins, and cancels the one before. Returns the ticket of the new one.
pub(in crate::app) fn begin<W, F: Objects>(
    model: &mut Model,
    list: ListOf<W, F>,
    wanted: W,
) -> Ticket {
    cancel(model, list);
    let ticket = model.ticket();
    let list = list(model);
    let selected = list.selected.take();
    *list = SearchList {
        wanted: Some(wanted),
        running: Some(ticket),
        selected,
        ..SearchList::default()
    };
    ticket
}

/// Handles what a search found so far, or in the end.
pub(in crate::app) fn found<W, F>(
    list: &mut SearchList<W, F>,
    ticket: Ticket,
    found: F,
    is_over: bool,
) {
    if list.running == Some(ticket) {
        list.found = found;
        list.running = Some(ticket).filter(|_| !is_over);
    }
}

/// Cancels the search while it runs; else closes the list.
pub(in crate::app) fn escape<W, F: Objects>(model: &mut Model, list: ListOf<W, F>) {
    if !cancel(model, list) {
        model.overlay = Overlay::None;
    }
}

/// Cancels the search. Returns false if none is running.
fn cancel<W, F>(model: &mut Model, list: ListOf<W, F>) -> bool {
    let Some(ticket) = list(model).running.take() else { return false };
    list(model).is_stopped = true;
    model.effects.push(Effect::Cancel(ticket));
    true
}
