//! The collections: in which order they are read, and when they are read namespace by namespace.

use std::sync::Arc;

use super::tasks::Task;
use super::{Scan, Why};
use crate::k8s::names::Namespace;
use crate::k8s::request::Request;
use crate::object::search::SearchScope;
use crate::object::search::page::{Kind, List, PageForm, PageOf};

/// What is known about the collections.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// The namespaces that were listed, or are known.
    pub(super) names: Vec<Namespace>,
    /// The kinds that are listed namespace by namespace.
    pub(super) spread: Vec<Arc<Kind>>,
    /// True if nothing may be listed over all namespaces.
    pub(super) is_restricted: bool,
    /// In how many namespaces pods may not be listed, where each is tried.
    pub(super) forbidden: usize,
    read: u64,
}

impl Lists {
    pub(super) fn is_any_read(&self) -> bool {
        self.read > 0
    }

    pub(super) fn note_read(&mut self) {
        self.read += 1;
    }
}

impl Scan {
    /// Queues the first requests. For a whole cluster the first one is a page of pods: it shows whether
    /// anything may be listed over all namespaces, and how large the cluster is.
    pub(super) fn begin(&mut self) {
        match self.scope.clone() {
            SearchScope::Namespace(namespace) => {
                self.queue_namespace(&namespace);
                self.queue_rows(self.plan.pods.clone(), Some(namespace));
            }
            SearchScope::All { .. } => {
                self.queue_rows(self.plan.pods.clone(), None);
                for kind in self.plan.cluster.clone() {
                    self.queue_rows(kind, None);
                }
            }
        }
    }

    /// Queues the collections over all namespaces, once it is known that they may be listed.
    pub(super) fn queue_over_all(&mut self) {
        for kind in self.plan.namespaced.clone() {
            self.queue_rows(kind, None);
        }
        self.queue_objects(None);
        for kind in self.plan.cluster_objects.clone() {
            let list = List { kind, namespace: None };
            self.queue.push_back(Task::Page(PageOf::first(list, PageForm::Objects)));
        }
    }

    /// Queues the collections of one namespace, its pods not counted.
    pub(super) fn queue_namespace(&mut self, namespace: &Namespace) {
        for kind in self.plan.namespaced.clone() {
            self.queue_rows(kind, Some(namespace.clone()));
        }
        self.queue_objects(Some(namespace.clone()));
    }

    pub(super) fn queue_rows(&mut self, kind: Arc<Kind>, namespace: Option<Namespace>) {
        let list = List { kind, namespace };
        self.queue.push_back(Task::Page(PageOf::first(list, PageForm::Bare)));
    }

    /// Queues the first kind that is read as objects. Each one is judged by those before it.
    fn queue_objects(&mut self, namespace: Option<Namespace>) {
        if let Some(kind) = self.plan.objects.first().cloned() {
            let list = List { kind, namespace };
            self.queue.push_back(Task::Page(PageOf::first(list, PageForm::Objects)));
        }
    }

    /// Queues the kind that is read as objects behind this one.
    pub(super) fn queue_next_objects(&mut self, list: &List) {
        let mut kinds = self.plan.objects.iter().skip_while(|kind| **kind != list.kind);
        if let Some(kind) = kinds.nth(1).cloned() {
            let list = List { kind, namespace: list.namespace.clone() };
            self.queue.push_back(Task::Page(PageOf::first(list, PageForm::Objects)));
        }
    }

    /// Lists a kind namespace by namespace, in those that are known and in those that will be.
    pub(super) fn spread(&mut self, kind: &Arc<Kind>) {
        self.lists.spread.push(kind.clone());
        for namespace in self.lists.names.clone() {
            self.queue_rows(kind.clone(), Some(namespace));
        }
    }

    /// Takes a namespace into those that are listed one by one.
    pub(super) fn add_namespace(&mut self, namespace: Namespace) {
        for kind in self.lists.spread.clone() {
            self.queue_rows(kind, Some(namespace.clone()));
        }
        self.lists.names.push(namespace);
    }

    /// Nothing may be listed over all namespaces: pods are listed in each, and in those where that is
    /// allowed the others, too.
    pub(super) fn restrict(&mut self) {
        self.lists.is_restricted = true;
        let pods = self.plan.pods.clone();
        self.spread(&pods);
    }

    /// The namespaces may not be listed: those that are known take their place.
    pub(super) fn use_known_namespaces(&mut self) {
        let SearchScope::All { known } = &self.scope else { return };
        for namespace in known.clone() {
            if !self.lists.names.contains(&namespace) {
                self.add_namespace(namespace);
            }
        }
    }

    /// Why nothing more may be sent, if that is so.
    pub(super) fn over_limit(&self) -> Option<String> {
        let limits = self.limits;
        if self.sent >= limits.requests {
            return Some(format!("more than {} requests", limits.requests));
        }
        let is_full = self.bytes >= limits.bytes;
        is_full.then(|| format!("more than {} MiB of answers", limits.bytes >> 20))
    }

    pub(super) fn send(&mut self, task: Task) -> Request {
        let request = task.request();
        self.sent += 1;
        self.what = task.title();
        self.open.push((request.clone(), task));
        request
    }

    /// Leaves something out.
    pub(super) fn skip_task(&mut self, task: &Task, why: Why) {
        match task {
            Task::Page(_) => self.skip(task.title(), why),
            Task::Object(candidate) => {
                self.withhold(&task.request());
                self.keep_rows(std::slice::from_ref(candidate));
            }
            Task::Want(request) => self.withhold(request),
        }
    }

    pub(super) fn skip(&mut self, what: String, why: Why) {
        let entry = (what, why);
        if !self.skipped.contains(&entry) {
            self.skipped.push(entry);
        }
    }
}
