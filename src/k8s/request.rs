//! What can be asked of an API server: a path, a query and the form of the answer.

use std::time::Duration;

use bytes::Bytes;

use super::failure::{Failure, FailureKind, advice};
use super::path::{ApiPath, encode_query_value};
use crate::text::format_bytes;

/// Identifies a request or a stream in flight. Answers to cancelled tickets are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// One read-only request. There is no way to spell one that stores anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is asked for.
    pub path: ApiPath,
    /// Query parameters in order, not encoded.
    pub query: Vec<(String, String)>,
    /// The form of the answer.
    pub form: Form,
    /// The body of a self-subject review, which stores nothing; `None` is a GET.
    pub review: Option<String>,
}

/// The form an answer is asked in, carried by the Accept header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// JSON where there is any, else whatever the server has.
    Any,
    /// JSON.
    Json,
    /// `APIGroupDiscoveryList`, with the plain discovery document as the fallback.
    Discovery,
    /// A `Table`, with the plain list as the fallback.
    Table,
    /// `PartialObjectMetadataList`, with the plain list as the fallback.
    Metadata,
}

impl Form {
    /// The Accept header.
    #[must_use]
    pub fn accept(self) -> &'static str {
        match self {
            Self::Any => "application/json, */*",
            Self::Json => "application/json",
            Self::Discovery => {
                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
                 application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,\
                 application/json"
            }
            Self::Table => "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
            Self::Metadata => {
                "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"
            }
        }
    }

    /// The Accept header of a watch: its lines hold one object each, which the API server gives as
    /// `PartialObjectMetadata` but never as a list of them.
    #[must_use]
    pub fn watch_accept(self) -> &'static str {
        match self {
            Self::Metadata => {
                "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"
            }
            other => other.accept(),
        }
    }

    /// The next plainer form, for a server that refuses this one though all of them are offered.
    #[must_use]
    pub fn plainer(self) -> Option<Self> {
        match self {
            Self::Table => Some(Self::Metadata),
            Self::Metadata | Self::Discovery => Some(Self::Json),
            Self::Any | Self::Json => None,
        }
    }

    /// The kind that an answer in this form has, where the form asks for one.
    #[must_use]
    pub fn kind(self) -> Option<&'static str> {
        match self {
            Self::Any | Self::Json => None,
            Self::Discovery => Some("APIGroupDiscoveryList"),
            Self::Table => Some("Table"),
            Self::Metadata => Some("PartialObjectMetadataList"),
        }
    }
}

impl Request {
    /// A GET of that path in that form.
    #[must_use]
    pub fn get(path: ApiPath, form: Form) -> Self {
        Self { path, query: Vec::new(), form, review: None }
    }

    /// A POST of a self-subject review below the group `authentication.k8s.io` or
    /// `authorization.k8s.io`.
    #[must_use]
    pub fn review(path: ApiPath, body: String) -> Self {
        Self { path, query: Vec::new(), form: Form::Json, review: Some(body) }
    }

    /// The same request with one more query parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Whether it asks for a watch.
    #[must_use]
    pub fn is_watch(&self) -> bool {
        self.query.iter().any(|(name, _)| name == "watch")
    }

    /// Whether its answer goes on as long as it may: a watch, or a log that is followed.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        self.is_watch()
            || self.query.iter().any(|(name, value)| name == "follow" && value == "true")
    }

    /// `GET`, or `POST` for a review.
    #[must_use]
    pub fn method(&self) -> &'static str {
        if self.review.is_some() { "POST" } else { "GET" }
    }

    /// What it comes to where a proxy refuses it, see [`is_of_proxy`].
    #[must_use]
    pub fn filtered(&self) -> Failure {
        let (method, path) = (self.method(), &self.path);
        Failure::new(
            FailureKind::Forbidden,
            format!("403: the proxy refuses {method} {path} by itself, the server was not asked"),
            "Look at --reject-paths, --accept-hosts and their like of kubectl proxy",
        )
    }

    /// The path and the encoded query, as after the server's address.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        let mut text = self.path.to_string();
        for (index, (name, value)) in self.query.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(&encode_query_value(value));
        }
        text
    }
}

