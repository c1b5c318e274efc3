//! A tower service that answers requests from a recording instead of a server.

use std::collections::HashSet;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use kube::client::Body;
use serde_json::Value;

use self::request::{AnswerForm, ReplayRequest};
use super::har::{RecordedExchange, Recording};
use crate::k8s::coverage::Coverage;
use crate::k8s::path::{ApiPath, ObjectPath};

mod coverage;
mod list;
mod objects;
mod request;
mod selector;
mod versions;

/// The body of a replayed answer.
pub type ReplayBody = UnsyncBoxBody<Bytes, Infallible>;

/// The recorded duration of an answer, as an extension of the response.
#[derive(Clone, Copy, Debug)]
pub struct Recorded(pub Duration);

/// A server that answers from one recording.
///
/// It has a state: the first request for a recorded watch gets its events, later ones get none.
#[derive(Debug)]
pub struct Replay {
    recording: Arc<Recording>,
    played: HashSet<usize>,
}

/// The answer of a recording to a request.
enum Found<'a> {
    /// A recorded exchange, unchanged.
    Recorded(&'a RecordedExchange),
    /// A recorded exchange with another body.
    Derived(&'a RecordedExchange, Bytes),
    /// A recorded watch with its number, played already or not.
    Watch(&'a RecordedExchange, usize),
}

impl Replay {
    /// Returns a server in which no watch has been played.
    #[must_use]
    pub fn new(recording: Arc<Recording>) -> Self {
        Self { recording, played: HashSet::new() }
    }

    /// Returns what a recording has answers for.
    #[must_use]
    pub fn coverage(recording: &Recording) -> Coverage {
        coverage::of(recording)
    }

    /// Returns the versions of an object in the order in which they were recorded, each once: those of every
    /// answer, list and watch that has it.
    #[must_use]
    pub fn versions(recording: &Recording, object: &ObjectPath) -> Vec<Value> {
        versions::of(recording, object)
    }

    /// Answers a request; `body` is that of a POST.
    ///
    /// - Recorded answers are found by method, path, query, body of a POST, and the form in the Accept
    ///   header. If the form was not recorded, the plain answer is returned.
    /// - Logs are found by path and container, with timestamps if these were recorded.
    /// - Watches are found by their query, else by path, form and selectors.
    /// - Lists with other pages or selectors are derived from the recorded lists.
    /// - An object that is not in a recorded whole list is a 404 with the reason `NotFound`.
    /// - All else is a 404 with the reason `NotRecorded`.
    pub fn answer(&mut self, head: &Parts, body: &[u8]) -> Response<ReplayBody> {
        let request = ReplayRequest::read(head, body);
        let recording = Arc::clone(&self.recording);
        match find(&recording, &request) {
            Some(Found::Watch(entry, number)) if entry.status == 200 => {
                respond(entry, entry.body().map(|body| self.play(number, &body)))
            }
            Some(Found::Recorded(entry) | Found::Watch(entry, _)) => {
                respond(entry, entry.body().map(whole))
            }
            Some(Found::Derived(entry, body)) => respond(entry, Ok(whole(body))),
            None => absent(&recording, &request).unwrap_or_else(|| not_recorded(head)),
        }
    }

    /// Returns the lines of a watch the first time, later nothing. The body never ends.
    fn play(&mut self, number: usize, body: &Bytes) -> ReplayBody {
        let lines = if self.played.insert(number) { lines(body) } else { Vec::new() };
        let frames = stream::iter(lines.into_iter().map(|line| Ok(Frame::data(line))));
        StreamBody::new(frames.chain(stream::pending())).boxed_unsync()
    }
}

impl tower::Service<Request<Body>> for Replay {
    type Response = Response<ReplayBody>;
    type Error = kube::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (head, body) = request.into_parts();
        if head.method == http::Method::GET {
            let response = self.answer(&head, &[]);
            return Box::pin(async { Ok(response) });
        }
        // Only watches have a state, and a watch is a GET.
        let mut stateless = Self::new(Arc::clone(&self.recording));
        Box::pin(async move {
            let body = body.collect_bytes().await?;
            Ok(stateless.answer(&head, &body))
        })
    }
}

fn find<'a>(recording: &'a Recording, request: &ReplayRequest) -> Option<Found<'a>> {
    if request.is_watch() {
        return watch(recording, request).map(|(number, entry)| Found::Watch(entry, number));
    }
    if request.is_log() {
        return log(recording, request).map(Found::Recorded);
    }
    request.form.forms().iter().find_map(|&form| {
        exact(recording, request, form)
            .map(Found::Recorded)
            .or_else(|| list::find(recording, request, form))
    })
}

