//! Loads the objects outside of a pod that its view needs. Does no I/O itself: it hands out requests,
//! takes their answers, and has the [`Surroundings`] as far as they are loaded at any time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::cluster::{ConfigMap, Node, Secret, Service};
use super::decode::Undecodable;
use super::needs::Needs;
use super::surroundings::{Lookup, Surroundings};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};

/// The number of Services per page.
const PAGE: &str = "500";

/// What is loaded by a request of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKey {
    /// A Node by name.
    Node(Arc<str>),
    /// All Services of a namespace, in pages.
    Services(Namespace),
    /// The Service `kubernetes` of the namespace `default`.
    KubernetesService,
    /// A `ConfigMap` by namespace and name.
    ConfigMap(Namespace, Arc<str>),
    /// A Secret by namespace and name.
    Secret(Namespace, Arc<str>),
}

impl SourceKey {
    /// The path of the object, or of the collection of Services.
    #[must_use]
    pub fn path(&self) -> ApiPath {
        let (namespace, name) = match self {
            Self::Node(name) => (None, name.clone()),
            Self::Services(namespace) => {
                let namespace = Some(namespace.clone());
                return ApiPath::Collection { gvr: self.gvr(), namespace };
            }
            Self::KubernetesService => (Some(Namespace::new("default")), "kubernetes".into()),
            Self::ConfigMap(namespace, name) | Self::Secret(namespace, name) => {
                (Some(namespace.clone()), name.clone())
            }
        };
        ApiPath::Object(ObjectPath { gvr: self.gvr(), namespace, name })
    }

    fn gvr(&self) -> Gvr {
        Gvr::new("", "v1", self.resource())
    }

    fn resource(&self) -> &'static str {
        match self {
            Self::Node(_) => "nodes",
            Self::Services(_) | Self::KubernetesService => "services",
            Self::ConfigMap(..) => "configmaps",
            Self::Secret(..) => "secrets",
        }
    }

    fn request(&self) -> Request {
        let request = Request::get(self.path(), Form::Json);
        match self {
            Self::Services(_) => request.with("limit", PAGE),
            _ => request,
        }
    }

    /// The request for the list of the object alone; `None` for a collection.
    fn list_request(&self) -> Option<Request> {
        let ApiPath::Object(object) = self.path() else { return None };
        let selector = format!("metadata.name={}", object.name);
        Some(Request::get(object.collection(), Form::Json).with("fieldSelector", selector))
    }

    /// `nodes is forbidden`: the server's own sentence goes on about the user, who is known.
    fn reason(&self, failure: &Failure) -> String {
        let resource = self.resource();
        match failure.kind {
            FailureKind::Forbidden => format!("{resource} is forbidden"),
            FailureKind::NotRecorded => format!("{resource}: not in this recording"),
            FailureKind::Malformed => failure.message.clone(),
            _ => format!("{resource}: {}", failure.message),
        }
    }
}

/// The decoded body of an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceBody(Body);

#[derive(Clone, Debug, PartialEq)]
enum Body {
    /// `None` of each: the list of the object alone is empty.
    Node(Option<Node>),
    ConfigMap(Option<ConfigMap>),
    Secret(Option<Secret>),
    Service(Option<Service>),
    /// A page, with the token of the next one.
    Services(Vec<Service>, Option<String>),
}

impl SourceBody {
    /// Decodes the body of an answer to a request of that source.
    ///
    /// # Errors
    /// The body is not JSON, or has a field of a wrong type. No value of a Secret is quoted.
    pub fn decode(key: &SourceKey, body: &[u8]) -> Result<Self, Failure> {
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            Failure::unreadable(&format!("the answer to GET {}", key.path()), &error)
        })?;
        Self::from_value(key, &value)
    }

    /// Decodes the body of an answer that is parsed already.
    ///
    /// # Errors
    /// The body has a field of a wrong type. No value of a Secret is quoted.
    pub fn from_value(key: &SourceKey, value: &Value) -> Result<Self, Failure> {
        Self::of(key, value).map_err(|error| {
            let hint = "Look at the object with `kubewalk get`";
            Failure::new(FailureKind::Malformed, error.to_string(), hint)
        })
    }

    fn of(key: &SourceKey, value: &Value) -> Result<Self, Undecodable> {
        let is_list = value["kind"].as_str().is_some_and(|kind| kind.ends_with("List"))
            || value["items"].is_array();
        let items = value["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let object = if is_list { items.first() } else { Some(value) };
        Ok(Self(match key {
            SourceKey::Node(_) => Body::Node(object.map(Node::try_from).transpose()?),
            SourceKey::ConfigMap(..) => {
                Body::ConfigMap(object.map(ConfigMap::try_from).transpose()?)
            }
            SourceKey::Secret(..) => Body::Secret(object.map(Secret::try_from).transpose()?),
            SourceKey::KubernetesService => {
                Body::Service(object.map(Service::try_from).transpose()?)
            }
            SourceKey::Services(_) => {
                let next = value["metadata"]["continue"].as_str().filter(|next| !next.is_empty());
                let services = items.iter().map(Service::try_from).collect::<Result<_, _>>()?;
                Body::Services(services, next.map(str::to_owned))
            }
        }))
    }
}

