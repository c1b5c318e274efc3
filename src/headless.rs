//! The commands that need no terminal: one request or one walk, printed to stdout.

pub mod complete;
pub mod downward;
pub mod get;
pub mod info;
mod out;
mod rows;
pub mod tree;
mod walk;

use std::io;
use std::sync::Arc;

use crate::api::endpoint::{Connected, Environment, NotConnected, Options, connect};
use crate::api::record::Recorder;
use crate::api::wire::Wire;
use crate::k8s::discovery::{DiscoveredGroup, Discovery, read_groups, read_resources};
use crate::k8s::endpoint::NoEndpoint;
use crate::k8s::failure::{Failure, FailureKind, advice};
use crate::k8s::location::{self, Location, Target};
use crate::k8s::names::{GroupVersion, Namespace};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Exchange, Form, Request};
use crate::k8s::selector::Selector;
use crate::runtime::log;
pub use out::{Out, note};

/// A connection, and what the user said about using it.
#[derive(Debug)]
pub struct Access {
    /// How to reach the server.
    pub connection: Connected,
    /// The namespace given by `-n`.
    pub chosen: Option<Namespace>,
    /// Whether stdout is a terminal: JSON then has control characters as its own escapes.
    pub is_terminal: bool,
}

/// A path, the query that came with it, and what discovery told where it was asked.
pub(crate) type Located = (ApiPath, Vec<(String, String)>, Option<(Discovery, Option<Failure>)>);

/// Why a command stopped.
#[derive(Debug)]
pub enum Stop {
    /// There was no good answer; or nothing could be asked, which is of kind `Input`.
    Failed(Failure),
    /// There is no server to ask: all ways that were tried.
    Nowhere(NoEndpoint),
    /// Parts of the walk failed, and were reported when they did.
    Incomplete,
    /// So many things of this pod are not as they should be.
    Differs(usize),
    /// The output could not be written; a reader that has seen enough is such a case.
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
    fn from(trouble: NotConnected) -> Self {
        match trouble {
            NotConnected::Unusable(failure) => Self::Failed(failure),
            NotConnected::Absent(nowhere) => Self::Nowhere(nowhere),
        }
    }
}

