//! The process of a container is computed only if it is requested.

use kubewalk::downward::{Options, Surroundings, compute, compute_with};
use serde_json::json;

use super::support::object;

#[test]
fn only_the_requested_process_is_computed_and_everything_else_is_the_same() {
    let pod = object(&json!({
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "shop", "uid": "u"},
        "spec": {"enableServiceLinks": false, "containers": [
            {"name": "a", "command": ["x"], "env": [{"name": "A", "value": "1"}]},
            {"name": "b", "command": ["y"]}]}}));
    let around = Surroundings::default();
    let one = compute_with(&pod, &around, Options::default(), |name| name == "b");
    let mut all = compute(&pod, &around, Options::default());
    assert!(one.containers[0].process.is_none());
    assert_eq!(one.containers[1].process, all.containers[1].process);
    all.containers[0].process = None;
    assert_eq!(one, all);
}
