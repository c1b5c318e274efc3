//! The logs that belong to an object: of which pods and containers, cut into lines and merged by time.

mod line;
mod merge;
mod prefix;
mod streams;
mod wanted;

pub use line::{Line, Lines, Position};
pub use merge::{Merge, Merged};
pub use prefix::{Colours, Prefixes};
pub use streams::{Chosen, LogStream, choose};
pub use wanted::{MOST, Tail, Wanted};

use serde_json::Value;

use super::health::selector;
use super::path;
use crate::k8s::names::Gvr;
use crate::k8s::path::{ApiPath, ObjectPath};
use crate::k8s::request::{Form, Request};
use crate::k8s::selector::Selector;

/// Which pods the logs of an object are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodsOf {
    /// The request that lists them.
    pub list: Request,
    /// True if the object is the pod itself.
    pub is_one: bool,
    owner: Owner,
}

/// Whose pods are meant. A selector may match the pods of others too.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Owner {
    /// All that the selector matches.
    Any,
    /// Those of the controller with this uid.
    Uid(String),
    /// Those of the `ReplicaSets` of the Deployment with this name.
    Deployment(String),
}

/// True if the objects of a resource have logs: pods, workloads and Services.
#[must_use]
pub fn has_logs(of: &Gvr) -> bool {
    of.is_core("pods") || is_cron_job(of) || is_service(of) || is_controller(of)
}

/// True if its pods are those of its newest Job.
#[must_use]
pub fn is_cron_job(of: &Gvr) -> bool {
    is(of, "batch", "cronjobs")
}

/// Returns the request that lists the Jobs among which those of a `CronJob` are.
#[must_use]
pub fn jobs_of(cron_job: &ObjectPath) -> Request {
    let group_version = cron_job.gvr.group_version.clone();
    let gvr = Gvr { group_version, resource: "jobs".into() };
    let path = ApiPath::Collection { gvr, namespace: cron_job.namespace.clone() };
    Request::get(path, Form::Json)
}

/// Returns the newest of the Jobs that a `CronJob` controls, with its path.
#[must_use]
pub fn newest_job<'a>(
    cron_job: &ObjectPath,
    object: &Value,
    jobs: &'a [Value],
) -> Option<(ObjectPath, &'a Value)> {
    let uid = path::text(object, ".metadata.uid");
    let own = jobs.iter().filter(|job| is_controlled_by(job, uid));
    let newest = own.max_by_key(|job| path::time(job, ".metadata.creationTimestamp"))?;
    let ApiPath::Collection { gvr, namespace } = jobs_of(cron_job).path else { return None };
    let name = path::text(newest, ".metadata.name").into();
    Some((ObjectPath { gvr, namespace, name }, newest))
}

impl PodsOf {
    /// Returns the pods of a pod, a workload or a Service; `None` for a Service without a selector and for
    /// all other kinds.
    #[must_use]
    pub fn of(of: &ObjectPath, object: &Value) -> Option<Self> {
        let gvr = Gvr::new("", "v1", "pods");
        let pods = ApiPath::Collection { gvr, namespace: of.namespace.clone() };
        let list = |selector: Selector| selector.of(Request::get(pods, Form::Json));
        if of.gvr.is_core("pods") {
            let fields = Some(format!("metadata.name={}", of.name));
            let list = list(Selector { labels: None, fields });
            return Some(Self { list, is_one: true, owner: Owner::Any });
        }
        let owner = match () {
            () if is_service(&of.gvr) => Owner::Any,
            () if is(&of.gvr, "apps", "deployments") => Owner::Deployment(of.name.to_string()),
            () if is_controller(&of.gvr) => {
                Owner::Uid(path::text(object, ".metadata.uid").to_owned())
            }
            () => return None,
        };
        let labels = Some(selector(path::at(object, ".spec.selector"))?);
        Some(Self { list: list(Selector { labels, fields: None }), is_one: false, owner })
    }

    /// True if a pod that the list returned is one of them.
    #[must_use]
    pub fn has(&self, pod: &Value) -> bool {
        match &self.owner {
            Owner::Any => true,
            Owner::Uid(uid) => is_controlled_by(pod, uid),
            Owner::Deployment(name) => {
                let hash = path::text(pod, ".metadata.labels['pod-template-hash']");
                let set = format!("{name}-{hash}");
                owners(pod).any(|owner| {
                    path::text(owner, ".kind") == "ReplicaSet" && path::text(owner, ".name") == set
                })
            }
        }
    }
}