fn exact<'a>(
    recording: &'a Recording,
    request: &ReplayRequest,
    form: AnswerForm,
) -> Option<&'a RecordedExchange> {
    let matching = recording.at(&request.path).map(|(_, entry)| entry).filter(|entry| {
        entry.method == request.method
            && request.has_query(&entry.query)
            && AnswerForm::read(&entry.accept) == form
            && (request.method == "GET" || entry.posted == request.posted)
    });
    let same_header = matching.clone().find(|entry| entry.accept == request.accept);
    same_header.or_else(|| matching.clone().next().filter(|_| form != AnswerForm::Other))
}

fn log<'a>(recording: &'a Recording, request: &ReplayRequest) -> Option<&'a RecordedExchange> {
    let of_path = recording.at(&request.path).map(|(_, entry)| entry).filter(|entry| {
        entry.method == request.method
            && is_true(entry.parameter("previous")) == is_true(request.parameter("previous"))
    });
    let container = request.parameter("container");
    let mut same = of_path.clone().filter(|entry| entry.parameter("container") == container);
    let has_times = is_true(request.parameter("timestamps"));
    let has_same = |entry: &&RecordedExchange| is_true(entry.parameter("timestamps")) == has_times;
    let same = same.clone().find(has_same).or_else(|| same.next());
    // A pod with one container needs no container name.
    let only = || {
        let mut names: Vec<_> = of_path.clone().map(|entry| entry.parameter("container")).collect();
        names.dedup();
        of_path.clone().next().filter(|_| container.is_none() && names.len() == 1)
    };
    same.or_else(only)
}

fn watch<'a>(
    recording: &'a Recording,
    request: &ReplayRequest,
) -> Option<(usize, &'a RecordedExchange)> {
    let same_form = recording.at(&request.path).filter(|(_, entry)| {
        entry.method == request.method
            && ReplayRequest::is_watch_query(&entry.query)
            && AnswerForm::read(&entry.accept) == request.form
    });
    let exact = same_form.clone().find(|(_, entry)| entry.query == request.query);
    let similar = || {
        same_form.clone().find(|(_, entry)| {
            ["labelSelector", "fieldSelector", "sendInitialEvents"]
                .iter()
                .all(|name| entry.parameter(name) == request.parameter(name))
                && !starts_with_error(entry)
        })
    };
    exact.or_else(similar)
}

/// True if a watch begins with an error, which is about its version only.
fn starts_with_error(entry: &RecordedExchange) -> bool {
    entry.body().is_ok_and(|body| body.starts_with(br#"{"type":"ERROR""#))
}

fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("true" | "1" | ""))
}

/// The lines of a body, each with its line feed.
fn lines(body: &Bytes) -> Vec<Bytes> {
    body.split_inclusive(|byte| *byte == b'\n').map(|line| body.slice_ref(line)).collect()
}

fn whole(body: Bytes) -> ReplayBody {
    Full::new(body).boxed_unsync()
}

fn respond(entry: &RecordedExchange, body: Result<ReplayBody, String>) -> Response<ReplayBody> {
    let body = match body {
        Ok(body) => body,
        Err(why) => return refuse(StatusCode::BAD_GATEWAY, "Unreadable", &why),
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(entry.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &entry.headers {
        // Invalid headers are left out.
        if let (Ok(name), Ok(value)) = (
            http::HeaderName::try_from(name.as_str()),
            http::HeaderValue::from_bytes(value.as_bytes()),
        ) {
            response.headers_mut().append(name, value);
        }
    }
    response.extensions_mut().insert(Recorded(entry.elapsed));
    response
}

fn not_recorded(head: &Parts) -> Response<ReplayBody> {
    let path = head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let message = format!("{} {path} is not in this recording", head.method);
    refuse(StatusCode::NOT_FOUND, "NotRecorded", &message)
}

/// Returns the 404 of an object that does not exist, if the recording proves that.
fn absent(recording: &Recording, request: &ReplayRequest) -> Option<Response<ReplayBody>> {
    let (ApiPath::Object(object) | ApiPath::Subresource { object, .. }) = &request.path else {
        return None;
    };
    if request.method != "GET" || !objects::is_absent(recording, object) {
        return None;
    }
    let group = object.gvr.group_version.group.as_str();
    let dot = if group.is_empty() { "" } else { "." };
    let message = format!("{}{dot}{group} \"{}\" not found", object.gvr.resource, object.name);
    Some(refuse(StatusCode::NOT_FOUND, "NotFound", &message))
}

/// Returns a failure as a `Status` object.
fn refuse(code: StatusCode, reason: &str, message: &str) -> Response<ReplayBody> {
    let status = serde_json::json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code.as_u16(),
    });
    let mut response = Response::new(whole(format!("{status}\n").into()));
    *response.status_mut() = code;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    response.extensions_mut().insert(Recorded(Duration::ZERO));
    response
}
