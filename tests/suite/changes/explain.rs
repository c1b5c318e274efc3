//! What fields mean, after recorded `OpenAPI` documents of a real server.

use std::sync::LazyLock;

use kubewalk::k8s::names::GroupVersion;
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};
use kubewalk::object::path::steps;
use kubewalk::object::schema::{Explanation, GroupVersionKind, SchemaReader, Schemas, Unexplained};
use proptest::prelude::*;

use crate::cli::{Run, fixture, run};
use crate::support::app::App;
use crate::support::recordings;

/// Reads a recorded document in chunks, as it arrives.
fn read(group: &str, version: &str) -> Schemas {
    let path = ApiPath::openapi(&GroupVersion::new(group, version));
    let mut app = App::over(&[recordings::named("trouble")]);
    let body = app.exchange(&Request::get(path, Form::Json)).body;
    let mut reader = SchemaReader::new(1 << 20);
    body.chunks(16 << 10).for_each(|chunk| reader.push(chunk));
    reader.finish().unwrap()
}

static CORE: LazyLock<Schemas> = LazyLock::new(|| read("", "v1"));
static FACTORY: LazyLock<Schemas> = LazyLock::new(|| read("factory.example.com", "v1"));

fn of(group: &str, kind: &str) -> GroupVersionKind {
    GroupVersionKind { group: group.to_owned(), version: "v1".to_owned(), kind: kind.to_owned() }
}

fn pod(path: &str) -> Explanation {
    CORE.explain(&of("", "Pod"), &steps(path).unwrap()).unwrap()
}

fn widget(path: &str) -> Result<Explanation, Unexplained> {
    FACTORY.explain(&of("factory.example.com", "Widget"), &steps(path).unwrap())
}

/// What holds for a field: `name: line, line`.
fn labels(found: &Explanation) -> Vec<String> {
    let label = |label: &kubewalk::object::schema::Label| {
        let lines = label.lines.join(" | ");
        if lines.is_empty() { label.name.to_owned() } else { format!("{}: {lines}", label.name) }
    };
    found.labels.iter().map(label).collect()
}

const PORT: &str = ".spec.containers[0].ports[0]";

#[test]
fn of_a_document_only_the_schemas_are_kept() {
    assert_eq!(CORE.len(), 251);
    assert!(CORE.size() < 430_000, "{} bytes", CORE.size());
}

#[test]
fn a_protocol_has_its_default_its_values_with_meanings_and_is_a_key_of_its_list() {
    let found = pod(&format!("{PORT}.protocol"));
    assert_eq!(found.path, ".spec.containers[].ports[].protocol");
    assert_eq!(found.type_name, "string");
    assert_eq!(
        labels(&found),
        [
            "default: TCP",
            "one of: SCTP  is the SCTP protocol. | TCP  is the TCP protocol. | UDP  is the UDP protocol.",
            "key of the list: ports, with containerPort",
        ]
    );
    assert_eq!(
        found.description,
        "Protocol for port. Must be UDP, TCP, or SCTP. Defaults to \"TCP\"."
    );
}

#[test]
fn the_zero_values_of_go_are_no_defaults() {
    let found = pod(&format!("{PORT}.containerPort"));
    assert_eq!(found.type_name, "integer int32");
    assert_eq!(labels(&found), ["required", "key of the list: ports, with protocol"]);
    let found = pod(".spec.containers[0].env[0].name");
    assert_eq!(labels(&found), ["required", "key of the list: env"]);
}

#[test]
fn a_list_shows_its_keys_and_the_fields_of_its_items() {
    let found = pod(".spec.containers[0].env");
    assert_eq!(found.type_name, "[]EnvVar");
    assert!(labels(&found).contains(&"list: of map by name".to_owned()), "{:?}", labels(&found));
    let fields: Vec<(&str, bool)> =
        found.fields.iter().map(|field| (field.name.as_str(), field.is_required)).collect();
    assert_eq!(fields, [("name", true), ("value", false), ("valueFrom", false)]);
}

#[test]
fn a_quantity_below_any_key_is_a_string_with_a_type() {
    let found = pod(".spec.containers[0].resources.limits['memory']");
    assert_eq!(found.type_name, "Quantity (string or number)");
    assert_eq!(labels(&found), ["key: any"]);
    let text = found.type_description.unwrap_or(found.description);
    assert!(text.contains("fixed-point representation of a number"), "{text}");
}

#[test]
fn a_port_of_a_probe_is_an_integer_or_a_string() {
    let found = pod(".spec.containers[0].readinessProbe.httpGet.port");
    assert_eq!(found.type_name, "integer or string");
    assert_eq!(labels(&found), ["required"]);
}

#[test]
fn a_description_that_begins_with_deprecated_is_one() {
    let found = pod(".spec.serviceAccount");
    assert_eq!(labels(&found), ["deprecated: says its description"]);
    let spec = pod(".spec");
    let last = spec.fields.last().unwrap();
    assert!(last.is_deprecated, "{last:?}");
    assert_eq!(spec.fields[0].name, "containers");
}

#[test]
fn a_node_selector_is_replaced_as_a_whole() {
    let found = pod(".spec.nodeSelector['disk']");
    assert_eq!(found.type_name, "string");
    assert_eq!(labels(&found), ["key: any; the map is replaced as a whole"]);
}

#[test]
fn a_custom_kind_has_its_values_in_their_order_and_its_default() {
    let found = widget(".spec.color").unwrap();
    assert_eq!(labels(&found), ["required", "one of: red, green, blue"]);
    let found = widget(".spec.replicas").unwrap();
    assert_eq!(found.type_name, "integer");
    assert_eq!(labels(&found), ["default: 1", "range: 0 and above"]);
    assert_eq!(widget(".spec.dimensions['x']").unwrap().type_name, "number");
}

