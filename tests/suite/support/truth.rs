//! An API server in this process that knows the truth: one collection, whose objects change, with its
//! history, its watches and its faults. Everything else is answered from the recorded cluster.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use kube::client::Body;
use kubewalk::api::replay::Replay;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower::BoxError;

use super::recordings;

/// The collection that changes.
pub(crate) const COLLECTION: &str = "/api/v1/namespaces/shop/configmaps";

/// So many objects are on a page, whatever the limit.
const PAGE: usize = 4;

type Content = UnsyncBoxBody<Bytes, BoxError>;
type Answer = Response<Content>;

/// What becomes of a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// That status, with a `Status`, and so many seconds of Retry-After.
    Status(u16, Option<u8>),
    /// A page of HTML with status 200.
    Html,
    /// JSON that ends too early.
    Broken,
    /// No answer, and the connection is closed.
    CutBefore,
    /// Half of the answer.
    CutInside,
    /// Nothing, for ever.
    Silence,
    /// The answer after so many seconds.
    Slow(u8),
}

/// A handle on the server; clones share it.
#[derive(Clone)]
pub(crate) struct Truth {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    version: u64,
    objects: BTreeMap<String, Object>,
    history: Vec<Event>,
    /// What happened up to here is forgotten.
    forgotten: u64,
    watches: Vec<Watch>,
    faults: VecDeque<Fault>,
    is_down: bool,
}

#[derive(Clone)]
struct Object {
    value: String,
    version: u64,
}

#[derive(Clone)]
struct Event {
    kind: &'static str,
    name: String,
    object: Object,
}

struct Watch {
    /// The only object of interest; all where there is none.
    name: Option<String>,
    is_table: bool,
    lines: UnboundedSender<io::Result<Frame<Bytes>>>,
}

impl Truth {
    /// A server whose collection has objects of these names.
    pub(crate) fn of(names: impl IntoIterator<Item = String>) -> Self {
        let state = State { version: 1000, ..State::default() };
        let truth = Self { state: Arc::new(Mutex::new(state)) };
        names.into_iter().for_each(|name| truth.put(&name));
        truth
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The names of the objects, with the value of each.
    pub(crate) fn objects(&self) -> BTreeMap<String, String> {
        let state = self.state();
        state.objects.iter().map(|(name, object)| (name.clone(), object.value.clone())).collect()
    }

    /// Makes an object, or gives it another value.
    pub(crate) fn put(&self, name: &str) {
        let mut state = self.state();
        let kind = if state.objects.contains_key(name) { "MODIFIED" } else { "ADDED" };
        let version = state.version + 1;
        let object = Object { value: format!("value-{version}"), version };
        state.objects.insert(name.to_owned(), object.clone());
        state.happens(Event { kind, name: name.to_owned(), object });
    }

    /// Deletes an object, where there is one of that name.
    pub(crate) fn delete(&self, name: &str) {
        let mut state = self.state();
        let Some(mut object) = state.objects.remove(name) else { return };
        object.version = state.version + 1;
        state.happens(Event { kind: "DELETED", name: name.to_owned(), object });
    }

    /// Nothing that happened until now can be watched or listed any more.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.forgotten = state.version;
    }

    /// All watches tell of the newest version.
    pub(crate) fn bookmark(&self) {
        let mut state = self.state();
        let version = state.version.to_string();
        let object = |is_table: bool| {
            let kind = if is_table { "Table" } else { "ConfigMap" };
            json!({ "kind": kind, "metadata": { "resourceVersion": version } })
        };
        state.watches.retain(|watch| watch.tell("BOOKMARK", &object(watch.is_table)));
    }

    /// All watches end: as they do after some minutes, with a failure, or with their connection.
    pub(crate) fn end_watches(&self, end: WatchEnd) {
        for watch in std::mem::take(&mut self.state().watches) {
            match end {
                WatchEnd::Over => {}
                WatchEnd::Failed(code) => _ = watch.tell("ERROR", &status(code)),
                // Nobody may listen any more.
                WatchEnd::Cut => _ = watch.lines.send(Err(ErrorKind::ConnectionReset.into())),
            }
        }
    }

