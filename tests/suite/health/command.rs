//! `kubewalk problems`: its output, its exit codes, and what it requests.

use std::collections::BTreeSet;

use kubewalk::object::health::Report;

use crate::support::golden;
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;

/// Runs `problems` on a recording. Returns the exit code, stdout and stderr.
fn replay(recording: &str, arguments: &str) -> (i32, String, String) {
    let file =
        format!("{}/tests/fixtures/recordings/{recording}.har.gz", env!("CARGO_MANIFEST_DIR"));
    let words = arguments.split_whitespace();
    run(&["problems", "--replay", &file].into_iter().chain(words).collect::<Vec<_>>())
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = binary(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_problems_of_a_broken_cluster_are_those_of_the_reviewed_file() {
    let (code, printed, errors) = replay("trouble", "");
    golden::is_current("tests/fixtures/health/problems.txt", &format!("{printed}\n{errors}"));
    assert_eq!(code, 3);
}

#[test]
fn the_problems_as_json_are_those_of_the_reviewed_file() {
    let (code, printed, _) = replay("trouble", "-A -o json");
    golden::is_current("tests/fixtures/health/problems.json", &printed);
    assert_eq!(code, 3);
    let report: Report = serde_json::from_str(&printed).unwrap();
    assert!(report.problems.len() > 10 && report.read > 50);
}

#[test]
fn text_and_json_name_the_same_problems() {
    let (_, lines, _) = replay("trouble", "-n payments");
    let (_, json, _) = replay("trouble", "-n payments -o json");
    let report: Report = serde_json::from_str(&json).unwrap();
    assert_eq!(lines.lines().count(), report.problems.len());
    for (line, problem) in lines.lines().zip(&report.problems) {
        let object = format!("{}/{}", problem.resource, problem.name);
        assert!(line.contains(&object) && line.contains(&problem.sentence), "{line}");
        assert_eq!(problem.namespace.as_deref(), Some("payments"));
    }
}

#[test]
fn a_namespace_without_problems_ends_with_0() {
    let (code, printed, errors) = replay("trouble", "-n default");
    assert_eq!((code, printed.as_str()), (0, ""), "{errors}");
    assert!(errors.contains("0 problems in "), "{errors}");
    let (code, printed, _) = replay("trouble", "-n default -o json");
    assert_eq!(code, 0);
    assert!(serde_json::from_str::<Report>(&printed).unwrap().problems.is_empty());
}

#[test]
fn a_user_of_one_namespace_gets_what_that_allows() {
    for arguments in ["", "-A", "-n payments"] {
        let (code, printed, errors) = replay("restricted-ledger", arguments);
        assert_eq!(code, 3, "{errors}");
        assert!(printed.contains("payments  pods/audit"), "{arguments}\n{printed}");
        assert!(errors.contains("skipped (forbidden): "), "{errors}");
        assert!(errors.contains("jobs.batch"), "{errors}");
    }
}

#[test]
fn a_user_who_may_list_nothing_gets_a_message_and_exit_code_1() {
    let (code, printed, errors) = replay("restricted-ledger", "-n shop");
    assert_eq!((code, printed.as_str()), (1, ""), "{errors}");
    assert!(errors.contains("skipped (forbidden): "), "{errors}");
}

#[test]
fn a_viewer_of_a_namespace_finds_its_pods() {
    let (code, printed, errors) = replay("restricted-viewer", "-n team-a");
    assert_eq!(code, 3, "{errors}");
    for pod in ["broken-config", "crashy", "unschedulable"] {
        assert!(printed.contains(&format!("pods/{pod}")), "{printed}");
    }
}

#[test]
fn a_timeout_exits_with_1_and_reports_what_was_omitted() {
    let (code, printed, errors) = replay("trouble", "--timeout 0");
    assert_eq!((code, printed.as_str()), (1, ""), "{errors}");
    assert!(errors.contains("skipped (the time was up): pods"), "{errors}");
}

#[test]
fn wrong_arguments_and_no_server_end_with_2() {
    assert_eq!(run(&["problems", "--timeout", "soon"]).0, 2);
    assert_eq!(run(&["problems", "-o", "yaml", "--demo"]).0, 2);
    assert_eq!(run(&["problems"]).0, 2);
}

#[test]
fn no_request_is_sent_twice_and_none_for_secrets() {
    let server = Server::over(recordings::named("trouble"));
    for arguments in [&["-A"][..], &["-n", "payments"]] {
        let before = server.seen().len();
        let url = server.url();
        let (code, printed, errors) = run(&[&["problems", "-s", &url], arguments].concat());
        assert_eq!(code, 3, "{printed}{errors}");
        let seen: Vec<String> = server.seen()[before..]
            .iter()
            .map(|seen| format!("{} {}?{} {}", seen.method, seen.path, seen.query, seen.accept))
            .collect();
        let different: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(different.len(), seen.len(), "{seen:#?}");
        assert!(!seen.iter().any(|request| request.contains("/secrets")), "{seen:#?}");
        assert!(seen.len() < 150, "{}", seen.len());
    }
}

#[test]
fn a_list_that_fails_makes_nothing_found_a_1() {
    let server = Server::over(recordings::named("trouble"));
    let failure = r#"{"kind":"Status","code":500,"message":"boom"}"#;
    server.answer("/apis/batch/v1/namespaces/default/jobs", 500, failure);
    let url = server.url();
    let (code, printed, errors) = run(&["problems", "-s", &url, "-n", "default"]);
    assert!(errors.contains("skipped (500: boom): jobs.batch in namespace default"), "{errors}");
    assert_eq!(code, if printed.is_empty() { 1 } else { 3 }, "{printed}");
}

#[test]
fn a_recording_of_the_command_replays_to_the_same_problems() {
    let server = Server::over(recordings::named("trouble"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("problems.har.gz");
    let file = file.to_str().unwrap();
    let url = server.url();
    let found = run(&["problems", "-s", &url, "-n", "payments", "--record", file]);
    assert_eq!(found.0, 3, "{}", found.2);
    let replayed = run(&["problems", "--replay", file, "-n", "payments"]);
    // Sentences have ages, which are counted from the time of the recording in a replay.
    let objects = |printed: &str| -> Vec<String> {
        let object = |line: &str| line.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        printed.lines().map(object).collect()
    };
    assert!(objects(&found.1).contains(&"✗ payments deployments/ledger".to_owned()));
    assert_eq!(objects(&found.1), objects(&replayed.1));
    assert_eq!(replayed.0, 3);
}
