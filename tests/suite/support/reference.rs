//! An API server in this process whose collection has known content: a test changes its objects,
//! watches and faults, and compares them with the screen. Other requests are answered by the demo.

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

/// The number of objects on a page, whatever limit is requested.
const PAGE: usize = 4;

type Content = UnsyncBoxBody<Bytes, BoxError>;
type Answer = Response<Content>;

/// What happens to a request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// A failure with that status, and Retry-After in seconds.
    Status(u16, Option<u8>),
    /// A web page with status 200.
    Html,
    /// JSON that is cut off.
    Broken,
    /// The connection is closed without an answer.
    CutBefore,
    /// The connection is closed after half of the answer.
    CutInside,
    /// Nothing is sent, ever.
    Silence,
    /// The answer is sent after that many seconds.
    Slow(u8),
}

/// The server. Clones share its state.
#[derive(Clone)]
pub(crate) struct ReferenceServer {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    version: u64,
    objects: BTreeMap<String, Object>,
    history: Vec<Event>,
    /// Events up to this version are compacted.
    compacted: u64,
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
    /// The name of the only object to watch; `None` for all.
    name: Option<String>,
    is_table: bool,
    lines: UnboundedSender<io::Result<Frame<Bytes>>>,
}

impl ReferenceServer {
    /// Starts with objects of these names.
    pub(crate) fn of(names: impl IntoIterator<Item = String>) -> Self {
        let state = State { version: 1000, ..State::default() };
        let server = Self { state: Arc::new(Mutex::new(state)) };
        names.into_iter().for_each(|name| server.put(&name));
        server
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Returns the names and values of the objects.
    pub(crate) fn objects(&self) -> BTreeMap<String, String> {
        let state = self.state();
        state.objects.iter().map(|(name, object)| (name.clone(), object.value.clone())).collect()
    }

    /// Creates an object, or changes its value.
    pub(crate) fn put(&self, name: &str) {
        let mut state = self.state();
        let kind = if state.objects.contains_key(name) { "MODIFIED" } else { "ADDED" };
        let version = state.version + 1;
        let object = Object { value: format!("value-{version}"), version };
        state.objects.insert(name.to_owned(), object.clone());
        state.record(Event { kind, name: name.to_owned(), object });
    }

    /// Deletes an object if it exists.
    pub(crate) fn delete(&self, name: &str) {
        let mut state = self.state();
        let Some(mut object) = state.objects.remove(name) else { return };
        object.version = state.version + 1;
        state.record(Event { kind: "DELETED", name: name.to_owned(), object });
    }

    /// Compacts the history: older versions can no longer be watched or listed.
    pub(crate) fn compact(&self) {
        let mut state = self.state();
        state.compacted = state.version;
    }

    /// Sends a bookmark of the newest version to all watches.
    pub(crate) fn bookmark(&self) {
        let mut state = self.state();
        let version = state.version.to_string();
        let object = |is_table: bool| {
            let kind = if is_table { "Table" } else { "ConfigMap" };
            json!({ "kind": kind, "metadata": { "resourceVersion": version } })
        };
        state.watches.retain(|watch| watch.send("BOOKMARK", &object(watch.is_table)));
    }

    /// Ends all watches.
    pub(crate) fn end_watches(&self, end: WatchEnd) {
        for watch in std::mem::take(&mut self.state().watches) {
            match end {
                WatchEnd::Over => {}
                WatchEnd::Failed(code) => _ = watch.send("ERROR", &status(code)),
                // The client may have closed the stream.
                WatchEnd::Cut => _ = watch.lines.send(Err(ErrorKind::ConnectionReset.into())),
            }
        }
    }

    /// Injects a fault into the next request that has none yet.
    pub(crate) fn inject(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// Refuses connections, and breaks all watches.
    pub(crate) fn stop(&self) {
        self.state().is_down = true;
        self.end_watches(WatchEnd::Cut);
    }

    /// Accepts connections.
    pub(crate) fn start(&self) {
        self.state().is_down = false;
    }

    /// Removes all faults, and accepts connections.
    pub(crate) fn clear_faults(&self) {
        self.state().faults.clear();
        self.start();
    }

    /// Answers a request. Returns `None` if it is not for the collection.
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
    fn record(&mut self, event: Event) {
        self.version += 1;
        self.watches.retain(|watch| watch.send_event(&event));
        self.history.push(event);
    }

    /// Returns the objects as of a version.
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

    /// Returns a page. A token is the listed version, 0 for the newest, and the last name.
    fn list(&self, token: Option<&str>, name: Option<&str>, is_table: bool) -> Answer {
        let (version, after) = match token.and_then(|token| token.split_once('/')) {
            Some((version, after)) => (version.parse().unwrap(), after),
            None => (0, ""),
        };
        if version != 0 && version < self.compacted {
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
        let (lines, receiver) = unbounded_channel();
        let watch = Watch { name, is_table, lines };
        if from < self.compacted {
            watch.send("ERROR", &status(410));
        } else {
            let missed = self.history.iter().filter(|event| event.object.version > from);
            missed.for_each(|event| _ = watch.send_event(event));
            self.watches.push(watch);
        }
        respond(200, StreamBody::new(Lines(receiver)).map_err(BoxError::from).boxed_unsync())
    }
}

impl Watch {
    /// Sends a change. Returns true if the stream is open.
    fn send_event(&self, event: &Event) -> bool {
        if self.name.as_ref().is_some_and(|name| *name != event.name) {
            return true;
        }
        let (name, object) = (&event.name, &event.object);
        if self.is_table {
            let metadata = json!({ "resourceVersion": object.version.to_string() });
            return self.send(event.kind, &table(&metadata, &[object.row(name)]));
        }
        self.send(event.kind, &object.json(name))
    }

    fn send(&self, kind: &str, object: &Value) -> bool {
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
    let head = Response::builder().status(code).header("audit-id", "server");
    head.header(http::header::CONTENT_TYPE, "application/json").body(body).unwrap()
}

fn url_decoded(query: &str) -> impl Iterator<Item = (String, String)> {
    let decoded = |text: &str| text.replace("%3D", "=").replace("%2F", "/");
    query.split('&').filter_map(move |part| {
        let (name, value) = part.split_once('=')?;
        Some((name.to_owned(), decoded(value)))
    })
}

/// The events of a watch as a stream.
struct Lines(UnboundedReceiver<io::Result<Frame<Bytes>>>);

impl futures::Stream for Lines {
    type Item = io::Result<Frame<Bytes>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

impl tower::Service<Request<Body>> for ReferenceServer {
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
        let server = self.clone();
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
            let answer = if let Some(answer) = server.answer(&head) {
                answer
            } else {
                let mut replay = Replay::new(recordings::cluster());
                let answer = replay.call(Request::from_parts(head, body)).await?;
                answer.map(|body| body.map_err(BoxError::from).boxed_unsync())
            };
            if matches!(fault, Some(Fault::CutInside)) {
                let (sender, receiver) = unbounded_channel();
                let half = Bytes::from_static(b"{\"kind\":\"Table\",\"metadata\":{");
                sender.send(Ok(Frame::data(half))).unwrap();
                sender.send(Err(ErrorKind::ConnectionReset.into())).unwrap();
                let body = StreamBody::new(Lines(receiver)).map_err(BoxError::from).boxed_unsync();
                return Ok(respond(200, body));
            }
            Ok(answer)
        })
    }
}
