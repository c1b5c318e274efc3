//! Searches for a server: which ways are tried in which order, and the outcome of each.

use std::path::Path;

use super::kubeconfig::Loaded;
use super::probe::{self, ProbeOutcome};
use super::server::Server;
use super::{Clock, Connected, Environment, NotConnected, Options, PluginReports, service_account};
use crate::downward::inside::{Borrowable, NO_LENDER};
use crate::k8s::endpoint::{Attempt, Endpoint, EndpointKind, NoEndpoint, Way};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;

/// A running search.
pub(super) struct Search<'a> {
    options: &'a Options,
    environment: &'a Environment,
    /// The ways that led nowhere so far.
    absent: NoEndpoint,
}

/// A server that was found and is not connected to yet.
struct Found {
    way: Way,
    kind: EndpointKind,
    reason: String,
    server: Server,
    namespace: Option<Namespace>,
    known_namespaces: Vec<Namespace>,
}

impl<'a> Search<'a> {
    /// A search that has tried nothing yet.
    pub(super) fn new(options: &'a Options, environment: &'a Environment) -> Self {
        Self { options, environment, absent: NoEndpoint::default() }
    }

    /// Tries the ways in their order and connects by the first that leads to a server.
    pub(super) async fn find(mut self, reports: PluginReports) -> Result<Connected, NotConnected> {
        let found = match self.by_flag() {
            Ok(None) if self.environment.is_pod() => self.in_a_pod().await,
            Ok(None) => self.outside_a_pod().await,
            by_flag => by_flag,
        };
        match found.map_err(NotConnected::Unusable)? {
            Some(found) => self.connect(found, reports).await.map_err(NotConnected::Unusable),
            None => Err(NotConnected::Absent(self.absent)),
        }
    }

    /// Follows the flag that names a server, if there is one.
    fn by_flag(&self) -> Result<Option<Found>, Failure> {
        if let Some(address) = &self.options.server {
            return Ok(Some(Found {
                way: Way::Flag,
                kind: EndpointKind::Url,
                reason: "--server was given".to_owned(),
                server: Server::at(address, self.environment)?,
                namespace: None,
                known_namespaces: Vec::new(),
            }));
        }
        if self.options.borrow_token {
            return self.borrowed().map(Some);
        }
        let loaded = match (&self.options.kubeconfig, &self.options.context) {
            (Some(file), _) => Loaded::file(file, self.environment)?,
            (None, Some(context)) => self.kubeconfig_for(context)?,
            (None, None) => return Ok(None),
        };
        let (name, reason) = match (&self.options.context, loaded.current()) {
            (Some(name), _) => (name.as_str(), "--context was given".to_owned()),
            (None, Some(name)) => (name, format!("current context of {}", loaded.name)),
            (None, None) => {
                return Err(Failure::new(
                    FailureKind::Input,
                    format!("the kubeconfig {} has no current context", loaded.name),
                    choose_one_of(&loaded.contexts()),
                ));
            }
        };
        self.context(&loaded, name, reason).map(Some)
    }

    /// Outside a pod: the kubeconfig, then a proxy on this machine.
    async fn outside_a_pod(&mut self) -> Result<Option<Found>, Failure> {
        if let Some(found) = self.kubeconfig_variable()? {
            return Ok(Some(found));
        }
        if let Some(found) = self.kubeconfig_of_home()? {
            return Ok(Some(found));
        }
        let reason = "no kubeconfig, and a Kubernetes API answers there";
        self.port(EndpointKind::Proxy, reason).await
    }

    /// Inside a pod: `KUBECONFIG`, the ambassador, the service account, a kubeconfig.
    async fn in_a_pod(&mut self) -> Result<Option<Found>, Failure> {
        if let Some(found) = self.kubeconfig_variable()? {
            return Ok(Some(found));
        }
        let reason = "in a pod, and a Kubernetes API answers there";
        if let Some(found) = self.port(EndpointKind::Ambassador, reason).await? {
            return Ok(Some(found));
        }
        if let Some(found) = self.service_account()? {
            return Ok(Some(found));
        }
        self.kubeconfig_of_home()
    }

