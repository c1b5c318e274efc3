//! The owners of the object that is shown, as a line above its document. Its own owner is known from the
//! object; the owner of that one is read once, for an object that is opened.

use std::sync::Arc;

use serde_json::Value;

use crate::app::flows::{follow, rights};
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::links::described;
use crate::app::state::owner::Owner;
use crate::k8s::failure::Failure;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::object::links::{Target, owner};
use crate::object::path::text;

/// Follows the object that is shown.
pub(in crate::app) fn settle(model: &mut Model) {
    let of = model.links.path.clone().map(|path| (path, model.links.state));
    if model.owners.of != of {
        changed(model);
        model.owners.of = of;
    }
    request(model);
    let line = model.owners.line();
    if model.health.owner != line {
        model.health.owner = line;
    }
}

/// Finds the owner of another object, or of a new version of the same one.
fn changed(model: &mut Model) {
    if let Some(ticket) = model.owners.awaited.take() {
        model.cancel(ticket);
    }
    let object = model.reading.judged.clone().filter(|_| model.links.path.is_some());
    model.owners.owner = object.as_ref().and_then(|object| read(model, object));
    if let Some(object) = object {
        let own = model.owners.owner.clone();
        model.owners.remember(text(&object, ".metadata.uid"), own);
    }
}

/// Reads the owner of an object.
fn read(model: &Model, object: &Value) -> Option<Owner> {
    let (at, link) = owner(object, &model.discovery)?;
    let text = if let Target::Object { path, .. } = &link.target {
        described(&link.target, path.namespace.as_ref(), &model.discovery)
    } else {
        let holder = at.strip_suffix(".name").unwrap_or_default();
        let part = |name: &str| text(object, &format!("{holder}.{name}"));
        format!("{}/{}", part("kind"), part("name"))
    };
    Some(Owner { at, link, text })
}

/// Requests the metadata of the owner, if the object is opened.
fn request(model: &mut Model) {
    let owners = &model.owners;
    let Some(owner) = owners.owner.as_ref().filter(|_| owners.awaited.is_none()) else { return };
    let Target::Object { path, uid: Some(uid), .. } = &owner.link.target else { return };
    let opened = model.reading.opened_object();
    if opened.is_none() || opened != model.links.path.as_ref() || owners.knows(uid) {
        return;
    }
    let (path, uid) = (ApiPath::Object(path.clone()), Arc::clone(uid));
    if rights::reason(model, &path).is_some() {
        model.owners.remember(&uid, None);
        return;
    }
    let ticket = model.send(Question::owner(Request::get(path, Form::ObjectMetadata)));
    model.owners.awaited = Some(ticket);
}

/// Handles the metadata of the owner.
pub(in crate::app) fn received(model: &mut Model, result: Result<Arc<Value>, Failure>) {
    model.owners.awaited = None;
    let Some(uid) = model.owners.owner.as_ref().and_then(Owner::uid).cloned() else { return };
    // Another object of that name is not the owner.
    let object = result.ok().filter(|object| text(object, ".metadata.uid") == &*uid);
    let owner = object.and_then(|object| read(model, &object));
    model.owners.remember(&uid, owner);
}

/// Reads the owners again.
pub(in crate::app) fn refresh(model: &mut Model) {
    model.owners.forget();
}

/// Goes to the owner of the object that is shown.
pub(in crate::app) fn go(model: &mut Model) {
    let Some(owner) = model.owners.owner.clone() else {
        model.notify(match model.links.path {
            Some(_) => "Nothing owns this object",
            None => "No object is shown here. Select one first",
        });
        return;
    };
    model.health.selected = None;
    follow::link(model, owner.at, owner.link);
}
