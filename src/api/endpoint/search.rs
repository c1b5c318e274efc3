//! The search for a server: the order of the ways, and what is told of each.

use std::path::Path;

use super::kubeconfig::Loaded;
use super::live::Server;
use super::probe::{self, Probed};
use super::{Connected, Environment, NotConnected, Options, blocking, service_account};
use crate::downward::inside::{Borrowable, NO_LENDER};
use crate::k8s::endpoint::{Attempt, Endpoint, EndpointKind, NoEndpoint};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;

/// A search under way.
pub(super) struct Search<'a> {
    pub(super) options: &'a Options,
    pub(super) environment: &'a Environment,
    /// What was absent so far.
    pub(super) absent: NoEndpoint,
}

/// A server that was found, before it is connected to.
struct Way {
    name: String,
    kind: EndpointKind,
    reason: String,
    server: Server,
    namespace: Option<Namespace>,
    known: Vec<Namespace>,
}

impl Search<'_> {
    /// Goes through the ways in their order and takes the first that is not absent.
    pub(super) async fn find(mut self) -> Result<Connected, NotConnected> {
        let found = match self.flagged() {
            Ok(None) if self.environment.is_pod() => self.in_a_pod().await,
            Ok(None) => self.outside().await,
            flagged => flagged,
        };
        match found.map_err(NotConnected::Unusable)? {
            Some(way) => self.take(way).await,
            None => Err(NotConnected::Absent(self.absent)),
        }
    }

    /// The way that a flag names.
    fn flagged(&self) -> Result<Option<Way>, Failure> {
        if let Some(address) = &self.options.server {
            return Ok(Some(Way {
                name: "--server".to_owned(),
                kind: EndpointKind::Url,
                reason: "--server was given".to_owned(),
                server: Server::at(address, self.environment)?,
                namespace: None,
                known: Vec::new(),
            }));
        }
        if self.options.borrow_token {
            return self.borrowed().map(Some);
        }
        let loaded = match (&self.options.kubeconfig, &self.options.context) {
            (Some(file), _) => Loaded::file(file, self.environment)?,
            (None, Some(context)) => self.any_kubeconfig(context)?,
            (None, None) => return Ok(None),
        };
        let (name, reason) = match (&self.options.context, loaded.current()) {
            (Some(name), _) => (name.as_str(), "--context was given".to_owned()),
            (None, Some(name)) => (name, format!("current context of {}", loaded.name)),
            (None, None) => {
                return Err(Failure::new(
                    FailureKind::Input,
                    format!("the kubeconfig {} has no current context", loaded.name),
                    choice_of(&loaded.contexts()),
                ));
            }
        };
        self.context(&loaded, name, reason).map(Some)
    }

    /// Outside a pod: the kubeconfig, then a proxy on this machine.
    async fn outside(&mut self) -> Result<Option<Way>, Failure> {
        if let Some(way) = self.variable()? {
            return Ok(Some(way));
        }
        if let Some(way) = self.home()? {
            return Ok(Some(way));
        }
        let reason = "no kubeconfig, and a Kubernetes API answers there";
        self.port(EndpointKind::Proxy, reason).await
    }

    /// Inside a pod: `KUBECONFIG`, the ambassador, the service account, a kubeconfig.
    async fn in_a_pod(&mut self) -> Result<Option<Way>, Failure> {
        if let Some(way) = self.variable()? {
            return Ok(Some(way));
        }
        let reason = "in a pod, and a Kubernetes API answers there";
        if let Some(way) = self.port(EndpointKind::Ambassador, reason).await? {
            return Ok(Some(way));
        }
        if let Some(way) = self.service_account()? {
            return Ok(Some(way));
        }
        self.home()
    }

    fn variable(&mut self) -> Result<Option<Way>, Failure> {
        let loaded = Loaded::of_variable(self.environment)?;
        let outcome = match self.environment.kubeconfig {
            None => "it is not set",
            Some(_) => "it names no file that exists",
        };
        self.current(loaded, "KUBECONFIG", outcome)
    }

    fn home(&mut self) -> Result<Option<Way>, Failure> {
        let loaded = Loaded::of_home(self.environment)?;
        let outcome = match self.environment.home {
            None => "HOME is not set",
            Some(_) => "there is no such file",
        };
        self.current(loaded, "~/.kube/config", outcome)
    }

    /// The current context of a kubeconfig, where there are both.
    fn current(
        &mut self,
        loaded: Option<Loaded>,
        way: &str,
        outcome: &str,
    ) -> Result<Option<Way>, Failure> {
        let Some(loaded) = loaded else {
            self.tell(way, outcome, "Name a kubeconfig by --kubeconfig or KUBECONFIG");
            return Ok(None);
        };
        let Some(name) = loaded.current() else {
            let contexts = loaded.contexts();
            self.tell(&loaded.name, "it has no current context", &choice_of(&contexts));
            self.absent.contexts.extend(contexts);
            return Ok(None);
        };
        let reason = format!("current context of {}", loaded.name);
        self.context(&loaded, name, reason).map(Some)
    }

    fn context(&self, loaded: &Loaded, name: &str, reason: String) -> Result<Way, Failure> {
        let chosen = loaded.choose(name, self.environment)?;
        Ok(Way {
            name: loaded.name.clone(),
            kind: EndpointKind::Context { name: chosen.context },
            reason,
            server: chosen.server,
            namespace: chosen.namespace,
            known: chosen.known_namespaces,
        })
    }

    /// The kubeconfig that a flag or the environment names, where there is one that can be read.
    pub(super) fn kubeconfig(&self) -> Option<Loaded> {
        match &self.options.kubeconfig {
            Some(file) => Loaded::file(file, self.environment).ok(),
            None => self.of_environment().ok().flatten(),
        }
    }

    fn of_environment(&self) -> Result<Option<Loaded>, Failure> {
        match Loaded::of_variable(self.environment)? {
            Some(loaded) => Ok(Some(loaded)),
            None => Loaded::of_home(self.environment),
        }
    }

    /// The kubeconfig in which `--context` looks.
    fn any_kubeconfig(&self, context: &str) -> Result<Loaded, Failure> {
        self.of_environment()?.ok_or_else(|| {
            Failure::new(
                FailureKind::Input,
                format!("there is no kubeconfig that could have a context {context}"),
                "Name one by --kubeconfig or KUBECONFIG",
            )
        })
    }

    async fn port(&mut self, kind: EndpointKind, reason: &str) -> Result<Option<Way>, Failure> {
        let address = &self.environment.proxy_address;
        let name = format!("{kind} on {address}");
        let outcome = match probe::probe(self.environment).await {
            Probed::Api => {
                let namespace = service_account::namespace(&self.environment.service_account);
                return Ok(Some(Way {
                    name,
                    kind,
                    reason: reason.to_owned(),
                    server: Server::at(&format!("http://{address}"), self.environment)?,
                    known: namespace.iter().cloned().collect(),
                    namespace,
                }));
            }
            Probed::Nothing => "nothing listens there",
            Probed::Silence => "no answer came within 300 ms",
            Probed::Stranger => "what answers there is not a Kubernetes API",
        };
        self.tell(&name, outcome, "Run kubectl proxy");
        Ok(None)
    }

    fn service_account(&mut self) -> Result<Option<Way>, Failure> {
        let directory = &self.environment.service_account;
        let kind = EndpointKind::ServiceAccount;
        let reason = "in a pod without an ambassador".to_owned();
        let way = self.of_account(directory, kind, reason)?;
        if way.is_none() {
            let outcome = format!("{} holds no token", directory.display());
            let hint = "Set automountServiceAccountToken in the pod; an ephemeral container can \
                        --borrow-token of the one that it targets";
            self.tell("service account", &outcome, hint);
        }
        Ok(way)
    }

    /// The service account of another container, which is only ever taken where it is asked for.
    fn borrowed(&self) -> Result<Way, Failure> {
        let seen = &self.environment.borrowable;
        let way = match Borrowable::first(seen) {
            Some((lender, directory)) => {
                let kind = EndpointKind::Borrowed { from: lender.to_string() };
                let reason = match lender.container {
                    Some(_) => format!("borrowed as asked, through process {}", lender.pid),
                    None => "borrowed as asked".to_owned(),
                };
                self.of_account(directory, kind, reason)?
            }
            None => None,
        };
        way.ok_or_else(|| {
            let why = |one: &Borrowable| {
                let why = one.directory.as_ref().err().map_or("it has ended", String::as_str);
                format!("{one}: {why}")
            };
            let whys: Vec<String> = seen.iter().map(why).collect();
            let (what, hint) = if whys.is_empty() {
                ("no process of another container can be seen".to_owned(), NO_LENDER)
            } else {
                (whys.join("; "), "")
            };
            Failure::new(FailureKind::Input, format!("no token can be borrowed: {what}"), hint)
        })
    }

    /// The way that the service account in a directory leads.
    fn of_account(
        &self,
        directory: &Path,
        kind: EndpointKind,
        reason: String,
    ) -> Result<Option<Way>, Failure> {
        let Some(server) = service_account::server(directory, self.environment)? else {
            return Ok(None);
        };
        let namespace = service_account::namespace(directory);
        Ok(Some(Way {
            name: kind.to_string(),
            kind,
            reason,
            server,
            known: namespace.iter().cloned().collect(),
            namespace,
        }))
    }

    fn tell(&mut self, way: &str, outcome: &str, hint: &str) {
        self.absent.tried.push(Attempt {
            way: way.to_owned(),
            outcome: outcome.to_owned(),
            hint: hint.to_owned(),
        });
    }

    /// Connects to a server that was found.
    async fn take(mut self, mut way: Way) -> Result<Connected, NotConnected> {
        way.server.follow(&self.options.flags).map_err(NotConnected::Unusable)?;
        let address = way.server.address();
        self.tell(&way.name, &format!("leads to {address}"), "");
        let chosen = self.options.namespace.clone();
        let mut known_namespaces = way.known;
        known_namespaces.extend(chosen.clone());
        known_namespaces.sort();
        known_namespaces.dedup();
        let endpoint = Endpoint {
            kind: way.kind,
            address,
            reason: way.reason,
            default_namespace: chosen.or(way.namespace),
            known_namespaces,
            recorded_at: None,
            insecure: way.server.config.accept_invalid_certs,
            contexts: super::contexts(self.options, self.environment),
        };
        let (server, timeout) = (way.server, self.options.request_timeout);
        let client = blocking(move || server.connect(timeout)).await?;
        Ok(Connected { client, endpoint, tried: self.absent.tried })
    }
}

fn choice_of(contexts: &[String]) -> String {
    if contexts.is_empty() {
        "It has no context at all".to_owned()
    } else {
        format!("Choose one by --context: {}", contexts.join(", "))
    }
}
