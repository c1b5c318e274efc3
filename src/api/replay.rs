//! Answers from a recording, as a tower service in the place of a server.

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

use self::asked::{Asked, Wanted};
use super::har::{Entry, Recording};
use crate::k8s::path::ApiPath;

mod asked;
mod list;
mod objects;
mod selector;

/// The body of a replayed answer.
pub type ReplayBody = UnsyncBoxBody<Bytes, Infallible>;

/// How long a replayed answer took when it was recorded: an extension of the response.
#[derive(Clone, Copy, Debug)]
pub struct Recorded(pub Duration);

/// A server that knows one recording and nothing else.
///
/// It is a run of its own: a watch is played to the first who asks for it, and is quiet after.
#[derive(Debug)]
pub struct Replay {
    recording: Arc<Recording>,
    played: HashSet<usize>,
}

/// What the recording has for a request.
enum Found<'a> {
    /// This exchange, as it is.
    Recorded(&'a Entry),
    /// This exchange with another body.
    Derived(&'a Entry, Bytes),
    /// This watch, played already or not yet.
    Watch(&'a Entry, usize),
}

impl Replay {
    /// A new run over a recording.
    #[must_use]
    pub fn new(recording: Arc<Recording>) -> Self {
        Self { recording, played: HashSet::new() }
    }

    /// Answers one request; `body` is that of a POST.
    ///
    /// A recorded answer is given as it is, by method, path, query, body of a POST and the form
    /// that the Accept header asks for; a plain answer stands in where the form was not recorded.
    /// Logs are found by path and container, watches by exact query, else by path, form and
    /// selectors. Lists asked with another page or selection are made of the recorded ones. An object
    /// that a recorded whole list does not have is a 404 with the reason `NotFound`, all else one with
    /// the reason `NotRecorded`.
    pub fn answer(&mut self, head: &Parts, body: &[u8]) -> Response<ReplayBody> {
        let asked = Asked::read(head, body);
        let recording = Arc::clone(&self.recording);
        match find(&recording, &asked) {
            Some(Found::Watch(entry, number)) if entry.status == 200 => {
                respond(entry, entry.body().map(|body| self.play(number, &body)))
            }
            Some(Found::Recorded(entry) | Found::Watch(entry, _)) => {
                respond(entry, entry.body().map(whole))
            }
            Some(Found::Derived(entry, body)) => respond(entry, Ok(whole(body))),
            None => absent(&recording, &asked).unwrap_or_else(|| not_recorded(head)),
        }
    }

    /// The lines of a watch on its first playing, then nothing, and never an end.
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
        // Only watches are played, and a watch is a GET, so this needs no state of the run.
        let mut run = Self::new(Arc::clone(&self.recording));
        Box::pin(async move {
            let body = body.collect_bytes().await?;
            Ok(run.answer(&head, &body))
        })
    }
}

fn find<'a>(recording: &'a Recording, asked: &Asked) -> Option<Found<'a>> {
    if asked.is_watch() {
        return watch(recording, asked).map(|(number, entry)| Found::Watch(entry, number));
    }
    if asked.is_log() {
        return log(recording, asked).map(Found::Recorded);
    }
    asked.wanted.forms().iter().find_map(|&form| {
        exact(recording, asked, form)
            .map(Found::Recorded)
            .or_else(|| list::find(recording, asked, form))
    })
}

fn exact<'a>(recording: &'a Recording, asked: &Asked, form: Wanted) -> Option<&'a Entry> {
    let matching = recording.at(&asked.path).map(|(_, entry)| entry).filter(|entry| {
        entry.method == asked.method
            && asked.has_query(&entry.query)
            && Wanted::read(&entry.accept) == form
            && (asked.method == "GET" || entry.posted == asked.posted)
    });
    let same_header = matching.clone().find(|entry| entry.accept == asked.accept);
    same_header.or_else(|| matching.clone().next().filter(|_| form != Wanted::Other))
}

fn log<'a>(recording: &'a Recording, asked: &Asked) -> Option<&'a Entry> {
    let of_path = recording.at(&asked.path).map(|(_, entry)| entry).filter(|entry| {
        entry.method == asked.method
            && is_true(entry.parameter("previous")) == is_true(asked.parameter("previous"))
    });
    let container = asked.parameter("container");
    let same = of_path.clone().find(|entry| entry.parameter("container") == container);
    // A pod with one container needs none named.
    let only = || {
        let mut names: Vec<_> = of_path.clone().map(|entry| entry.parameter("container")).collect();
        names.dedup();
        of_path.clone().next().filter(|_| container.is_none() && names.len() == 1)
    };
    same.or_else(only)
}

fn watch<'a>(recording: &'a Recording, asked: &Asked) -> Option<(usize, &'a Entry)> {
    let same_form = recording.at(&asked.path).filter(|(_, entry)| {
        entry.method == asked.method
            && Asked::is_watch_query(&entry.query)
            && Wanted::read(&entry.accept) == asked.wanted
    });
    let exact = same_form.clone().find(|(_, entry)| entry.query == asked.query);
    let similar = || {
        same_form.clone().find(|(_, entry)| {
            ["labelSelector", "fieldSelector", "sendInitialEvents"]
                .iter()
                .all(|name| entry.parameter(name) == asked.parameter(name))
                && !starts_with_error(entry)
        })
    };
    exact.or_else(similar)
}

/// Whether a watch was refused in its first line: that was said of its version alone.
fn starts_with_error(entry: &Entry) -> bool {
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

fn respond(entry: &Entry, body: Result<ReplayBody, String>) -> Response<ReplayBody> {
    let body = match body {
        Ok(body) => body,
        Err(why) => return refuse(StatusCode::BAD_GATEWAY, "Unreadable", &why),
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(entry.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in &entry.headers {
        // A header that HTTP does not allow can only be left out.
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
    let asked = head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let message = format!("{} {asked} is not in this recording", head.method);
    refuse(StatusCode::NOT_FOUND, "NotRecorded", &message)
}

/// What a server answers for an object that does not exist, where the recording shows that.
fn absent(recording: &Recording, asked: &Asked) -> Option<Response<ReplayBody>> {
    let (ApiPath::Object(object) | ApiPath::Subresource { object, .. }) = &asked.path else {
        return None;
    };
    if asked.method != "GET" || !objects::is_absent(recording, object) {
        return None;
    }
    let group = object.gvr.group_version.group.as_str();
    let dot = if group.is_empty() { "" } else { "." };
    let message = format!("{}{dot}{group} \"{}\" not found", object.gvr.resource, object.name);
    Some(refuse(StatusCode::NOT_FOUND, "NotFound", &message))
}

/// A `Status` of our own.
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
