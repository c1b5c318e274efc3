//! The commands without a screen. Each prints to stdout; warnings and failures go to stderr.

pub mod complete;
pub mod diff;
pub mod digest_key;
pub mod downward;
pub mod explain;
pub mod find;
pub mod get;
pub mod info;
pub mod links;
pub mod logs;
mod managers;
mod missing;
mod out;
pub mod plugins;
pub mod problems;
mod rows;
mod search;
pub mod tree;
mod walk;

use std::io;
use std::sync::Arc;

use clap::ValueEnum;
use futures::stream::{self, StreamExt as _};

use crate::api::endpoint::{
    Connected, Environment, NotConnected, Options, PluginReports, connect_reporting,
};
use crate::api::record::Recorder;
use crate::k8s::answer;
use crate::k8s::discovery::{Discovery, DiscoveryPart};
use crate::k8s::endpoint::NoEndpoint;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::location::{Located, Locator, NamespaceDefaults, Resolution, namespace_path};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Exchange, Request};
use crate::runtime::log;
pub use out::{Out, note};

/// How many parts of discovery are requested at a time.
const PARTS_AT_ONCE: usize = 8;

/// A connection, with the options for its use.
#[derive(Debug)]
pub struct Access {
    /// The connection.
    pub connection: Connected,
    /// The namespace given by `-n`.
    pub chosen: Option<Namespace>,
    /// True if stdout is a terminal: control characters in JSON are then printed as JSON escapes.
    pub is_terminal: bool,
}

/// The form in which a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputForm {
    /// Lines of text
    Text,
    /// JSON
    Json,
}

/// Why a command stopped.
#[derive(Debug)]
pub enum Stop {
    /// A request failed, or the input cannot be used (kind `Input`).
    Failed(Failure),
    /// No server was found.
    Nowhere(NoEndpoint),
    /// Parts of a tree failed; each failure was reported when it happened.
    Incomplete,
    /// This number of values or files in containers differ from what they should be.
    Differs(usize),
    /// This number of rows differ between two pods, which were printed.
    Unlike(usize),
    /// There are problems, which were printed.
    Problems,
    /// The sides of a comparison differ, which was printed.
    Unequal,
    /// A comparison failed, for this reason.
    Trouble(Box<Stop>),
    /// This number of references lead to nothing.
    Missing(usize),
    /// The output cannot be written, for instance since its reader has ended.
    Output(io::Error),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<NotConnected> for Stop {
    fn from(error: NotConnected) -> Self {
        match error {
            NotConnected::Unusable(failure) => Self::Failed(failure),
            NotConnected::Absent(nowhere) => Self::Nowhere(nowhere),
        }
    }
}

impl Stop {
    /// Prints the reason on stderr. Returns the exit code: 0 if the reader of the output has ended, 1 if a
    /// request failed or the sides of a comparison differ, 2 if the input cannot be used, there is no server
    /// or a comparison failed, 3 if a pod is not as it should be, there are problems, or something that is
    /// referred to is missing.
    #[must_use]
    pub fn report(self) -> u8 {
        match self {
            Self::Incomplete | Self::Unequal => 1,
            Self::Trouble(reason) => match *reason {
                Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
                reason => reason.report().max(2),
            },
            Self::Problems | Self::Unlike(_) => 3,
            Self::Missing(count) => {
                let references = if count == 1 { "reference leads" } else { "references lead" };
                note(&format!("kubewalk: {count} {references} to something that does not exist"));
                3
            }
            Self::Differs(count) => {
                let differences = if count == 1 { "difference" } else { "differences" };
                note(&format!(
                    "kubewalk: {count} {differences} to what the containers should have"
                ));
                3
            }
            Self::Failed(failure) => {
                note(&format!("kubewalk: {failure}"));
                if failure.kind == FailureKind::Input { 2 } else { 1 }
            }
            Self::Nowhere(NoEndpoint { tried, .. }) => {
                note("kubewalk: no Kubernetes API server was found; try --demo without one");
                for attempt in tried {
                    let hint = if attempt.hint.is_empty() { "" } else { ". " };
                    note(&format!("  {}: {}{hint}{}", attempt.way, attempt.outcome, attempt.hint));
                }
                2
            }
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Output(error) => {
                note(&format!("kubewalk: the output cannot be written: {error}"));
                1
            }
        }
    }
}

impl Access {
    /// Connects.
    ///
    /// # Errors
    ///
    /// Flags, a kubeconfig or a recording that cannot be used, or no server.
    pub async fn open(
        options: &Options,
        environment: &Environment,
        is_terminal: bool,
    ) -> Result<Self, Stop> {
        Self::open_reporting(options, environment, is_terminal, PluginReports::default()).await
    }

