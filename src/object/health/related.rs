//! What other requests found about the objects around a judged one, as plain data.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::k8s::answer;
use crate::k8s::failure::FailureKind;
use crate::k8s::request::{Exchange, Form, Request};
use crate::k8s::table::{Page, parse_page};

/// A request whose answer would make a judgement more exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// What to send. The answer is stored under this very request.
    pub request: Request,
    /// What for, such as `events of the object`.
    pub why: &'static str,
    /// True if the answer may change the level or the first sentence; false if it only adds notes.
    pub is_essential: bool,
}

/// The answers to requests that judgements wanted, and what the container's view knows.
///
/// An object that is judged again with the answers to its wants is judged more exactly, and may have
/// further wants. An answer may serve several objects.
#[derive(Clone, Debug, Default)]
pub struct Related {
    answers: Vec<(Request, Arc<Answer>)>,
    /// References of the object's containers that would not resolve now.
    pub unresolved: Vec<Unresolved>,
    /// The keys of Secrets that are known anyway: no Secret is ever wanted.
    pub secret_keys: Vec<SecretKeys>,
    /// True if discovery lists a `status` subresource for the kind of the object.
    pub has_status: bool,
}

/// What a request found.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// One object.
    Object(Value),
    /// The objects of a list.
    Objects(Vec<Value>),
    /// The rows of a Table.
    Rows(Page),
    /// The server has no such object.
    Absent,
    /// The server did not say: forbidden, failed, or unreadable.
    Withheld,
}

/// A reference of a container, without `optional`, that would not resolve if the container started now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The container's name.
    pub container: String,
    /// What is missing, such as `ConfigMap ledger-config has no key region`.
    pub what: String,
    /// The JSON path of the reference in the pod.
    pub evidence: String,
}

/// The names of a Secret's keys, without their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretKeys {
    /// The Secret's name, in the namespace of the judged object.
    pub secret: String,
    /// Its keys.
    pub keys: Vec<String>,
}

impl Related {
    /// Stores the answer to a request in the place of an earlier one.
    pub fn insert(&mut self, request: Request, answer: Arc<Answer>) {
        self.answers.retain(|(known, _)| *known != request);
        self.answers.push((request, answer));
    }

    /// Returns the answer to a request, if it was sent.
    #[must_use]
    pub fn get(&self, request: &Request) -> Option<&Answer> {
        let known = self.answers.iter().find(|(known, _)| known == request);
        known.map(|(_, answer)| &**answer)
    }
}

impl Answer {
    /// Reads what an exchange found. `arrived` is when it did, from which ages in cells count.
    #[must_use]
    pub fn read(exchange: &Exchange, arrived: Timestamp) -> Self {
        match answer::whole(exchange) {
            Ok(exchange) => Self::read_body(exchange.request.form, &exchange.body, arrived),
            Err(failure) if failure.kind == FailureKind::NotFound => Self::Absent,
            Err(_) => Self::Withheld,
        }
    }

    /// Reads a good answer to a request in that form.
    #[must_use]
    pub fn read_body(form: Form, body: &[u8], arrived: Timestamp) -> Self {
        if form == Form::Table {
            return parse_page(body, arrived).map_or(Self::Withheld, Self::Rows);
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(mut list) if list.get("items").is_some_and(|items| !items.is_string()) => {
                Self::Objects(take_items(&mut list))
            }
            Ok(object) if object.is_object() => Self::Object(object),
            _ => Self::Withheld,
        }
    }
}

/// Takes the objects out of a plain list, and adds the version and kind that the items of a list lack.
#[must_use]
pub fn take_items(list: &mut Value) -> Vec<Value> {
    let version = list["apiVersion"].take();
    let kind = list["kind"].as_str().and_then(|kind| kind.strip_suffix("List")).map(str::to_owned);
    let items = list["items"].take();
    let Value::Array(mut items) = items else { return Vec::new() };
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        if !item.contains_key("kind") {
            item.insert("apiVersion".to_owned(), version.clone());
            item.insert("kind".to_owned(), kind.clone().into());
        }
    }
    items
}