impl Stop {
    /// Says on stderr what went wrong, and gives the exit code: 0 where the reader of the output
    /// has seen enough, 1 where a server gave no good answer, 2 where nothing could be asked, 3
    /// where a pod is not as it should be.
    #[must_use]
    pub fn report(self) -> u8 {
        match self {
            Self::Incomplete => 1,
            Self::Differs(count) => {
                let things = if count == 1 { "thing differs" } else { "things differ" };
                note(&format!("kubewalk: {count} {things} from what the containers should have"));
                3
            }
            Self::Failed(failure) => {
                note(&format!("kubewalk: {failure}"));
                if failure.kind == FailureKind::Input { 2 } else { 1 }
            }
            Self::Nowhere(NoEndpoint { tried, .. }) => {
                note("kubewalk: no Kubernetes API server was found; --demo needs none");
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
    /// Flags, a kubeconfig or a recording that cannot be used, or no way to a server.
    pub async fn open(
        options: &Options,
        environment: &Environment,
        is_terminal: bool,
    ) -> Result<Self, Stop> {
        let connection = connect(options, environment).await?;
        Ok(Self { connection, chosen: options.namespace.clone(), is_terminal })
    }

    /// The same, which keeps what it asks and gets where there is a recorder.
    #[must_use]
    pub fn recorded_by(mut self, recorder: Option<Arc<Recorder>>) -> Self {
        if recorder.is_some() {
            let wire = Wire::default().recorded(recorder);
            self.connection.client = self.connection.client.observed(wire);
        }
        self
    }

    /// Asks, and expects a good answer of an API server.
    pub(crate) async fn ask(&self, request: &Request) -> Result<Exchange, Failure> {
        let answer = self.connection.client.send(request).await;
        log::asked(request, &answer);
        let exchange = answer?;
        self.expect_api(&exchange.content_type, &request.path)?;
        exchange.good()?;
        Ok(exchange)
    }

    /// Refuses a web page in the place of an API's answer. Only what lies behind a proxy
    /// subresource, or outside of the API, may be one.
    pub(crate) fn expect_api(&self, content_type: &str, path: &ApiPath) -> Result<(), Failure> {
        let may_be_any = matches!(path, ApiPath::Subresource { .. } | ApiPath::NonResource(_));
        if may_be_any || !content_type.contains("html") {
            return Ok(());
        }
        let message = format!(
            "{} answers {path} with a web page, as no API server does",
            self.connection.client.address()
        );
        Err(Failure::new(FailureKind::NotAnApi, message, advice(FailureKind::NotAnApi)))
    }

    /// Reads both halves of discovery. One that fails is given with the groups of the other.
    ///
    /// # Errors
    ///
    /// Where both fail, the first failure.
    pub(crate) async fn discover(&self) -> Result<(Discovery, Option<Failure>), Failure> {
        let core = self.groups(ApiPath::Api).await;
        let others = self.groups(ApiPath::Apis).await;
        match (core, others) {
            (Ok(mut groups), Ok(others)) => {
                groups.extend(others);
                Ok((Discovery { groups }, None))
            }
            (Ok(groups), Err(failure)) | (Err(failure), Ok(groups)) => {
                Ok((Discovery { groups }, Some(failure)))
            }
            (Err(failure), Err(_)) => Err(failure),
        }
    }

    async fn groups(&self, path: ApiPath) -> Result<Vec<DiscoveredGroup>, Failure> {
        read_groups(&self.ask(&Request::get(path, Form::Discovery)).await?.body)
    }

    /// Reads the resources of a version from its plain document.
    pub(crate) async fn load(
        &self,
        discovery: &mut Discovery,
        version: &GroupVersion,
    ) -> Result<(), Failure> {
        let request = Request::get(ApiPath::Version(version.clone()), Form::Json);
        let resources = read_resources(version, &self.ask(&request).await?.body)?;
        discovery.set_resources(version, resources);
        Ok(())
    }

    /// The path that the words of a location lead to, and the query that came with it. Discovery is
    /// only asked where the words are no path.
    ///
    /// # Errors
    ///
    /// Words that lead nowhere, or a failure of discovery.
    pub(crate) async fn find(
        &self,
        words: &str,
    ) -> Result<(ApiPath, Vec<(String, String)>), Failure> {
        let (path, query, _) = self.locate(words).await?;
        Ok((path, query))
    }

    /// As [`Access::find`], with what discovery told where it was asked.
    pub(crate) async fn locate(&self, words: &str) -> Result<Located, Failure> {
        let (selector, words) = Selector::take(words)?;
        let (path, mut query, known) = self.look_up(&words).await?;
        if !selector.is_everything() && !matches!(path, ApiPath::Collection { .. }) {
            let text = format!("{path} is no collection, which {selector} could choose from");
            return Err(Failure::new(FailureKind::Input, text, "Name a resource, such as po"));
        }
        query
            .extend(selector.parameters().map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok((path, query, known))
    }

    async fn look_up(&self, words: &str) -> Result<Located, Failure> {
        let location = match location::parse(words)? {
            Location::Path { path, query } => return Ok((path, query, None)),
            // A command does nothing in a namespace but look at it.
            Location::Namespace(name) => location::parse(&format!("ns/{name}"))?,
            named @ Location::Named(_) => named,
        };
        let (mut discovery, failure) = self.discover().await?;
        for version in location::unread(&location, &discovery) {
            // A version that fails only hides its own resources.
            _ = self.load(&mut discovery, &version).await;
        }
        let is_object = matches!(&location, Location::Named(named) if named.name.is_some());
        let default = self.connection.endpoint.default_namespace.as_ref();
        let namespace = self.chosen.as_ref().or(default.filter(|_| is_object));
        match location::resolve(&location, &discovery, namespace) {
            Ok(Target::Path(path)) => Ok((path, Vec::new(), Some((discovery, failure)))),
            Ok(Target::Namespace(_)) => Ok((ApiPath::Root, Vec::new(), Some((discovery, failure)))),
            // What is unknown may be in the half of discovery that failed.
            Err(unknown) => Err(failure.unwrap_or(unknown)),
        }
    }
}
