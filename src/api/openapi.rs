//! Fetching the schemas of a group and version. Of the document, only the schemas are kept.

use futures::StreamExt as _;

use super::client::Client;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::GroupVersion;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};
use crate::object::schema::{SchemaReader, Schemas, Unread};

/// The most bytes of schemas that are kept.
const MAX_BYTES: usize = 8 << 20;

/// Returns the request for the document of a group and version.
#[must_use]
pub fn request(version: &GroupVersion) -> Request {
    Request::get(ApiPath::openapi(version), Form::Json)
}

/// Fetches the schemas of a group and version.
///
/// # Errors
///
/// A failed request, and a document without schemas.
pub async fn schemas(client: &Client, version: &GroupVersion) -> Result<Schemas, Failure> {
    let request = request(version);
    let (head, mut chunks) = client.stream(&request).await?;
    if head.status >= 300 {
        let mut failure = head.failure(&request, chunks).await?;
        failure.message = format!("no documentation of {version}: {}", failure.message);
        return Err(failure);
    }
    let mut reader = SchemaReader::new(MAX_BYTES);
    while let Some(chunk) = chunks.next().await {
        reader.push(&chunk?);
    }
    reader.finish().map_err(|unread| {
        let (kind, why) = match unread {
            Unread::TooLong => (FailureKind::TooLong, "its schemas are too long"),
            Unread::NotFound => (FailureKind::Malformed, "the answer has no schemas"),
            Unread::Malformed => (FailureKind::Malformed, "its schemas are malformed"),
        };
        let message = format!("no documentation of {version}: {why}");
        Failure::new(kind, message, "Fetch it again, or read the kind's documentation elsewhere")
    })
}
