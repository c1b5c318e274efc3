//! `kubewalk find`: its output, its exit codes, and what it requests.

use crate::support::golden;
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;

/// Runs `find` on a recording. Returns the exit code, stdout and stderr.
fn replay(recording: &str, arguments: &str) -> (i32, String, String) {
    let file =
        format!("{}/tests/fixtures/recordings/{recording}.har.gz", env!("CARGO_MANIFEST_DIR"));
    let words = arguments.split_whitespace();
    run(&["find", "--replay", &file].into_iter().chain(words).collect::<Vec<_>>())
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = binary(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_object_of_the_name_is_printed_with_its_path_and_row() {
    let (code, printed, errors) = replay("trouble", "ledger -A");
    golden::is_current("tests/fixtures/find/ledger.txt", &format!("{printed}\n{errors}"));
    assert_eq!(code, 0);
    assert_eq!(printed.lines().count(), 10);
}

#[test]
fn json_has_a_line_for_each_object() {
    let (code, printed, _) = replay("trouble", "ledger -A -o json");
    assert_eq!(code, 0);
    let hits: Vec<serde_json::Value> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(hits.len(), 10);
    assert!(hits.iter().all(|hit| hit["path"].as_str().unwrap().contains("ledger")));
    assert!(hits[0]["row"].as_str().unwrap().contains("CrashLoopBackOff"), "{}", hits[0]);
}

#[test]
fn a_regex_a_negation_and_kinds_narrow_the_search() {
    let (_, printed, _) = replay("trouble", "/^ledger$/ -A -k deploy,svc");
    assert_eq!(printed.lines().count(), 2, "{printed}");
    let (_, printed, _) = replay("trouble", "!ledger -n payments -k deploy");
    assert!(printed.contains("deployments/gateway") && !printed.contains("ledger"), "{printed}");
}

#[test]
fn labels_are_searched_on_request_and_shown() {
    let (_, printed, _) = replay("trouble", "app=ledger -n payments");
    assert_eq!(printed, "");
    let (code, printed, errors) = replay("trouble", "app=ledger -n payments --labels");
    assert_eq!(code, 0, "{errors}");
    assert!(printed.contains("pods/ledger-") && printed.contains("\tapp=ledger\n"), "{printed}");
}

#[test]
fn the_manifest_in_the_annotations_of_a_secret_is_not_searched() {
    let server = Server::over(recordings::named("trouble"));
    let list = r#"{"kind":"PartialObjectMetadataList","metadata":{},"items":[{"metadata":{"name":"db",
        "namespace":"payments","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"canary-value"}}}]}"#;
    server.answer("/api/v1/namespaces/payments/secrets", 200, list);
    let url = server.url();
    let found = |text: &str| run(&["find", text, "-s", &url, "-n", "payments", "--labels"]);
    assert!(found("db").1.contains("secrets/db"));
    assert_eq!(found("canary").1, "");
}

#[test]
fn nothing_found_ends_with_0_and_says_what_was_read() {
    let (code, printed, errors) = replay("trouble", "no-such-name -A");
    assert_eq!((code, printed.as_str()), (0, ""), "{errors}");
    assert!(errors.contains("0 objects of "), "{errors}");
}

#[test]
fn a_list_that_fails_ends_with_1() {
    let server = Server::over(recordings::named("trouble"));
    let failure = r#"{"kind":"Status","code":500,"message":"boom"}"#;
    server.answer("/apis/batch/v1/namespaces/payments/jobs", 500, failure);
    let url = server.url();
    let (code, printed, errors) = run(&["find", "ledger", "-s", &url, "-n", "payments"]);
    assert!(errors.contains("skipped (500: boom): jobs.batch in namespace payments"), "{errors}");
    assert!(printed.contains("pods/ledger-"), "{printed}");
    assert_eq!(code, 1);
}

#[test]
fn a_user_of_one_namespace_finds_what_that_allows() {
    let (code, printed, errors) = replay("restricted-ledger", "ledger -n payments");
    assert_eq!(code, 0, "{errors}");
    assert!(printed.contains("pods/ledger-"), "{printed}");
    assert!(errors.contains("skipped (forbidden): "), "{errors}");
}

#[test]
fn wrong_arguments_end_with_2() {
    assert_eq!(run(&["find", "--demo"]).0, 2);
    assert_eq!(run(&["find", "/a(/", "--demo"]).0, 2);
    assert_eq!(run(&["find", "x", "-k", "nope", "--demo"]).0, 2);
}

#[test]
fn a_search_without_time_ends_with_1() {
    let (code, printed, errors) = replay("trouble", "ledger --timeout 0");
    assert_eq!((code, printed.as_str()), (1, ""), "{errors}");
}
