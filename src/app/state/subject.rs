//! The subject of the document: the request of a row, and whether it is sent automatically.

use crate::k8s::log::LogOptions;
use crate::k8s::names::{Gvr, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::object::logs::{Tail, Wanted};
use crate::tree::node::{Node, NodeKind};
use crate::tree::{NodeId, RowRef, Tree};

/// The largest number of objects fetched for the document of a collection.
const LIST_LIMIT: usize = 20;

/// The query parameter of a followed log.
const FOLLOW: &str = "follow";

/// The number of log lines fetched, from the end of the log.
const LOG_LINES: usize = 500;

/// What is at the cursor: the row's request, or the row if it has none. A row that only moved has the
/// same request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) enum Attention {
    /// A row with a request.
    Answer(Request),
    /// A row without a request.
    Row(RowRef),
}

/// What a document shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The request that the document answers.
    pub request: Request,
    /// Why the request is sent only after ⏎; `None` if it is sent automatically.
    pub by_enter: Option<&'static str>,
    /// The object; `None` for anything else, such as a list or a log.
    pub object: Option<ObjectPath>,
    /// What is wanted of its logs, if it is those of all containers of an object.
    pub logs: Option<Box<AllLogs>>,
    /// The node whose rows are the same list, if it is the list of a collection.
    pub(in crate::app) rows: Option<NodeId>,
    /// True if ⏎ was pressed on it.
    pub opened: bool,
}

/// The logs of all containers of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllLogs {
    /// A pod, a workload or a Service.
    pub of: ObjectPath,
    /// Which lines.
    pub wanted: Wanted,
}

impl Subject {
    /// True if it is the log of a container.
    #[must_use]
    pub fn is_log(&self) -> bool {
        self.has("tailLines")
    }

    /// True if it is a followed log.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.is_log() && self.has(FOLLOW)
    }

    /// Returns the path whose rights it needs: for the logs of a workload, that of the logs of pods.
    #[must_use]
    pub fn needs(&self) -> ApiPath {
        match &self.logs {
            Some(logs) => {
                let gvr = Gvr::new("", "v1", "pods");
                ObjectPath { gvr, ..logs.of.clone() }.subresource("log")
            }
            None => self.request.path.clone(),
        }
    }

    fn has(&self, parameter: &str) -> bool {
        self.request.query.iter().any(|(name, _)| name == parameter)
    }
}

/// Returns the subject of a row; `None` if the row has no request.
#[must_use]
pub(in crate::app) fn subject(tree: &Tree, row: RowRef) -> Option<Subject> {
    let path = tree.path(row)?;
    let node = match row {
        RowRef::Node(id) => Some(tree.get(id)?),
        _ => None,
    };
    let kind = node.map(|node| &node.kind);
    let secret =
        |gvr: &Gvr| gvr.is_core("secrets").then_some("Secrets are not loaded automatically");
    let (mut object, mut logs) = (None, None);
    let (request, by_enter) = match (&path, kind) {
        (_, Some(NodeKind::ContainerLog { name, .. })) => {
            let options = node.map(|node| node.log).unwrap_or_default();
            (log_request(path, name, options), Some("logs are not loaded automatically"))
        }
        (_, Some(NodeKind::Logs { of, most, with_init })) => {
            let options = node.map(|node| node.log).unwrap_or_default();
            let tail = Some(Tail::Together(LOG_LINES));
            let (most, with_init) = (*most, *with_init);
            let wanted = Wanted { container: None, with_init, options, since: None, tail, most };
            logs = Some(Box::new(AllLogs { of: of.clone(), wanted }));
            // It identifies the logs: each of them has a request of its own.
            let request = log_request(path, "*", options).with("most", most.to_string());
            let request = if with_init { request.with("init", "true") } else { request };
            (request, Some("logs are not loaded automatically"))
        }
        (_, Some(NodeKind::Subresource { is_pod_log: true, .. })) => return None,
        (ApiPath::Collection { gvr, namespace }, _) => {
            let over_all = namespace.is_none() && is_namespaced(kind);
            let all = over_all.then_some("a list over all namespaces is not loaded automatically");
            let related = node.and_then(Node::related);
            let of_object =
                related.map(|_| "what belongs to an object is not loaded automatically");
            let by_enter = secret(gvr).or(of_object).or(all);
            let request = Request::get(path, Form::Json).with("limit", LIST_LIMIT.to_string());
            let selector = node.map(|node| match related {
                Some(related) => related.selector.and(&node.selector),
                None => node.selector.clone(),
            });
            (selector.unwrap_or_default().of(request), by_enter)
        }
        (ApiPath::Object(of), _) => {
            let by_enter = secret(&of.gvr);
            object = Some(of.clone());
            (Request::get(path, Form::Json), by_enter)
        }
        (ApiPath::NonResource(of), _) => {
            let by_enter = ["/metrics", "/openapi/", "/debug", "/logs"]
                .iter()
                .any(|large| of.starts_with(large))
                .then_some("a path that may be large is not loaded automatically");
            (Request::get(path, Form::Any), by_enter)
        }
        _ => (Request::get(path, Form::Json), None),
    };
    let rows = match row {
        RowRef::Node(id) => rows_of(tree, id),
        _ => None,
    };
    Some(Subject { request, by_enter, object, logs, rows, opened: false })
}

/// Returns the node whose rows are the list of a node: its own, or those of all namespaces below it.
fn rows_of(tree: &Tree, id: NodeId) -> Option<NodeId> {
    let node = tree.get(id)?;
    if node.kind.opens_collection().is_some() {
        return Some(id);
    }
    let is_all = |id: &NodeId| {
        tree.get(*id).is_some_and(|node| matches!(node.kind, NodeKind::AllNamespaces(_)))
    };
    node.children.iter().copied().find(is_all)
}

fn log_request(path: ApiPath, container: &str, options: LogOptions) -> Request {
    let request = Request::get(path, Form::Any)
        .with("tailLines", LOG_LINES.to_string())
        .with("container", container);
    let wanted = [
        ("previous", options.previous),
        // A followed log resumes after the time of its last line.
        ("timestamps", options.timestamps || options.follow),
        (FOLLOW, options.follow),
    ];
    let wanted = wanted.into_iter().filter(|(_, is_wanted)| *is_wanted);
    wanted.fold(request, |request, (name, _)| request.with(name, "true"))
}

fn is_namespaced(kind: Option<&NodeKind>) -> bool {
    let resource = kind.and_then(NodeKind::resource);
    resource.is_some_and(|resource| resource.scope == Scope::Namespaced)
}
