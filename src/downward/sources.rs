//! Loads the objects outside of a pod that its view needs. It does no I/O: it returns requests,
//! takes their answers, and has the [`Surroundings`] as far as they are loaded at any time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::cluster::Service;
use super::needs::Needs;
use super::surroundings::{Lookup, Names, Surroundings};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;
use crate::k8s::request::{Form, Request};
use body::Body;

pub use body::SourceBody;
pub use key::SourceKey;

mod body;
mod follow;
mod key;

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
    needs: Needs,
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
        self.needs.clone_from(needs);
        self.settle();
    }

    /// Requests the sources that the pod refers to, each once, and drops those that it no longer refers to.
    fn settle(&mut self) {
        let keys = self.wanted();
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

    /// Returns what the pod needs, with what the loaded objects need: the volume of each claim, and if a
    /// `ConfigMap` or Secret is missing that is not optional, the names of the others.
    fn wanted(&self) -> BTreeSet<SourceKey> {
        let mut keys = keys(&self.needs);
        let around = &self.surroundings;
        let volumes = around.claims.values().filter_map(|claim| match claim {
            Lookup::Found(claim) => claim.volume(),
            _ => None,
        });
        keys.extend(volumes.map(|name| SourceKey::Volume(name.into())));
        let namespace = || Namespace::new(&self.needs.namespace);
        let required = &self.needs.required_config_maps;
        if required.iter().any(|name| around.config_maps.get(name) == Some(&Lookup::Missing)) {
            keys.insert(SourceKey::ConfigMapNames(namespace()));
        }
        let required = &self.needs.required_secrets;
        if required.iter().any(|name| around.secrets.get(name) == Some(&Lookup::Missing)) {
            keys.insert(SourceKey::SecretNames(namespace()));
        }
        keys
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
            (Err(failure), _) if failure.kind == FailureKind::Forbidden => {
                self.fail(key, key.reason(&failure));
                self.set(key, Body::Names(Names::Forbidden));
            }
            (Err(failure), _) => self.fail(key, key.reason(&failure)),
        }
        if matches!(self.states.get(key), Some(State::Loaded)) && self.changed.remove(key) {
            self.refetch(key);
        }
        self.settle();
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
            (SourceKey::Claim(_, name), Body::Claim(claim)) => {
                around.claims.insert(name.to_string(), claim.into());
            }
            (SourceKey::Volume(name), Body::Volume(volume)) => {
                around.volumes.insert(name.to_string(), volume.into());
            }
            (SourceKey::ConfigMapNames(_), Body::Names(names)) => around.config_map_names = names,
            (SourceKey::SecretNames(_), Body::Names(names)) => around.secret_names = names,
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
            SourceKey::Claim(_, name) => _ = self.surroundings.claims.remove(&**name),
            SourceKey::Volume(name) => _ = self.surroundings.volumes.remove(&**name),
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
            SourceKey::Claim(_, name) => {
                around.claims.insert(name.to_string(), absent.without());
            }
            SourceKey::Volume(name) => {
                around.volumes.insert(name.to_string(), absent.without());
            }
            SourceKey::ConfigMapNames(_) => around.config_map_names = Names::NotListed,
            SourceKey::SecretNames(_) => around.secret_names = Names::NotListed,
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
    let claims = needs.claims.iter();
    let claims = claims.map(|name| SourceKey::Claim(namespace(), name.as_str().into()));
    let objects = config_maps.chain(secrets).chain(claims);
    node.chain(services).chain(kubernetes).chain(objects).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn needs() -> Needs {
        Needs {
            namespace: "shop".to_owned(),
            node: Some("n1".to_owned()),
            services: true,
            kubernetes: true,
            config_maps: BTreeSet::from(["c".to_owned()]),
            secrets: BTreeSet::from(["s".to_owned()]),
            ..Needs::default()
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
    fn the_names_of_a_kind_are_listed_once_if_an_object_is_missing() {
        let mut sources = Sources::new(&Needs {
            namespace: "shop".to_owned(),
            secrets: BTreeSet::from(["a".to_owned(), "b".to_owned(), "c".to_owned()]),
            required_secrets: BTreeSet::from(["a".to_owned(), "b".to_owned()]),
            ..Needs::default()
        });
        let asked = load(&mut sources, |path| match path {
            path if path.contains("includeObject") => Ok(json!({"kind": "Table",
                "metadata": {"remainingItemCount": 7}, "rows": [{"cells": ["keys", "Opaque", 1]}]})),
            _ => Err(failure(FailureKind::NotFound)),
        });
        let list = "/api/v1/namespaces/shop/secrets?includeObject=None&limit=500";
        assert_eq!(asked.iter().filter(|path| *path == list).count(), 1, "{asked:?}");
        let names = Names::Listed { names: vec!["keys".to_owned()], more: 7 };
        assert_eq!(sources.surroundings().secret_names, names);
        assert_eq!(sources.surroundings().config_map_names, Names::NotListed);
    }

    #[test]
    fn no_names_are_listed_if_only_an_optional_object_is_missing() {
        let mut sources = Sources::new(&needs());
        let asked = load(&mut sources, |_| Err(failure(FailureKind::NotFound)));
        assert!(!asked.iter().any(|path| path.contains("includeObject")), "{asked:?}");
    }

    #[test]
    fn names_that_may_not_be_listed_are_forbidden() {
        let needs = Needs { required_secrets: needs().secrets, ..needs() };
        let mut sources = Sources::new(&needs);
        load(&mut sources, |path| {
            let is_list = path.contains("includeObject");
            Err(failure(if is_list { FailureKind::Forbidden } else { FailureKind::NotFound }))
        });
        assert_eq!(sources.surroundings().secret_names, Names::Forbidden);
    }

    #[test]
    fn the_volume_of_a_claim_is_fetched_after_the_claim() {
        let claims = BTreeSet::from(["data".to_owned()]);
        let needs = Needs { namespace: "shop".to_owned(), claims, ..Needs::default() };
        let mut sources = Sources::new(&needs);
        let asked = load(&mut sources, |path| {
            Ok(if path.contains("claims") {
                json!({"spec": {"volumeName": "pv1"}})
            } else {
                json!({"spec": {"nfs": {}}})
            })
        });
        let claim = "/api/v1/namespaces/shop/persistentvolumeclaims/data";
        assert_eq!(asked, [claim, "/api/v1/persistentvolumes/pv1"]);
        assert!(matches!(sources.surroundings().volumes["pv1"], Lookup::Found(_)));
        assert!(!sources.is_loading());
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
