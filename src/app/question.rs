//! Every request of the application, in one place: what is sent, how its answer is decoded, and what
//! it is for. `app::flows::deliver` hands each answer to the flow that handles it.

mod purpose;

use std::sync::Arc;

use jiff::Timestamp;

pub use self::purpose::Purpose;
use crate::app::answer::{Answer, document, events, owned, pods, related};
use crate::downward::sources::{SourceBody, SourceKey};
use crate::k8s::answer;
use crate::k8s::api_service;
use crate::k8s::discovery::DiscoveryPart;
use crate::k8s::failure::Failure;
use crate::k8s::names::{GroupVersion, Gvr, Namespace};
use crate::k8s::paging::PageSize;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Exchange, Form, Request};
use crate::k8s::reviews::{Impersonated, impersonate_request, rules_request};
use crate::k8s::server::{user_request, version_request};
use crate::k8s::table::Page;
use crate::object::related::Related;
use crate::tree::NodeId;

/// A request together with what its answer is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What to send.
    pub request: Request,
    /// What the answer is for; it also decides how the answer is decoded.
    pub purpose: Purpose,
    /// The rule that keeps what belongs to an object, if it is such a list.
    pub related: Option<Arc<Related>>,
}

impl Question {
    fn new(purpose: Purpose, request: Request) -> Self {
        Self { request, purpose, related: None }
    }

    /// Returns the same question about what belongs to an object.
    #[must_use]
    pub fn of_related(self, related: Option<Arc<Related>>) -> Self {
        Self { related, ..self }
    }

    fn get(purpose: Purpose, path: ApiPath, form: Form) -> Self {
        Self::new(purpose, Request::get(path, form))
    }

    /// Requests a part of discovery.
    #[must_use]
    pub fn discovery(part: DiscoveryPart) -> Self {
        let request = part.request();
        Self::new(Purpose::Discovery(part), request)
    }

    /// Requests the non-resource paths.
    #[must_use]
    pub fn paths() -> Self {
        Self::get(Purpose::Paths, ApiPath::Root, Form::Json)
    }

    /// Requests the server's version.
    #[must_use]
    pub fn version() -> Self {
        Self::new(Purpose::Version, version_request())
    }

    /// Requests the user that the server authenticated.
    #[must_use]
    pub fn user() -> Self {
        Self::new(Purpose::User, user_request())
    }

    /// Requests a page of the cluster's namespaces; the first one without a token.
    #[must_use]
    pub fn namespaces(size: PageSize, token: Option<String>) -> Self {
        let path = ApiPath::Collection { gvr: Gvr::new("", "v1", "namespaces"), namespace: None };
        let list = Request::get(path, Form::Metadata);
        Self::new(Purpose::Namespaces, size.page(list, token))
    }

    /// Requests a page of a collection for its names.
    #[must_use]
    pub fn names(path: ApiPath) -> Self {
        let list = Request::get(path.clone(), Form::Table).with("includeObject", "None");
        Self::new(Purpose::Names(path), PageSize::FIRST.page(list, None))
    }

    /// Requests a page of a collection, given by its request; `all` if all further pages are wanted too.
    #[must_use]
    pub fn page(node: NodeId, request: Request, all: bool) -> Self {
        Self::new(Purpose::Page { node, all }, request)
    }

    /// Requests a page, given by its request, of a collection that is listed again.
    #[must_use]
    pub fn reload(node: NodeId, request: Request) -> Self {
        Self::new(Purpose::Reload(node), request)
    }

    /// Requests one object of a collection, whose answer has the number of the others.
    #[must_use]
    pub fn count(node: NodeId, list: Request) -> Self {
        Self::new(Purpose::Count(node), list.with("limit", "1"))
    }

    /// Requests the number of objects of a kind in a namespace.
    #[must_use]
    pub fn contents(node: NodeId, gvr: Gvr, list: Request) -> Self {
        Self::new(Purpose::Contents { node, gvr }, list)
    }

