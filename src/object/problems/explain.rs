//! Objects that are read whole: judged, with what their judgements want.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::tasks::{Candidate, Task};
use super::{Answers, Scan, Why, key};
use crate::k8s::names::Namespace;
use crate::k8s::paging::PageSize;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::table::{Column, Page, Row};
use crate::object::health::{Answer, Judged, Related, judge};
use crate::object::path::{at, list, text};
use crate::object::search::page::{List, PageOf};

/// What was read that explains objects.
#[derive(Debug, Default)]
pub(super) struct Explained {
    answers: Answers,
    /// The requests that are queued or sent.
    requested: HashSet<String>,
    waiting: Vec<Waiting>,
    /// The slices of Services, by namespace and Service, without what no rule reads.
    slices: HashMap<(String, String), Vec<Value>>,
    /// The names and ports of the Services of a namespace.
    services: HashMap<String, Vec<Value>>,
    /// Kinds that were read as objects, by namespace (`None` is all): true if they are complete.
    known: HashMap<(String, Option<Namespace>), bool>,
    wants: usize,
}

/// An object whose judgement wants answers that were not there yet.
#[derive(Debug)]
struct Waiting {
    path: ObjectPath,
    object: Value,
    related: Related,
    wants: Vec<Request>,
}

const SERVICE_LABEL: &str = ".metadata.labels['kubernetes.io/service-name']";

impl Explained {
    pub(super) fn set_known(&mut self, list: &List, is_complete: bool) {
        let resource = list.kind.gvr.resource.to_string();
        self.known.insert((resource, list.namespace.clone()), is_complete);
    }

    /// Keeps the rows of a namespace that some judgement may want: each request is sent once.
    pub(super) fn remember_rows(&mut self, page: &PageOf, rows: Page) {
        if *page.list.kind.gvr.resource == *"deployments" {
            self.answers.insert(key(&page.request()), Arc::new(Answer::Rows(rows)));
        }
    }

    pub(super) fn remember_slice(&mut self, slice: &Value) {
        let endpoints = list(slice, ".endpoints").iter().map(|endpoint| {
            let target = at(endpoint, ".targetRef");
            json!({"conditions": {"ready": at(endpoint, ".conditions.ready")}, "targetRef": target})
        });
        let kept = json!({
            "metadata": {"labels": {"kubernetes.io/service-name": text(slice, SERVICE_LABEL)}},
            "endpoints": endpoints.collect::<Vec<_>>(),
            "ports": at(slice, ".ports"),
        });
        let namespace = text(slice, ".metadata.namespace").to_owned();
        let place = (namespace, text(slice, SERVICE_LABEL).to_owned());
        self.slices.entry(place).or_default().push(kept);
    }

    pub(super) fn remember_service(&mut self, service: &Value) {
        let kept = json!({
            "metadata": {"name": at(service, ".metadata.name")},
            "spec": {"ports": at(service, ".spec.ports")},
        });
        let namespace = text(service, ".metadata.namespace").to_owned();
        self.services.entry(namespace).or_default().push(kept);
    }

    /// True if a kind was read as objects, there or over all namespaces; `Some(false)` if that failed.
    fn knows(&self, resource: &str, namespace: &Namespace) -> Option<bool> {
        let places = [Some(namespace.clone()), None];
        places.into_iter().find_map(|place| self.known.get(&(resource.to_owned(), place)).copied())
    }

    /// Answers a request from what was read as objects.
    fn local(&self, request: &Request, now: Timestamp) -> Option<Arc<Answer>> {
        if let Some(answer) = self.answers.get(&key(request)) {
            return Some(answer.clone());
        }
        let (gvr, namespace) = match &request.path {
            ApiPath::Collection { gvr, namespace: Some(namespace) } => (gvr, namespace),
            ApiPath::Object(object) => return self.local_service(object),
            _ => return None,
        };
        let answer = match (&*gvr.resource, request.form) {
            ("endpointslices", Form::Json) => {
                let is_known = self.knows("endpointslices", namespace)?;
                let slices = || Answer::Objects(self.slices_for(request, namespace));
                if is_known { slices() } else { Answer::Withheld }
            }
            ("services", Form::Table) if self.knows("services", namespace)? => {
                Answer::Rows(self.service_rows(namespace, now))
            }
            _ => return None,
        };
        Some(Arc::new(answer))
    }

    /// A Service that was read as an object.
    fn local_service(&self, path: &ObjectPath) -> Option<Arc<Answer>> {
        let namespace = path.namespace.as_ref().filter(|_| path.gvr.is_core("services"))?;
        if !self.knows("services", namespace)? {
            return None;
        }
        let mut services = self.services.get(namespace.as_str()).into_iter().flatten();
        let found = services.find(|service| text(service, ".metadata.name") == &*path.name);
        Some(Arc::new(found.cloned().map_or(Answer::Absent, Answer::Object)))
    }

    /// The slices that a label selector of Services chooses, as judgements write it.
    fn slices_for(&self, request: &Request, namespace: &Namespace) -> Vec<Value> {
        let mut query = request.query.iter();
        let selector = query.find(|(name, _)| name == "labelSelector").map(|(_, value)| value);
        let names = selector.map_or("", |selector| match selector.split_once([' ', '=']) {
            Some((_, rest)) => rest.trim_start_matches("in (").trim_end_matches(')'),
            None => "",
        });
        let slices = names
            .split(',')
            .filter_map(|name| self.slices.get(&(namespace.to_string(), name.to_owned())));
        slices.flatten().cloned().collect()
    }

