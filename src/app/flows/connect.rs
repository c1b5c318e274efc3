//! Connecting: looking for a server, and fetching what the tree and the header need from it.

use std::collections::BTreeSet;

use crate::app::effect::{Choice, Effect};
use crate::app::flows::{containers, context, discover, identity, rights, server};
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::connection::{Connection, Namespaces, ServerText, Standing};
use crate::app::state::events::Events;
use crate::app::state::find::FoundObjects;
use crate::app::state::health::ObjectHealth;
use crate::app::state::links::ObjectLinks;
use crate::app::state::names::Names;
use crate::app::state::navigation::History;
use crate::app::state::problems::Problems;
use crate::app::state::reading::Reading;
use crate::app::state::rights::Rights;
use crate::k8s::endpoint::{Attempt, Endpoint, NoEndpoint};
use crate::k8s::failure::Failure;
use crate::k8s::names::Namespace;
use crate::k8s::server::service_account;
use crate::tree::ROOT;
use crate::tree::node::Load;

/// Looks for a server, and drops the present connection and everything that was read over it.
pub(in crate::app) fn connect(model: &mut Model, choice: Choice) {
    let pending: Vec<_> = model.pending.keys().copied().collect();
    for ticket in pending {
        model.cancel(ticket);
    }
    model.standing = Standing::Connecting;
    model.unusable = None;
    model.choice = choice.clone();
    model.server_retries = 0;
    model.server_retry_at = None;
    model.returned = false;
    model.discovery.groups.clear();
    model.namespaces = Namespaces::default();
    model.rights = Rights::default();
    model.tree.clear();
    model.retries.clear();
    model.reloads.clear();
    model.marked.clear();
    model.watched = None;
    model.reading = Reading { visit: model.reading.visit + 1, ..Reading::default() };
    model.attended = None;
    model.jump = None;
    model.wanted_log = None;
    model.wanted_use = None;
    model.several.clear();
    model.history = History::default();
    containers::forget(model);
    model.health = ObjectHealth::default();
    model.links = ObjectLinks::default();
    model.problems = Problems::default();
    model.find = FoundObjects::default();
    model.contents.clear();
    model.histories.forget();
    model.explain = None;
    model.schemas.forget();
    model.events = Events { number: model.events.number + 1, ..Events::default() };
    model.uncounted.clear();
    model.names = Names::default();
    model.effects.push(Effect::Connect(choice));
}

/// Handles a server that was found: fetches everything that the tree and the header need.
pub(in crate::app) fn connected(model: &mut Model, endpoint: Endpoint, tried: Vec<Attempt>) {
    let names: BTreeSet<Namespace> = endpoint.known_namespaces.iter().cloned().collect();
    model.namespaces = Namespaces { names, load: Load::NotLoaded, shown: 0 };
    let visited = context::return_to(model, &endpoint.kind);
    let namespace = visited.or_else(|| model.chosen_at_start.clone());
    model.standing = Standing::Connected(Box::new(Connection {
        endpoint,
        tried,
        version: ServerText::Loading,
        user: ServerText::Loading,
        namespace,
        away: None,
    }));
    model.tree.clear();
    model.tree.set_children(ROOT, discover::top_kinds(model));
    model.fit();
    fetch_all(model);
    identity::connected(model);
}

/// Fetches everything that the root and the header show.
pub(in crate::app) fn fetch_all(model: &mut Model) {
    discover::root(model);
    model.send(Question::version());
    model.send(Question::user());
    rights::begin(model);
}

/// Handles that no server was found.
pub(in crate::app) fn not_connected(model: &mut Model, tried: NoEndpoint) {
    model.selected_context = model.selected_context.min(tried.contexts.len().saturating_sub(1));
    model.standing = Standing::Nowhere(Box::new(tried));
    server::nowhere(model);
}

/// Handles the server's version.
pub(in crate::app) fn version_received(model: &mut Model, result: Result<String, Failure>) {
    server::note_outcome(model, result.as_ref().err());
    let Standing::Connected(connection) = &mut model.standing else { return };
    let is_away = connection.away.is_some();
    update(&mut connection.version, result, is_away);
}

/// Handles the user that the server authenticated.
pub(in crate::app) fn user_received(model: &mut Model, result: Result<String, Failure>) {
    server::note_outcome(model, result.as_ref().err());
    let Standing::Connected(connection) = &mut model.standing else { return };
    let is_away = connection.away.is_some();
    update(&mut connection.user, result, is_away);
    // The rights of a service account are in its own namespace, if anywhere.
    if let ServerText::Known(user) = &connection.user
        && let Some((namespace, _)) = service_account(user)
    {
        let namespace = Namespace::new(namespace);
        model.know_namespace(namespace);
    }
}

/// Notes a text of the server. What is known stays known while the server is away.
fn update(text: &mut ServerText, result: Result<String, Failure>, is_away: bool) {
    match result {
        Ok(known) => *text = ServerText::Known(known),
        Err(_) if is_away && matches!(text, ServerText::Known(_)) => {}
        Err(failure) => *text = ServerText::Unknown(failure),
    }
}
