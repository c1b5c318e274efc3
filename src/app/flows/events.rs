//! The list of events: requested when it is opened, unless the same events explain the object already;
//! watched while it is shown.

pub(in crate::app) mod owned;

use crate::app::flows::{follow, jump};
use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::events::{EventChange, EventPage, Events, EventsState, Wider};
use crate::app::state::overlay::Overlay;
use crate::k8s::failure::Failure;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;
use crate::object::events::EventRow;
use crate::object::health::{Answer, events_request};

/// The most events that are read.
const MAX_EVENTS: usize = 20_000;

/// Prepares the events of an object, for its history.
pub(in crate::app) fn list_of(model: &mut Model, path: &ObjectPath) {
    let events = of_object(model, path);
    show(model, events);
}

/// Opens the events of the object at the cursor; on a collection or a namespace, all of the namespace.
pub(in crate::app) fn open(model: &mut Model) {
    let Some(events) = at_cursor(model) else {
        model.notify("No events here: select an object, a collection or a namespace");
        return;
    };
    model.overlay = Overlay::Events;
    show(model, events);
}

/// Fetches a list of events, unless it is the one that is known.
fn show(model: &mut Model, events: Events) {
    model.events.is_open = true;
    let is_same = model.events.request == events.request
        && model.events.wider.is_none()
        && events.wider.is_none();
    if is_same && model.events.state == EventsState::Ready {
        return;
    }
    forget(model);
    let number = model.events.number + 1;
    model.events = Events { number, is_open: true, ..events };
    load(model);
}

/// Cancels what was requested for the list before.
fn forget(model: &mut Model) {
    if let EventsState::Loading(ticket) = model.events.state {
        model.cancel(ticket);
    }
    if let Some(Wider::Owned(owned)) = &mut model.events.wider {
        for ticket in std::mem::take(&mut owned.tickets) {
            model.cancel(ticket);
        }
    }
}

/// Fetches the events, or takes those that explain the object.
fn load(model: &mut Model) {
    let Some(request) = model.events.request.clone() else { return };
    if take_shared(model, &request) {
        return;
    }
    let is_requested = model
        .health
        .requested
        .iter()
        .any(|(sent, ticket)| *sent == request && model.awaits(*ticket));
    if is_requested {
        model.events.state = EventsState::Shared;
        return;
    }
    let ticket = model.send(Question::events(request, None));
    model.events.state = EventsState::Loading(ticket);
}

/// Takes the events that were fetched to explain the object. Returns false if there are none.
fn take_shared(model: &mut Model, request: &Request) -> bool {
    let Some(Answer::Objects(list)) = model.health.related.get(request) else { return false };
    let rows: Vec<EventRow> = list.iter().filter_map(EventRow::read).collect();
    model.events.rows.clear();
    (model.events.total, model.events.read) = (0, 0);
    model.events.add(rows);
    model.events.version = model.health.events_version.clone();
    model.events.state = EventsState::Ready;
    true
}

/// The request of the list was answered for the object that it explains.
pub(in crate::app) fn shared(model: &mut Model, request: &Request) {
    let waits = model.events.state == EventsState::Shared;
    if waits && model.events.request.as_ref() == Some(request) {
        model.events.state = EventsState::Nothing;
        load(model);
    }
}

/// Returns the list of events for the row at the cursor.
fn at_cursor(model: &Model) -> Option<Events> {
    let row = model.tree.cursor();
    if let Some(path) = model.tree.object_at(row) {
        if path.gvr.is_core("namespaces") {
            return Some(of_namespace(Some(Namespace::new(&path.name))));
        }
        return Some(of_object(model, &path));
    }
    match model.tree.path(row)? {
        ApiPath::Collection { namespace, .. } => Some(of_namespace(namespace)),
        ApiPath::Subresource { object, .. } => Some(of_object(model, &object)),
        _ => None,
    }
}

fn of_namespace(namespace: Option<Namespace>) -> Events {
    let of = match &namespace {
        Some(namespace) => format!("namespace {namespace}"),
        None => "all namespaces".to_owned(),
    };
    let path = ApiPath::Collection { gvr: Gvr::new("", "v1", "events"), namespace };
    let request = Request::get(path, Form::Json).with("limit", "500");
    Events { of, request: Some(request), warnings_first: true, ..Events::default() }
}

/// Returns the events of an object: by its uid if it is shown, as the uid is not known before.
fn of_object(model: &Model, path: &ObjectPath) -> Events {
    let shown = model.reading.judged.as_ref().filter(|_| model.health.path.as_ref() == Some(path));
    let request = shown.and_then(|object| events_request(object));
    let by_name = of_name(model, path);
    let request = request.or(by_name.request);
    Events { request, ..by_name }
}

