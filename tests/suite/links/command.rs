//! `kubewalk links`: its forms, its requests and its exit code.

use serde_json::Value;

use super::on;
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;

#[test]
fn a_missing_reference_that_is_not_optional_ends_with_3() {
    let (code, out, err) = on("trouble", "links po/exporter -n payments --check");
    assert_eq!(code, 3, "{err}");
    assert!(out.contains("\t/api/v1/namespaces/payments/secrets/exporter-keys\tsure\tnot-found\n"));
    assert_eq!(err, "kubewalk: 1 reference leads to something that does not exist\n");
}

#[test]
fn an_optional_reference_may_be_missing() {
    let (code, out, err) = on("trouble", "links deploy/frontend -n shop --check");
    assert!(out.contains("/configmaps/nope\toptional\tnot-found\n"), "{out}");
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
}

#[test]
fn without_a_check_only_the_object_is_read() {
    let server = Server::over(recordings::named("trouble"));
    let url = server.url();
    let words = ["links", "/api/v1/namespaces/payments/pods/audit", "-s", &url];
    assert!(binary(&words).output().unwrap().status.success());
    let paths: Vec<String> = server.seen().iter().map(|seen| seen.path.clone()).collect();
    let of_api = |path: &String| path.contains("/namespaces/");
    let objects: Vec<&String> = paths.iter().filter(|path| of_api(path)).collect();
    assert_eq!(objects, ["/api/v1/namespaces/payments/pods/audit"], "{paths:?}");
}

#[test]
fn a_check_reads_the_metadata_of_each_object_once_and_no_value_of_a_secret() {
    let server = Server::over(recordings::named("trouble"));
    let url = server.url();
    let words = ["links", "deploy/frontend", "-n", "shop", "--check", "-s", &url];
    binary(&words).output().unwrap();
    let seen = server.seen();
    let read = |path: &str| seen.iter().filter(|seen| seen.path == path).collect::<Vec<_>>();
    let secrets = seen.iter().filter(|seen| seen.path.contains("/secrets"));
    let metadata = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    let accepts: Vec<&str> = secrets.map(|seen| seen.accept.as_str()).collect();
    assert_eq!(accepts, [metadata]);
    let [account] = read("/api/v1/namespaces/shop/serviceaccounts/frontend")[..] else {
        panic!("{seen:?}");
    };
    assert_eq!((account.accept.as_str(), account.query.as_str()), (metadata, ""));
    // A key of it is named, so its data is needed.
    let maps = read("/api/v1/namespaces/shop/configmaps/frontend-config");
    let accepts: Vec<&str> = maps.iter().map(|seen| seen.accept.as_str()).collect();
    assert_eq!(accepts, ["application/json"], "one request for its name and its keys");
}

#[test]
fn the_references_of_a_secret_are_found_in_its_metadata() {
    let server = Server::over(recordings::named("trouble"));
    let url = server.url();
    let output = binary(&["links", "secret/db-credentials", "-n", "shop", "-s", &url]).output();
    let out = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(out.contains(".metadata.namespace\t/api/v1/namespaces/shop\tsure\n"), "{out}");
    let seen = server.seen();
    let secrets = seen.iter().filter(|seen| seen.path.contains("/secrets/"));
    let accepts: Vec<&str> = secrets.map(|seen| seen.accept.as_str()).collect();
    assert_eq!(accepts, ["application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"]);
}

#[test]
fn json_has_an_object_on_each_line() {
    let (code, out, _) = on("trouble", "links po/audit -n payments --check -o json");
    assert_eq!(code, 3);
    let lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut named = lines.filter(|line| line["place"] == ".data.regoin");
    let line = named.next().unwrap();
    assert_eq!(line["at"], ".spec.containers[0].env[0].valueFrom.configMapKeyRef.key");
    assert_eq!(line["target"], "/api/v1/namespaces/payments/configmaps/ledger-config");
    assert_eq!((&line["certainty"], &line["state"]), (&"sure".into(), &"no-key".into()));
}

#[test]
fn a_location_that_is_no_object_is_wrong_input() {
    let (code, out, err) = on("trouble", "links po -n payments");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("is not one object. Name an object, such as po/db-0"), "{err}");
}

#[test]
fn what_the_user_may_not_read_is_forbidden_and_not_missing() {
    let (code, out, err) = on("restricted-viewer", "links po/broken-config -n team-a --check");
    assert!(out.contains("/api/v1/nodes/node1\tsure\tforbidden\n"), "{out}{err}");
    assert!(out.contains("/configmaps/missing\tsure\tnot-found\n"), "{out}");
    assert_eq!(code, 3);
}
