//! The containers of a pod and their states.

use serde_json::Value;

/// One container of a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its kind, unless it is a regular one, and its state: `init, terminated: Completed`.
    pub state: String,
    /// True if it is running.
    pub is_running: bool,
    /// True if it waits for a reason other than the start of its pod, or ended with an error.
    pub is_failing: bool,
}

/// Returns the containers of a pod in the order that they start: init, regular, ephemeral.
#[must_use]
pub fn containers(pod: &Value) -> Vec<Container> {
    [
        ("initContainers", "initContainerStatuses", "init"),
        ("containers", "containerStatuses", ""),
        ("ephemeralContainers", "ephemeralContainerStatuses", "ephemeral"),
    ]
    .into_iter()
    .flat_map(|(list, statuses, kind)| {
        let containers = pod["spec"][list].as_array().map(Vec::as_slice).unwrap_or_default();
        let statuses = &pod["status"][statuses];
        containers.iter().map(move |container| {
            let name = container["name"].as_str().unwrap_or_default();
            let is_sidecar = kind == "init" && container["restartPolicy"] == "Always";
            let kind = if is_sidecar { "sidecar" } else { kind };
            let status = find_status(statuses, name);
            let is_running = status.is_some_and(|status| status["state"]["running"].is_object());
            let state = state(status);
            let state = if kind.is_empty() { state } else { format!("{kind}, {state}") };
            let is_failing = status.is_some_and(is_failing);
            Container { name: name.to_owned(), state, is_running, is_failing }
        })
    })
    .collect()
}

fn find_status<'a>(statuses: &'a Value, name: &str) -> Option<&'a Value> {
    statuses.as_array()?.iter().find(|status| status["name"] == name)
}

/// True for a status that needs attention: it waits for a reason other than the start of its pod, or
/// ended with another exit code than 0.
fn is_failing(status: &Value) -> bool {
    let state = &status["state"];
    let reason = state["waiting"]["reason"].as_str();
    let starts = ["ContainerCreating", "PodInitializing"];
    reason.is_some_and(|reason| !starts.contains(&reason))
        || state["terminated"]["exitCode"].as_i64().is_some_and(|code| code != 0)
}

/// Formats a state: `running`, `waiting: ImagePullBackOff`, `terminated: Completed`, with the number of
/// restarts.
fn state(status: Option<&Value>) -> String {
    let Some(status) = status else { return "not started".to_owned() };
    let mut text = "unknown".to_owned();
    for word in ["running", "waiting", "terminated"] {
        if let Some(state) = status["state"].get(word) {
            text = match state["reason"].as_str() {
                Some(reason) => format!("{word}: {reason}"),
                None => word.to_owned(),
            };
        }
    }
    match status["restartCount"].as_u64() {
        None | Some(0) => text,
        Some(1) => format!("{text}, 1 restart"),
        Some(restarts) => format!("{text}, {restarts} restarts"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn containers_are_in_the_order_of_their_start_with_their_states() {
        let pod = json!({
            "spec": {
                "containers": [{"name": "web"}],
                "initContainers": [
                    {"name": "setup"}, {"name": "proxy", "restartPolicy": "Always"}
                ],
            },
            "status": {
                "containerStatuses": [
                    {"name": "web", "restartCount": 2, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
                ],
                "initContainerStatuses": [
                    {"name": "setup", "state": {"terminated": {"reason": "Completed"}}}
                ],
            },
        });
        let failing: Vec<bool> = containers(&pod).iter().map(|c| c.is_failing).collect();
        assert_eq!(failing, [false, false, true]);
        let shown: Vec<_> =
            containers(&pod).into_iter().map(|c| format!("{}: {}", c.name, c.state)).collect();
        assert_eq!(
            shown,
            [
                "setup: init, terminated: Completed",
                "proxy: sidecar, not started",
                "web: waiting: CrashLoopBackOff, 2 restarts"
            ]
        );
    }
}