    fn kubeconfig_variable(&mut self) -> Result<Option<Found>, Failure> {
        let loaded = Loaded::from_variable(self.environment)?;
        self.current_context(loaded, "KUBECONFIG", "it is not set")
    }

    fn kubeconfig_of_home(&mut self) -> Result<Option<Found>, Failure> {
        let loaded = Loaded::from_home(self.environment)?;
        let outcome = match self.environment.home {
            None => "HOME is not set",
            Some(_) => "no such file",
        };
        self.current_context(loaded, "~/.kube/config", outcome)
    }

    /// Takes the current context of a kubeconfig, where there are both.
    fn current_context(
        &mut self,
        loaded: Option<Loaded>,
        name: &str,
        outcome: &str,
    ) -> Result<Option<Found>, Failure> {
        let Some(loaded) = loaded else {
            let way = Way::Kubeconfig { name: name.to_owned() };
            self.add_attempt(way, outcome, "Name a kubeconfig by --kubeconfig or KUBECONFIG");
            return Ok(None);
        };
        let Some(context) = loaded.current() else {
            let contexts = loaded.contexts();
            let way = Way::Kubeconfig { name: loaded.name.clone() };
            self.add_attempt(way, "it has no current context", &choose_one_of(&contexts));
            self.absent.contexts.extend(contexts);
            return Ok(None);
        };
        let reason = format!("current context of {}", loaded.name);
        self.context(&loaded, context, reason).map(Some)
    }

    fn context(&self, loaded: &Loaded, name: &str, reason: String) -> Result<Found, Failure> {
        let chosen = loaded.choose(name, self.environment)?;
        Ok(Found {
            way: Way::Kubeconfig { name: loaded.name.clone() },
            kind: EndpointKind::Context { name: chosen.context },
            reason,
            server: chosen.server,
            namespace: chosen.namespace,
            known_namespaces: chosen.known_namespaces,
        })
    }

    /// Returns the kubeconfig that a flag or the environment names, if it can be read.
    pub(super) fn kubeconfig(&self) -> Option<Loaded> {
        match &self.options.kubeconfig {
            Some(file) => Loaded::file(file, self.environment).ok(),
            None => self.kubeconfig_of_environment().ok().flatten(),
        }
    }

    fn kubeconfig_of_environment(&self) -> Result<Option<Loaded>, Failure> {
        match Loaded::from_variable(self.environment)? {
            Some(loaded) => Ok(Some(loaded)),
            None => Loaded::from_home(self.environment),
        }
    }

    /// Returns the kubeconfig in which `--context` is looked up.
    fn kubeconfig_for(&self, context: &str) -> Result<Loaded, Failure> {
        self.kubeconfig_of_environment()?.ok_or_else(|| {
            Failure::new(
                FailureKind::Input,
                format!("there is no kubeconfig that could have a context {context}"),
                "Name one by --kubeconfig or KUBECONFIG",
            )
        })
    }

    async fn port(&mut self, kind: EndpointKind, reason: &str) -> Result<Option<Found>, Failure> {
        let address = &self.environment.proxy_address;
        let way = Way::Port { kind: kind.clone(), address: address.clone() };
        let outcome = match probe::probe(self.environment).await {
            ProbeOutcome::Api => {
                let namespace = service_account::namespace(&self.environment.service_account);
                return Ok(Some(Found {
                    way,
                    kind,
                    reason: reason.to_owned(),
                    server: Server::at(&format!("http://{address}"), self.environment)?,
                    known_namespaces: namespace.iter().cloned().collect(),
                    namespace,
                }));
            }
            ProbeOutcome::Refused => "nothing listens there",
            ProbeOutcome::TimedOut => "no answer within 300 ms",
            ProbeOutcome::NotAnApi => "the service there is not a Kubernetes API",
        };
        self.add_attempt(way, outcome, "Run kubectl proxy");
        Ok(None)
    }

