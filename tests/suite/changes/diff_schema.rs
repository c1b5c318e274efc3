//! Lists that are compared as their schemas say, and objects of several servers.

use std::fs;
use std::sync::Arc;

use kubewalk::object::diff::{Options, diff};
use kubewalk::object::schema::Schemas;
use serde_json::{Value, json};

use super::diff::lines;
use crate::cli::{Run, run, run_with};
use crate::support::recordings;
use crate::support::server::Server;

const SCHEMAS: &str = r#"{"Widget": {
    "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Widget"}],
    "properties": {
        "routes": {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["host", "scheme"],
            "items": {"properties": {"scheme": {"type": "string", "default": "https"}}}},
        "tags": {"x-kubernetes-list-type": "set"},
        "steps": {"x-kubernetes-list-type": "atomic"},
        "size": {"type": "integer", "default": 3}
    }
}}"#;

fn widget(key: &str, value: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Widget", key: value})
}

fn after_schema(key: &str, left: &Value, right: &Value) -> Vec<String> {
    let schemas = Some(Arc::new(Schemas::parse(SCHEMAS.as_bytes()).unwrap()));
    let options = Options { schemas, ..Options::default() };
    lines(&diff(&widget(key, left), &widget(key, right), &options))
}

#[test]
fn items_of_a_map_are_paired_by_its_keys_and_their_defaults() {
    let left = json!([{"host": "a", "weight": 1}, {"host": "a", "scheme": "http", "weight": 2}]);
    let right = json!([{"host": "a", "scheme": "http", "weight": 2}, {"host": "a", "scheme": "https", "weight": 5}]);
    assert_eq!(
        after_schema("routes", &left, &right),
        ["change .routes[host=a,scheme=https].weight 1 → 5"]
    );
}

#[test]
fn members_of_a_set_have_no_order() {
    let found = after_schema("tags", &json!(["a", "b", "c"]), &json!(["d", "c", "a"]));
    assert_eq!(found, ["remove .tags[b] b → –", "add .tags[d] – → d"]);
}

#[test]
fn items_of_an_atomic_list_have_an_order() {
    let (left, right) = (json!(["a", "b"]), json!(["b", "a"]));
    assert_eq!(
        after_schema("steps", &left, &right),
        ["order .steps [\"a\",\"b\"] → [\"b\",\"a\"]"]
    );
}

#[test]
fn a_documented_default_on_one_side_is_left_out() {
    let schemas = Some(Arc::new(Schemas::parse(SCHEMAS.as_bytes()).unwrap()));
    let options = Options { schemas, ..Options::default() };
    let none = json!({"apiVersion": "v1", "kind": "Widget"});
    let found = diff(&none, &widget("size", &json!(3)), &options);
    assert_eq!(found.left_out_text().as_deref(), Some("1 (defaults 1)"));
    let found = diff(&none, &widget("size", &json!(4)), &options);
    assert_eq!(lines(&found), ["add .size – → 4"]);
}

/// The requests for documentation that a server got.
fn documents(server: &Server) -> usize {
    server.seen().iter().filter(|seen| seen.path.starts_with("/openapi/")).count()
}

#[test]
fn the_documentation_of_the_kind_is_fetched_unless_it_is_not_wanted() {
    let server = Server::over(recordings::named("trouble"));
    let url = server.url();
    let mut arguments = vec!["diff", "po/cache", "po/audit", "-n", "payments", "--server", &url];
    let Run { out, code, .. } = run(&arguments);
    assert_eq!((code, documents(&server)), (1, 1), "{out}");
    arguments.push("--no-schema");
    assert_eq!((run(&arguments).code, documents(&server)), (1, 1));
}

#[test]
fn objects_that_are_equal_need_no_documentation() {
    let server = Server::over(recordings::named("trouble"));
    let url = server.url();
    let Run { code, .. } =
        run(&["diff", "po/cache", "po/cache", "-n", "payments", "--server", &url]);
    assert_eq!((code, documents(&server)), (0, 0));
}

#[test]
fn a_pod_that_is_forbidden_in_another_context_exits_with_2() {
    let [one, other] = ["one", "other"].map(|_| Server::over(recordings::named("trouble")));
    let path = "/api/v1/namespaces/payments/pods/cache";
    let status = json!({"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403,
        "message": "pods \"cache\" is forbidden: User \"nobody\" cannot get resource \"pods\""});
    other.answer(path, 403, &status.to_string());
    let cluster = |name: &str, url: &str| json!({"name": name, "cluster": {"server": url}});
    let context = |name: &str| json!({"name": name, "context": {"cluster": name, "user": "u"}});
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "a",
        "clusters": [cluster("a", &one.url()), cluster("b", &other.url())],
        "contexts": [context("a"), context("b")],
        "users": [{"name": "u", "user": {}}],
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    fs::write(&file, config.to_string()).unwrap();
    let file = file.display().to_string();
    let Run { out, err, code } =
        run_with(&["diff", "po/cache@a", "po/cache@b", "-n", "payments"], &[("KUBECONFIG", &file)]);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("cannot read the right side: ") && err.contains("forbidden"), "{err}");
    other.restore(path);
    let Run { out, err, code } =
        run_with(&["diff", "po/cache@a", "po/cache@b", "-n", "payments"], &[("KUBECONFIG", &file)]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
}