    fn service_rows(&self, namespace: &Namespace, now: Timestamp) -> Page {
        let column = |name: &str| Column {
            name: name.into(),
            is_name: name == "Name",
            priority: 0,
            is_age: false,
        };
        let services = self.services.get(namespace.as_str()).into_iter().flatten();
        let rows = services.map(|service| {
            let name = text(service, ".metadata.name");
            Row::new(None, name, [name, &ports(service)], now)
        });
        Page {
            columns: [column("Name"), column("Port(s)")].into(),
            rows: rows.collect(),
            continue_token: None,
            next_size: PageSize::FIRST,
            remaining: None,
            read: None,
            resource_version: String::new(),
        }
    }
}

/// The ports of a Service as a Table prints them, such as `80/TCP,443/TCP`.
fn ports(service: &Value) -> String {
    let ports = list(service, ".spec.ports").iter().map(|port| {
        let protocol = at(port, ".protocol").as_str().unwrap_or("TCP");
        format!("{}/{protocol}", at(port, ".port"))
    });
    ports.collect::<Vec<_>>().join(",")
}

impl Scan {
    /// Judges an object, now or once the answers are there that its judgement wants.
    pub(super) fn consider(&mut self, path: ObjectPath, object: Value, now: Timestamp) {
        let mut related = Related::default();
        related.has_status = self.plan.has_status(&path.gvr);
        self.judge(path, object, related, now);
    }

    fn judge(&mut self, path: ObjectPath, object: Value, mut related: Related, now: Timestamp) {
        let may_want = !self.is_effect(&path, &object);
        loop {
            let health = judge(&object, now, &related);
            let is_open = |request: &Request| related.get(request).is_none();
            let wanted: Vec<Request> = health
                .wants
                .iter()
                .filter(|want| want.is_essential && may_want && is_open(&want.request))
                .map(|want| want.request.clone())
                .collect();
            let mut wants = Vec::new();
            for request in &wanted {
                match self.explained.local(request, now) {
                    Some(answer) => related.insert(request.clone(), answer),
                    None if self.want(request) => wants.push(request.clone()),
                    None => related.insert(request.clone(), Arc::new(Answer::Withheld)),
                }
            }
            if wanted.is_empty() {
                self.judged.extend(Judged::of_object(path, &object, &health));
                return;
            }
            if !wants.is_empty() {
                self.explained.waiting.push(Waiting { path, object, related, wants });
                return;
            }
        }
    }

    /// True for a pod whose owner is a finding: it is folded under it, and says enough by itself.
    fn is_effect(&self, path: &ObjectPath, object: &Value) -> bool {
        let owners = list(object, ".metadata.ownerReferences");
        path.gvr.is_core("pods")
            && self.candidates.iter().any(|candidate| {
                let is_same = |owner: &Value| text(owner, ".name") == &*candidate.path.name;
                candidate.path.namespace == path.namespace
                    && !candidate.path.gvr.is_core("pods")
                    && owners.iter().any(is_same)
            })
    }

    /// Queues a request unless it was sent; false if no more may be sent.
    fn want(&mut self, request: &Request) -> bool {
        if self.explained.requested.contains(&key(request)) {
            return true;
        }
        if self.explained.wants >= self.limits.wants || self.over_limit().is_some() {
            return false;
        }
        self.explained.wants += 1;
        self.explained.requested.insert(key(request));
        self.queue.push_back(Task::Want(request.clone()));
        true
    }

    /// Takes the answer to a want, and judges the objects again that waited for it.
    pub(super) fn explain(&mut self, request: &Request, answer: Answer, now: Timestamp) {
        let answer = Arc::new(answer);
        self.explained.answers.insert(key(request), answer.clone());
        let waiting = std::mem::take(&mut self.explained.waiting);
        for mut object in waiting {
            let before = object.wants.len();
            object.wants.retain(|want| want != request);
            if object.wants.len() < before {
                object.related.insert(request.clone(), answer.clone());
            }
            if object.wants.is_empty() {
                self.judge(object.path, object.object, object.related, now);
            } else {
                self.explained.waiting.push(object);
            }
        }
    }

    /// Takes it that a want is not answered.
    pub(super) fn withhold(&mut self, request: &Request) {
        let waits = |waiting: &&Waiting| waiting.wants.contains(request);
        if self.explained.waiting.iter().find(waits).is_some() {
            self.explain(request, Answer::Withheld, self.last);
        }
    }

    /// Judges what still waits for answers without them.
    pub(super) fn give_up_waiting(&mut self) {
        self.limits.wants = 0;
        while let Some(waiting) = self.explained.waiting.pop() {
            let Waiting { path, object, mut related, wants } = waiting;
            for want in wants {
                related.insert(want, Arc::new(Answer::Withheld));
            }
            self.judge(path, object, related, self.last);
        }
    }

    /// Queues the objects whose rows need attention, worst first, pods behind what may own them. The rows
    /// of the others are their findings.
    pub(super) fn confirm(&mut self) {
        self.candidates.sort_by_key(|candidate| {
            (std::cmp::Reverse(candidate.health.level), candidate.path.gvr.is_core("pods"))
        });
        let most = self.limits.objects;
        let rest = self.candidates.split_off(self.candidates.len().min(most));
        for candidate in self.candidates.clone() {
            let task = Task::Object(candidate);
            // What some judgement wants as well is sent once.
            self.explained.requested.insert(key(&task.request()));
            self.queue.push_back(task);
        }
        let shown = rest.iter().filter(|candidate| candidate.judged().is_some()).count();
        if shown > 0 {
            self.skip(format!("{shown} objects with findings"), Why::RowOnly(most));
        }
        self.keep_rows(&rest);
    }

    /// Keeps the findings of rows whose objects are not read.
    pub(super) fn keep_rows(&mut self, candidates: &[Candidate]) {
        self.judged.extend(candidates.iter().filter_map(Candidate::judged));
    }
}
