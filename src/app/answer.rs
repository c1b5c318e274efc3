//! Answers decoded from what the server sent, off the event loop.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::app::state::events::{EventPage, OwnedPage};
use crate::document::Document;
use crate::downward::inside::Observed;
use crate::downward::sources::SourceBody;
use crate::downward::{PodObject, Unreadable};
use crate::k8s::answer;
use crate::k8s::discovery::DiscoveryContent;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::Exchange;
use crate::k8s::rules::Rules;
use crate::k8s::table::Page;
use crate::object::allocation::PodSums;
use crate::object::diff::Diff;
use crate::object::events::EventRow;
use crate::object::schema::Schemas;
use crate::object::{health, path};

/// The annotation of a token that names its service account.
const ACCOUNT: &str = "kubernetes.io/service-account.name";

/// A decoded answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A part of discovery.
    Discovery(DiscoveryContent),
    /// The non-resource paths of `/`, and its answer as a document.
    Paths(Result<Vec<String>, Failure>, Box<Reply>),
    /// The server's version, such as `v1.36.2`, or the user's name.
    Text(String),
    /// A page of a collection.
    Page(Page),
    /// A document, whatever the status.
    Document(Reply),
    /// The JSON value of an object.
    Value(Arc<Value>),
    /// A source of the container's view.
    Source(SourceBody),
    /// The user's rules in a namespace.
    Rules(Rules),
    /// The schemas of a group and version.
    Schemas(Arc<Schemas>),
    /// Whether the user may do something.
    Allowed(bool),
    /// The differences between two objects.
    Diff(Diff),
    /// What an exec found in the containers of a pod.
    Inside(Vec<Observed>),
    /// What a request found that explains the health of an object.
    Related(Related),
    /// A page of events.
    Events(EventPage),
    /// A page of owned objects.
    Owned(OwnedPage),
    /// What the pods of a page request, and the token of the next page.
    Pods(PodSums, Option<String>),
}

/// What a request found that explains the health of an object.
#[derive(Clone, Debug)]
pub struct Related {
    /// What it found.
    pub answer: Arc<health::Answer>,
    /// The version of a list; empty for anything else.
    pub version: String,
}

/// A whole answer as it is shown.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The body.
    pub document: Arc<Document>,
    /// The pod, or the object with a pod template, that it is; `None` for anything else.
    pub object: Option<Result<PodObject, Unreadable>>,
    /// The object whose health is judged, without values that no rule reads; `None` for anything else.
    pub judged: Option<Arc<Value>>,
    /// The HTTP status.
    pub status: u16,
    /// The size of the body in bytes.
    pub bytes: usize,
    /// From sending the request to the last byte.
    pub elapsed: Duration,
    /// The failure that a status of 300 and above stands for.
    pub failure: Option<Failure>,
    /// The texts of the server's Warning headers.
    pub warnings: Vec<String>,
    /// The `metadata.resourceVersion` of an object; empty for anything else.
    pub version: String,
}

/// Reads an answer as a document, whatever its status.
#[must_use]
pub fn document(exchange: Exchange) -> Reply {
    let version = match &exchange.request.path {
        ApiPath::Object(_) if exchange.status < 300 => version_of(&exchange.body),
        _ => String::new(),
    };
    let is_object = matches!(exchange.request.path, ApiPath::Object(_)) && exchange.status < 300;
    let (is_json, of_secrets) = (exchange.is_json(), exchange.request.path.is_of_secrets());
    let is_log = !is_json && exchange.request.path.is_log();
    let (failure, bytes) = (answer::accepted(&exchange).err(), exchange.body.len());
    let object = is_object.then(|| pod(&exchange.body, exchange.cut_at.is_some())).flatten();
    let judged = is_object.then(|| judged(&exchange.body)).flatten();
    let document = match exchange.cut_at {
        None => Document::read(exchange.body, is_json, of_secrets),
        Some(_) => Document::read_beginning(exchange.body, is_json, of_secrets),
    };
    Reply {
        object,
        judged,
        failure,
        status: exchange.status,
        bytes,
        elapsed: exchange.elapsed,
        warnings: exchange.warnings,
        version,
        document: Arc::new(if is_log { document.as_log() } else { document }),
    }
}

