//! The answers of the ambassador itself, as a `Status` of the API.

use std::error::Error;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use serde_json::json;

use crate::headless::note;
use crate::k8s::failure::{Failure, FailureKind};

/// A body that is sent.
pub(super) type Sent = UnsyncBoxBody<Bytes, Box<dyn Error + Send + Sync>>;

/// An answer of the ambassador itself, sent as a `Status`.
pub(super) struct Refusal {
    /// The HTTP status.
    pub(super) status: StatusCode,
    /// The `StatusReason` of apimachinery; empty if it has none.
    pub(super) reason: &'static str,
    /// What is refused, and why.
    pub(super) message: String,
}

impl Refusal {
    /// The answer to a client that opens too many connections.
    pub(super) fn too_many() -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            reason: "TooManyRequests",
            message: "the ambassador has too many connections; close some, or retry later"
                .to_owned(),
        }
    }

    pub(super) fn ending() -> Self {
        Self {
            status: StatusCode::SERVICE_UNAVAILABLE,
            reason: "ServiceUnavailable",
            message: "the ambassador is ending".to_owned(),
        }
    }

    /// The answer where the server gives none.
    pub(super) fn of(failure: &Failure) -> Self {
        let (status, reason) = match failure.kind {
            FailureKind::TimedOut => (StatusCode::GATEWAY_TIMEOUT, "Timeout"),
            _ => (StatusCode::BAD_GATEWAY, ""),
        };
        // It may quote a credential plugin, whose output is not for clients.
        let is_private = matches!(failure.kind, FailureKind::Unauthorized | FailureKind::Input);
        let message = if is_private {
            note(&format!("kubewalk: {failure}"));
            "the ambassador has no usable credentials; its output says why".to_owned()
        } else {
            failure.to_string()
        };
        Self { status, reason, message }
    }

    /// The answer as a client of the API expects it.
    pub(super) fn response(self) -> Response<Sent> {
        let status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.status.as_u16(),
        });
        let body = Full::from(format!("{status}\n")).map_err(|never| match never {});
        let mut response = Response::new(body.boxed_unsync());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        match self.status {
            StatusCode::METHOD_NOT_ALLOWED => {
                headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            }
            StatusCode::TOO_MANY_REQUESTS => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        response
    }
}