/// A request and its whole answer, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What was asked.
    pub request: Request,
    /// The HTTP status.
    pub status: u16,
    /// The Content-Type header, empty where there was none.
    pub content_type: String,
    /// The texts of the Warning headers.
    pub warnings: Vec<String>,
    /// Whether an API server gave the answer an Audit-Id, as it does with all but those of a
    /// recording.
    pub audited: bool,
    /// Where the server sends us instead, in an answer of 300 to 399.
    pub location: Option<String>,
    /// How long its Retry-After header asks to wait.
    pub retry_after: Option<Duration>,
    /// The body, decompressed, as the server sent it.
    pub body: Bytes,
    /// The body is longer, and only this much of it was read, in bytes.
    pub cut_at: Option<usize>,
    /// From sending the request to the last byte.
    pub elapsed: Duration,
}

impl Exchange {
    /// The exchange where the status is below 300 and the body whole, else the failure it tells of.
    ///
    /// # Errors
    ///
    /// As [`Exchange::accepted`], and an answer that was too long.
    pub fn good(&self) -> Result<&Self, Failure> {
        self.accepted()?;
        match self.cut_at {
            None => Ok(self),
            Some(limit) => Err(self.too_long(limit)),
        }
    }

    /// The exchange where the status is below 300, be the body whole or not.
    ///
    /// # Errors
    ///
    /// The [`Failure`] read from an answer of 400 and above. A redirect is one too, since none is
    /// followed: it would take the credentials along.
    pub fn accepted(&self) -> Result<&Self, Failure> {
        if self.status < 300 {
            Ok(self)
        } else if self.status < 400 {
            Err(Failure::redirected(self.status, self.location.as_deref()))
        } else if is_of_proxy(self.status, &self.content_type, self.audited) {
            Err(self.request.filtered())
        } else {
            Err(Failure::from_answer(self.status, &self.body).waiting(self.retry_after))
        }
    }

    fn too_long(&self, limit: usize) -> Failure {
        let (method, path) = (self.request.method(), &self.request.path);
        let message =
            format!("the answer to {method} {path} is longer than {}", format_bytes(limit));
        Failure::new(FailureKind::TooLong, message, advice(FailureKind::TooLong))
    }

    /// Whether the body says it is JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.content_type.contains("json")
    }
}

/// Whether a proxy refuses by itself: an API server always explains a 403 with a `Status`, and
/// gives each answer an Audit-Id.
#[must_use]
pub fn is_of_proxy(status: u16, content_type: &str, audited: bool) -> bool {
    status == 403 && !audited && !content_type.contains("json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_proxy_is_told_from_one_of_the_server() {
        let answer = |content_type: &str, audited: bool| Exchange {
            request: Request::get(ApiPath::parse("/api/v1/pods"), Form::Json),
            status: 403,
            content_type: content_type.to_owned(),
            warnings: Vec::new(),
            audited,
            location: None,
            cut_at: None,
            retry_after: None,
            body: Bytes::from_static(b"Forbidden\n"),
            elapsed: Duration::ZERO,
        };
        let of = |exchange: Exchange| exchange.good().unwrap_err().message;
        assert!(of(answer("text/plain", false)).contains("the proxy refuses GET /api/v1/pods"));
        assert_eq!(of(answer("text/plain", true)), "403: Forbidden");
        assert_eq!(of(answer("application/json", false)), "403: Forbidden");
    }

    #[test]
    fn a_query_is_encoded_once() {
        let request = Request::get(ApiPath::parse("/api/v1/pods"), Form::Json)
            .with("limit", "500")
            .with("fieldSelector", "metadata.name=db-0");
        assert_eq!(
            request.path_and_query(),
            "/api/v1/pods?limit=500&fieldSelector=metadata.name%3Ddb-0"
        );
    }
}
