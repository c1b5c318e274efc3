//! Which server to speak to, and why: the flags, the kubeconfig, a proxy on this machine or in this
//! pod, the service account, or a recording.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::k8s::endpoint::{Attempt, Endpoint, EndpointKind, NoEndpoint, Way};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;

use super::client::Client;
use super::har::Recording;

mod environment;
mod kubeconfig;
mod probe;
mod proxy;
mod search;
mod server;
mod service_account;

pub use super::credentials::reports::PluginReports;
pub use environment::Environment;

use search::Search;

/// The address that stands for a recorded server: that of a `kubectl proxy` to such a cluster.
const RECORDED_ADDRESS: &str = "http://127.0.0.1:8001";

/// What the user said about connecting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `--context`: a context of the kubeconfig.
    pub context: Option<String>,
    /// `--kubeconfig`: a file in place of those of the environment.
    pub kubeconfig: Option<PathBuf>,
    /// `--server`: an address, http, https or unix.
    pub server: Option<String>,
    /// `--borrow-token`: the service account of another container of this pod.
    pub borrow_token: bool,
    /// `--namespace`.
    pub namespace: Option<Namespace>,
    /// `--request-timeout`: the limit of every request but a watch; `None` or zero is no limit.
    pub request_timeout: Option<Duration>,
    /// `--max-response`: so much is read of an answer, in bytes, where it is not the usual 8 MiB.
    pub max_response: Option<usize>,
    /// `--demo`: the embedded recording.
    pub demo: bool,
    /// `--replay`: a recording.
    pub replay: Option<PathBuf>,
    /// What holds for a live server, whichever way leads there.
    pub flags: Flags,
}

/// What the user said about any live server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--as`: the user to ask as.
    pub impersonate: Option<String>,
    /// `--as-group`: the groups of that user.
    pub impersonate_groups: Vec<String>,
    /// `--token-file`: a file with a bearer token, read again as it changes.
    pub token_file: Option<PathBuf>,
    /// `--certificate-authority`: a file with the only authorities to trust, in PEM.
    pub certificate_authority: Option<PathBuf>,
    /// `--insecure-skip-tls-verify`: no certificate is verified.
    pub insecure_skip_tls_verify: bool,
}

/// A way to a server, taken. Whether the server answers is known once it is asked.
#[derive(Clone, Debug)]
pub struct Connected {
    /// What speaks to the server.
    pub client: Client,
    /// Which server, and why.
    pub endpoint: Endpoint,
    /// The ways tried before, and this one last.
    pub tried: Vec<Attempt>,
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotConnected {
    /// What was asked for cannot be done: a flag, a kubeconfig, a recording. Of kind `Input`.
    #[error("{0}")]
    Unusable(Failure),
    /// Nothing was asked for, and every way is absent.
    #[error("no Kubernetes API server was found")]
    Absent(NoEndpoint),
}

/// Finds the way to a server.
///
/// Flags come first. Without any, outside a pod: the kubeconfig, then a proxy on this machine;
/// inside a pod: `KUBECONFIG` where set, the ambassador, the service account, a kubeconfig. A way
/// that is configured is taken, whether its server answers or not; only an absent way is skipped.
/// Nothing is asked of a server but of the proxy, which is probed for at most 300 ms.
///
/// Must run on a tokio runtime.
///
/// # Errors
///
/// Flags, a kubeconfig or a recording that cannot be used, or no way at all.
pub async fn connect(
    options: &Options,
    environment: &Environment,
) -> Result<Connected, NotConnected> {
    connect_reporting(options, environment, PluginReports::default()).await
}

/// As [`connect`], and reports credential plugins that take long, now and when credentials expire.
///
/// # Errors
///
/// As [`connect`].
pub async fn connect_reporting(
    options: &Options,
    environment: &Environment,
    reports: PluginReports,
) -> Result<Connected, NotConnected> {
    let found = find(options, environment, reports).await?;
    Ok(match options.max_response {
        Some(limit) => Connected { client: found.client.reading(limit), ..found },
        None => found,
    })
}

async fn find(
    options: &Options,
    environment: &Environment,
    reports: PluginReports,
) -> Result<Connected, NotConnected> {
    one_way_only(options).map_err(NotConnected::Unusable)?;
    if options.demo {
        let recording = blocking(Recording::demo).await.map_err(NotConnected::Unusable)?;
        return Ok(replay(recording, EndpointKind::Demo, "--demo was given", options));
    }
    if let Some(file) = options.replay.clone() {
        let kind = EndpointKind::Recording { file: file.display().to_string() };
        let recording = blocking(move || Recording::open(&file)).await;
        let recording = recording.map_err(NotConnected::Unusable)?;
        return Ok(replay(recording, kind, "--replay was given", options));
    }
    Search::new(options, environment).find(reports).await
}

/// The contexts of the kubeconfig that the flags or the environment name; none where it cannot be
/// read.
#[must_use]
pub fn contexts(options: &Options, environment: &Environment) -> Vec<String> {
    Search::new(options, environment)
        .kubeconfig()
        .map(|loaded| loaded.contexts())
        .unwrap_or_default()
}

/// Flags that name different servers cannot all be followed.
fn one_way_only(options: &Options) -> Result<(), Failure> {
    let given: Vec<_> = [
        ("--demo", options.demo),
        ("--replay", options.replay.is_some()),
        ("--server", options.server.is_some()),
        ("--context", options.context.is_some()),
        ("--kubeconfig", options.kubeconfig.is_some()),
        ("--borrow-token", options.borrow_token),
    ]
    .into_iter()
    .filter_map(|(flag, given)| given.then_some(flag))
    .collect();
    match given[..] {
        [first, second, ..] if (first, second) != ("--context", "--kubeconfig") => {
            Err(Failure::new(
                FailureKind::Input,
                format!("{first} and {second} name different servers"),
                "Give one of them",
            ))
        }
        _ => Ok(()),
    }
}

/// Runs work that reads large files beside the tasks of the runtime.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Failure::new(FailureKind::Input, "connecting was ended by an internal error", ""))
    })
}

/// Answers from a recording in place of a server.
fn replay(recording: Recording, kind: EndpointKind, reason: &str, options: &Options) -> Connected {
    let endpoint = Endpoint {
        kind,
        address: RECORDED_ADDRESS.to_owned(),
        reason: reason.to_owned(),
        default_namespace: options.namespace.clone(),
        known_namespaces: options.namespace.iter().cloned().collect(),
        recorded_at: recording.recorded_at(),
        insecure: false,
        withholds_credentials: false,
        contexts: Vec::new(),
    };
    let attempt = Attempt {
        way: Way::Kind(endpoint.kind.clone()),
        outcome: format!("holds {} exchanges", recording.len()),
        hint: String::new(),
    };
    let client = Client::replay(Arc::new(recording));
    Connected { client, endpoint, tried: vec![attempt] }
}
