//! Watches and followed logs: one stream from its opening to its end, whatever it delivers.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, timeout_at};

use super::{Delivery, logs};
use crate::api::client::Client;
use crate::api::clock::Clock;
use crate::app::answer;
use crate::app::effect::StreamKind;
use crate::app::message::{Message, ObjectChange};
use crate::app::state::events::EventChange;
use crate::app::subscriptions::watch_request;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request, Ticket};
use crate::k8s::table::{Column, Delta, parse_delta};
use crate::object::events::EventRow;
use crate::object::related::Related;

/// The largest number of changes of a collection that are delivered together.
const BATCH: usize = 512;
/// A longer line of a log continues in the next one. In bytes.
const LONGEST: usize = 256 << 10;
/// Lines of a log are delivered at most this often: faster than anyone reads.
const PACE: Duration = Duration::from_millis(40);

/// A stream: whom it reports to, and under which ticket.
pub(super) struct Stream {
    pub(super) ticket: Ticket,
    pub(super) client: Client,
    pub(super) clock: Clock,
    pub(super) sender: Sender<Delivery>,
}

impl Stream {
    /// Opens the source, and reports what it delivers until it ends.
    pub(super) async fn run(self, source: StreamKind) {
        let outcome = match source {
            StreamKind::Rows { request, columns, related } => {
                self.rows(&request, &columns, related.as_deref()).await
            }
            StreamKind::Object { path, from, shown } => self.object(&path, from, &shown).await,
            StreamKind::Log(request) => self.log(&request).await,
            StreamKind::Logs { of, wanted } => {
                let Self { ticket, client, sender, .. } = &self;
                logs::stream(*ticket, client, sender, &of, wanted).await
            }
            StreamKind::Changes { list, from, shown } => {
                self.changes(&list, from, shown.as_deref()).await
            }
            StreamKind::Events(request) => self.events(&request).await,
        };
        let ticket = self.ticket;
        self.report(Message::WatchEnded { ticket, failure: outcome.err() }).await;
    }

    async fn report(&self, message: Message) {
        _ = self.sender.send(Delivery::Message(message)).await;
    }

    async fn opened(&self) {
        self.report(Message::WatchOpened { ticket: self.ticket }).await;
    }

    async fn changed(&self, change: ObjectChange) {
        self.report(Message::Object { ticket: self.ticket, change }).await;
    }

