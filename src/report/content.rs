//! What a report contains: facts about the program and the connection, and the exchanges of a few requests.

use std::io;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{facts, redact};
use crate::api::record::Recorder;
use crate::headless::Access;
use crate::k8s::failure::Failure;
use crate::k8s::request::{Form, Request};
use crate::k8s::server::version_request;
use crate::text::{format_bytes, visible};

/// What everyone is told before a report is written.
const REMARK: &str = "Answers are whole, with the names of objects. Credentials, values of Secrets, the \
     address of the server and the name of the user are left out; passwords elsewhere, as in a variable of \
     a pod or in a log, are not.";

/// What is requested beside the version and discovery.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// The words of a location; nothing if they are empty.
    Location(&'a str),
    /// A request.
    Request(&'a Request),
}

/// The content of a report.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    /// About the program, the terminal and the connection, a line each.
    facts: Vec<String>,
    /// The log of a HAR document.
    log: Map<String, Value>,
}

impl Content {
    /// Returns a report without exchanges.
    pub(crate) fn unconnected() -> Self {
        Self { facts: facts::of(None), log: Map::new() }
    }

    /// Requests the version, discovery and the subject. Also returns their failures, which are a part of
    /// the report.
    ///
    /// # Errors
    ///
    /// The exchanges cannot be kept.
    pub(crate) async fn reproduce(
        access: Access,
        subject: Subject<'_>,
    ) -> io::Result<(Self, Vec<Failure>)> {
        let facts = facts::of(Some(&access));
        let address = access.connection.client.address().to_owned();
        let recorder = Arc::new(Recorder::in_memory());
        let access = access.recorded_by(Some(Arc::clone(&recorder)));
        let failures = send(&access, subject).await;
        drop(access);
        recorder.finish()?;
        let document = redact::without_address(&recorder.document(), &address);
        Ok((Self { facts, log: redact::parse(&document)? }, failures))
    }

    /// Adds a fact.
    pub(crate) fn with_fact(mut self, fact: String) -> Self {
        self.facts.push(fact);
        self
    }

    /// Returns what is shown before it is written: the facts, an exchange a line, and what is left out.
    pub(crate) fn lines(&self) -> Vec<String> {
        let entries = self.log.get("entries").and_then(Value::as_array).into_iter().flatten();
        let lines = self.facts.iter().cloned().chain(entries.map(exchange));
        let mut lines: Vec<String> = lines.map(|line| visible(&line).into_owned()).collect();
        lines.push(REMARK.to_owned());
        lines
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    ///
    /// It cannot be formatted.
    pub(crate) fn document(mut self) -> io::Result<Vec<u8>> {
        self.log.insert("comment".to_owned(), self.facts.join("\n").into());
        self.log.entry("entries").or_insert_with(|| json!([]));
        serde_json::to_vec(&json!({ "log": self.log })).map_err(io::Error::other)
    }
}

/// Sends the requests. Returns those that failed.
async fn send(access: &Access, subject: Subject<'_>) -> Vec<Failure> {
    let send = async |request: &Request| access.fetch(request).await.err();
    let mut failures = vec![send(&version_request()).await];
    let mut discovery = access.discover().await;
    match subject {
        Subject::Location("") => {}
        Subject::Location(words) => {
            let request = access.find_in(&mut discovery, words).await.map(|located| Request {
                query: located.query,
                ..Request::get(located.path, Form::Any)
            });
            failures.push(match request {
                Ok(request) => send(&request).await,
                Err(failure) => Some(failure),
            });
        }
        Subject::Request(request) => failures.push(send(request).await),
    }
    failures.into_iter().flatten().collect()
}

/// Describes an exchange: status, method, URL and size.
fn exchange(entry: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (request, response) = (&entry["request"], &entry["response"]);
    let size = response["content"]["size"].as_u64().unwrap_or_default();
    let size = format_bytes(usize::try_from(size).unwrap_or(usize::MAX));
    let (method, url) = (text(&request["method"]), text(&request["url"]));
    format!("{} {method} {url}  {size}", response["status"])
}