    /// Requests the row of one object.
    #[must_use]
    pub fn row(node: NodeId, list: Request, name: &str) -> Self {
        let selected = list.with("fieldSelector", format!("metadata.name={name}"));
        Self::new(Purpose::Row(node), selected)
    }

    /// Requests a page of the pods of a namespace, among which is the one that this process runs in.
    #[must_use]
    pub fn this_pod(namespace: Namespace, token: Option<String>) -> Self {
        let gvr = Gvr::new("", "v1", "pods");
        let path = ApiPath::Collection { gvr, namespace: Some(namespace.clone()) };
        let request = PageSize::FIRST.page(Request::get(path, Form::Metadata), token);
        Self::new(Purpose::ThisPod(namespace), request)
    }

    /// Requests the pod whose containers have logs.
    #[must_use]
    pub fn log_containers(node: NodeId, pod: ObjectPath) -> Self {
        Self::get(Purpose::LogContainers(node), ApiPath::Object(pod), Form::Json)
    }

    /// Requests a document.
    #[must_use]
    pub fn document(request: Request) -> Self {
        Self::new(Purpose::Document, request)
    }

    /// Requests what a reference leads to.
    #[must_use]
    pub fn link(request: Request) -> Self {
        Self::new(Purpose::Link, request)
    }

    /// Requests the `APIService` of a version.
    #[must_use]
    pub fn api_service(version: &GroupVersion) -> Self {
        let path = api_service::path(version);
        Self::get(Purpose::ApiService(path.clone()), ApiPath::Object(path), Form::Json)
    }

    /// Requests the user's rules in a namespace.
    #[must_use]
    pub fn rules(namespace: Namespace) -> Self {
        let request = rules_request(&namespace);
        Self::new(Purpose::Rules(namespace), request)
    }

    /// Requests a source of the container's view.
    #[must_use]
    pub fn source(key: SourceKey, request: Request) -> Self {
        Self::new(Purpose::Source(key), request)
    }

    /// Requests the metadata of what owns the open object.
    #[must_use]
    pub fn owner(request: Request) -> Self {
        Self::new(Purpose::Owner, request)
    }

    /// Requests what would make the judgement of the shown object more exact.
    #[must_use]
    pub fn related(request: Request) -> Self {
        Self::new(Purpose::Related(Box::new(request.clone())), request)
    }

    /// Requests a page of the pods of a node that have not ended; the first one without a token.
    #[must_use]
    pub fn node_pods(node: &str, token: Option<String>) -> Self {
        let path = ApiPath::Collection { gvr: Gvr::new("", "v1", "pods"), namespace: None };
        let ended = "status.phase!=Succeeded,status.phase!=Failed";
        let selector = format!("spec.nodeName={node},{ended}");
        let list = Request::get(path, Form::Json).with("fieldSelector", selector);
        Self::new(Purpose::NodePods, PageSize::FIRST.page(list, token))
    }

    /// Requests what a node or a pod uses: its object in `metrics.k8s.io`.
    #[must_use]
    pub fn usage(object: ObjectPath) -> Self {
        Self::get(Purpose::Usage, ApiPath::Object(object), Form::Json)
    }

    /// Requests an object that is marked, or compared with what is marked.
    #[must_use]
    pub fn side(path: ObjectPath, marks: bool) -> Self {
        let of = ApiPath::Object(path.clone());
        Self::get(Purpose::Side { path, marks }, of, Form::Json)
    }

    /// Requests a page of events; the first one without a token.
    #[must_use]
    pub fn events(list: Request, token: Option<String>) -> Self {
        let request = match token {
            Some(token) => list.with("continue", token),
            None => list,
        };
        Self::new(Purpose::Events, request)
    }

    /// Requests a page of a list of owned objects; the first one without a token.
    #[must_use]
    pub fn owned(list: Arc<Related>, token: Option<String>) -> Self {
        let request = PageSize::FIRST.page(list.request(), token);
        Self::new(Purpose::Owned(Arc::clone(&list)), request).of_related(Some(list))
    }