/// Reads an object from a watch as if it had been requested by itself.
#[must_use]
pub fn object(path: &ObjectPath, body: Bytes, elapsed: Duration) -> Reply {
    Reply {
        object: pod(&body, false),
        judged: judged(&body),
        failure: None,
        status: 200,
        bytes: body.len(),
        elapsed,
        warnings: Vec::new(),
        version: version_of(&body),
        document: Arc::new(Document::read(body, true, path.gvr.is_core("secrets"))),
    }
}

/// Decodes a pod or an object with a pod template, once per version and off the event loop.
fn pod(body: &[u8], is_cut: bool) -> Option<Result<PodObject, Unreadable>> {
    // Most objects have no containers and are not parsed twice.
    if !is_cut {
        memchr::memmem::find(body, b"\"containers\"")?;
    }
    PodObject::from_slice(body).transpose()
}

/// Parses an object for its health. The data of Secrets and `ConfigMaps` is dropped: no rule reads it. So are
/// their annotations, which may repeat it, but for the one that names the account of a token.
fn judged(body: &[u8]) -> Option<Arc<Value>> {
    let mut object: Value = serde_json::from_slice(body).ok()?;
    let fields = object.as_object_mut()?;
    if fields.get("kind").is_some_and(|kind| kind == "Secret" || kind == "ConfigMap") {
        for field in ["data", "stringData", "binaryData"] {
            fields.remove(field);
        }
        let metadata = fields.get_mut("metadata").and_then(Value::as_object_mut);
        if let Some(annotations) = metadata.and_then(|fields| fields.get_mut("annotations")) {
            match annotations.as_object_mut() {
                Some(annotations) => annotations.retain(|key, _| key == ACCOUNT),
                None => *annotations = Value::Null,
            }
        }
    }
    Some(Arc::new(object))
}

/// Reads what a request found that explains the health of an object, also that it found nothing.
#[must_use]
pub fn related(exchange: &Exchange, now: Timestamp) -> Related {
    let answer = Arc::new(health::Answer::read(exchange, now));
    let is_list = matches!(*answer, health::Answer::Objects(_));
    let version = if is_list { version_of(&exchange.body) } else { String::new() };
    Related { answer, version }
}

/// Sums up a page of pods.
///
/// # Errors
///
/// The status is 400 or above, or the answer is not a list.
pub fn pods(exchange: &Exchange) -> Result<(PodSums, Option<String>), Failure> {
    let list = answer::json(exchange)?;
    let mut sums = PodSums::default();
    for pod in path::list(&list, ".items") {
        sums.add(pod);
    }
    let token = path::text(&list, ".metadata.continue").to_owned();
    Ok((sums, Some(token).filter(|token| !token.is_empty())))
}

/// Reads a page of events.
///
/// # Errors
///
/// The status is 400 or above, or the answer is not a list.
pub fn events(exchange: &Exchange) -> Result<EventPage, Failure> {
    let mut list = answer::json(exchange)?;
    let text = |at| path::text(&list, at).to_owned();
    let (version, token) = (text(".metadata.resourceVersion"), text(".metadata.continue"));
    let rows = health::take_items(&mut list).iter().filter_map(EventRow::read).collect();
    Ok(EventPage { rows, continue_token: Some(token).filter(|token| !token.is_empty()), version })
}

