//! A tower service that answers requests from a recording instead of a server.

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

use self::changes::Change;
use self::moment::Moment;
use self::objects::Objects;
use self::request::{AnswerForm, ReplayRequest};
use self::selector::Selection;
use super::clock::Clock;
use super::har::{RecordedExchange, Recording};
use crate::k8s::coverage::Coverage;
use crate::k8s::path::{ApiPath, ObjectPath};

mod changes;
mod coverage;
mod list;
mod log;
mod moment;
mod objects;
mod request;
mod selector;
mod versions;

/// The body of a replayed answer.
pub type ReplayBody = UnsyncBoxBody<Bytes, Infallible>;

/// The recorded duration of an answer, as an extension of the response.
#[derive(Clone, Copy, Debug)]
pub struct Recorded(pub Duration);

/// A server that answers from one recording, at the time of a clock.
///
/// What a recorded watch reported has happened once the clock shows its time: lists, objects and logs are
/// as they were then, and a watch continues at the pace at which it was recorded.
#[derive(Clone, Debug)]
pub struct Replay {
    recording: Arc<Recording>,
    clock: Clock,
    repeats_logs: bool,
}

/// The answer of a recording to a request.
enum Found<'a> {
    /// A recorded exchange, unchanged.
    Recorded(&'a RecordedExchange),
    /// A recorded exchange with another body.
    Derived(&'a RecordedExchange, Bytes),
    /// A recorded watch with these changes.
    Watch(&'a RecordedExchange, Vec<Change>),
    /// A recorded log, as it grows.
    Log(&'a RecordedExchange, log::Lines),
}

impl Replay {
    /// Returns a server whose clock shows the time of the recording and does not advance.
    #[must_use]
    pub fn new(recording: Arc<Recording>) -> Self {
        let clock = Clock::stopped(recording.recorded_at());
        Self { recording, clock, repeats_logs: false }
    }

    /// Returns a server at the time of a clock.
    #[must_use]
    pub fn at(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Repeats the last lines of logs that still grew when they were recorded.
    #[must_use]
    pub fn repeating_logs(self) -> Self {
        Self { repeats_logs: true, ..self }
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
    /// - Watches continue after the requested version; a refused one is found by its query.
    /// - Lists with other pages or selectors are derived from the recorded lists, and objects from those of
    ///   watched collections.
    /// - An object that is not in a recorded whole list is a 404 with the reason `NotFound`.
    /// - All else is a 404 with the reason `NotRecorded`.
    #[must_use]
    pub fn answer(&self, head: &Parts, body: &[u8]) -> Response<ReplayBody> {
        let request = ReplayRequest::read(head, body);
        let moment = Moment { recording: &self.recording, now: self.clock.now() };
        match self.find(moment, &request) {
            Some(Found::Recorded(entry)) => timed(entry, respond(entry, entry.body().map(whole))),
            Some(Found::Derived(entry, body)) => timed(entry, respond(entry, Ok(whole(body)))),
            Some(Found::Watch(entry, changes)) => respond(entry, Ok(self.play(changes))),
            Some(Found::Log(entry, lines)) => respond(entry, Ok(lines.play(self.clock))),
            None => absent(moment, &request).unwrap_or_else(|| not_recorded(head)),
        }
    }

    /// Returns each change at its time. The body never ends.
    fn play(&self, changes: Vec<Change>) -> ReplayBody {
        let clock = self.clock;
        let frames = stream::iter(changes).then(move |change| async move {
            clock.reach(change.at).await;
            Ok(Frame::data(change.line))
        });
        StreamBody::new(frames.chain(stream::pending())).boxed_unsync()
    }

    fn find<'a>(&self, moment: Moment<'a>, request: &ReplayRequest) -> Option<Found<'a>> {
        if request.is_watch() {
            return watch(moment, request);
        }
        if request.is_log() {
            return log::find(moment, request, self.repeats_logs, self.clock);
        }
        if let (ApiPath::Object(object), "GET") = (&request.path, request.method.as_str()) {
            let object = request.form.forms().contains(&AnswerForm::Plain).then_some(object);
            if let Some(found) = object.and_then(|object| objects::find(moment, object)) {
                return Some(found);
            }
        }
        request.form.forms().iter().find_map(|&form| {
            let exact = || exact(moment.recording, request, form).map(Found::Recorded);
            // A list that was watched is another one by now.
            if changes::are_recorded(moment.recording, &request.path, form) {
                return list::find(moment, request, form).or_else(exact);
            }
            exact().or_else(|| list::find(moment, request, form))
        })
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
        let replay = self.clone();
        Box::pin(async move {
            let body = body.collect_bytes().await?;
            Ok(replay.answer(&head, &body))
        })
    }
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

/// Returns a watch: refused as it was recorded with that query, else with the changes after its version.
fn watch<'a>(moment: Moment<'a>, request: &ReplayRequest) -> Option<Found<'a>> {
    let of_form = moment.recording.at(&request.path).map(|(_, entry)| entry).filter(|entry| {
        entry.method == request.method
            && ReplayRequest::is_watch_query(&entry.query)
            && AnswerForm::read(&entry.accept) == request.form
    });
    let exact = of_form.clone().find(|entry| entry.query == request.query);
    if let Some(refused) = exact.filter(|entry| entry.begins_with_error()) {
        return Some(Found::Recorded(refused));
    }
    let version = request.parameter("resourceVersion").and_then(|it| it.parse().ok()).unwrap_or(0);
    followed(moment, request, version).or_else(|| {
        let same = of_form.clone().find(|entry| {
            { ReplayRequest::SELECTORS }
                .iter()
                .all(|name| entry.parameter(name) == request.parameter(name))
                && !entry.begins_with_error()
        })?;
        if same.status != 200 {
            return Some(Found::Recorded(same));
        }
        let changes = changes::Changes::read(same).after(version);
        Some(Found::Watch(same, changes.into_iter().collect()))
    })
}

/// Returns the selected changes of a collection after a version, if its watch was recorded.
fn followed<'a>(moment: Moment<'a>, request: &ReplayRequest, version: u64) -> Option<Found<'a>> {
    let ApiPath::Collection { gvr, namespace } = &request.path else { return None };
    if request.parameter("sendInitialEvents").is_some() {
        return None;
    }
    let everywhere = ApiPath::Collection { gvr: gvr.clone(), namespace: None };
    let watched = [&request.path, &everywhere]
        .into_iter()
        .find_map(|path| changes::watches(moment.recording, path, request.form).next())?;
    let selection =
        Selection::read(request.parameter("labelSelector"), request.parameter("fieldSelector"))?;
    let objects = Objects::new(moment, gvr, namespace.as_ref());
    let pages = list::Pages::of(moment.recording, &request.path, request.form, (None, None));
    let columns = pages.map(|pages| pages.columns()).unwrap_or_default();
    let changes = moment.changes(&request.path, request.form).after(version).chosen(|change| {
        let of = (namespace.as_ref(), &objects);
        // What cannot be decided is not selected.
        list::chooses(&selection, &change.object, request.form, &columns, of).unwrap_or(false)
    });
    Some(Found::Watch(watched, changes.into_iter().collect()))
}

fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("true" | "1" | ""))
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
    response
}

/// Adds how long the answer took when it was recorded.
fn timed(entry: &RecordedExchange, mut response: Response<ReplayBody>) -> Response<ReplayBody> {
    response.extensions_mut().insert(Recorded(entry.elapsed));
    response
}

fn not_recorded(head: &Parts) -> Response<ReplayBody> {
    let path = head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let message = format!("{} {path} is not in this recording", head.method);
    refuse(StatusCode::NOT_FOUND, "NotRecorded", &message)
}

/// Returns the 404 of an object that does not exist, if the recording proves that.
fn absent(moment: Moment<'_>, request: &ReplayRequest) -> Option<Response<ReplayBody>> {
    let (ApiPath::Object(object) | ApiPath::Subresource { object, .. }) = &request.path else {
        return None;
    };
    if request.method != "GET" || !objects::is_absent(moment, object) {
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