    /// The next request meets this.
    pub(crate) fn plan(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// The server goes away, with all its connections.
    pub(crate) fn stop(&self) {
        self.state().is_down = true;
        self.end_watches(WatchEnd::Cut);
    }

    /// The server is there.
    pub(crate) fn start(&self) {
        self.state().is_down = false;
    }

    /// No fault is left.
    pub(crate) fn heal(&self) {
        self.state().faults.clear();
        self.start();
    }

    /// What the server answers. `None` where that is not of the collection.
    fn answer(&self, head: &http::request::Parts) -> Option<Answer> {
        let query: HashMap<String, String> =
            url_decoded(head.uri.query().unwrap_or_default()).collect();
        let path = head.uri.path();
        let accept = head.headers.get(http::header::ACCEPT).map(|value| value.to_str().unwrap());
        let is_table = accept.unwrap_or_default().contains("as=Table");
        let mut state = self.state();
        if let Some(name) = path.strip_prefix(COLLECTION).and_then(|rest| rest.strip_prefix('/')) {
            let answer = state.objects.get(name).map(|object| object.json(name));
            return Some(answer.map_or_else(|| refused(404, None), |object| whole(200, &object)));
        }
        if path != COLLECTION {
            return None;
        }
        let name = query.get("fieldSelector").map(|of| of.replace("metadata.name=", ""));
        Some(if query.contains_key("watch") {
            state.watch(&query["resourceVersion"], name, is_table)
        } else {
            state.list(query.get("continue").map(String::as_str), name.as_deref(), is_table)
        })
    }
}

/// How watches end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum WatchEnd {
    Over,
    Failed(u16),
    Cut,
}

impl State {
    fn happens(&mut self, event: Event) {
        self.version += 1;
        self.watches.retain(|watch| watch.hear(&event));
        self.history.push(event);
    }

    /// The objects as they were at a version.
    fn at(&self, version: u64) -> BTreeMap<&str, &Object> {
        let mut objects = BTreeMap::new();
        for event in self.history.iter().filter(|event| event.object.version <= version) {
            match event.kind {
                "DELETED" => _ = objects.remove(&*event.name),
                _ => _ = objects.insert(&*event.name, &event.object),
            }
        }
        objects
    }

    /// A page. Its token is the version that is listed, 0 for the newest, and the last name.
    fn list(&self, token: Option<&str>, name: Option<&str>, is_table: bool) -> Answer {
        let (version, after) = match token.and_then(|token| token.split_once('/')) {
            Some((version, after)) => (version.parse().unwrap(), after),
            None => (0, ""),
        };
        if version != 0 && version < self.forgotten {
            return refused(410, Some(&format!("0/{after}")));
        }
        let version = if version == 0 { self.version } else { version };
        let objects = self.at(version);
        let wanted = |at: &&str| *at > after && name.is_none_or(|name| *at == name);
        let left: Vec<_> = objects.into_iter().filter(|(at, _)| wanted(at)).collect();
        let page = &left[..left.len().min(PAGE)];
        let mut metadata = json!({ "resourceVersion": version.to_string() });
        if let Some((last, _)) = page.last().filter(|_| left.len() > page.len()) {
            metadata["continue"] = json!(format!("{version}/{last}"));
            metadata["remainingItemCount"] = json!(left.len() - page.len());
        }
        if is_table {
            let rows: Vec<_> = page.iter().map(|(name, object)| object.row(name)).collect();
            return whole(200, &table(&metadata, &rows));
        }
        let items: Vec<_> = page.iter().map(|(name, object)| object.json(name)).collect();
        let kind = "ConfigMapList";
        whole(
            200,
            &json!({ "kind": kind, "apiVersion": "v1", "metadata": metadata, "items": items }),
        )
    }

    fn watch(&mut self, from: &str, name: Option<String>, is_table: bool) -> Answer {
        let from: u64 = from.parse().unwrap();
        let (lines, told) = unbounded_channel();
        let watch = Watch { name, is_table, lines };
        if from < self.forgotten {
            watch.tell("ERROR", &status(410));
        } else {
            let missed = self.history.iter().filter(|event| event.object.version > from);
            missed.for_each(|event| _ = watch.hear(event));
            self.watches.push(watch);
        }
        respond(200, StreamBody::new(Lines(told)).map_err(BoxError::from).boxed_unsync())
    }
}

impl Watch {
    /// Tells of a change. Whether anybody listens.
    fn hear(&self, event: &Event) -> bool {
        if self.name.as_ref().is_some_and(|name| *name != event.name) {
            return true;
        }
        let (name, object) = (&event.name, &event.object);
        if self.is_table {
            let metadata = json!({ "resourceVersion": object.version.to_string() });
            return self.tell(event.kind, &table(&metadata, &[object.row(name)]));
        }
        self.tell(event.kind, &object.json(name))
    }

