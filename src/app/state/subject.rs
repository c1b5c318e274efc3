//! What the answer of a row is: its request, and whether it is asked for by itself.

use crate::k8s::log::LogOptions;
use crate::k8s::names::{Gvr, Scope};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::tree::node::NodeKind;
use crate::tree::{RowRef, Tree};

/// How many objects of a collection its own answer holds.
const LIST: usize = 20;

/// The parameter of a log that goes on.
const FOLLOW: &str = "follow";

/// How many lines of a log are asked for.
const LOG_LINES: usize = 500;

/// What is at the cursor: the request of its answer, or else the row. A row that only moved is still the
/// same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) enum Attention {
    /// A row with an answer.
    Answer(Request),
    /// A row without one.
    Row(RowRef),
}

/// What a document is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The request that it answers.
    pub request: Request,
    /// Why it is asked for by ⏎ only, where it is.
    pub by_enter: Option<&'static str>,
    /// The object, where it is one.
    pub object: Option<ObjectPath>,
    /// Whether ⏎ was pressed on it.
    pub opened: bool,
}

impl Subject {
    /// Whether it is the log of a container.
    #[must_use]
    pub fn is_log(&self) -> bool {
        self.has("tailLines")
    }

    /// Whether it is a log that goes on.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.is_log() && self.has(FOLLOW)
    }

    fn has(&self, parameter: &str) -> bool {
        self.request.query.iter().any(|(name, _)| name == parameter)
    }
}

/// What the answer of a row is, where it has one.
#[must_use]
pub(in crate::app) fn subject(tree: &Tree, place: RowRef) -> Option<Subject> {
    let path = tree.path(place)?;
    let node = match place {
        RowRef::Node(id) => Some(tree.get(id)?),
        _ => None,
    };
    let kind = node.map(|node| &node.kind);
    let secret =
        |gvr: &Gvr| gvr.is_core("secrets").then_some("Secrets are not loaded automatically");
    let mut object = None;
    let (request, by_enter) = match (&path, kind) {
        (_, Some(NodeKind::ContainerLog { name, .. })) => {
            let look = node.map(|node| node.log).unwrap_or_default();
            (log_request(path, name, look), Some("logs are not loaded automatically"))
        }
        (_, Some(NodeKind::Subresource { is_pod_log: true, .. })) => return None,
        (ApiPath::Collection { gvr, namespace }, _) => {
            let over_all = namespace.is_none() && is_namespaced(kind);
            let all = over_all.then_some("a list over all namespaces is not loaded automatically");
            let by_enter = secret(gvr).or(all);
            let request = Request::get(path, Form::Json).with("limit", LIST.to_string());
            (node.map_or(request.clone(), |node| node.selector.of(request)), by_enter)
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
    Some(Subject { request, by_enter, object, opened: false })
}

fn log_request(path: ApiPath, container: &str, look: LogOptions) -> Request {
    let request = Request::get(path, Form::Any)
        .with("tailLines", LOG_LINES.to_string())
        .with("container", container);
    let wanted = [
        ("previous", look.previous),
        ("timestamps", look.timestamps || look.follow),
        (FOLLOW, look.follow),
    ];
    let wanted = wanted.into_iter().filter(|(_, is_wanted)| *is_wanted);
    wanted.fold(request, |request, (name, _)| request.with(name, "true"))
}

fn is_namespaced(kind: Option<&NodeKind>) -> bool {
    let resource = kind.and_then(NodeKind::resource);
    resource.is_some_and(|resource| resource.scope == Scope::Namespaced)
}