    fn service_account(&mut self) -> Result<Option<Found>, Failure> {
        let directory = &self.environment.service_account;
        let kind = EndpointKind::ServiceAccount;
        let reason = "in a pod without an ambassador".to_owned();
        let found = self.account_in(directory, kind.clone(), reason)?;
        if found.is_none() {
            let outcome = format!("{} contains no token", directory.display());
            let hint = "Set automountServiceAccountToken in the pod; an ephemeral container can \
                        --borrow-token of the one that it targets";
            self.add_attempt(Way::Kind(kind), &outcome, hint);
        }
        Ok(found)
    }

    /// Uses the service account of another container, on request by a flag or a key only.
    fn borrowed(&self) -> Result<Found, Failure> {
        let lenders = &self.environment.borrowable;
        let found = match Borrowable::first(lenders) {
            Some((lender, directory)) => {
                let kind = EndpointKind::Borrowed { from: lender.to_string() };
                let reason = match lender.container {
                    Some(_) => format!("borrowed on request, through process {}", lender.pid),
                    None => "borrowed on request".to_owned(),
                };
                self.account_in(directory, kind, reason)?
            }
            None => None,
        };
        found.ok_or_else(|| {
            let why = |lender: &Borrowable| {
                let why = lender.directory.as_ref().err().map_or("it has ended", String::as_str);
                format!("{lender}: {why}")
            };
            let whys: Vec<String> = lenders.iter().map(why).collect();
            let (what, hint) = if whys.is_empty() {
                ("no process of another container can be seen".to_owned(), NO_LENDER)
            } else {
                (whys.join("; "), "")
            };
            Failure::new(FailureKind::Input, format!("no token can be borrowed: {what}"), hint)
        })
    }

    /// Takes the service account in a directory, if there is one.
    fn account_in(
        &self,
        directory: &Path,
        kind: EndpointKind,
        reason: String,
    ) -> Result<Option<Found>, Failure> {
        let Some(server) = service_account::server(directory, self.environment)? else {
            return Ok(None);
        };
        let namespace = service_account::namespace(directory);
        Ok(Some(Found {
            way: Way::Kind(kind.clone()),
            kind,
            reason,
            server,
            known_namespaces: namespace.iter().cloned().collect(),
            namespace,
        }))
    }

    fn add_attempt(&mut self, way: Way, outcome: &str, hint: &str) {
        self.absent.tried.push(Attempt { way, outcome: outcome.to_owned(), hint: hint.to_owned() });
    }

    /// Connects to a server that was found.
    async fn connect(mut self, found: Found, reports: PluginReports) -> Result<Connected, Failure> {
        let Found { way, kind, reason, mut server, namespace, known_namespaces } = found;
        server.apply(&self.options.flags)?;
        let address = server.address();
        self.add_attempt(way, &format!("connects to {address}"), "");
        let chosen = self.options.namespace.clone();
        let mut known_namespaces = known_namespaces;
        known_namespaces.extend(chosen.clone());
        known_namespaces.sort();
        known_namespaces.dedup();
        let endpoint = Endpoint {
            kind,
            address,
            reason,
            default_namespace: chosen.or(namespace),
            known_namespaces,
            recorded_at: None,
            plays: false,
            coverage: None,
            insecure: server.is_insecure(),
            withholds_credentials: server.withholds_credentials(),
            contexts: super::contexts(self.options, self.environment),
        };
        let timeout = self.options.request_timeout;
        let client = server.connect(timeout, reports).await?;
        Ok(Connected { client, endpoint, tried: self.absent.tried, clock: Clock::Machine })
    }
}

fn choose_one_of(contexts: &[String]) -> String {
    if contexts.is_empty() {
        "It has no contexts".to_owned()
    } else {
        format!("Choose one by --context: {}", contexts.join(", "))
    }
}