    /// Watches a collection.
    async fn rows(
        &self,
        request: &Request,
        columns: &[Column],
        related: Option<&Related>,
    ) -> Result<(), Failure> {
        let lines = self.client.watch(request).await?;
        self.opened().await;
        let within = request.path.is_of_one_namespace();
        let mut batches = lines.ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let (mut deltas, mut version, mut outcome) = (Vec::new(), String::new(), Ok(()));
            for line in batch {
                let line = line.map(|line| match related {
                    Some(related) => related.changed(line),
                    None => line,
                });
                match line.and_then(|line| parse_delta(&line, columns, self.clock.now())) {
                    Ok((Delta::Failed(failure), _)) | Err(failure) => {
                        outcome = Err(failure);
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
                self.report(Message::Deltas { ticket: self.ticket, deltas, version }).await;
            }
            outcome?;
        }
        Ok(())
    }

    /// Watches one object: from `from`, else from a list of the object alone, because the object's own
    /// version is no place to start from.
    async fn object(
        &self,
        path: &ObjectPath,
        from: Option<String>,
        shown: &str,
    ) -> Result<(), Failure> {
        let from = match from {
            Some(version) => version,
            None => self.catch_up(path, shown).await?,
        };
        let mut lines = self.client.watch(&watch_request(selected(path), &from)).await?;
        self.opened().await;
        while let Some(line) = lines.next().await {
            self.changed(read_change(path, &line?)?).await;
        }
        Ok(())
    }

    /// Lists the object to find the version that its watch starts from. Reports its state if it is
    /// another one than is shown.
    async fn catch_up(&self, path: &ObjectPath, shown: &str) -> Result<String, Failure> {
        let exchange = self.client.send(&selected(path)).await?;
        let list: List =
            serde_json::from_slice(&exchange.good()?.body).map_err(|_| unreadable())?;
        let version = list.metadata.resource_version;
        let Some(item) = list.items.first() else {
            // An object of that name may be created again.
            self.changed(ObjectChange::Gone).await;
            return Ok(version);
        };
        if item.metadata.resource_version == shown {
            self.changed(ObjectChange::Following(version.clone())).await;
        } else {
            // Items of a list lack kind and apiVersion, so the object itself is fetched.
            let request = Request::get(ApiPath::Object(path.clone()), Form::Json);
            let exchange = self.client.send(&request).await?;
            exchange.good()?;
            let reply = Box::new(answer::document(exchange));
            self.changed(ObjectChange::Now { reply, version: version.clone() }).await;
        }
        Ok(version)
    }

    /// Watches an object or a collection, and reports only that it changed: from `from`, else from its
    /// list.
    async fn changes(
        &self,
        list: &Request,
        from: Option<String>,
        shown: Option<&str>,
    ) -> Result<(), Failure> {
        let report = |version: &str, differs| {
            let (ticket, version) = (self.ticket, version.to_owned());
            self.report(Message::Changed { ticket, version, differs })
        };
        let from = if let Some(version) = from {
            version
        } else {
            let exchange = self.client.send(list).await?;
            let list: List =
                serde_json::from_slice(&exchange.good()?.body).map_err(|_| unreadable())?;
            let item = list.items.first().map(|item| &*item.metadata.resource_version);
            report(&list.metadata.resource_version, item != shown).await;
            list.metadata.resource_version
        };
        let mut lines = self.client.watch(&watch_request(list.clone(), &from)).await?;
        self.opened().await;
        while let Some(line) = lines.next().await {
            let line = line?;
            let event: Line = serde_json::from_slice(&line).map_err(|_| unreadable())?;
            match event.version() {
                Ok(version) => report(&version, event.kind != "BOOKMARK").await,
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    /// Watches events. Those of a moment are delivered together.
    async fn events(&self, request: &Request) -> Result<(), Failure> {
        let lines = self.client.watch(request).await?;
        self.opened().await;
        let mut batches = lines.ready_chunks(BATCH);
        while let Some(batch) = batches.next().await {
            let (mut changes, mut version, mut outcome) = (Vec::new(), String::new(), Ok(()));
            for line in batch {
                match line.and_then(|line| read_event(&line)) {
                    Ok((change, at)) => {
                        changes.extend(change);
                        version = at;
                    }
                    Err(failure) => {
                        outcome = Err(failure);
                        break;
                    }
                }
            }
            self.report(Message::Events { ticket: self.ticket, changes, version }).await;
            outcome?;
        }
        Ok(())
    }

    /// Follows a log. The lines of a moment are delivered together, so that a log that arrives at once
    /// is shown at once.
    async fn log(&self, request: &Request) -> Result<(), Failure> {
        let mut chunks = self.client.follow(request).await?;
        self.opened().await;
        let mut text = BytesMut::new();
        let mut outcome = Ok(());
        let mut is_open = true;
        while is_open {
            let deadline = Instant::now() + PACE;
            // Waits for the first chunk without a limit, and then gathers those that follow at once.
            let mut next = Ok(chunks.next().await);
            while let Ok(chunk) = next {
                match chunk {
                    Some(Ok(chunk)) => text.extend_from_slice(&chunk),
                    Some(Err(failure)) => {
                        outcome = Err(failure);
                        is_open = false;
                        break;
                    }
                    None => {
                        is_open = false;
                        break;
                    }
                }
                // A line without an end is delivered in pieces.
                if text.len() > LONGEST {
                    break;
                }
                next = timeout_at(deadline, chunks.next()).await;
            }
            let lines = if is_open || outcome.is_err() { whole(&mut text) } else { text.split() };
            if !lines.is_empty() {
                let text = lines.freeze();
                self.report(Message::Log { ticket: self.ticket, text }).await;
            }
        }
        outcome
    }
}

/// Takes the complete lines.
fn whole(text: &mut BytesMut) -> BytesMut {
    match memchr::memrchr(b'\n', text) {
        Some(end) => text.split_to(end + 1),
        None if text.len() > LONGEST => text.split(),
        None => BytesMut::new(),
    }
}

/// Returns the request that lists an object alone.
fn selected(path: &ObjectPath) -> Request {
    Request::get(path.collection(), Form::Json)
        .with("fieldSelector", format!("metadata.name={}", path.name))
}

/// Reads a line of a watch of events: the change, if it is one, and the version after it.
fn read_event(line: &Bytes) -> Result<(Option<EventChange>, String), Failure> {
    let line: Line = serde_json::from_slice(line).map_err(|_| unreadable())?;
    let event: Value = serde_json::from_str(line.object.get()).map_err(|_| unreadable())?;
    let version = line.version()?;
    let row = EventRow::read(&event).filter(|_| line.kind != "BOOKMARK");
    let change = row.map(|row| match line.kind {
        "DELETED" => EventChange::Gone(row.path),
        _ => EventChange::Seen(Box::new(row)),
    });
    Ok((change, version))
}

fn read_change(path: &ObjectPath, line: &Bytes) -> Result<ObjectChange, Failure> {
    let event: Line = serde_json::from_slice(line).map_err(|_| unreadable())?;
    let version = event.version()?;
    Ok(match event.kind {
        "BOOKMARK" => ObjectChange::Version(version),
        "DELETED" => ObjectChange::Gone,
        _ => {
            let body = line.slice_ref(event.object.get().as_bytes());
            let reply = Box::new(answer::object(path, body, Duration::ZERO));
            ObjectChange::Now { reply, version }
        }
    })
}

fn unreadable() -> Failure {
    let text = "the server's answer is no list or watch of this object";
    Failure::new(FailureKind::Malformed, text, "Refresh to load it again")
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    object: &'a RawValue,
}

impl Line<'_> {
    /// Returns the version of its object; the failure of an `ERROR`.
    fn version(&self) -> Result<String, Failure> {
        let object = self.object.get();
        if self.kind == "ERROR" {
            let code = serde_json::from_str::<Coded>(object).map_or(500, |status| status.code);
            return Err(Failure::from_answer(code, object.as_bytes()));
        }
        let object = serde_json::from_str::<Versioned>(object);
        Ok(object.map(|object| object.metadata.resource_version).unwrap_or_default())
    }
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
