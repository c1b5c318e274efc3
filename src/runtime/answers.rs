//! Reads answers into what was wanted of them, off the loop.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::app::message::{Answer, Reply, Want};
use crate::document::Document;
use crate::k8s::discovery::{read_groups, read_non_resource_paths, read_resources};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::Exchange;
use crate::k8s::reviews::read_rules;
use crate::k8s::server::{read_user, read_version};
use crate::k8s::table::read_page;

/// Reads a whole answer; `arrived` is when its last byte came.
///
/// # Errors
///
/// A status of 400 and above, and an answer that is not what was wanted. A document is read
/// whatever its status.
pub fn read(exchange: Exchange, want: Want, arrived: Timestamp) -> Result<Answer, Failure> {
    if want == Want::Document {
        return Ok(Answer::Document(reply(exchange)));
    }
    let body = &accepted(&exchange)?.good()?.body;
    Ok(match want {
        Want::Groups => Answer::Groups(read_groups(body)?),
        Want::Resources(version) => Answer::Resources(read_resources(&version, body)?),
        Want::Paths => Answer::Paths(read_non_resource_paths(body)?),
        Want::Version => Answer::Text(read_version(body)?),
        Want::User => Answer::Text(read_user(body)?.name),
        Want::Page | Want::Pages => {
            let page = read_page(body, arrived)?;
            let within = is_of_one_namespace(&exchange.request.path);
            Answer::Page(if within { page.of_one_namespace() } else { page })
        }
        Want::Rules => Answer::Rules(read_rules(body)?),
        Want::Value => Answer::Value(Arc::new(value(body)?)),
        Want::Document => return Err(unreadable()),
    })
}

/// An answer below 300. A web page is none: only what lies behind a proxy subresource, or outside
/// of the API, may be one.
fn accepted(exchange: &Exchange) -> Result<&Exchange, Failure> {
    let may_be_any =
        matches!(exchange.request.path, ApiPath::Subresource { .. } | ApiPath::NonResource(_));
    if !may_be_any && exchange.content_type.contains("html") {
        return Err(unreadable());
    }
    exchange.accepted()
}

/// An answer as a document, whatever its status.
pub(super) fn reply(exchange: Exchange) -> Reply {
    let version = match &exchange.request.path {
        ApiPath::Object(_) if exchange.status < 300 => version(&exchange.body),
        _ => String::new(),
    };
    let (is_json, of_secrets) = (exchange.is_json(), exchange.request.path.is_of_secrets());
    let is_log = !is_json && exchange.request.path.is_log();
    let failure = accepted(&exchange).err();
    let document = match exchange.cut_at {
        None => Document::read(exchange.body.clone(), is_json, of_secrets),
        Some(_) => Document::read_beginning(exchange.body.clone(), is_json, of_secrets),
    };
    Reply {
        failure,
        status: exchange.status,
        bytes: exchange.body.len(),
        elapsed: exchange.elapsed,
        warnings: exchange.warnings,
        version,
        document: Arc::new(if is_log { document.as_log() } else { document }),
    }
}

/// An object that a watch told of, as if it had been asked for.
pub(super) fn object_reply(path: &ObjectPath, body: Bytes, elapsed: Duration) -> Reply {
    Reply {
        failure: None,
        status: 200,
        bytes: body.len(),
        elapsed,
        warnings: Vec::new(),
        version: version(&body),
        document: Arc::new(Document::read(body, true, path.gvr.is_core("secrets"))),
    }
}

/// Whether a collection is that of one namespace.
pub(super) fn is_of_one_namespace(path: &ApiPath) -> bool {
    matches!(path, ApiPath::Collection { namespace: Some(_), .. })
}

fn version(body: &[u8]) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Object {
        metadata: Meta,
    }
    #[derive(Default, Deserialize)]
    #[serde(default, rename_all = "camelCase")]
    struct Meta {
        resource_version: String,
    }
    serde_json::from_slice::<Object>(body).unwrap_or_default().metadata.resource_version
}

fn value(body: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(body).map_err(|_| unreadable())
}

fn unreadable() -> Failure {
    Failure::new(
        FailureKind::NotAnApi,
        "what answers there is not a Kubernetes API server",
        "Check the address; `kubectl proxy` listens on http://127.0.0.1:8001",
    )
}
