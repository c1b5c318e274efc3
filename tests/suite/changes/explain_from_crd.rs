//! Explanations where the server has no `OpenAPI` document of a version, or refuses it.

use serde_json::json;

use crate::cli::{Run, run};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

const DOCUMENT: &str = "/openapi/v3/apis/factory.example.com/v1";
const DEFINITION: &str =
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.factory.example.com";

/// A server without the document of custom resources.
fn server(status: u16) -> Server {
    let server = Server::over(recordings::named("trouble"));
    server.answer(DOCUMENT, status, "{}");
    server
}

fn with_definition(server: Server) -> Server {
    let color = json!({"type": "string", "enum": ["red"], "description": "The color of the CRD."});
    let schema = json!({
        "type": "object",
        "properties": {
            "metadata": {"type": "object"},
            "spec": {"type": "object", "properties": {"color": color}},
        },
    });
    let definition = json!({
        "kind": "CustomResourceDefinition",
        "spec": {
            "names": {"kind": "Widget"},
            "versions": [
                {"name": "v1alpha1", "schema": {"openAPIV3Schema": {"type": "object"}}},
                {"name": "v1", "schema": {"openAPIV3Schema": schema}},
            ],
        },
    });
    server.answer(DEFINITION, 200, &definition.to_string());
    server
}

fn explain(server: &Server, field: &str) -> Run {
    run(&["-s", &server.url(), "explain", field])
}

#[test]
fn a_refused_or_missing_document_of_a_custom_resource_is_replaced_by_its_definition() {
    for status in [403, 404] {
        let server = with_definition(server(status));
        let Run { out, err, code } = explain(&server, "widgets.factory.example.com.spec.color");
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        let first = out.lines().next().unwrap();
        assert_eq!(first, ".spec.color  string  Widget factory.example.com/v1 from the CRD");
        assert!(out.contains("The color of the CRD."), "{out}");
    }
}

#[test]
fn a_definition_does_not_describe_metadata() {
    let server = with_definition(server(404));
    let Run { err, code, .. } = explain(&server, "widgets.factory.example.com.metadata.name");
    assert_eq!(code, 1, "{err}");
    assert!(err.contains(".metadata of Widget may have any content"), "{err}");
}

#[test]
fn without_a_definition_the_failure_is_that_of_the_document() {
    let server = server(403);
    server.answer(DEFINITION, 403, "{}");
    let Run { err, code, .. } = explain(&server, "widgets.factory.example.com");
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("no documentation of factory.example.com/v1"), "{err}");
    assert!(err.contains("The ClusterRole system:discovery grants it"), "{err}");
}

#[test]
fn a_missing_document_of_a_built_in_version_names_the_versions_that_have_one() {
    let server = Server::over(recordings::named("trouble"));
    server.answer("/openapi/v3/apis/apps/v1", 404, "{}");
    let paths = json!({"paths": {"apis/apps/v1beta2": {}, "apis/apps": {}, "apis/batch/v1": {}}});
    server.answer("/openapi/v3", 200, &paths.to_string());
    let Run { err, code, .. } = explain(&server, "deploy.apps");
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("Of apps the server has documentation of v1beta2"), "{err}");
}

#[tokio::test]
async fn on_the_screen_an_explanation_from_a_definition_says_so() {
    let server = with_definition(server(403));
    let mut walker = Walker::server(&server.url(), (120, 40)).await;
    walker.walk(":widgets.factory.example.com enter").await;
    walker.press("K");
    walker.wait_for("Widget · Widget factory.example.com/v1").await;
    let title = walker.line("Widget · Widget factory.example.com/v1");
    assert!(title.contains(" · from the CRD "), "{title}");
}
