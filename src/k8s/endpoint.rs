//! Where kubewalk is connected to, and why that way and no other.

use std::fmt;

use jiff::Timestamp;

use super::names::Namespace;

/// The server in use, as the header tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Which way leads there.
    pub kind: EndpointKind,
    /// The address without credentials, such as `https://10.0.0.1:6443`; for a recording the
    /// address that a proxy to the same cluster would have.
    pub address: String,
    /// Why this way, one sentence without a full stop.
    pub reason: String,
    /// The namespace meant where none is named: that of `--namespace`, else the context's, else the
    /// service account's.
    pub default_namespace: Option<Namespace>,
    /// Namespaces known without asking the server, sorted: those of the contexts that share the
    /// cluster, the service account's, and that of `--namespace`.
    pub known_namespaces: Vec<Namespace>,
    /// When a recording was made: its clock stands still there. `None` where the server is live.
    pub recorded_at: Option<Timestamp>,
    /// Whether the server's certificate is not verified.
    pub insecure: bool,
    /// The contexts of the kubeconfig, whichever way was taken: what may be chosen instead.
    pub contexts: Vec<String>,
}

/// The ways to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointKind {
    /// A context of the kubeconfig.
    Context {
        /// Its name.
        name: String,
    },
    /// The address given by `--server`.
    Url,
    /// A proxy beside this pod's container, which authenticates for us.
    Ambassador,
    /// A proxy on this machine, such as `kubectl proxy`.
    Proxy,
    /// The service account of the pod that we run in.
    ServiceAccount,
    /// The service account by the token of another container, as `--borrow-token` asks for.
    Borrowed {
        /// Whose: `container db`.
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
    /// Whether answers come from a recording.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        matches!(self, Self::Recording { .. } | Self::Demo)
    }
}

/// A short text for the header, such as `context dev` or `ambassador`.
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

/// A way that was tried, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The way, such as `kubeconfig ~/.kube/config` or `proxy on 127.0.0.1:8001`.
    pub way: String,
    /// What came of it, one sentence without a full stop.
    pub outcome: String,
    /// What to do for this way to work, one sentence; empty where it works.
    pub hint: String,
}

/// No way led to a server: the content of the start screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoEndpoint {
    /// Every way, in the order tried.
    pub tried: Vec<Attempt>,
    /// The contexts of the kubeconfig, where there is one that chooses none.
    pub contexts: Vec<String>,
}

impl NoEndpoint {
    /// Whether a way may come by itself: something may yet listen on a port that was tried.
    #[must_use]
    pub fn may_come(&self) -> bool {
        let kinds = [EndpointKind::Proxy, EndpointKind::Ambassador];
        let starts = kinds.map(|kind| format!("{kind} on "));
        self.tried.iter().any(|attempt| starts.iter().any(|start| attempt.way.starts_with(start)))
    }
}
