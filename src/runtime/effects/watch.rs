//! The two kinds of watches: of a collection as table rows, and of one object as it is.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc::Sender;

use super::Event;
use crate::api::client::Client;
use crate::app::message::{Message, ObjectChange, Reply};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::Ticket;
use crate::k8s::request::{Form, Request};
use crate::k8s::table::{Column, Delta, read_delta};
use crate::runtime::answers;
use crate::runtime::clock::Clock;

/// How many lines are taken together at the most.
const BATCH: usize = 512;

/// The server ends a watch of an object after this many seconds.
const SECONDS: &str = "290";

/// Whom to tell, and under which ticket.
pub(super) struct Told {
    pub(super) ticket: Ticket,
    pub(super) sender: Sender<Event>,
}

impl Told {
    pub(super) async fn tell(&self, message: Message) {
        _ = self.sender.send(Event::Message(message)).await;
    }

    async fn object(&self, change: ObjectChange) {
        self.tell(Message::Object { ticket: self.ticket, change }).await;
    }

    async fn opened(&self) {
        self.tell(Message::WatchOpened { ticket: self.ticket }).await;
    }

    pub(super) async fn ended(&self, failure: Option<Failure>) {
        self.tell(Message::WatchEnded { ticket: self.ticket, failure }).await;
    }
}

/// Watches a collection until the watch ends.
pub(super) async fn collection(
    client: Client,
    request: Request,
    columns: Arc<[Column]>,
    clock: Clock,
    told: Told,
) {
    let lines = match client.watch(&request).await {
        Ok(lines) => lines,
        Err(failure) => return told.ended(Some(failure)).await,
    };
    told.opened().await;
    let within = answers::is_of_one_namespace(&request.path);
    let mut batches = lines.ready_chunks(BATCH);
    while let Some(batch) = batches.next().await {
        let (mut deltas, mut version, mut end) = (Vec::new(), String::new(), None);
        for line in batch {
            let line = match line {
                Ok(line) => line,
                Err(failure) => {
                    end = Some(failure);
                    break;
                }
            };
            match read_delta(&line, &columns, clock.now()) {
                Ok((Delta::Failed(failure), _)) | Err(failure) => {
                    end = Some(failure);
                    break;
                }
                Ok((delta, at)) => {
                    if !at.is_empty() {
                        version = at;
                    }
                    deltas.push(if within { delta.of_one_namespace() } else { delta });
                }
            }
        }
        if !deltas.is_empty() {
            told.tell(Message::Deltas { ticket: told.ticket, deltas, version }).await;
        }
        if end.is_some() {
            return told.ended(end).await;
        }
    }
    told.ended(None).await;
}

/// Watches one object until the watch ends, from `from`, else from a list of the object alone:
/// its own version is no place to start from.
pub(super) async fn object(
    client: Client,
    path: ObjectPath,
    (from, shown): (Option<String>, String),
    told: Told,
) {
    let from = match from {
        Some(version) => Ok(version),
        None => catch_up(&client, &path, &shown, &told).await,
    };
    let from = match from {
        Ok(version) => version,
        Err(failure) => return told.ended(Some(failure)).await,
    };
    let request = selected(&path)
        .with("watch", "1")
        .with("allowWatchBookmarks", "true")
        .with("timeoutSeconds", SECONDS)
        .with("resourceVersion", from);
    let lines = match client.watch(&request).await {
        Ok(lines) => lines,
        Err(failure) => return told.ended(Some(failure)).await,
    };
    told.opened().await;
    let mut lines = lines;
    while let Some(line) = lines.next().await {
        let change = line.and_then(|line| read(&path, &line));
        match change {
            Ok(change) => told.object(change).await,
            Err(failure) => return told.ended(Some(failure)).await,
        }
    }
    told.ended(None).await;
}

/// A list of the object alone.
fn selected(path: &ObjectPath) -> Request {
    Request::get(path.collection(), Form::Json)
        .with("fieldSelector", format!("metadata.name={}", path.name))
}

/// Lists the object to know where its watch starts; tells its state where it is newer than shown.
async fn catch_up(
    client: &Client,
    path: &ObjectPath,
    shown: &str,
    told: &Told,
) -> Result<String, Failure> {
    let exchange = client.send(&selected(path)).await?;
    let list: List = serde_json::from_slice(&exchange.good()?.body).map_err(|_| unreadable())?;
    let version = list.metadata.resource_version;
    let Some(item) = list.items.first() else {
        // An object of that name may come again.
        told.object(ObjectChange::Gone).await;
        return Ok(version);
    };
    if item.metadata.resource_version == shown {
        told.object(ObjectChange::Following(version.clone())).await;
    } else {
        // Items of a list lack kind and apiVersion, so the object itself is asked for.
        let request = Request::get(ApiPath::Object(path.clone()), Form::Json);
        let exchange = client.send(&request).await?;
        exchange.good()?;
        let reply = answers::reply(exchange);
        told.object(ObjectChange::Now { reply, version: version.clone() }).await;
    }
    Ok(version)
}

fn read(path: &ObjectPath, line: &Bytes) -> Result<ObjectChange, Failure> {
    let event: Line = serde_json::from_slice(line).map_err(|_| unreadable())?;
    let object = event.object.get();
    let version = serde_json::from_str::<Versioned>(object)
        .map(|object| object.metadata.resource_version)
        .unwrap_or_default();
    Ok(match event.kind {
        "BOOKMARK" => ObjectChange::Version(version),
        "DELETED" => ObjectChange::Gone,
        "ERROR" => {
            let code = serde_json::from_str::<Coded>(object).map_or(500, |status| status.code);
            return Err(Failure::from_answer(code, object.as_bytes()));
        }
        _ => {
            let body = line.slice_ref(object.as_bytes());
            let reply: Reply = answers::object_reply(path, body, Duration::ZERO);
            ObjectChange::Now { reply, version }
        }
    })
}

fn unreadable() -> Failure {
    let text = "the server's answer is no list or watch of this object";
    Failure::new(FailureKind::Malformed, text, "Refresh to ask again")
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    object: &'a RawValue,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    metadata: Meta,
    #[serde(default)]
    items: Vec<Versioned>,
}

#[derive(Deserialize)]
struct Versioned {
    #[serde(default)]
    metadata: Meta,
}

#[derive(Default, Deserialize)]
struct Meta {
    #[serde(default, rename = "resourceVersion")]
    resource_version: String,
}

#[derive(Deserialize)]
struct Coded {
    code: u16,
}