/// Loads what a pod's view needs.
///
/// ```text
/// let mut sources = Sources::new(needs(&object));
/// while let Some((key, request)) = sources.next_request() {
///     let answer = ask(request).and_then(|body| SourceBody::decode(&key, &body));
///     sources.answered(&key, answer);
/// }
/// compute(&object, sources.surroundings(), options)
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sources {
    states: BTreeMap<SourceKey, State>,
    queue: VecDeque<(SourceKey, Request)>,
    surroundings: Surroundings,
}

/// How far a source is loaded.
#[derive(Clone, Debug)]
enum State {
    /// Its first request has no answer yet.
    Requested,
    /// The recording does not have the object by its name: the list of it alone was requested.
    ListRequested(Failure),
    /// The page after these Services was requested by that token.
    PageRequested(Vec<Service>, String),
    /// The pages expired while they were read: the whole list was requested.
    WholeRequested,
    Loaded,
}

impl Sources {
    /// A loader that has nothing yet.
    #[must_use]
    pub fn new(needs: &Needs) -> Self {
        let mut sources = Self::default();
        sources.update(needs);
        sources
    }

    /// Follows a change of the pod: sources that it needs besides are requested, those that it no
    /// longer needs are dropped, and the others stay as they are loaded.
    pub fn update(&mut self, needs: &Needs) {
        let keys = keys(needs);
        let dropped: Vec<SourceKey> =
            self.states.keys().filter(|key| !keys.contains(key)).cloned().collect();
        for key in dropped {
            self.states.remove(&key);
            self.queue.retain(|(queued, _)| *queued != key);
            self.remove(&key);
        }
        for key in keys {
            if !self.states.contains_key(&key) {
                self.refetch(&key);
            }
        }
    }

    /// Requests a source again. What is loaded of it stays until the answer.
    pub fn refetch(&mut self, key: &SourceKey) {
        self.queue.retain(|(queued, _)| queued != key);
        self.queue.push_back((key.clone(), key.request()));
        self.states.insert(key.clone(), State::Requested);
    }

    /// Requests all sources again.
    pub fn refetch_all(&mut self) {
        let keys: Vec<SourceKey> = self.keys().cloned().collect();
        keys.iter().for_each(|key| self.refetch(key));
    }

    /// The sources that the pod needs.
    pub fn keys(&self) -> impl Iterator<Item = &SourceKey> {
        self.states.keys()
    }