/// Reads the uids of a page of owned objects, of a table or of a plain list.
///
/// # Errors
///
/// The status is 400 or above, or the answer is not a list.
pub fn owned(exchange: &Exchange) -> Result<OwnedPage, Failure> {
    let list = answer::json(exchange)?;
    let number = path::list(&list, ".rows").len() + path::list(&list, ".items").len();
    let rows = path::list(&list, ".rows").iter().map(|row| path::text(row, ".object.metadata.uid"));
    let items = path::list(&list, ".items").iter().map(|item| path::text(item, ".metadata.uid"));
    let uids = rows.chain(items).filter(|uid| !uid.is_empty()).map(str::to_owned).collect();
    let token = path::text(&list, ".metadata.continue").to_owned();
    Ok(OwnedPage {
        number: number as u64,
        uids,
        continue_token: Some(token).filter(|token| !token.is_empty()),
    })
}

fn version_of(body: &[u8]) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Object {
        metadata: Meta,
    }
    #[derive(Default, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Meta {
        resource_version: String,
    }
    serde_json::from_slice::<Object>(body).unwrap_or_default().metadata.resource_version
}

impl Answer {
    pub(in crate::app) fn discovery(self) -> Result<DiscoveryContent, Failure> {
        if let Self::Discovery(content) = self { Ok(content) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn paths(self) -> Result<(Result<Vec<String>, Failure>, Reply), Failure> {
        if let Self::Paths(paths, reply) = self { Ok((paths, *reply)) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn text(self) -> Result<String, Failure> {
        if let Self::Text(text) = self { Ok(text) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn page(self) -> Result<Page, Failure> {
        if let Self::Page(page) = self { Ok(page) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn document(self) -> Result<Reply, Failure> {
        if let Self::Document(reply) = self { Ok(reply) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn schemas(self) -> Result<Arc<Schemas>, Failure> {
        if let Self::Schemas(schemas) = self { Ok(schemas) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn diff(self) -> Result<Diff, Failure> {
        if let Self::Diff(diff) = self { Ok(diff) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn allowed(self) -> Result<bool, Failure> {
        if let Self::Allowed(is_allowed) = self { Ok(is_allowed) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn rules(self) -> Result<Rules, Failure> {
        if let Self::Rules(rules) = self { Ok(rules) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn value(self) -> Result<Arc<Value>, Failure> {
        if let Self::Value(value) = self { Ok(value) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn source(self) -> Result<SourceBody, Failure> {
        if let Self::Source(body) = self { Ok(body) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn pods(self) -> Result<(PodSums, Option<String>), Failure> {
        if let Self::Pods(sums, token) = self { Ok((sums, token)) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn events(self) -> Result<EventPage, Failure> {
        if let Self::Events(page) = self { Ok(page) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn owned(self) -> Result<OwnedPage, Failure> {
        if let Self::Owned(page) = self { Ok(page) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn related(self) -> Result<Related, Failure> {
        if let Self::Related(answer) = self { Ok(answer) } else { Err(mismatch()) }
    }

    pub(in crate::app) fn inside(self) -> Result<Vec<Observed>, Failure> {
        if let Self::Inside(observed) = self { Ok(observed) } else { Err(mismatch()) }
    }
}

/// A question is decoded by its purpose; any other answer is a mistake of the caller.
fn mismatch() -> Failure {
    Failure::new(FailureKind::Malformed, "the answer has another form than was requested", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_secret_only_its_account_is_kept_beside_its_names() {
        let body = br#"{"kind": "Secret", "data": {"token": "dG9r"}, "metadata": {"name": "t",
            "annotations": {"kubernetes.io/service-account.name": "web", "last": "dG9r"}}}"#;
        let kept = judged(body).unwrap().to_string();
        assert!(kept.contains(r#""kubernetes.io/service-account.name":"web""#), "{kept}");
        assert!(!kept.contains("dG9r"), "{kept}");
        let odd = br#"{"kind": "Secret", "metadata": {"annotations": "dG9r"}}"#;
        assert!(!judged(odd).unwrap().to_string().contains("dG9r"));
    }
}
