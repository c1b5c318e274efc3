//! A generated cluster that answers searches.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use kubewalk::k8s::discovery::{Discovery, DiscoveryContent, DiscoveryPart, parse_groups};
use kubewalk::k8s::request::{Exchange, Form, Request};
use kubewalk::object::search::{Next, Search};
use serde_json::{Value, json};

use crate::health::case::{now, shown};

/// A cluster of pods and custom kinds.
pub(crate) struct Cluster {
    namespaces: usize,
    /// Pods in each namespace.
    pods: usize,
    /// One of that many pods crashes.
    crashes: usize,
    kinds: usize,
    /// What was sent.
    pub(crate) sent: RefCell<Vec<String>>,
    /// Answers that differ, by what the path and query contain.
    special: Vec<(&'static str, u16, String)>,
}

impl Cluster {
    pub(crate) fn new(namespaces: usize, pods: usize, crashes: usize, kinds: usize) -> Self {
        let (sent, special) = (RefCell::default(), Vec::new());
        Self { namespaces, pods, crashes, kinds, sent, special }
    }

    pub(crate) fn with(mut self, part: &'static str, status: u16, body: impl Into<String>) -> Self {
        self.special.push((part, status, body.into()));
        self
    }

    pub(crate) fn discovery(&self) -> Discovery {
        let resource = |name: &str, kind: &str, scope: &str| json!({"resource": name, "responseKind": {"kind": kind}, "scope": scope, "verbs": ["get", "list"]});
        let group = |name: &str, resources: Vec<Value>| json!({"metadata": {"name": name}, "versions": [{"version": "v1", "resources": resources}]});
        let list = |groups: Vec<Value>| {
            let list = json!({"kind": "APIGroupDiscoveryList", "items": groups}).to_string();
            DiscoveryContent::Groups(parse_groups(&list.into()).unwrap())
        };
        let custom: Vec<Value> = (0..self.kinds)
            .map(|kind| resource(&format!("things{kind}"), "Thing", "Namespaced"))
            .collect();
        let core = [("pods", "Pod"), ("services", "Service")];
        let core = core.map(|(name, kind)| resource(name, kind, "Namespaced"));
        let core = [resource("namespaces", "Namespace", "Cluster")].into_iter().chain(core);
        let apps =
            ["deployments", "replicasets"].map(|name| resource(name, "Deployment", "Namespaced"));
        let mut discovery = Discovery::default();
        discovery.store(DiscoveryPart::CoreGroup, Ok(list(vec![group("", core.collect())])));
        let named = vec![group("apps", apps.to_vec()), group("example.com", custom)];
        discovery.store(DiscoveryPart::NamedGroups, Ok(list(named)));
        discovery
    }

    pub(crate) fn answer(&self, request: &Request) -> Exchange {
        let text = shown(request);
        self.sent.borrow_mut().push(text.clone());
        let special = self.special.iter().find(|(part, ..)| text.contains(part));
        let (status, body) = match special {
            Some((_, status, body)) => (*status, body.clone()),
            None => (200, self.body(request, &text).to_string()),
        };
        Exchange {
            request: request.clone(),
            status,
            content_type: "application/json".to_owned(),
            warnings: Vec::new(),
            audited: true,
            location: None,
            retry_after: None,
            body: Bytes::from(body),
            cut_at: None,
            elapsed: Duration::ZERO,
        }
    }

    fn body(&self, request: &Request, text: &str) -> Value {
        let path = text.split('?').next().unwrap();
        let with_metadata = text.contains("includeObject=Metadata");
        let parameter = |name: &str| {
            let mut query = request.query.iter();
            query.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        let start = parameter("continue").map_or(0, |token| token.parse().unwrap());
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        if request.form == Form::Json {
            return match parts[..] {
                [.., "namespaces", namespace, "pods", name] => self.pod(namespace, name),
                _ => json!({"kind": "List", "apiVersion": "v1", "metadata": {}, "items": []}),
            };
        }
        match parts[..] {
            ["api", "v1", "namespaces"] => {
                let rows = (0..self.namespaces)
                    .map(|at| json!({"cells": [format!("ns{at}"), "Active", "9d"]}));
                table(&["Name", "Status", "Age"], &rows.collect::<Vec<_>>(), self.namespaces, 0)
            }
            ["api", "v1", "pods"] => self.pods(None, start, with_metadata),
            ["api", "v1", "namespaces", namespace, "pods"] => {
                self.pods(Some(namespace), start, with_metadata)
            }
            _ => table(&["Name", "Age"], &[], 0, 0),
        }
    }

    fn pods(&self, namespace: Option<&str>, start: usize, with_metadata: bool) -> Value {
        let all = if namespace.is_some() { self.pods } else { self.pods * self.namespaces };
        let rows = (start..all.min(start + 500)).map(|at| {
            let owner = namespace.map_or_else(|| format!("ns{}", at / self.pods), str::to_owned);
            let name = format!("pod-{}", at % self.pods);
            let crashes = at % self.crashes == 0;
            let (ready, status, restarts) = if crashes {
                ("0/1", "CrashLoopBackOff", "9 (1m ago)")
            } else {
                ("1/1", "Running", "0")
            };
            let object = if with_metadata {
                json!({"metadata": {"name": name, "namespace": owner}})
            } else {
                Value::Null
            };
            json!({"cells": [name, ready, status, restarts, "9d"], "object": object})
        });
        table(
            &["Name", "Ready", "Status", "Restarts", "Age"],
            &rows.collect::<Vec<_>>(),
            all,
            start,
        )
    }

    fn pod(&self, namespace: &str, name: &str) -> Value {
        assert!(self.pods > 0);
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": name, "namespace": namespace, "uid": format!("{namespace}/{name}")},
            "spec": {"containers": [{"name": "main"}]},
            "status": {"phase": "Running", "containerStatuses": [{
                "name": "main", "restartCount": 9, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            }]},
        })
    }

    /// Drives a search to its end. Returns the most requests that were open at once.
    pub(crate) fn drive(&self, search: &mut impl Search) -> usize {
        let (mut open, mut most) = (VecDeque::new(), 0);
        loop {
            match search.next() {
                Next::Send(request) => {
                    open.push_back(request);
                    most = most.max(open.len());
                }
                Next::Wait => {
                    let request = open.pop_front().unwrap();
                    let exchange = self.answer(&request);
                    search.answer(&request, exchange.good(), now());
                }
                Next::Pause(_) => {}
                Next::Done => break,
            }
        }
        assert!(open.is_empty());
        most
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.sent.borrow().iter().map(|text| text.split('?').next().unwrap().to_owned()).collect()
    }
}

/// A page of a Table that has `all` rows, from row `start` on.
fn table(columns: &[&str], rows: &[Value], all: usize, start: usize) -> Value {
    let end = start + rows.len();
    let metadata = if end < all {
        json!({"continue": end.to_string(), "remainingItemCount": all - end, "resourceVersion": "7"})
    } else {
        json!({"resourceVersion": "7"})
    };
    let format = |name: &str| if name == "Name" { "name" } else { "" };
    let columns: Vec<Value> =
        columns.iter().map(|name| json!({"name": name, "format": format(name)})).collect();
    json!({"kind": "Table", "metadata": metadata, "columnDefinitions": columns, "rows": rows})
}