#[test]
fn content_that_is_not_described_is_named() {
    let any = |path: &str| Err(Unexplained::AnyContent { path: path.to_owned() });
    assert_eq!(widget(".status.foo"), any(".status"));
    let path = steps(".metadata.managedFields[0].fieldsV1['f:spec']").unwrap();
    let found = CORE.explain(&of("", "Pod"), &path);
    assert_eq!(found, any(".metadata.managedFields[].fieldsV1"));
}

#[test]
fn an_unknown_field_is_refused_with_similar_ones() {
    let near = vec!["color".to_owned()];
    let path = ".spec.colour".to_owned();
    assert_eq!(widget(".spec.colour"), Err(Unexplained::NotAField { path, near }));
    assert_eq!(CORE.explain(&of("", "Nope"), &[]), Err(Unexplained::NoKind));
}

#[test]
fn a_source_of_a_value_lists_its_fields() {
    let found = pod(".spec.containers[0].env[0].valueFrom");
    assert_eq!(found.type_name, "EnvVarSource");
    let names: Vec<&str> = found.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(
        names,
        ["configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef"]
    );
}

#[test]
fn items_of_lists_need_no_index() {
    let found = pod(".spec.containers.ports.protocol");
    assert_eq!(found.path, ".spec.containers[].ports[].protocol");
}

fn explain(arguments: &[&str]) -> Run {
    let replay = fixture("trouble.har.gz");
    let arguments = ["explain"].into_iter().chain(arguments.iter().copied());
    run(&arguments.chain(["--replay", replay.as_str()]).collect::<Vec<_>>())
}

#[test]
fn the_longest_location_is_taken_and_the_rest_is_the_field() {
    for words in [
        "po.spec.containers.ports.protocol",
        "/api/v1/pods.spec.containers[0].ports[0].protocol",
        "po/db-0.spec.containers.ports.protocol",
        "po/db.0.spec.containers.ports.protocol",
        "/api/v1/namespaces/shop/pods/db-0.spec.containers.ports.protocol",
    ] {
        let Run { out, err, code } = explain(&[words]);
        assert_eq!((code, err.as_str()), (0, ""), "{words}\n{out}");
        let first = out.lines().next().unwrap();
        assert_eq!(first, ".spec.containers[].ports[].protocol  string  Pod v1", "{words}");
    }
    let Run { out, .. } = explain(&["deploy.apps.spec.replicas"]);
    assert!(out.starts_with(".spec.replicas  integer int32  Deployment apps/v1\n"), "{out}");
    let Run { out, .. } = explain(&["deploy.apps"]);
    assert!(out.starts_with(".  Deployment  Deployment apps/v1\n"), "{out}");
    assert!(out.contains("\n  spec"), "{out}");
}

#[test]
fn a_field_that_does_not_exist_exits_with_1_and_a_missing_document_too() {
    let Run { err, code, .. } = explain(&["po.spec.container"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("Pod has no field .spec.container. Did you mean containers?"), "{err}");
    let Run { err, code, .. } = explain(&["nope.spec"]);
    assert_eq!(code, 2, "{err}");
    let Run { err, code, .. } = explain(&["sc.provisioner"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("no documentation of storage.k8s.io/v1"), "{err}");
}

#[test]
fn a_depth_prints_the_fields_below_the_fields() {
    let Run { out, code, .. } = explain(&["po.spec.containers.env", "--depth", "2"]);
    assert_eq!(code, 0);
    assert!(out.contains("  valueFrom  EnvVarSource\n    configMapKeyRef"), "{out}");
    let Run { out, .. } = explain(&["po.spec.containers.env"]);
    assert!(!out.contains("configMapKeyRef"), "{out}");
    let Run { out, .. } = explain(&["po.spec.containers.env", "--depth", "0"]);
    assert!(!out.contains("valueFrom"), "{out}");
}

#[test]
fn a_type_within_itself_ends_a_depth() {
    let schema = serde_json::json!({"x.X": {
        "properties": {"a": {"$ref": "#/components/schemas/x.X"}, "b": {"type": "string"}},
        "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "X"}],
    }});
    let schemas = Schemas::parse(schema.to_string().as_bytes()).unwrap();
    let found = schemas.explain_to(&of("", "X"), &[], 20).unwrap();
    assert_eq!(found.fields[0].name, "a");
    assert_eq!(found.fields[0].fields, []);
}

#[test]
fn json_has_what_holds_for_a_field_and_the_fields_below() {
    let Run { out, code, .. } = explain(&["po.spec.containers.env", "-o", "json"]);
    assert_eq!(code, 0);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(value["type"], "[]EnvVar");
    assert_eq!(value["kind"], "Pod");
    assert_eq!(value["fields"][0]["name"], "name");
    assert_eq!(value["fields"][0]["required"], true);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_document_and_no_path_cause_a_panic(text in r#"[{}\[\]":,a-c\\ $]{0,60}"#, path in "(\\.[a-c]|\\[0\\]){0,4}") {
        let mut reader = SchemaReader::new(1 << 10);
        reader.push(text.as_bytes());
        _ = reader.finish().map(|schemas| schemas.len());
        let schema = serde_json::json!({"x.X": {
            "properties": {
                "a": {"$ref": "#/components/schemas/x.X"},
                "b": {"items": {"allOf": [{"$ref": "#/components/schemas/x.X"}]}, "type": "array"},
                "kind": {},
            },
            "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "X"}],
        }});
        let schema = schema.to_string();
        let schemas = Schemas::parse(schema.as_bytes()).unwrap();
        _ = schemas.explain(&of("", "X"), &steps(&path).unwrap());
    }
}
