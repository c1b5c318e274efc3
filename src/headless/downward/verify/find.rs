//! Finds the object of the pod that this process is in.

use serde_json::Value;

use crate::downward::inside::ThisPod;
use crate::headless::Access;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};

/// The number of pods per page.
const PAGE: &str = "500";

/// Finds the pod by its name, or by its uid if the name is not its own. If the uid is known,
/// another pod of that name is not accepted.
///
/// # Errors
///
/// The pod does not exist, or cannot be read.
pub(super) async fn this_pod(
    access: &Access,
    clues: &ThisPod,
    name: Option<&str>,
) -> Result<Value, Failure> {
    let uid = clues.uid.as_ref().map(|clue| clue.value.as_str());
    let of_clue = clues.namespace.as_ref().map(|clue| Namespace::new(&clue.value));
    let namespace = access.chosen.clone().or(of_clue);
    let given = name.map(|name| vec![name]);
    let names =
        given.unwrap_or_else(|| clues.names.iter().map(|clue| clue.value.as_str()).collect());
    let search = Search { access, namespace, uid };
    let mut last = None;
    for &name in &names {
        match search.named(name).await {
            Ok(Some(pod)) => return Ok(pod),
            Ok(None) => {}
            Err(failure) => last = Some(failure),
        }
    }
    if uid.is_some() && name.is_none() {
        match search.listed(None).await {
            Ok(Some(pod)) => return Ok(pod),
            Ok(None) => {}
            Err(failure) => last = last.or(Some(failure)),
        }
    }
    Err(last.unwrap_or_else(|| search.not_found(&names)))
}

struct Search<'a> {
    access: &'a Access,
    namespace: Option<Namespace>,
    uid: Option<&'a str>,
}

impl Search<'_> {
    /// Returns the pod of that name, if it is this one.
    async fn named(&self, name: &str) -> Result<Option<Value>, Failure> {
        let Some(namespace) = &self.namespace else { return self.listed(Some(name)).await };
        let path = ApiPath::Object(ObjectPath {
            gvr: pods(),
            namespace: Some(namespace.clone()),
            name: name.into(),
        });
        match self.ask(&Request::get(path, Form::Json)).await {
            Ok(pod) => Ok(Some(pod).filter(|pod| self.is_this(pod))),
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Finds the pod in a list. Without a uid, a name that several pods have finds none.
    async fn listed(&self, name: Option<&str>) -> Result<Option<Value>, Failure> {
        let path = ApiPath::Collection { gvr: pods(), namespace: self.namespace.clone() };
        let mut found = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let mut request = Request::get(path.clone(), Form::Json).with("limit", PAGE);
            if let Some(name) = name {
                request = request.with("fieldSelector", format!("metadata.name={name}"));
            }
            if let Some(token) = &token {
                request = request.with("continue", token.as_str());
            }
            let mut page = self.ask(&request).await?;
            if let Value::Array(pods) = page["items"].take() {
                found.extend(pods.into_iter().filter(|pod| self.is_this(pod)));
            }
            let next = page["metadata"]["continue"].as_str().map(str::to_owned);
            if next.as_deref().is_none_or(str::is_empty) || next == token {
                break;
            }
            token = next;
        }
        let is_one = found.len() == 1;
        Ok(found.pop().filter(|_| is_one))
    }

    /// True if the object has our uid; a static pod has it as the hash of its file.
    fn is_this(&self, pod: &Value) -> bool {
        let metadata = &pod["metadata"];
        let hash = &metadata["annotations"]["kubernetes.io/config.hash"];
        self.uid.is_none_or(|uid| metadata["uid"] == uid || *hash == uid)
    }

    async fn ask(&self, request: &Request) -> Result<Value, Failure> {
        let answer = self.access.fetch(request).await?;
        serde_json::from_slice(&answer.body).map_err(|error| {
            let message = format!("{} cannot be read: {error}", request.path);
            Failure::new(FailureKind::Malformed, message, "")
        })
    }

    fn not_found(&self, names: &[&str]) -> Failure {
        let names = if names.is_empty() { "?".to_owned() } else { names.join(" or ") };
        let place = match &self.namespace {
            Some(namespace) => format!(" in namespace {namespace}"),
            None => String::new(),
        };
        let uid = self.uid.map(|uid| format!(" with uid {uid}")).unwrap_or_default();
        Failure::new(
            FailureKind::NotFound,
            format!("the server has no pod {names}{place}{uid}, which this should be"),
            "Name it: kubewalk downward POD -n NAMESPACE --self",
        )
    }
}

fn pods() -> Gvr {
    Gvr::new("", "v1", "pods")
}