    /// True if an answer is missing.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        self.states.values().any(|state| !matches!(state, State::Loaded))
    }

    /// Returns the next request to send.
    pub fn next_request(&mut self) -> Option<(SourceKey, Request)> {
        self.queue.pop_front()
    }

    /// What is loaded.
    #[must_use]
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// What is loaded, where nothing is to be loaded any more.
    #[must_use]
    pub fn into_surroundings(self) -> Surroundings {
        self.surroundings
    }

    /// Takes an answer, or an object that a watch delivered; a deleted one is a failure of the kind
    /// `NotFound`. Answers of sources that are no longer needed are dropped.
    pub fn answered(&mut self, key: &SourceKey, answer: Result<SourceBody, Failure>) {
        let Some(state) = self.states.get_mut(key) else { return };
        let state = std::mem::replace(state, State::Loaded);
        match (answer, state) {
            (Ok(SourceBody(Body::Services(page, next))), state) => {
                self.add_page(key, state, page, next);
            }
            (Ok(SourceBody(body)), _) => self.set(key, body),
            (Err(failure), State::Requested) if failure.kind == FailureKind::NotRecorded => {
                match key.list_request() {
                    Some(request) => self.request(key, request, State::ListRequested(failure)),
                    None => self.fail(key, key.reason(&failure)),
                }
            }
            (Err(_), State::ListRequested(first)) => self.fail(key, key.reason(&first)),
            (Err(failure), State::PageRequested(..)) if failure.kind == FailureKind::Gone => {
                self.request(key, Request::get(key.path(), Form::Json), State::WholeRequested);
            }
            (Err(failure), _) if failure.kind == FailureKind::NotFound => self.miss(key),
            (Err(failure), _) => self.fail(key, key.reason(&failure)),
        }
    }

    fn request(&mut self, key: &SourceKey, request: Request, state: State) {
        self.queue.push_back((key.clone(), request));
        self.states.insert(key.clone(), state);
    }

    fn add_page(
        &mut self,
        key: &SourceKey,
        state: State,
        page: Vec<Service>,
        next: Option<String>,
    ) {
        let (mut services, last) = match state {
            State::PageRequested(services, token) => (services, Some(token)),
            _ => (Vec::new(), None),
        };
        services.extend(page);
        // A server that gives the same token for ever has no further page.
        match next.filter(|next| Some(next) != last.as_ref()) {
            Some(next) => {
                let request = key.request().with("continue", next.as_str());
                self.request(key, request, State::PageRequested(services, next));
            }
            None => self.surroundings.services = Lookup::Found(services),
        }
    }

    fn set(&mut self, key: &SourceKey, body: Body) {
        let around = &mut self.surroundings;
        match (key, body) {
            (SourceKey::Node(_), Body::Node(node)) => around.node = node.into(),
            (SourceKey::KubernetesService, Body::Service(service)) => {
                around.kubernetes = service.into();
            }
            (SourceKey::ConfigMap(_, name), Body::ConfigMap(map)) => {
                around.config_maps.insert(name.to_string(), map.into());
            }
            (SourceKey::Secret(_, name), Body::Secret(secret)) => {
                around.secrets.insert(name.to_string(), secret.into());
            }
            _ => {}
        }
    }

    fn miss(&mut self, key: &SourceKey) {
        self.put(key, &Lookup::Missing);
    }

    fn fail(&mut self, key: &SourceKey, reason: String) {
        self.put(key, &Lookup::Unknown(reason));
    }

    fn remove(&mut self, key: &SourceKey) {
        match key {
            SourceKey::ConfigMap(_, name) => _ = self.surroundings.config_maps.remove(&**name),
            SourceKey::Secret(_, name) => _ = self.surroundings.secrets.remove(&**name),
            key => self.put(key, &Lookup::NotLoaded),
        }
    }

    /// Stores an outcome without an object.
    fn put(&mut self, key: &SourceKey, absent: &Lookup<()>) {
        let around = &mut self.surroundings;
        match key {
            SourceKey::Node(_) => around.node = absent.without(),
            SourceKey::Services(_) => around.services = absent.without(),
            SourceKey::KubernetesService => around.kubernetes = absent.without(),
            SourceKey::ConfigMap(_, name) => {
                around.config_maps.insert(name.to_string(), absent.without());
            }
            SourceKey::Secret(_, name) => {
                around.secrets.insert(name.to_string(), absent.without());
            }
        }
    }
}

fn keys(needs: &Needs) -> BTreeSet<SourceKey> {
    let namespace = || Namespace::new(&needs.namespace);
    let node = needs.node.iter().map(|name| SourceKey::Node(name.as_str().into()));
    let services = needs.services.then(|| SourceKey::Services(namespace()));
    let kubernetes = needs.kubernetes.then_some(SourceKey::KubernetesService);
    let config_maps = needs.config_maps.iter();
    let config_maps =
        config_maps.map(|name| SourceKey::ConfigMap(namespace(), name.as_str().into()));
    let secrets = needs.secrets.iter();
    let secrets = secrets.map(|name| SourceKey::Secret(namespace(), name.as_str().into()));
    node.chain(services).chain(kubernetes).chain(config_maps).chain(secrets).collect()
}
