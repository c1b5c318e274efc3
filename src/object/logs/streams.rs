//! The containers of pods whose logs are read.

use std::cmp::Reverse;

use serde_json::Value;

use super::wanted::Wanted;
use crate::k8s::names::{Gvr, Namespace};
use crate::k8s::path::ObjectPath;
use crate::k8s::pod;
use crate::object::path;

/// The log of one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogStream {
    /// The pod.
    pub pod: ObjectPath,
    /// The uid of the pod.
    pub uid: String,
    /// The name of the container.
    pub container: String,
    /// Identifies the instance of the container; empty before the first one.
    pub instance: String,
    /// The kind and the state of the container, such as `running, 2 restarts`.
    pub state: String,
    /// True if that instance is running.
    pub is_running: bool,
    /// True if there was an instance before it.
    pub has_previous: bool,
}

impl LogStream {
    /// Returns the log of a container of a pod that has not started.
    #[must_use]
    pub fn of(pod: ObjectPath, uid: &str) -> Self {
        Self {
            pod,
            uid: uid.to_owned(),
            container: String::new(),
            instance: String::new(),
            state: String::new(),
            is_running: false,
            has_previous: false,
        }
    }
}

/// The logs to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The logs, by the names of their pods.
    pub streams: Vec<LogStream>,
    /// How many more there are, of older pods.
    pub left_out: usize,
}

/// Returns the logs of the containers of some pods: of those with a name, else of all regular ones and
/// sidecars, and if they are wanted, of the init and ephemeral ones that have started. Those of a pod none of
/// whose regular containers has started are read anyway: they say why. At most as many as are wanted,
/// those of the newest pods.
#[must_use]
pub fn choose<'a>(pods: impl Iterator<Item = &'a Value>, wanted: &Wanted) -> Chosen {
    let mut pods: Vec<&Value> = pods.collect();
    pods.sort_by_cached_key(|pod| {
        let created = path::time(pod, ".metadata.creationTimestamp");
        (Reverse(created), path::text(pod, ".metadata.name").to_owned())
    });
    let mut streams: Vec<LogStream> = pods.iter().flat_map(|pod| of(pod, wanted)).collect();
    let left_out = streams.len().saturating_sub(wanted.most);
    streams.truncate(wanted.most);
    streams.sort_by(|a, b| a.pod.name.cmp(&b.pod.name));
    Chosen { streams, left_out }
}

/// Returns the wanted logs of a pod: those of the regular containers first.
fn of(pod: &Value, wanted: &Wanted) -> Vec<LogStream> {
    let lists = [
        ("containers", "containerStatuses"),
        ("initContainers", "initContainerStatuses"),
        ("ephemeralContainers", "ephemeralContainerStatuses"),
    ];
    let mut streams = Vec::new();
    let containers = pod::containers(pod);
    let statuses = path::list(pod, ".status.containerStatuses");
    let has_started = statuses.iter().any(|status| !instance(status).is_empty());
    let with_init = wanted.with_init || !has_started;
    for (list, statuses) in lists {
        let statuses = path::list(pod, &format!(".status.{statuses}"));
        for spec in path::list(pod, &format!(".spec.{list}")) {
            let name = path::text(spec, ".name");
            let status = statuses.iter().find(|status| path::text(status, ".name") == name);
            let is_regular = list == "containers" || path::text(spec, ".restartPolicy") == "Always";
            let instance = status.map(instance).unwrap_or_default();
            let has = |state| status.is_some_and(|status| path::find(status, state).is_some());
            let is_wanted = match &wanted.container {
                Some(wanted) => wanted == name,
                None => is_regular || with_init && !instance.is_empty(),
            };
            if is_wanted {
                let state = containers.iter().find(|container| container.name == name);
                streams.push(LogStream {
                    container: name.to_owned(),
                    state: state.map(|container| container.state.clone()).unwrap_or_default(),
                    is_running: has(".state.running"),
                    has_previous: has(".lastState.terminated"),
                    instance,
                    ..LogStream::of(path_of(pod), path::text(pod, ".metadata.uid"))
                });
            }
        }
    }
    streams
}