    fn tell(&self, kind: &str, object: &Value) -> bool {
        let line = format!("{}\n", json!({ "type": kind, "object": object }));
        self.lines.send(Ok(Frame::data(line.into()))).is_ok()
    }
}

impl Object {
    fn json(&self, name: &str) -> Value {
        let metadata = json!({ "name": name, "namespace": "shop", "resourceVersion": self.version.to_string() });
        let data = json!({ "now": self.value });
        json!({ "kind": "ConfigMap", "apiVersion": "v1", "metadata": metadata, "data": data })
    }

    fn row(&self, name: &str) -> Value {
        json!({ "cells": [name, self.value], "object": null })
    }
}

fn table(metadata: &Value, rows: &[Value]) -> Value {
    let column = |name: &str, format: &str| json!({ "name": name, "type": "string", "format": format, "description": "", "priority": 0 });
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": metadata,
        "columnDefinitions": [column("Name", "name"), column("Now", "")],
        "rows": rows,
    })
}

fn status(code: u16) -> Value {
    let mut status =
        json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code });
    status["message"] = json!(format!("this is fault {code}"));
    if code == 504 {
        status["details"] = json!({
            "causes": [{ "reason": "ResourceVersionTooLarge" }],
            "retryAfterSeconds": 1,
        });
    }
    status
}

fn refused(code: u16, token: Option<&str>) -> Answer {
    let mut status = status(code);
    if let Some(token) = token {
        status["metadata"] = json!({ "continue": token });
    }
    whole(code, &status)
}

fn whole(code: u16, body: &Value) -> Answer {
    respond(code, full(body.to_string()))
}

fn full(text: String) -> Content {
    Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed_unsync()
}

fn respond(code: u16, body: Content) -> Answer {
    let head = Response::builder().status(code).header("audit-id", "truth");
    head.header(http::header::CONTENT_TYPE, "application/json").body(body).unwrap()
}

fn url_decoded(query: &str) -> impl Iterator<Item = (String, String)> {
    let decoded = |text: &str| text.replace("%3D", "=").replace("%2F", "/");
    query.split('&').filter_map(move |part| {
        let (name, value) = part.split_once('=')?;
        Some((name.to_owned(), decoded(value)))
    })
}

/// What a watch tells, as a stream.
struct Lines(UnboundedReceiver<io::Result<Frame<Bytes>>>);

impl futures::Stream for Lines {
    type Item = io::Result<Frame<Bytes>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

impl tower::Service<Request<Body>> for Truth {
    type Response = Answer;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        if self.state().is_down {
            return Box::pin(async { Err(io::Error::from(ErrorKind::ConnectionRefused).into()) });
        }
        let truth = self.clone();
        let fault = self.state().faults.pop_front();
        Box::pin(async move {
            match fault {
                Some(Fault::Status(code, pause)) => {
                    let mut answer = refused(code, None);
                    if let Some(pause) = pause {
                        answer
                            .headers_mut()
                            .insert(http::header::RETRY_AFTER, u16::from(pause).into());
                    }
                    return Ok(answer);
                }
                Some(Fault::Html) => {
                    return Ok(respond(200, full("<html>login</html>".to_owned())));
                }
                Some(Fault::Broken) => {
                    return Ok(respond(200, full("{\"kind\":\"Table".to_owned())));
                }
                Some(Fault::CutBefore) => {
                    return Err(io::Error::from(ErrorKind::ConnectionReset).into());
                }
                Some(Fault::Silence) => return std::future::pending().await,
                Some(Fault::Slow(seconds)) => {
                    tokio::time::sleep(Duration::from_secs(seconds.into())).await;
                }
                Some(Fault::CutInside) | None => {}
            }
            let (head, body) = request.into_parts();
            let answer = if let Some(answer) = truth.answer(&head) {
                answer
            } else {
                let mut replay = Replay::new(recordings::cluster());
                let answer = replay.call(Request::from_parts(head, body)).await?;
                answer.map(|body| body.map_err(BoxError::from).boxed_unsync())
            };
            if matches!(fault, Some(Fault::CutInside)) {
                let (tell, told) = unbounded_channel();
                let half = Bytes::from_static(b"{\"kind\":\"Table\",\"metadata\":{");
                tell.send(Ok(Frame::data(half))).unwrap();
                tell.send(Err(ErrorKind::ConnectionReset.into())).unwrap();
                let body = StreamBody::new(Lines(told)).map_err(BoxError::from).boxed_unsync();
                return Ok(respond(200, body));
            }
            Ok(answer)
        })
    }
}
