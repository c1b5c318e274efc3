//! The connection to a server, and what the server reported about itself.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::k8s::endpoint::{Attempt, Endpoint, NoEndpoint};
use crate::k8s::failure::Failure;
use crate::k8s::names::Namespace;
use crate::k8s::path::ApiPath;
use crate::tree::node::{Load, NodeKind};

/// The state of the connection.
#[derive(Clone, Debug, Default)]
pub enum Standing {
    /// The search for a server is running.
    #[default]
    Connecting,
    /// A server was found.
    Connected(Box<Connection>),
    /// None was found.
    Nowhere(Box<NoEndpoint>),
}

/// A connection, and what the server reported about itself.
#[derive(Clone, Debug)]
pub struct Connection {
    /// How it is connected, and why that way.
    pub endpoint: Endpoint,
    /// The attempts before it.
    pub tried: Vec<Attempt>,
    /// The server's version.
    pub version: ServerText,
    /// The user that the server authenticated.
    pub user: ServerText,
    /// The chosen namespace.
    pub namespace: Option<Namespace>,
    /// Set while a server that answered before does not answer.
    pub away: Option<Away>,
}

impl Connection {
    /// True if a recording is replayed that has no answer for a node, so that opening it would fail.
    #[must_use]
    pub fn lacks(&self, kind: &NodeKind) -> bool {
        let (Some(coverage), Some(path)) = (&self.endpoint.coverage, kind.path()) else {
            return false;
        };
        !match kind {
            NodeKind::ContainerLog { pod, name, .. } => coverage.answers_log(pod, name),
            NodeKind::Logs { of, .. } => coverage.answers(&ApiPath::Object(of.clone())),
            // A log opens into the containers of its pod.
            NodeKind::Subresource {
                path: ApiPath::Subresource { object, .. },
                is_pod_log: true,
            } => coverage.answers(&ApiPath::Object(object.clone())),
            kind if kind.opens_collection().is_some() => coverage.answers(&path),
            // They open into what discovery or the list of namespaces has.
            NodeKind::Root
            | NodeKind::Api
            | NodeKind::Apis
            | NodeKind::Group { .. }
            | NodeKind::Version { .. }
            | NodeKind::Resource { .. } => coverage.answers_below(&path),
            _ => coverage.answers(&path),
        }
    }

    /// True if a recording is replayed that does not have an object.
    #[must_use]
    pub fn lacks_object(&self, path: &ApiPath) -> bool {
        self.endpoint.coverage.as_ref().is_some_and(|coverage| !coverage.answers(path))
    }
}

/// A server that stopped answering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Away {
    /// The latest failure.
    pub failure: Failure,
    /// When the first request failed.
    pub since: Timestamp,
}

/// A text that the server reports about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ServerText {
    /// It was requested.
    #[default]
    Loading,
    /// It arrived.
    Known(String),
    /// It could not be fetched.
    Unknown(Failure),
}

/// The namespaces of the cluster.
#[derive(Clone, Debug, Default)]
pub struct Namespaces {
    /// Those known by any means.
    pub names: BTreeSet<Namespace>,
    /// How listing all of them is doing.
    pub load: Load,
    /// How many of them the tree shows below each resource.
    pub(in crate::app) shown: usize,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::k8s::coverage::Coverage;
    use crate::k8s::discovery::Resource;
    use crate::k8s::endpoint::EndpointKind;
    use crate::k8s::names::{Gvr, Scope};

    fn connection(coverage: Option<Coverage>) -> Connection {
        let endpoint = Endpoint {
            kind: EndpointKind::Demo,
            address: String::new(),
            reason: String::new(),
            default_namespace: None,
            known_namespaces: Vec::new(),
            recorded_at: None,
            plays: false,
            coverage: coverage.map(Arc::new),
            insecure: false,
            withholds_credentials: false,
            contexts: Vec::new(),
        };
        Connection {
            endpoint,
            tried: Vec::new(),
            version: ServerText::Loading,
            user: ServerText::Loading,
            namespace: None,
            away: None,
        }
    }

    #[test]
    fn a_node_is_lacking_if_the_recording_does_not_answer_what_it_opens_into() {
        let resource = Arc::new(Resource {
            gvr: Gvr::new("apps", "v1", "deployments"),
            kind: "Deployment".into(),
            scope: Scope::Namespaced,
            singular: "deployment".into(),
            short_names: Vec::new(),
            categories: Vec::new(),
            verbs: ["list".into()].into(),
            subresources: Vec::new(),
        });
        let within = |name| NodeKind::Namespace {
            resource: resource.clone(),
            namespace: Namespace::new(name),
        };
        let mut coverage = Coverage::default();
        coverage.add(ApiPath::parse("/apis/apps/v1/namespaces/shop/deployments"));
        let connection = connection(Some(coverage));
        for (kind, lacks) in [
            (NodeKind::Apis, false),
            (NodeKind::Api, true),
            (NodeKind::Resource { resource: resource.clone(), chosen: None }, false),
            (within("shop"), false),
            (within("other"), true),
            (NodeKind::AllNamespaces(resource.clone()), true),
            (NodeKind::TypeNamespace(resource.clone()), false),
        ] {
            assert_eq!(connection.lacks(&kind), lacks, "{kind:?}");
        }
    }

    #[test]
    fn a_live_server_lacks_nothing() {
        assert!(!connection(None).lacks(&NodeKind::Api));
        assert!(!connection(None).lacks_object(&ApiPath::Root));
    }
}