/// Returns the events of all objects of the object's kind that have or had its name.
fn of_name(model: &Model, path: &ObjectPath) -> Events {
    let kind = model.discovery.resource(&path.gvr).map(|resource| resource.kind.clone());
    let kind = kind.map(|kind| format!("involvedObject.kind={kind},")).unwrap_or_default();
    let namespace = path.namespace.clone().unwrap_or_else(|| Namespace::new("default"));
    let events =
        ApiPath::Collection { gvr: Gvr::new("", "v1", "events"), namespace: Some(namespace) };
    let request = Request::get(events, Form::Json)
        .with("fieldSelector", format!("{kind}involvedObject.name={}", path.name))
        .with("limit", "500");
    Events {
        of: format!("{}/{}", path.gvr.resource, path.name),
        object: Some(path.clone()),
        request: Some(request),
        is_of_one: true,
        ..Events::default()
    }
}

/// Handles a page of events.
pub(in crate::app) fn received(model: &mut Model, result: Result<EventPage, Failure>) {
    let page = match result {
        Ok(page) => page,
        Err(failure) => {
            model.events.state = EventsState::Failed(failure);
            return;
        }
    };
    model.events.add(page.rows);
    let request = model.events.request.clone();
    let next = page.continue_token.filter(|_| model.events.read < MAX_EVENTS);
    if let (Some(request), Some(token)) = (request, next) {
        let ticket = model.send(Question::events(request, Some(token)));
        model.events.state = EventsState::Loading(ticket);
    } else {
        model.events.version = page.version;
        model.events.state = EventsState::Ready;
    }
}

/// Handles changes that the watch delivers.
pub(in crate::app) fn changed(model: &mut Model, changes: Vec<EventChange>, version: String) {
    let selected = model.events.selected.is_some();
    for change in changes {
        model.events.apply(change);
    }
    if !selected {
        model.events.selected = None;
    }
    if !version.is_empty() {
        model.events.version = version;
    }
}

/// Fetches the events again, and what the object owns.
pub(in crate::app) fn refresh(model: &mut Model) {
    forget(model);
    let events = &mut model.events;
    (events.rows, events.total, events.read) = (Vec::new(), 0, 0);
    events.number += 1;
    if matches!(events.wider, Some(Wider::Owned(_))) {
        events.wider = None;
        owned::toggle(model);
        return;
    }
    let Some(request) = events.request.clone() else { return };
    let ticket = model.send(Question::events(request, None));
    model.events.state = EventsState::Loading(ticket);
}

/// Closes the list.
pub(in crate::app) fn close(model: &mut Model) {
    _ = follow::cancel(model);
    if matches!(model.events.state, EventsState::Finding) {
        forget(model);
        model.events.state = EventsState::Nothing;
    }
    model.overlay = Overlay::None;
    model.events.is_open = false;
}

/// Selects another event.
pub(in crate::app) fn move_by(model: &mut Model, by: isize) {
    let rows = &model.events.rows;
    let at = model.events.selected().saturating_add_signed(by).min(rows.len().saturating_sub(1));
    model.events.selected = rows.get(at).map(|row| row.path.clone());
}

/// Opens the selected event as a document.
pub(in crate::app) fn enter(model: &mut Model) {
    let Some(row) = model.events.rows.get(model.events.selected()) else { return };
    let path = row.path.clone();
    close(model);
    go_to(model, path);
}

/// Goes to the object that the selected event is about. If it cannot be read, the list stays.
pub(in crate::app) fn follow(model: &mut Model) {
    let Some(row) = model.events.rows.get(model.events.selected()) else { return };
    match row.link(&model.discovery) {
        Some(link) => follow::link(model, String::new(), link),
        None => model.notify("The event does not say what it is about"),
    }
}

/// Opens an event as a document.
pub(in crate::app) fn go_to(model: &mut Model, path: ObjectPath) {
    model.focus = Pane::Tree;
    jump::to(model, ApiPath::Object(path), Selector::default(), false);
}

/// True if the list is to be watched.
pub(in crate::app) fn is_watched(model: &Model) -> bool {
    let events = &model.events;
    events.is_open && events.state == EventsState::Ready && !events.version.is_empty()
}

/// Returns the request of the list and the version from which its watch continues.
pub(in crate::app) fn watched(model: &Model) -> Option<(Request, &str)> {
    let mut request = model.events.request.clone()?;
    request.query.retain(|(name, _)| name != "limit");
    Some((request, &model.events.version))
}