    /// Requests a page of a list that is read together with others; the first one without a token.
    #[must_use]
    pub fn several(node: NodeId, list: Arc<Related>, token: Option<String>) -> Self {
        let request = PageSize::FIRST.page(list.request(), token);
        Self::new(Purpose::Several(node), request).of_related(Some(list))
    }

    /// Requests what a list of what belongs to an object needs to be known.
    #[must_use]
    pub fn completion(node: NodeId, request: Request) -> Self {
        Self::new(Purpose::Completion(node), request)
    }

    /// Requests whether the target of a reference exists.
    #[must_use]
    pub fn check(request: Request) -> Self {
        Self::new(Purpose::Check, request)
    }

    /// Requests whether somebody may be impersonated.
    #[must_use]
    pub fn impersonate(who: Impersonated) -> Self {
        let request = impersonate_request(&who);
        Self::new(Purpose::Impersonate(who), request)
    }

    /// Decodes the answer; `now` is when its last byte arrived.
    ///
    /// # Errors
    ///
    /// A status of 400 and above, and an answer of another form. A document is decoded whatever its
    /// status.
    pub fn decode(&self, mut exchange: Exchange, now: Timestamp) -> Result<Answer, Failure> {
        let mut read = None;
        if let Some(related) = &self.related {
            let (body, number) = related.filtered(exchange.body);
            exchange.body = body;
            read = related.keep.describe().map(|_| number as u64);
        }
        Ok(match &self.purpose {
            Purpose::Discovery(part) => Answer::Discovery(answer::discovery(part, &exchange)?),
            Purpose::Paths => {
                Answer::Paths(answer::non_resource_paths(&exchange), Box::new(document(exchange)))
            }
            Purpose::Version => Answer::Text(answer::version(&exchange)?),
            Purpose::User => Answer::Text(answer::user(&exchange)?.name),
            Purpose::Namespaces
            | Purpose::Names(_)
            | Purpose::Page { .. }
            | Purpose::Reload(_)
            | Purpose::Count(_)
            | Purpose::Contents { .. }
            | Purpose::Row(_) => Answer::Page(Page { read, ..answer::page(&exchange, now)? }),
            Purpose::Impersonate(_) => Answer::Allowed(answer::allowed(&exchange)?),
            Purpose::Rules(_) => Answer::Rules(answer::rules(&exchange)?),
            Purpose::ThisPod(_)
            | Purpose::LogContainers(_)
            | Purpose::ApiService(_)
            | Purpose::Usage
            | Purpose::Owner
            | Purpose::Completion(_)
            | Purpose::Check
            | Purpose::Compare
            | Purpose::Schemas(_)
            | Purpose::Exec => Answer::Value(Arc::new(answer::json(&exchange)?)),
            Purpose::Source(key) => {
                Answer::Source(SourceBody::decode(key, &answer::whole(&exchange)?.body)?)
            }
            Purpose::Related(_) => Answer::Related(related(&exchange, now)),
            Purpose::Events => Answer::Events(events(&exchange)?),
            Purpose::Owned(_) | Purpose::Several(_) => Answer::Owned(owned(&exchange)?),
            Purpose::NodePods => {
                let (sums, token) = pods(&exchange)?;
                Answer::Pods(sums, token)
            }
            Purpose::Document | Purpose::Side { .. } | Purpose::Link => {
                Answer::Document(document(exchange))
            }
        })
    }

    /// Decodes the rows that have arrived of a first page, which are shown until the whole page is there.
    /// `None` for anything else.
    #[must_use]
    pub fn decode_beginning(&self, body: &[u8], now: Timestamp) -> Option<Page> {
        let is_first = !self.request.query.iter().any(|(name, _)| name == "continue");
        let is_page = matches!(self.purpose, Purpose::Page { .. }) && self.related.is_none();
        (is_first && is_page).then(|| answer::beginning_of_page(&self.request.path, body, now))?
    }

    /// True if the next page is fetched while this one is decoded.
    #[must_use]
    pub fn fetches_ahead(&self) -> bool {
        matches!(self.purpose, Purpose::Page { all: true, .. })
    }
}