    /// As [`Access::open`], and reports credential plugins that take long.
    ///
    /// # Errors
    ///
    /// As [`Access::open`].
    pub async fn open_reporting(
        options: &Options,
        environment: &Environment,
        is_terminal: bool,
        reports: PluginReports,
    ) -> Result<Self, Stop> {
        let connection = connect_reporting(options, environment, reports).await?;
        Ok(Self { connection, chosen: options.namespace.clone(), is_terminal })
    }

    /// Returns the same connection, recorded if there is a recorder.
    #[must_use]
    pub fn recorded_by(mut self, recorder: Option<Arc<Recorder>>) -> Self {
        if recorder.is_some() {
            self.connection.client = self.connection.client.recorded(recorder);
        }
        self
    }

    /// Sends a request and expects a whole answer of an API server, with a status below 300.
    ///
    /// # Errors
    ///
    /// No such answer.
    pub(crate) async fn fetch(&self, request: &Request) -> Result<Exchange, Failure> {
        let answer = self.connection.client.send(request).await;
        log::exchange(request, &answer);
        let exchange = answer?;
        answer::whole(&exchange).map_err(|failure| self.named(failure))?;
        Ok(exchange)
    }

    /// The failure with the server's address, where the address is wrong.
    pub(crate) fn named(&self, mut failure: Failure) -> Failure {
        if failure.kind == FailureKind::NotAnApi {
            failure.message = format!("{}: {}", self.connection.client.address(), failure.message);
        }
        failure
    }

    /// Loads both lists of groups. See [`Discovery::failure`] for one that failed.
    pub(crate) async fn discover(&self) -> Discovery {
        let mut discovery = Discovery::default();
        self.load_all(&mut discovery, DiscoveryPart::GROUPS).await;
        discovery
    }

    /// Loads what is missing in discovery: the lists of groups, and version by version where the server
    /// has no other way.
    pub(crate) async fn complete(&self, discovery: &mut Discovery) {
        self.load_all(discovery, DiscoveryPart::GROUPS).await;
        let versions = discovery.versions();
        let missing = versions.filter(|version| !version.stale && version.resources.is_none());
        let parts = missing.map(|version| DiscoveryPart::Resources(version.group_version.clone()));
        let parts: Vec<DiscoveryPart> = parts.collect();
        self.load_all(discovery, parts).await;
    }

    /// Loads parts of discovery that were not tried before, a few at a time, and stores the outcomes.
    pub(crate) async fn load_all(
        &self,
        discovery: &mut Discovery,
        parts: impl IntoIterator<Item = DiscoveryPart>,
    ) {
        let parts = parts.into_iter().filter(|part| !discovery.was_tried(part));
        let parts: Vec<DiscoveryPart> = parts.collect();
        let fetch = |part: DiscoveryPart| async move {
            let answer = self.fetch(&part.request()).await;
            let content = answer.and_then(|answer| answer::discovery(&part, &answer));
            (part, content)
        };
        let mut loaded = stream::iter(parts).map(fetch).buffered(PARTS_AT_ONCE);
        while let Some((part, content)) = loaded.next().await {
            discovery.store(part, content);
        }
    }

    /// Resolves the words of a location. Discovery is loaded only where the words are no path.
    ///
    /// # Errors
    ///
    /// Words that name nothing, or a failure of discovery.
    pub(crate) async fn find(&self, words: &str) -> Result<Located, Failure> {
        self.find_in(&mut Discovery::default(), words).await
    }

    /// As [`Access::find`]; what it loads is added to `discovery`.
    pub(crate) async fn find_in(
        &self,
        discovery: &mut Discovery,
        words: &str,
    ) -> Result<Located, Failure> {
        let locator = Locator::parse(words)?;
        loop {
            let missing = match locator.resolve(discovery, self.namespaces())? {
                Resolution::Found(located) => return Ok(located),
                // A command does nothing in a namespace but show it.
                Resolution::Namespace(namespace) => {
                    return Ok(Located::at(namespace_path(&namespace)));
                }
                Resolution::Needs(missing) => missing,
            };
            self.load_all(discovery, missing).await;
        }
    }

    /// Resolves words in which a bare name is that of a pod, which needs no discovery.
    ///
    /// # Errors
    ///
    /// As [`Access::find`].
    pub(crate) async fn find_pod(&self, words: &str) -> Result<ApiPath, Failure> {
        if words.contains('/') || words.contains(char::is_whitespace) {
            return Ok(self.find(words).await?.path);
        }
        let NamespaceDefaults { chosen, fallback } = self.namespaces();
        let namespace = chosen.or(fallback).cloned();
        Ok(ApiPath::Object(ObjectPath {
            gvr: Gvr::new("", "v1", "pods"),
            namespace: Some(namespace.unwrap_or_else(|| Namespace::new("default"))),
            name: words.into(),
        }))
    }

    /// The namespaces that apply where a location names none.
    pub(crate) fn namespaces(&self) -> NamespaceDefaults<'_> {
        NamespaceDefaults {
            chosen: self.chosen.as_ref(),
            fallback: self.connection.endpoint.default_namespace.as_ref(),
        }
    }
}
