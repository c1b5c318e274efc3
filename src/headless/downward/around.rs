//! What a pod's view needs besides the pod, read from the server.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::downward::{Lookup, Surroundings, needs};
use crate::headless::Access;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};

/// How many Services are asked for at a time.
const PAGE: &str = "500";

/// Reads all that the view of a pod or workload needs.
///
/// # Errors
///
/// A pod that cannot be decoded. What cannot be read is no error: its rows will be unknown.
pub(super) async fn read(access: &Access, object: &Value) -> Result<Surroundings, Failure> {
    let needs =
        needs(object).map_err(|error| Failure::new(FailureKind::Input, error.to_string(), ""))?;
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or("default");
    let namespace = Namespace::new(namespace);
    let mut around = Surroundings::default();
    if let Some(node) = &needs.node {
        around.node = one(access, "nodes", None, node).await;
    }
    if needs.services {
        around.services = services(access, &namespace).await;
    }
    if needs.kubernetes {
        let default = Namespace::new("default");
        around.kubernetes = one(access, "services", Some(&default), "kubernetes").await;
    }
    around.config_maps = named(access, "configmaps", &namespace, needs.config_maps).await;
    around.secrets = named(access, "secrets", &namespace, needs.secrets).await;
    Ok(around)
}

async fn named(
    access: &Access,
    resource: &str,
    namespace: &Namespace,
    names: impl IntoIterator<Item = String>,
) -> BTreeMap<String, Lookup> {
    let mut found = BTreeMap::new();
    for name in names {
        let lookup = one(access, resource, Some(namespace), &name).await;
        found.insert(name, lookup);
    }
    found
}

async fn one(access: &Access, resource: &str, namespace: Option<&Namespace>, name: &str) -> Lookup {
    let object = ObjectPath {
        gvr: Gvr::new("", "v1", resource),
        namespace: namespace.cloned(),
        name: name.into(),
    };
    match json(access, &Request::get(ApiPath::Object(object.clone()), Form::Json)).await {
        Ok(object) => Lookup::Found(object),
        // Only this one knows that there is none: the kubelet will not find it either.
        Err(failure) if failure.kind == FailureKind::NotFound => Lookup::Missing,
        Err(failure) if failure.kind == FailureKind::NotRecorded => {
            listed(access, &object, &failure).await
        }
        Err(failure) => Lookup::Unknown(reason(resource, &failure)),
    }
}

/// The object as a recorded list has it: a list that was recorded also tells what does not exist.
async fn listed(access: &Access, object: &ObjectPath, failure: &Failure) -> Lookup {
    let request = Request::get(object.collection(), Form::Json)
        .with("fieldSelector", format!("metadata.name={}", object.name));
    match json(access, &request).await {
        Ok(mut list) => match list["items"].as_array_mut().and_then(Vec::pop) {
            Some(object) => Lookup::Found(object),
            None => Lookup::Missing,
        },
        Err(_) => Lookup::Unknown(reason(&object.gvr.resource, failure)),
    }
}

async fn services(access: &Access, namespace: &Namespace) -> Lookup<Vec<Value>> {
    let gvr = Gvr::new("", "v1", "services");
    let path = ApiPath::Collection { gvr, namespace: Some(namespace.clone()) };
    let mut all = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut request = Request::get(path.clone(), Form::Json).with("limit", PAGE);
        if let Some(token) = &token {
            request = request.with("continue", token.as_str());
        }
        let mut page = match json(access, &request).await {
            Ok(page) => page,
            Err(failure) => return Lookup::Unknown(reason("services", &failure)),
        };
        if let Value::Array(items) = page["items"].take() {
            all.extend(items);
        }
        let next = page["metadata"]["continue"].as_str().filter(|next| !next.is_empty());
        let next = next.map(str::to_owned);
        if next.is_none() || next == token {
            return Lookup::Found(all);
        }
        token = next;
    }
}

async fn json(access: &Access, request: &Request) -> Result<Value, Failure> {
    let answer = access.fetch(request).await?;
    serde_json::from_slice(&answer.body).map_err(|error| {
        let message = format!("{} cannot be read: {error}", request.path);
        Failure::new(FailureKind::Malformed, message, "")
    })
}

/// `nodes is forbidden`: the server's own sentence goes on about the user, who is known.
fn reason(resource: &str, failure: &Failure) -> String {
    match failure.kind {
        FailureKind::Forbidden => format!("{resource} is forbidden"),
        FailureKind::NotRecorded => format!("{resource}: not in this recording"),
        _ => failure.message.clone(),
    }
}
