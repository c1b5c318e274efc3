//! The server that kubewalk is connected to, and why it was chosen.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::coverage::Coverage;
use super::names::Namespace;

/// The server in use, as the header shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// How it is reached.
    pub kind: EndpointKind,
    /// The address without credentials, such as `https://10.0.0.1:6443`; for a recording the
    /// address that a proxy to the same cluster would have.
    pub address: String,
    /// Why it was chosen, one sentence without a full stop.
    pub reason: String,
    /// The default namespace: that of `--namespace`, else the context's, else the service
    /// account's.
    pub default_namespace: Option<Namespace>,
    /// Namespaces known without a request, sorted: those of the contexts that share the
    /// cluster, the service account's, and that of `--namespace`.
    pub known_namespaces: Vec<Namespace>,
    /// The time of the recording when it was opened. `None` for a live server.
    pub recorded_at: Option<Timestamp>,
    /// True if the recorded changes are played, and the time of the recording goes on.
    pub plays: bool,
    /// What the recording has answers for. `None` for a live server.
    pub coverage: Option<Arc<Coverage>>,
    /// True if the server's certificate is not verified.
    pub insecure: bool,
    /// True if the kubeconfig has credentials that are not sent, because the server speaks plain
    /// http (client-go `IsConfigTransportTLS`).
    pub withholds_credentials: bool,
    /// The contexts of the kubeconfig, which may be chosen instead.
    pub contexts: Vec<String>,
}

impl Endpoint {
    /// True if its clock advances. That of most recordings does not.
    #[must_use]
    pub fn time_passes(&self) -> bool {
        self.recorded_at.is_none() || self.plays
    }
}

/// The ways to a server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EndpointKind {
    /// A context of the kubeconfig.
    Context {
        /// Its name.
        name: String,
    },
    /// The address given by `--server`.
    Url,
    /// A proxy in another container of this pod, which authenticates for us.
    Ambassador,
    /// A proxy on this machine, such as `kubectl proxy`.
    Proxy,
    /// The service account of the pod that this process runs in.
    ServiceAccount,
    /// The service account of another container, chosen by `--borrow-token`.
    Borrowed {
        /// The container, as in `container db`.
        from: String,
    },
    /// A recording given by `--replay`.
    Recording {
        /// The file.
        file: String,
    },
    /// The embedded recording.
    Demo,
}

impl EndpointKind {
    /// True if a recording answers.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        matches!(self, Self::Recording { .. } | Self::Demo)
    }
}

/// Formats a short text for the header, such as `context dev` or `ambassador`.
impl fmt::Display for EndpointKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Context { name } => write!(f, "context {name}"),
            Self::Url => f.write_str("url"),
            Self::Ambassador => f.write_str("ambassador"),
            Self::Proxy => f.write_str("proxy"),
            Self::ServiceAccount => f.write_str("service account"),
            Self::Borrowed { from } => write!(f, "token of {from}"),
            Self::Recording { file } => write!(f, "recording {file}"),
            Self::Demo => f.write_str("demo"),
        }
    }
}

/// A way to a server, as it is listed among those that were tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// The address given by `--server`.
    Flag,
    /// A kubeconfig.
    Kubeconfig {
        /// Its name, such as `~/.kube/config` or `KUBECONFIG`.
        name: String,
    },
    /// A port of this machine or pod on which a proxy may listen.
    Port {
        /// [`EndpointKind::Proxy`] or [`EndpointKind::Ambassador`].
        kind: EndpointKind,
        /// The port's address, such as `127.0.0.1:8001`.
        address: String,
    },
    /// A way without further details.
    Kind(EndpointKind),
    /// The server that was connected to.
    Connected {
        /// Its kind.
        kind: EndpointKind,
        /// Why it was chosen.
        reason: String,
    },
    /// The server that the flags or the user requested, which cannot be used.
    Requested,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("--server"),
            Self::Kubeconfig { name } => f.write_str(name),
            Self::Port { kind, address } => write!(f, "{kind} on {address}"),
            Self::Kind(kind) => kind.fmt(f),
            Self::Connected { kind, reason } => write!(f, "{kind}, since {reason}"),
            Self::Requested => f.write_str("requested server"),
        }
    }
}

/// A way that was tried, and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The way.
    pub way: Way,
    /// The outcome, one sentence without a full stop.
    pub outcome: String,
    /// What to do for this way to work, one sentence; empty where it works.
    pub hint: String,
}

/// No way to a server was found: the content of the start screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoEndpoint {
    /// Every way, in the order tried.
    pub tried: Vec<Attempt>,
    /// The contexts of a kubeconfig that has no current context.
    pub contexts: Vec<String>,
}

impl NoEndpoint {
    /// True if trying again later may succeed: a proxy may start to listen on a port that was tried.
    #[must_use]
    pub fn may_succeed_later(&self) -> bool {
        self.tried.iter().any(|attempt| matches!(attempt.way, Way::Port { .. }))
    }
}
