//! Finds the server to connect to: by the flags, the kubeconfig, a proxy on this machine or in this pod,
//! the service account, or a recording.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::k8s::coverage::Coverage;
use crate::k8s::endpoint::{Attempt, Endpoint, EndpointKind, NoEndpoint, Way};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;

use super::client::Client;
use super::clock::Clock;
use super::har::Recording;
use super::replay::Replay;

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

/// The address shown for a recorded server: that of a `kubectl proxy` to the cluster.
const RECORDED_ADDRESS: &str = "http://127.0.0.1:8001";

/// The flags that choose a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `--context`: a context of the kubeconfig.
    pub context: Option<String>,
    /// `--kubeconfig`: a file to use instead of `KUBECONFIG` and `~/.kube/config`.
    pub kubeconfig: Option<PathBuf>,
    /// `--server`: an http, https or unix URL, or a host and port.
    pub server: Option<String>,
    /// `--borrow-token`: the service account of another container of this pod.
    pub borrow_token: bool,
    /// `--namespace`.
    pub namespace: Option<Namespace>,
    /// `--request-timeout`: the timeout of every request except watches; `None` or zero means none.
    pub request_timeout: Option<Duration>,
    /// `--max-response`: how much of an answer is read, in bytes; `None` is 8 MiB.
    pub max_response: Option<usize>,
    /// `--demo`: the embedded recording.
    pub demo: bool,
    /// `--replay`: a recording.
    pub replay: Option<PathBuf>,
    /// `--still`: the changes of a recording are not played, and its clock does not advance.
    pub still: bool,
    /// The flags for any live server.
    pub flags: Flags,
}

/// The flags for any live server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--as`: the user to impersonate.
    pub impersonate: Option<String>,
    /// `--as-group`: the groups to impersonate.
    pub impersonate_groups: Vec<String>,
    /// `--token-file`: a file with a bearer token, read again when it changes.
    pub token_file: Option<PathBuf>,
    /// `--certificate-authority`: a PEM file with the only authorities to trust.
    pub certificate_authority: Option<PathBuf>,
    /// `--insecure-skip-tls-verify`: no certificate is verified.
    pub insecure_skip_tls_verify: bool,
}

/// A client for a server. Only the first request shows whether the server answers.
#[derive(Clone, Debug)]
pub struct Connected {
    /// The client.
    pub client: Client,
    /// The server, and why it was chosen.
    pub endpoint: Endpoint,
    /// The ways that were tried, this one last.
    pub tried: Vec<Attempt>,
    /// The time: of this machine, or of the recording that answers.
    pub clock: Clock,
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotConnected {
    /// A flag, a kubeconfig or a recording cannot be used. Of kind `Input`.
    #[error("{0}")]
    Unusable(Failure),
    /// No flag names a server, and none was found.
    #[error("no Kubernetes API server was found")]
    Absent(NoEndpoint),
}

/// Finds a server and builds the client for it.
///
/// Flags win. Without flags the order is, outside a pod: the kubeconfig, a proxy on this machine;
/// inside a pod: `KUBECONFIG`, the ambassador, the service account, `~/.kube/config`. A configured way
/// is used whether its server answers or not; only an absent way is skipped. No request is sent, except
/// to a proxy, for at most 300 ms.
///
/// Must run on a tokio runtime.
///
/// # Errors
///
/// A flag, a kubeconfig or a recording is invalid, or no server was found.
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
        let recording =
            blocking(|| Ok(covered(Recording::demo()?))).await.map_err(NotConnected::Unusable)?;
        return Ok(replay(recording, EndpointKind::Demo, "--demo was given", options));
    }
    if let Some(file) = options.replay.clone() {
        let kind = EndpointKind::Recording { file: file.display().to_string() };
        let recording = blocking(move || Ok(covered(Recording::open(&file)?))).await;
        let recording = recording.map_err(NotConnected::Unusable)?;
        return Ok(replay(recording, kind, "--replay was given", options));
    }
    Search::new(options, environment).find(reports).await
}

/// Returns the contexts of the kubeconfig that the flags or the environment name; none if it cannot be
/// read.
#[must_use]
pub fn contexts(options: &Options, environment: &Environment) -> Vec<String> {
    Search::new(options, environment)
        .kubeconfig()
        .map(|loaded| loaded.contexts())
        .unwrap_or_default()
}

/// Refuses flags that name different servers.
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

/// Returns a recording with what it has answers for.
fn covered(recording: Recording) -> (Recording, Coverage) {
    let coverage = Replay::coverage(&recording);
    (recording, coverage)
}

/// Connects to a recording.
fn replay(
    (recording, coverage): (Recording, Coverage),
    kind: EndpointKind,
    reason: &str,
    options: &Options,
) -> Connected {
    let plays_from = recording.plays_from().filter(|_| !options.still);
    let recorded_at = plays_from.or(recording.recorded_at());
    let clock = plays_from.map_or(Clock::stopped(recorded_at), Clock::running);
    let endpoint = Endpoint {
        kind,
        address: RECORDED_ADDRESS.to_owned(),
        reason: reason.to_owned(),
        default_namespace: options.namespace.clone(),
        known_namespaces: options.namespace.iter().cloned().collect(),
        recorded_at,
        plays: plays_from.is_some(),
        coverage: Some(Arc::new(coverage)),
        insecure: false,
        withholds_credentials: false,
        contexts: Vec::new(),
    };
    let attempt = Attempt {
        way: Way::Kind(endpoint.kind.clone()),
        outcome: format!("contains {} exchanges", recording.len()),
        hint: String::new(),
    };
    let replay = Replay::new(Arc::new(recording)).at(clock);
    // The demo goes on after the recorded lines end.
    let is_demo = endpoint.kind == EndpointKind::Demo;
    let replay = if is_demo { replay.repeating_logs() } else { replay };
    Connected { client: Client::replaying(replay), endpoint, tried: vec![attempt], clock }
}