fn is(of: &Gvr, group: &str, resource: &str) -> bool {
    of.group_version.group.as_str() == group && &*of.resource == resource
}

fn is_service(of: &Gvr) -> bool {
    of.is_core("services")
}

fn is_controller(of: &Gvr) -> bool {
    of.is_core("replicationcontrollers")
        || is(of, "batch", "jobs")
        || ["deployments", "replicasets", "statefulsets", "daemonsets"]
            .iter()
            .any(|resource| is(of, "apps", resource))
}

fn owners(object: &Value) -> impl Iterator<Item = &Value> {
    let owners = path::list(object, ".metadata.ownerReferences").iter();
    owners.filter(|owner| path::at(owner, ".controller") == true)
}

fn is_controlled_by(object: &Value, uid: &str) -> bool {
    owners(object).any(|owner| path::text(owner, ".uid") == uid)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::k8s::names::Namespace;

    fn at(group: &str, resource: &str) -> ObjectPath {
        ObjectPath {
            gvr: Gvr::new(group, "v1", resource),
            namespace: Some(Namespace::new("shop")),
            name: "web".into(),
        }
    }

    fn owned(kind: &str, name: &str, uid: &str) -> Value {
        json!({"metadata": {"name": format!("{name}-x"), "labels": {"pod-template-hash": "7d"},
            "ownerReferences": [{"kind": kind, "name": name, "uid": uid, "controller": true}]}})
    }

    #[test]
    fn the_pods_of_a_workload_are_those_that_its_selector_matches_and_that_it_controls() {
        let object = json!({"metadata": {"uid": "u1"}, "spec": {"selector": {
            "matchLabels": {"app": "web"},
            "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}]}}});
        let pods = PodsOf::of(&at("apps", "statefulsets"), &object).unwrap();
        let query = "/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb%2Ctier%20in%20(a%2Cb)";
        assert_eq!(pods.list.path_and_query().replace("%28", "(").replace("%29", ")"), query);
        assert!(pods.has(&owned("StatefulSet", "web", "u1")));
        assert!(!pods.has(&owned("StatefulSet", "web", "u2")));
        assert!(!pods.is_one);
    }

    #[test]
    fn the_pods_of_a_deployment_are_those_of_its_replica_sets() {
        let object = json!({"spec": {"selector": {"matchLabels": {"app": "web"}}}});
        let pods = PodsOf::of(&at("apps", "deployments"), &object).unwrap();
        assert!(pods.has(&owned("ReplicaSet", "web-7d", "u")));
        assert!(!pods.has(&owned("ReplicaSet", "web-old-7d", "u")));
        assert!(!pods.has(&owned("StatefulSet", "web-7d", "u")));
    }

    #[test]
    fn the_pods_of_a_service_are_all_that_its_selector_matches() {
        let object = json!({"spec": {"selector": {"app": "web"}}});
        let pods = PodsOf::of(&at("", "services"), &object).unwrap();
        assert!(pods.has(&json!({})));
        assert_eq!(PodsOf::of(&at("", "services"), &json!({"spec": {}})), None);
    }

    #[test]
    fn other_kinds_have_no_logs() {
        assert!(has_logs(&Gvr::new("", "v1", "pods")));
        assert!(has_logs(&Gvr::new("batch", "v1", "cronjobs")));
        assert!(!has_logs(&Gvr::new("", "v1", "configmaps")));
        assert!(!has_logs(&Gvr::new("metrics.k8s.io", "v1", "pods")));
        assert_eq!(PodsOf::of(&at("", "configmaps"), &json!({})), None);
    }

    #[test]
    fn the_newest_job_of_a_cron_job_is_one_that_it_controls() {
        let job = |name: &str, uid: &str, created: &str| {
            json!({"metadata": {"name": name, "creationTimestamp": created,
                "ownerReferences": [{"uid": uid, "controller": true}]}})
        };
        let jobs = [
            job("web-1", "u1", "2026-01-01T00:00:00Z"),
            job("web-2", "u1", "2026-01-02T00:00:00Z"),
            job("other", "u2", "2026-01-03T00:00:00Z"),
        ];
        let cron_job = at("batch", "cronjobs");
        let object = json!({"metadata": {"uid": "u1"}});
        let (found, _) = newest_job(&cron_job, &object, &jobs).unwrap();
        let path = ApiPath::Object(found).to_string();
        assert_eq!(path, "/apis/batch/v1/namespaces/shop/jobs/web-2");
        assert_eq!(newest_job(&cron_job, &object, &jobs[2..]), None);
    }
}
