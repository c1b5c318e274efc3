//! Finds out whether a Kubernetes API answers on a port of this machine.

use std::time::Duration;

use futures::StreamExt as _;
use serde::Deserialize;

use super::server::Server;
use super::{Environment, PluginReports};
use crate::k8s::failure::FailureKind;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};

/// The limit of the whole probe: the first request has to wait for it.
const LIMIT: Duration = Duration::from_millis(300);

/// No version and no `Status` is longer than this, in bytes.
const MAX_ANSWER: usize = 64 << 10;

/// What listens on the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProbeOutcome {
    /// A Kubernetes API.
    Api,
    /// Nothing.
    Refused,
    /// Something that did not answer within the limit.
    TimedOut,
    /// Something else.
    NotAnApi,
}

/// Requests the version. Only a version, or a `Status` (for a user who may not read the version),
/// is taken for the answer of a Kubernetes API.
pub(super) async fn probe(environment: &Environment) -> ProbeOutcome {
    let version = request_version(environment);
    tokio::time::timeout(LIMIT, version).await.unwrap_or(ProbeOutcome::TimedOut)
}

async fn request_version(environment: &Environment) -> ProbeOutcome {
    let address = format!("http://{}", environment.proxy_address);
    let Ok(server) = Server::at(&address, environment) else { return ProbeOutcome::NotAnApi };
    let client = server.connect(None, PluginReports::default()).await;
    let Ok(client) = client else { return ProbeOutcome::NotAnApi };
    let version = ApiPath::NonResource("/version".into());
    let mut chunks = match client.stream(&Request::get(version, Form::Json)).await {
        Ok((_, chunks)) => chunks,
        Err(failure) if failure.kind == FailureKind::Refused => return ProbeOutcome::Refused,
        Err(_) => return ProbeOutcome::NotAnApi,
    };
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let Ok(chunk) = chunk else { return ProbeOutcome::NotAnApi };
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            return ProbeOutcome::NotAnApi;
        }
    }
    if is_api(&body) { ProbeOutcome::Api } else { ProbeOutcome::NotAnApi }
}

/// The answer: a version, or a `Status`.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct VersionOrStatus {
    git_version: String,
    kind: String,
    api_version: String,
}

fn is_api(body: &[u8]) -> bool {
    let answer: VersionOrStatus = serde_json::from_slice(body).unwrap_or_default();
    !answer.git_version.is_empty() || (answer.kind == "Status" && answer.api_version == "v1")
}
