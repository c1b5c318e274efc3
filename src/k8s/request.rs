//! Requests to an API server and their answers.

use std::time::Duration;

use bytes::Bytes;

use super::failure::{Failure, FailureKind, advice};
use super::path::{ApiPath, encode_query_value};
use crate::text::format_bytes;

/// The most requests at the same time where many are sent for one purpose.
pub const AT_ONCE: usize = 8;

/// Identifies a request or a stream in flight. Answers to cancelled tickets are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// A read-only request. No value of this type stores anything on the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The path.
    pub path: ApiPath,
    /// The query parameters in order, not encoded.
    pub query: Vec<(String, String)>,
    /// The requested form of the answer.
    pub form: Form,
    /// The body of a self-subject review, which stores nothing; `None` for a GET.
    pub review: Option<String>,
}

/// The form in which an answer is requested, sent as the Accept header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// JSON if possible, else any content type.
    Any,
    /// JSON.
    Json,
    /// `APIGroupDiscoveryList`, with the plain discovery document as the fallback.
    Discovery,
    /// A `Table`, with the plain list as the fallback.
    Table,
    /// `PartialObjectMetadataList`, with the plain list as the fallback.
    Metadata,
    /// `PartialObjectMetadata` of one object, without a fallback: its other fields are never sent.
    ObjectMetadata,
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
            Self::ObjectMetadata => "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
        }
    }

    /// The Accept header of a watch. Its events have one object each, so metadata is requested as
    /// `PartialObjectMetadata` and not as a list.
    #[must_use]
    pub fn watch_accept(self) -> &'static str {
        match self {
            Self::Metadata => {
                "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json"
            }
            other => other.accept(),
        }
    }

    /// The next plainer form, for a server that answers 406 although plainer forms were accepted.
    #[must_use]
    pub fn plainer(self) -> Option<Self> {
        match self {
            Self::Table => Some(Self::Metadata),
            Self::Metadata | Self::Discovery => Some(Self::Json),
            Self::Any | Self::Json | Self::ObjectMetadata => None,
        }
    }

    /// The kind of an answer in this form, if the form implies one.
    #[must_use]
    pub fn kind(self) -> Option<&'static str> {
        match self {
            Self::Any | Self::Json => None,
            Self::Discovery => Some("APIGroupDiscoveryList"),
            Self::Table => Some("Table"),
            Self::Metadata => Some("PartialObjectMetadataList"),
            Self::ObjectMetadata => Some("PartialObjectMetadata"),
        }
    }
}

impl Request {
    /// Returns a GET of a path in a form.
    #[must_use]
    pub fn get(path: ApiPath, form: Form) -> Self {
        Self { path, query: Vec::new(), form, review: None }
    }

    /// Returns a POST of a self-subject review below the group `authentication.k8s.io` or
    /// `authorization.k8s.io`.
    #[must_use]
    pub fn review(path: ApiPath, body: String) -> Self {
        Self { path, query: Vec::new(), form: Form::Json, review: Some(body) }
    }

    /// Returns the same request with another query parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// True if it is a watch.
    #[must_use]
    pub fn is_watch(&self) -> bool {
        self.query.iter().any(|(name, _)| name == "watch")
    }

    /// True if its answer is a stream without an end: a watch, or a followed log.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        self.is_watch()
            || self.query.iter().any(|(name, value)| name == "follow" && value == "true")
    }

    /// True if an API server takes a query parameter as true (apimachinery
    /// `Convert_Slice_string_To_bool`).
    #[must_use]
    pub fn has_true(&self, parameter: &str) -> bool {
        let is_true = |value: &str| !matches!(value.to_ascii_lowercase().as_str(), "false" | "0");
        self.query.iter().any(|(name, value)| name == parameter && is_true(value))
    }

    /// `GET`, or `POST` for a review.
    #[must_use]
    pub fn method(&self) -> &'static str {
        if self.review.is_some() { "POST" } else { "GET" }
    }

    /// Returns the failure of a request that a proxy refuses, see [`is_of_proxy`].
    #[must_use]
    pub fn refused_by_proxy(&self) -> Failure {
        let (method, path) = (self.method(), &self.path);
        Failure::new(
            FailureKind::Forbidden,
            format!("403: the proxy refuses {method} {path} and does not forward it"),
            "Check what the proxy allows; kubectl proxy has --reject-paths and --accept-hosts for it",
        )
    }

    /// Formats the path and the encoded query, as they follow the server's address.
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

/// A request and its answer with any status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// The HTTP status.
    pub status: u16,
    /// The Content-Type header; empty if there is none.
    pub content_type: String,
    /// The texts of the Warning headers.
    pub warnings: Vec<String>,
    /// True if the answer has an Audit-Id, as all answers of an API server have.
    pub audited: bool,
    /// The Location header of a redirect (status 300 to 399).
    pub location: Option<String>,
    /// The time to wait, from the Retry-After header.
    pub retry_after: Option<Duration>,
    /// The body, decompressed, as the server sent it.
    pub body: Bytes,
    /// If the body was cut: the number of bytes that were read.
    pub cut_at: Option<usize>,
    /// The time from sending the request to the last byte.
    pub elapsed: Duration,
}

impl Exchange {
    /// Returns the exchange if the status is below 300 and the body is whole.
    ///
    /// # Errors
    ///
    /// As [`Exchange::accepted`], and a body that was cut.
    pub fn good(&self) -> Result<&Self, Failure> {
        self.accepted()?;
        match self.cut_at {
            None => Ok(self),
            Some(limit) => Err(self.too_long(limit)),
        }
    }

    /// Returns the exchange if the status is below 300.
    ///
    /// # Errors
    ///
    /// The failure of a status of 400 or above, or of a redirect. Redirects are not followed, since that
    /// would send the credentials elsewhere.
    pub fn accepted(&self) -> Result<&Self, Failure> {
        if self.status < 300 {
            Ok(self)
        } else if self.status < 400 {
            Err(Failure::redirected(self.status, self.location.as_deref()))
        } else if is_of_proxy(self.status, &self.content_type, self.audited) {
            Err(self.request.refused_by_proxy())
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

    /// True if the Content-Type is JSON.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.content_type.contains("json")
    }
}

/// True if a proxy refused the request: an API server explains a 403 with a `Status`, and gives each
/// answer an Audit-Id.
#[must_use]
pub fn is_of_proxy(status: u16, content_type: &str, audited: bool) -> bool {
    status == 403 && !audited && !content_type.contains("json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_proxy_is_not_one_of_the_server() {
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
