//! The parts of a request by which recorded answers are found.

use http::Method;
use http::request::Parts;

use crate::api::har::{parameter, read_query};
use crate::k8s::path::ApiPath;

/// A parsed request.
pub(super) struct ReplayRequest {
    pub(super) method: String,
    pub(super) path: ApiPath,
    /// Decoded and sorted.
    pub(super) query: Vec<(String, String)>,
    /// The Accept header; empty if there is none.
    pub(super) accept: String,
    pub(super) form: AnswerForm,
    /// The body of a POST, if it is JSON.
    pub(super) posted: Option<serde_json::Value>,
}

/// The preferred form of an Accept header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AnswerForm {
    /// Aggregated discovery.
    Discovery,
    /// A `Table`.
    Table,
    /// `PartialObjectMetadata`, or a list of it.
    Metadata,
    /// JSON, or any content type.
    Plain,
    /// A form that a plain answer cannot replace, such as protobuf.
    Other,
}

impl AnswerForm {
    pub(super) fn read(accept: &str) -> Self {
        let first = accept.split(',').next().unwrap_or_default();
        let kind = first.split(';').find_map(|part| part.trim().strip_prefix("as="));
        match kind {
            Some("APIGroupDiscoveryList") => Self::Discovery,
            Some("Table") => Self::Table,
            Some("PartialObjectMetadata" | "PartialObjectMetadataList") => Self::Metadata,
            None if accept.is_empty() || accept.contains("json") || accept.contains("*/*") => {
                Self::Plain
            }
            _ => Self::Other,
        }
    }

    /// The forms that may answer it, best first.
    pub(super) fn forms(self) -> &'static [Self] {
        match self {
            Self::Discovery => &[Self::Discovery, Self::Plain],
            Self::Table => &[Self::Table, Self::Plain],
            Self::Metadata => &[Self::Metadata, Self::Plain],
            Self::Plain => &[Self::Plain],
            Self::Other => &[Self::Other],
        }
    }
}

impl ReplayRequest {
    /// The parameters that select among the objects of a collection, or ask for those that exist.
    pub(super) const SELECTORS: [&'static str; 3] =
        ["labelSelector", "fieldSelector", "sendInitialEvents"];

    pub(super) fn read(head: &Parts, body: &[u8]) -> Self {
        let accept = head.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok());
        let accept = accept.unwrap_or_default().to_owned();
        // Neither a HEAD nor a timeout, as kubectl sends it, changes an answer.
        let method = if head.method == Method::HEAD { &Method::GET } else { &head.method };
        let mut query = read_query(head.uri.query().unwrap_or_default());
        query.retain(|(name, _)| name != "timeout");
        Self {
            method: method.as_str().to_owned(),
            path: ApiPath::parse(head.uri.path()),
            query,
            form: AnswerForm::read(&accept),
            accept,
            posted: serde_json::from_slice(body).ok(),
        }
    }

    /// A GET of a path without a query.
    pub(super) fn get(path: ApiPath) -> Self {
        Self {
            method: "GET".to_owned(),
            path,
            query: Vec::new(),
            accept: String::new(),
            form: AnswerForm::Plain,
            posted: None,
        }
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.query, name)
    }

    pub(super) fn is_watch(&self) -> bool {
        Self::is_watch_query(&self.query)
    }

    pub(super) fn is_watch_query(query: &[(String, String)]) -> bool {
        matches!(parameter(query, "watch"), Some("1" | "true" | ""))
    }

    pub(super) fn is_log(&self) -> bool {
        matches!(&self.path, ApiPath::Subresource { subresource, .. } if **subresource == *"log")
    }

    /// True if the query equals a recorded one. The `hash` of schemas below `/openapi` is ignored: it is for
    /// caches only.
    pub(super) fn has_query(&self, recorded: &[(String, String)]) -> bool {
        let without_hash = |query: &[(String, String)]| {
            query.iter().filter(|(name, _)| name != "hash").cloned().collect::<Vec<_>>()
        };
        match &self.path {
            ApiPath::NonResource(path) if path.starts_with("/openapi/") => {
                without_hash(&self.query) == without_hash(recorded)
            }
            _ => self.query == recorded,
        }
    }
}