/// Returns what identifies the instance of a container; empty if none has started.
fn instance(status: &Value) -> String {
    let has = |state| path::find(status, state).is_some();
    let restarts = path::int(status, ".restartCount").unwrap_or_default();
    if has(".state.running") || has(".state.terminated") || has(".lastState.terminated") {
        return format!("{} {restarts}", path::text(status, ".containerID"));
    }
    String::new()
}

fn path_of(pod: &Value) -> ObjectPath {
    ObjectPath {
        gvr: Gvr::new("", "v1", "pods"),
        namespace: Some(Namespace::new(path::text(pod, ".metadata.namespace"))),
        name: path::text(pod, ".metadata.name").into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::k8s::log::LogOptions;

    fn pod(name: &str, day: usize, containers: &[&str]) -> Value {
        let containers: Vec<Value> = containers.iter().map(|name| json!({"name": name})).collect();
        json!({"metadata": {"name": name, "namespace": "shop", "uid": name,
            "creationTimestamp": format!("2026-01-{day:02}T00:00:00Z")},
            "spec": {"containers": containers}})
    }

    fn names(chosen: &Chosen) -> Vec<String> {
        chosen.streams.iter().map(|it| format!("{} {}", it.pod.name, it.container)).collect()
    }

    /// All logs, or those of the containers with a name.
    fn wanted(container: Option<&str>, with_init: bool) -> Wanted {
        Wanted {
            container: container.map(str::to_owned),
            with_init,
            options: LogOptions::default(),
            since: None,
            tail: None,
            most: 32,
        }
    }

    #[test]
    fn init_and_ephemeral_containers_have_logs_once_they_have_started() {
        let ended = json!({"terminated": {"exitCode": 0}});
        let mut pod = pod("web", 1, &["main"]);
        pod["spec"]["initContainers"] = json!([{"name": "setup"}, {"name": "later"},
            {"name": "proxy", "restartPolicy": "Always"}]);
        pod["status"] = json!({"initContainerStatuses": [{"name": "setup", "state": ended},
            {"name": "later", "state": {"waiting": {"reason": "PodInitializing"}}}]});
        let of = |pod: &Value, wanted: &Wanted| names(&choose([pod].into_iter(), wanted));
        let all = ["web main", "web setup", "web proxy"];
        assert_eq!(of(&pod, &wanted(None, true)), all);
        assert_eq!(of(&pod, &wanted(None, false)), all, "no regular container has started");
        let later = of(&pod, &wanted(Some("later"), false));
        assert_eq!(later, ["web later"], "a named one is read anyway");
        pod["status"]["containerStatuses"] =
            json!([{"name": "main", "containerID": "c", "state": {"running": {}}}]);
        assert_eq!(of(&pod, &wanted(None, true)), all);
        assert_eq!(of(&pod, &wanted(None, false)), ["web main", "web proxy"]);
    }

    #[test]
    fn of_more_than_the_limit_the_newest_pods_are_read() {
        let pods: Vec<Value> =
            (1..=20).map(|day| pod(&format!("p{day:02}"), day, &["a", "b"])).collect();
        let chosen = choose(pods.iter(), &wanted(None, false));
        assert_eq!((chosen.streams.len(), chosen.left_out), (32, 8));
        assert_eq!(names(&chosen)[0], "p05 a");
        assert_eq!(names(&chosen)[31], "p20 b");
    }

    #[test]
    fn a_restart_is_another_instance() {
        let status = |restarts: u32, state: Value| json!({"containerID": format!("c{restarts}"), "restartCount": restarts, "state": state});
        let running = json!({"running": {}});
        assert_eq!(instance(&status(0, json!({"waiting": {}}))), "");
        assert_ne!(instance(&status(0, running.clone())), instance(&status(1, running)));
    }
}
