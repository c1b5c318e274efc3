//! Whether a Kubernetes API answers on a port of this machine.

use std::time::Duration;

use futures::StreamExt as _;
use serde::Deserialize;

use super::Environment;
use super::live::Server;
use crate::k8s::failure::FailureKind;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};

/// How long the probe may take: it stands between the start and the first answer.
const LIMIT: Duration = Duration::from_millis(300);

/// No version and no `Status` is longer than this, in bytes.
const MAX_ANSWER: usize = 64 << 10;

/// What a probe found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probed {
    /// A Kubernetes API.
    Api,
    /// Nothing.
    Nothing,
    /// Something that gave no whole answer in time.
    Silence,
    /// Something else.
    Stranger,
}

/// Asks for the version. Only what answers with one, or with a `Status` (as to someone who may not
/// ask), is taken for a Kubernetes API.
pub(super) async fn probe(environment: &Environment) -> Probed {
    tokio::time::timeout(LIMIT, ask(environment)).await.unwrap_or(Probed::Silence)
}

async fn ask(environment: &Environment) -> Probed {
    let address = format!("http://{}", environment.proxy_address);
    let server = Server::at(&address, environment).and_then(|server| server.connect(None));
    let Ok(client) = server else { return Probed::Stranger };
    let version = ApiPath::NonResource("/version".into());
    let mut chunks = match client.stream(&Request::get(version, Form::Json)).await {
        Ok((_, chunks)) => chunks,
        Err(failure) if failure.kind == FailureKind::Refused => return Probed::Nothing,
        Err(_) => return Probed::Stranger,
    };
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let Ok(chunk) = chunk else { return Probed::Stranger };
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER {
            return Probed::Stranger;
        }
    }
    if is_api(&body) { Probed::Api } else { Probed::Stranger }
}

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[derive(Default)]
struct Answer {
    git_version: String,
    kind: String,
    api_version: String,
}

fn is_api(body: &[u8]) -> bool {
    let answer: Answer = serde_json::from_slice(body).unwrap_or_default();
    !answer.git_version.is_empty() || (answer.kind == "Status" && answer.api_version == "v1")
}
