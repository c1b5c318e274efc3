//! Loads the objects outside of a pod that its view needs. It does no I/O: it returns requests,
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

mod follow;

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
    /// Returns the path of the object, or of the collection of Services.
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

    /// Returns the request for the list with the object alone; `None` for a collection.
    fn list_request(&self) -> Option<Request> {
        let ApiPath::Object(object) = self.path() else { return None };
        let selector = format!("metadata.name={}", object.name);
        Some(Request::get(object.collection(), Form::Json).with("fieldSelector", selector))
    }

    /// Returns why a source is not known, such as `nodes is forbidden`, without the server's words
    /// about the user.
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
pub struct SourceBody {
    body: Body,
    /// The `resourceVersion` of the object, or of the list of Services.
    version: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Body {
    /// `None`: the list with the object alone is empty. So for the next three.
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
        let versioned = if matches!(key, SourceKey::Services(_)) { Some(value) } else { object };
        let version = versioned.and_then(|it| it["metadata"]["resourceVersion"].as_str());
        let version = version.map(str::to_owned);
        let body = match key {
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
        };
        Ok(Self { body, version })
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
    /// What follows the sources knows them by these numbers, which are never used again.
    numbers: BTreeMap<SourceKey, u32>,
    last_number: u32,
    versions: BTreeMap<SourceKey, String>,
    /// The sources that changed while they were being loaded.
    changed: BTreeSet<SourceKey>,
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
    /// Returns a loader to which nothing is loaded yet.
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
            self.numbers.remove(&key);
            self.versions.remove(&key);
            self.changed.remove(&key);
            self.remove(&key);
        }
        for key in keys {
            if !self.states.contains_key(&key) {
                self.last_number += 1;
                self.numbers.insert(key.clone(), self.last_number);
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
        for key in &keys {
            self.refetch(key);
        }
    }

    /// Returns the sources that the pod needs.
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

    /// Returns what is loaded.
    #[must_use]
    pub fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// Returns what is loaded, when nothing more is to be loaded.
    #[must_use]
    pub fn into_surroundings(self) -> Surroundings {
        self.surroundings
    }

    /// Takes an answer, or an object that a watch delivered; a deleted one is a failure of the kind
    /// `NotFound`. Answers of sources that are no longer needed are dropped.
    pub fn answered(&mut self, key: &SourceKey, answer: Result<SourceBody, Failure>) {
        let Some(state) = self.states.get_mut(key) else { return };
        let state = std::mem::replace(state, State::Loaded);
        self.versions.remove(key);
        if let Ok(SourceBody { version: Some(version), .. }) = &answer {
            self.versions.insert(key.clone(), version.clone());
        }
        match (answer.map(|answer| answer.body), state) {
            (Ok(Body::Services(page, next)), state) => self.add_page(key, state, page, next),
            (Ok(body), _) => self.set(key, body),
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
        if matches!(self.states.get(key), Some(State::Loaded)) && self.changed.remove(key) {
            self.refetch(key);
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn needs() -> Needs {
        Needs {
            namespace: "shop".to_owned(),
            node: Some("n1".to_owned()),
            services: true,
            kubernetes: true,
            config_maps: BTreeSet::from(["c".to_owned()]),
            secrets: BTreeSet::from(["s".to_owned()]),
        }
    }

    fn services(names: &[&str], next: &str) -> Value {
        let items: Vec<Value> =
            names.iter().map(|name| json!({"metadata": {"name": name}})).collect();
        json!({"kind": "ServiceList", "metadata": {"continue": next}, "items": items})
    }

    /// Answers every request by its path and query.
    fn load(sources: &mut Sources, answer: impl Fn(&str) -> Result<Value, Failure>) -> Vec<String> {
        let mut asked = Vec::new();
        while let Some((key, request)) = sources.next_request() {
            let path = request.path_and_query();
            let body = answer(&path).and_then(|value| SourceBody::from_value(&key, &value));
            sources.answered(&key, body);
            asked.push(path);
        }
        asked
    }

    fn failure(kind: FailureKind) -> Failure {
        Failure::new(kind, "why", "")
    }

    #[test]
    fn each_source_is_requested_once() {
        let mut sources = Sources::new(&needs());
        assert!(sources.is_loading());
        let asked = load(&mut sources, |path| {
            Ok(if path.contains("limit") { services(&["a"], "") } else { json!({}) })
        });
        assert_eq!(
            asked,
            [
                "/api/v1/nodes/n1",
                "/api/v1/namespaces/shop/services?limit=500",
                "/api/v1/namespaces/default/services/kubernetes",
                "/api/v1/namespaces/shop/configmaps/c",
                "/api/v1/namespaces/shop/secrets/s",
            ]
        );
        assert!(!sources.is_loading());
        assert!(matches!(sources.surroundings().secrets["s"], Lookup::Found(_)));
    }

    #[test]
    fn services_are_read_in_pages_up_to_the_last() {
        let needs = Needs { namespace: "shop".to_owned(), services: true, ..Needs::default() };
        let mut sources = Sources::new(&needs);
        let asked = load(&mut sources, |path| {
            Ok(if path.contains("continue=x") {
                services(&["b"], "x")
            } else {
                services(&["a"], "x")
            })
        });
        assert_eq!(asked.len(), 2, "a token that repeats ends the list");
        let Lookup::Found(found) = &sources.surroundings().services else { panic!("no list") };
        assert!(found.iter().map(|service| service.metadata.name.as_str()).eq(["a", "b"]));
    }

    #[test]
    fn services_whose_pages_expire_are_read_as_a_whole() {
        let needs = Needs { namespace: "shop".to_owned(), services: true, ..Needs::default() };
        let mut sources = Sources::new(&needs);
        let asked = load(&mut sources, |path| match path {
            path if path.contains("continue") => Err(failure(FailureKind::Gone)),
            path if path.contains("limit") => Ok(services(&["a"], "x")),
            _ => Ok(services(&["a", "b"], "")),
        });
        assert_eq!(asked.last().unwrap(), "/api/v1/namespaces/shop/services");
        let Lookup::Found(found) = &sources.surroundings().services else { panic!("no list") };
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn an_object_that_a_recording_lacks_is_looked_up_in_its_list() {
        let mut sources = Sources::new(&needs());
        let asked = load(&mut sources, |path| {
            let list = |items: Value| Ok(json!({"kind": "List", "items": items}));
            match path {
                path if path.contains("limit") => Ok(services(&[], "")),
                path if path.contains("configmaps?") => list(json!([{"data": {"k": "v"}}])),
                path if path.contains("secrets?") => list(json!([])),
                _ => Err(failure(FailureKind::NotRecorded)),
            }
        });
        let list = "/api/v1/namespaces/shop/secrets?fieldSelector=metadata.name%3Ds";
        assert!(asked.iter().any(|path| path == list), "{asked:?}");
        let around = sources.surroundings();
        assert!(matches!(around.config_maps["c"], Lookup::Found(_)));
        assert_eq!(around.secrets["s"], Lookup::Missing);
        assert_eq!(around.node, Lookup::Unknown("nodes: not in this recording".to_owned()));
    }

    #[test]
    fn a_failure_leaves_the_source_unknown_with_its_reason() {
        let mut sources = Sources::new(&needs());
        load(&mut sources, |path| {
            Err(failure(match path {
                path if path.contains("nodes") => FailureKind::Forbidden,
                path if path.contains("configmaps") => FailureKind::NotFound,
                _ => FailureKind::TimedOut,
            }))
        });
        let around = sources.surroundings();
        assert_eq!(around.node, Lookup::Unknown("nodes is forbidden".to_owned()));
        assert_eq!(around.config_maps["c"], Lookup::Missing);
        assert_eq!(around.secrets["s"], Lookup::Unknown("secrets: why".to_owned()));
    }

    #[test]
    fn a_secret_that_cannot_be_decoded_is_unknown_and_not_quoted() {
        let mut sources = Sources::new(&needs());
        load(&mut sources, |_| Ok(json!({"metadata": {"name": "s"}, "data": {"k": ["hunter2"]}})));
        let Lookup::Unknown(reason) = &sources.surroundings().secrets["s"] else { panic!() };
        assert_eq!(reason, "the Secret s cannot be read: a value has another type at .data.k");
    }

    #[test]
    fn a_source_that_is_fetched_again_stays_until_its_answer() {
        let mut sources = Sources::new(&needs());
        load(&mut sources, |_| Ok(json!({"data": {"k": "djE="}})));
        let key = SourceKey::Secret(Namespace::new("shop"), "s".into());
        let before = sources.surroundings().secrets["s"].clone();
        sources.refetch(&key);
        assert!(sources.is_loading() && sources.surroundings().secrets["s"] == before);
        let asked = load(&mut sources, |_| Ok(json!({"data": {"k": "djI="}})));
        assert_eq!(asked, ["/api/v1/namespaces/shop/secrets/s"]);
        assert_ne!(sources.surroundings().secrets["s"], before);
        // A watch delivers without a request.
        sources.answered(&key, Err(failure(FailureKind::NotFound)));
        assert_eq!(sources.surroundings().secrets["s"], Lookup::Missing);
    }

    #[test]
    fn another_version_of_the_pod_keeps_what_it_still_needs() {
        let mut sources = Sources::new(&needs());
        load(&mut sources, |_| Ok(json!({})));
        let other = Needs { secrets: BTreeSet::from(["other".to_owned()]), node: None, ..needs() };
        sources.update(&other);
        assert!(!sources.surroundings().secrets.contains_key("s"));
        assert_eq!(sources.surroundings().node, Lookup::NotLoaded);
        let asked = load(&mut sources, |_| Ok(json!({})));
        assert_eq!(asked, ["/api/v1/namespaces/shop/secrets/other"]);
        let dropped = SourceKey::Node("n1".into());
        sources.answered(&dropped, Err(failure(FailureKind::Forbidden)));
        assert_eq!(sources.surroundings().node, Lookup::NotLoaded);
    }
}
