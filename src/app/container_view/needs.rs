//! What a pod's view needs besides the pod: asked for once, and only when the view is wanted.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::app::message::{Question, Want};
use crate::app::model::{Model, Purpose};
use crate::downward::{Lookup, Surroundings, catalogue, needs};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};

/// Something to look up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::app) enum Thing {
    /// One object.
    Object(ObjectPath),
    /// The Services of a namespace.
    Services(Namespace),
}

fn object(resource: &str, namespace: Option<&Namespace>, name: &str) -> Thing {
    let gvr = Gvr::new("", "v1", resource);
    Thing::Object(ObjectPath { gvr, namespace: namespace.cloned(), name: name.into() })
}

fn namespace_of(pod: &Value) -> Namespace {
    Namespace::new(pod["metadata"]["namespace"].as_str().unwrap_or("default"))
}

/// Asks for what the view of an object needs and nobody asked for yet.
pub(super) fn ask(model: &mut Model, pod: &Value) {
    let Ok(needs) = needs(pod) else { return };
    let namespace = namespace_of(pod);
    let here = Some(&namespace);
    let node = needs.node.or_else(|| catalogue::node(pod).map(str::to_owned));
    let mut things: Vec<Thing> = node.iter().map(|node| object("nodes", None, node)).collect();
    if needs.services {
        things.push(Thing::Services(namespace.clone()));
    }
    if needs.kubernetes {
        things.push(object("services", Some(&Namespace::new("default")), "kubernetes"));
    }
    things.extend(needs.config_maps.iter().map(|name| object("configmaps", here, name)));
    things.extend(needs.secrets.iter().map(|name| object("secrets", here, name)));
    for thing in things {
        if model.containers.found.contains_key(&thing) {
            continue;
        }
        model.containers.found.insert(thing.clone(), Lookup::NotLoaded);
        let path = match &thing {
            Thing::Object(path) => ApiPath::Object(path.clone()),
            Thing::Services(namespace) => ApiPath::Collection {
                gvr: Gvr::new("", "v1", "services"),
                namespace: Some(namespace.clone()),
            },
        };
        let question = Question { request: Request::get(path, Form::Json), want: Want::Value };
        model.ask(Purpose::Surrounding(thing), question);
    }
}

/// Something around the pod came, or did not.
pub(in crate::app) fn answered(
    model: &mut Model,
    thing: Thing,
    result: Result<Arc<Value>, Failure>,
) {
    let lookup = match (result, &thing) {
        // The list of this object alone, which a recording has where it lacks the object.
        (Ok(list), Thing::Object(_)) if list["items"].is_array() => match list["items"].get(0) {
            Some(object) => Lookup::Found(object.clone()),
            None => Lookup::Missing,
        },
        (Ok(value), _) => Lookup::Found((*value).clone()),
        (Err(failure), Thing::Object(path)) if is_first_miss(model, &thing, &failure) => {
            let request = Request::get(path.collection(), Form::Json)
                .with("fieldSelector", format!("metadata.name={}", path.name));
            let question = Question { request, want: Want::Value };
            let reason = Lookup::Unknown(reason(&thing, &failure));
            model.containers.found.insert(thing.clone(), reason);
            model.ask(Purpose::Surrounding(thing), question);
            return;
        }
        (Err(failure), _) if failure.kind == FailureKind::NotFound => Lookup::Missing,
        (Err(failure), _) => Lookup::Unknown(reason(&thing, &failure)),
    };
    model.containers.found.insert(thing, lookup);
    super::compute_again(model);
}

/// Whether a recording lacks an object that was asked for by itself.
fn is_first_miss(model: &Model, thing: &Thing, failure: &Failure) -> bool {
    failure.kind == FailureKind::NotRecorded
        && model.containers.found.get(thing) == Some(&Lookup::NotLoaded)
}

/// `nodes is forbidden`, or what else the failure says.
fn reason(thing: &Thing, failure: &Failure) -> String {
    let resource = match thing {
        Thing::Object(path) => &*path.gvr.resource,
        Thing::Services(_) => "services",
    };
    match failure.kind {
        FailureKind::Forbidden => format!("{resource} is forbidden"),
        FailureKind::NotRecorded => format!("{resource}: not in this recording"),
        _ => format!("{resource}: {}", failure.message),
    }
}

/// What is known around an object.
pub(super) fn surroundings(found: &HashMap<Thing, Lookup>, pod: &Value) -> Surroundings {
    let Ok(needs) = needs(pod) else { return Surroundings::default() };
    let namespace = namespace_of(pod);
    let look = |thing: Thing| found.get(&thing).cloned().unwrap_or_default();
    let here = Some(&namespace);
    let by_name = |resource: &str, names: &std::collections::BTreeSet<String>| {
        names.iter().map(|name| (name.clone(), look(object(resource, here, name)))).collect()
    };
    let services = match look(Thing::Services(namespace.clone())) {
        Lookup::Found(list) => Lookup::Found(list["items"].as_array().cloned().unwrap_or_default()),
        Lookup::Missing => Lookup::Missing,
        Lookup::Unknown(reason) => Lookup::Unknown(reason),
        Lookup::NotLoaded => Lookup::NotLoaded,
    };
    Surroundings {
        node: needs
            .node
            .or_else(|| catalogue::node(pod).map(str::to_owned))
            .map_or(Lookup::NotLoaded, |node| look(object("nodes", None, &node))),
        services,
        kubernetes: look(object("services", Some(&Namespace::new("default")), "kubernetes")),
        config_maps: by_name("configmaps", &needs.config_maps),
        secrets: by_name("secrets", &needs.secrets),
        missing_remark: None,
    }
}
