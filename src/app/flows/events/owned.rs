//! The events of an object and of what it owns, two levels down. The owned objects are listed first, then
//! all events of the namespace; events about other objects are dropped here, since a field selector takes
//! only one uid.

use std::sync::Arc;

use crate::app::flows::events::{forget, load, of_name, of_namespace, of_object, show};
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::events::{Events, EventsState, Owned, OwnedPage, Wider};
use crate::k8s::failure::Failure;
use crate::k8s::request::Ticket;
use crate::object::path::text;
use crate::object::related::{self, Related};

/// Adds the events of what the object owns, or returns to those of the object alone. An object that owns
/// nothing shows the events of earlier objects of its name.
pub(in crate::app) fn toggle(model: &mut Model) {
    let Some(path) = model.events.object.clone() else {
        model.notify("These are the events of everything in the namespace");
        return;
    };
    if model.events.wider.is_some() {
        let events = of_object(model, &path);
        show(model, events);
        return;
    }
    if path.namespace.is_none() {
        model.notify("These are all events of the object: it has no namespace");
        return;
    }
    let object = model.reading.judged.clone();
    let Some(object) = object.filter(|_| model.health.path.as_ref() == Some(&path)) else {
        model.notify("What the object owns is not known before it is shown. Open it first");
        return;
    };
    let lists = related::owned(&object, &model.discovery);
    if lists.is_empty() {
        let events = of_name(model, &path);
        let of = format!("{} and earlier ones of that name", events.of);
        show(model, Events { of, wider: Some(Wider::Name), ..events });
        return;
    }
    forget(model);
    let name = of_name(model, &path).of;
    let uid = text(&object, ".metadata.uid").to_owned();
    model.events = Events {
        of: format!("{name} and what it owns"),
        object: Some(path.clone()),
        number: model.events.number + 1,
        is_open: true,
        state: EventsState::Finding,
        wider: Some(Wider::Owned(Owned { object, name, uid, ..Owned::default() })),
        warnings_first: false,
        ..of_namespace(path.namespace)
    };
    request(model, lists);
}

/// Requests lists of owned objects.
fn request(model: &mut Model, lists: Vec<Related>) {
    for list in lists {
        send(model, Arc::new(list), None);
    }
}

fn send(model: &mut Model, list: Arc<Related>, token: Option<String>) {
    let ticket = model.send(Question::owned(list, token));
    if let Some(Wider::Owned(owned)) = &mut model.events.wider {
        owned.tickets.push(ticket);
    }
}

/// Handles a page of owned objects.
pub(in crate::app) fn received(
    model: &mut Model,
    ticket: Ticket,
    list: Arc<Related>,
    result: Result<OwnedPage, Failure>,
) {
    let Some(Wider::Owned(owned)) = &mut model.events.wider else { return };
    owned.tickets.retain(|sent| *sent != ticket);
    match result {
        Ok(page) => {
            owned.uids.extend(page.uids);
            if let Some(token) = page.continue_token.filter(|_| !owned.is_full()) {
                send(model, list, Some(token));
                return;
            }
        }
        Err(_) => owned.unread.push(list.label.clone()),
    }
    if owned.tickets.is_empty() {
        listed(model);
    }
}

/// All lists of a level are there: requests those of the next level, or the events.
fn listed(model: &mut Model) {
    let Some(Wider::Owned(owned)) = &mut model.events.wider else { return };
    if !std::mem::replace(&mut owned.is_second, true) {
        let uids: Vec<String> = owned.uids.iter().cloned().collect();
        let lists = related::owned_by(&owned.object, &uids, &model.discovery);
        if !lists.is_empty() {
            request(model, lists);
            return;
        }
    }
    model.events.of = owned.title();
    load(model);
}
