//! The pods of a selector as they change: a list, then watches.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use serde_json::Value;
use tokio::time::sleep;

use super::items;
use crate::api::client::{Chunks, Client};
use crate::app::subscriptions::watch_request;
use crate::k8s::answer;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::Request;

/// The pause before a watch that ended is opened again.
const SOON: Duration = Duration::from_secs(1);
/// The pause between lists where watches or lists fail.
const LATER: Duration = Duration::from_secs(30);

/// A change of the pods.
#[derive(Debug)]
pub(super) enum PodChange {
    /// These pods exist, and no others.
    All(Vec<Value>),
    /// A pod was created or changed.
    Now(Box<Value>),
    /// A pod was deleted.
    Gone(Box<Value>),
    /// The pods cannot be listed or watched now; this is tried again.
    Failed(Failure),
}

/// Where the reading of the pods is.
enum At {
    /// Before a list, after a pause.
    List(Duration),
    /// Before a watch from a version, after a pause.
    Watch(String, Duration),
    /// In a watch, behind a version.
    Open(Chunks, String),
}

/// Returns the changes of the pods of a list without an end: from a version, else from a new list.
pub(super) fn changes(
    client: Client,
    list: Request,
    version: String,
) -> BoxStream<'static, PodChange> {
    let first = match version.as_str() {
        "" => At::List(Duration::ZERO),
        _ => At::Watch(version, Duration::ZERO),
    };
    stream::unfold((client, list, first), |(client, list, mut at)| async move {
        loop {
            let (change, next) = step(&client, &list, at).await;
            at = next;
            if let Some(change) = change {
                return Some((change, (client, list, at)));
            }
        }
    })
    .boxed()
}

async fn step(client: &Client, list: &Request, at: At) -> (Option<PodChange>, At) {
    match at {
        At::List(pause) => {
            sleep(pause).await;
            let answer = client.send(list).await;
            match answer.and_then(|exchange| answer::json(exchange.good()?)).map(items) {
                Ok((pods, version)) => {
                    (Some(PodChange::All(pods)), At::Watch(version, Duration::ZERO))
                }
                Err(failure) => (Some(PodChange::Failed(failure)), At::List(LATER)),
            }
        }
        At::Watch(version, pause) => {
            sleep(pause).await;
            match client.watch(&watch_request(list.clone(), &version)).await {
                Ok(lines) => (None, At::Open(lines, version)),
                Err(failure) if failure.kind == FailureKind::Gone => {
                    (None, At::List(Duration::ZERO))
                }
                Err(failure) => (Some(PodChange::Failed(failure)), At::List(LATER)),
            }
        }
        At::Open(mut lines, version) => match lines.next().await {
            Some(Ok(line)) => match read_event(&line) {
                Some((change, version)) => (change, At::Open(lines, version)),
                None => (None, At::List(SOON)),
            },
            Some(Err(_)) | None => (None, At::Watch(version, SOON)),
        },
    }
}

/// Reads a line of a watch: the change, if it is one, and the version after it. `None` for an error, after
/// which a new list is needed.
fn read_event(line: &[u8]) -> Option<(Option<PodChange>, String)> {
    let mut event: Value = serde_json::from_slice(line).ok()?;
    let pod = event["object"].take();
    let version = pod["metadata"]["resourceVersion"].as_str()?.to_owned();
    let change = match event["type"].as_str()? {
        "ADDED" | "MODIFIED" => Some(PodChange::Now(Box::new(pod))),
        "DELETED" => Some(PodChange::Gone(Box::new(pod))),
        "BOOKMARK" => None,
        _ => return None,
    };
    Some((change, version))
}
