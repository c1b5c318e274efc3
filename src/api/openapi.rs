//! Fetching the schemas of a group and version. Of the document, only the schemas are kept. The schema of a
//! custom resource may come from its definition.

use futures::StreamExt as _;
use serde_json::Value;

use super::client::Client;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{GroupVersion, Gvr};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::object::schema::{SchemaReader, Schemas, Unread};

/// The most bytes of schemas that are kept.
const MAX_BYTES: usize = 8 << 20;

/// Returns the request for the document of a group and version.
#[must_use]
pub fn request(version: &GroupVersion) -> Request {
    Request::get(ApiPath::openapi(version), Form::Json)
}

/// What is called with each request and its status or failure.
pub type Log = fn(&Request, Result<u16, &Failure>);

/// Fetches the schemas of a group and version. If the server refuses its document or has none, that of the
/// resource with this plural name is taken from its `CustomResourceDefinition`.
///
/// # Errors
///
/// A failed request, and a document without schemas. The hint of a document that is not there names the
/// versions of the group that have one.
pub async fn schemas(
    client: &Client,
    version: &GroupVersion,
    plural: Option<&str>,
    log: Log,
) -> Result<Schemas, Failure> {
    let document = request(version);
    let answer = fetch(client, &document, version).await;
    log(&document, answer.as_ref().map(|_| 200));
    let mut failure = match answer {
        Ok(schemas) => return Ok(schemas),
        Err(failure) => failure,
    };
    let is_missing = failure.kind == FailureKind::NotFound;
    // The groups of custom resources have a dot.
    let is_custom = version.group.as_str().contains('.');
    if let Some(plural) = plural.filter(|_| is_custom)
        && (is_missing || failure.kind == FailureKind::Forbidden)
    {
        let definition = value(client, &definition(version, plural), log).await;
        if let Some(schemas) = definition.and_then(|it| Schemas::of_crd(&it, version)) {
            return Ok(schemas);
        }
    }
    if is_missing {
        let index = Request::get(ApiPath::NonResource("/openapi/v3".into()), Form::Json);
        if let Some(index) = value(client, &index, log).await {
            failure.hint = documented(&index, version);
        }
    }
    Err(failure)
}

/// Returns the request for the definition of a custom resource.
fn definition(version: &GroupVersion, plural: &str) -> Request {
    let gvr = Gvr::new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    let name = format!("{plural}.{}", version.group.as_str()).into();
    Request::get(ApiPath::Object(ObjectPath { gvr, namespace: None, name }), Form::Json)
}

/// Fetches a JSON value; `None` if there is none.
async fn value(client: &Client, request: &Request, log: Log) -> Option<Value> {
    let answer = client.send(request).await;
    log(request, answer.as_ref().map(|exchange| exchange.status));
    serde_json::from_slice(&answer.ok()?.good().ok()?.body).ok()
}

/// Names the versions of a group that the index has.
fn documented(index: &Value, version: &GroupVersion) -> String {
    let group = ApiPath::Version(version.clone()).to_string();
    let group = group.rsplit_once('/').map_or("", |(group, _)| group).trim_start_matches('/');
    let paths = index["paths"].as_object().into_iter().flatten();
    let versions = paths.filter_map(|(path, _)| path.strip_prefix(group)?.strip_prefix('/'));
    let versions: Vec<&str> = versions.filter(|rest| !rest.contains('/')).collect();
    let group = version.group.is_core().then_some("the core group");
    let group = group.unwrap_or_else(|| version.group.as_str());
    if versions.is_empty() {
        return format!("The server has documentation of no version of {group}");
    }
    format!("Of {group} the server has documentation of {}", versions.join(", "))
}

async fn fetch(
    client: &Client,
    request: &Request,
    version: &GroupVersion,
) -> Result<Schemas, Failure> {
    let (head, mut chunks) = client.stream(request).await?;
    if head.status >= 300 {
        let mut failure = head.failure(request, chunks).await?;
        failure.message = format!("no documentation of {version}: {}", failure.message);
        if failure.kind == FailureKind::Forbidden {
            failure.hint = "The ClusterRole system:discovery grants it".into();
        }
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
