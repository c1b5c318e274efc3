//! Walking as somebody else: impersonation, after the server said that it is allowed.

use crate::app::effect::Choice;
use crate::app::flows::connect;
use crate::app::model::Model;
use crate::app::question::Question;
use crate::k8s::failure::Failure;
use crate::k8s::names::Namespace;
use crate::k8s::path::ObjectPath;
use crate::k8s::reviews::Impersonated;
use crate::object::path::text;

/// The word that chooses an identity in the prompt for a location.
const WORD: &str = "as";

/// How a service account is named behind the word.
const SERVICE_ACCOUNT: &str = "sa/";

/// Walks as somebody else if a typed line asks for it: `as USER`, `as sa/NAME [-n NAMESPACE]`; `as` alone
/// returns to the own identity. Returns false for any other line.
pub(in crate::app) fn typed(model: &mut Model, line: &str) -> bool {
    let mut words = line.split_whitespace();
    if words.next() != Some(WORD) {
        return false;
    }
    let words: Vec<&str> = words.collect();
    let (name, namespace) = match words.as_slice() {
        [] => {
            back(model);
            return true;
        }
        [name] => (*name, None),
        [name, "-n" | "--namespace", namespace] => (*name, Some(Namespace::new(namespace))),
        _ => {
            model.warn("as takes a USER, or sa/NAME and -n NAMESPACE");
            return true;
        }
    };
    match (name.strip_prefix(SERVICE_ACCOUNT), namespace) {
        (None, None) => become_user(model, Impersonated::User(name.to_owned())),
        (None, Some(_)) => model.warn("-n belongs to a service account: as sa/NAME -n NAMESPACE"),
        (Some(name), namespace) => {
            let chosen = model.namespace().cloned();
            let fallback = model.connection().and_then(|it| it.endpoint.default_namespace.clone());
            match namespace.or(chosen).or(fallback) {
                Some(namespace) => {
                    let name = name.to_owned();
                    become_user(model, Impersonated::ServiceAccount { namespace, name });
                }
                None => model.warn("In which namespace? as sa/NAME -n NAMESPACE"),
            }
        }
    }
    true
}

/// Walks as the service account at the cursor, or as the one of the pod there.
pub(in crate::app) fn of_cursor(model: &mut Model) {
    let Some(path) = model.tree.object_at(model.tree.cursor()) else {
        model.notify("Select a service account or a pod to walk as it");
        return;
    };
    let Some(namespace) = path.namespace.clone() else { return };
    if path.gvr.is_core("serviceaccounts") {
        let name = path.name.to_string();
        become_user(model, Impersonated::ServiceAccount { namespace, name });
    } else if path.gvr.is_core("pods") {
        match service_account_of(model, &path) {
            Some(name) => become_user(model, Impersonated::ServiceAccount { namespace, name }),
            None => model.notify("Open the pod first: its service account is not known yet"),
        }
    } else {
        model.notify("Select a service account or a pod to walk as it");
    }
}

/// Returns the service account of a pod, if the pod is the object that is shown.
fn service_account_of(model: &Model, path: &ObjectPath) -> Option<String> {
    let is_shown = model.health.path.as_ref() == Some(path);
    let pod = model.reading.judged.as_ref().filter(|_| is_shown)?;
    let name = text(pod, ".spec.serviceAccountName");
    (!name.is_empty()).then(|| name.to_owned())
}

/// Asks the server whether the user may be impersonated. Nothing changes before the answer.
fn become_user(model: &mut Model, who: Impersonated) {
    if model.connection().is_none() || model.is_replay() {
        model.notify("A recording was made by one user: only a server can be walked as another");
    } else if let Choice::As { of, .. } = model.choice.clone() {
        // The right belongs to the own identity.
        model.wanted_identity = Some(who);
        connect::connect(model, *of);
    } else {
        model.send(Question::impersonate(who));
    }
}

/// Continues with the identity that was wanted while the walk was as somebody else.
pub(in crate::app) fn connected(model: &mut Model) {
    if let Some(who) = model.wanted_identity.take() {
        model.send(Question::impersonate(who));
    }
}

/// Handles whether the user may be impersonated.
pub(in crate::app) fn received(
    model: &mut Model,
    who: &Impersonated,
    result: Result<bool, Failure>,
) {
    let user = who.user();
    match result {
        Ok(true) => {
            let of = Box::new(model.choice.clone());
            reconnect(model, Choice::As { user, of });
        }
        Ok(false) => {
            model.warn(format!("You may not impersonate {user}: nothing has changed"));
        }
        Err(failure) => {
            let message = format!("Whether {user} may be impersonated is unknown: {failure}");
            model.warn(message);
        }
    }
}

/// Returns to the own identity.
fn back(model: &mut Model) {
    match model.choice.clone() {
        Choice::As { of, .. } => reconnect(model, *of),
        _ => model.notify("You walk as yourself already; :as USER walks as somebody else"),
    }
}

/// Connects anew, and returns to the same place.
fn reconnect(model: &mut Model, choice: Choice) {
    let path = model.tree.path(model.tree.cursor());
    let namespace = model.namespace().cloned();
    connect::connect(model, choice);
    model.words = path.map(|path| path.to_string());
    model.chosen_at_start = namespace.or(model.chosen_at_start.take());
}
