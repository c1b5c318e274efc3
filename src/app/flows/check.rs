//! Whether the references out of the open object lead to something: one request for each target, a few at a
//! time, when the user asks for it.

use std::sync::Arc;

use serde_json::Value;

use crate::app::flows::follow::nowhere;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::app::state::links::{Check, Failed};
use crate::k8s::failure::Failure;
use crate::k8s::request::{AT_ONCE, Ticket};
use crate::object::links::{Checked, Link, Target, requests};

/// The word that starts it in the prompt for a location.
const WORD: &str = "check";
/// Checks the references of the open object if a typed line asks for it. Returns false for any other line.
pub(in crate::app) fn typed(model: &mut Model, line: &str) -> bool {
    if line.trim() != WORD {
        return false;
    }
    let waiting = requests(model.links.links.iter().map(|(_, link)| link));
    if waiting.is_empty() {
        model.notify("The open object refers to no other object");
        return true;
    }
    cancel(model);
    model.links.failed.clear();
    model.links.check = Some(Check { all: waiting.len(), waiting, ..Check::default() });
    send(model);
    true
}

/// Sends the next requests, or says what was found.
fn send(model: &mut Model) {
    while let Some(check) = &mut model.links.check
        && check.open.len() < AT_ONCE
        && let Some(request) = check.waiting.pop()
    {
        let ticket = model.send(Question::check(request.clone()));
        if let Some(check) = &mut model.links.check {
            check.open.push((ticket, request));
        }
    }
    if model.links.check.as_ref().is_some_and(|check| check.open.is_empty()) {
        let text = model.links.check.take().map(|check| check.text()).unwrap_or_default();
        model.warn(text);
    }
}

/// Handles the answer for a target.
pub(in crate::app) fn received(
    model: &mut Model,
    ticket: Ticket,
    result: &Result<Arc<Value>, Failure>,
) {
    let Some(check) = &mut model.links.check else { return };
    let Some(at) = check.open.iter().position(|(open, _)| *open == ticket) else { return };
    let (_, request) = check.open.swap_remove(at);
    let is_it = |(_, link): &(&str, &Link)| {
        link.target.request().is_some_and(|own| own.path == request.path)
    };
    let links: Vec<(String, Link)> = model
        .links
        .links
        .iter()
        .filter(is_it)
        .map(|(at, link)| (at.to_owned(), link.clone()))
        .collect();
    let answer = result.as_deref();
    let mut worst = Checked::Found;
    for (at, link) in links {
        let checked = link.target.checked(answer);
        if checked == Checked::Found {
            continue;
        }
        worst = checked;
        if let Some(text) = text(model, &link, result.as_ref().err()) {
            model.links.failed.insert(at, Failed { text, is_optional: link.is_optional });
        }
    }
    if let Some(check) = &mut model.links.check {
        check.outcomes.push(worst);
    }
    send(model);
}

/// Returns why a reference leads to nothing.
fn text(model: &Model, link: &Link, failure: Option<&Failure>) -> Option<String> {
    let Target::Object { path, kind, place, .. } = &link.target else { return None };
    Some(match (failure, place) {
        (Some(failure), _) => nowhere(model, path, kind, failure),
        (None, Some(place)) => format!("{kind} {} has no {place}", path.name),
        (None, None) => format!("{kind} {} is another object: it has another uid", path.name),
    })
}

/// Stops checking. Returns true if something was being checked.
pub(in crate::app) fn cancel(model: &mut Model) -> bool {
    let Some(check) = model.links.check.take() else { return false };
    for (ticket, _) in check.open {
        model.cancel(ticket);
    }
    true
}
