//! `kubewalk tree --related` of a namespace: what it contains.

use std::collections::BTreeMap;

use serde_json::json;

use crate::cli::run;
use crate::support::recordings;
use crate::support::server::Server;

const RECORDING: &str = "tests/fixtures/recordings/trouble.har.gz";

/// Prints a namespace and its contents. All of them could be read.
fn contents(namespace: &str, more: &[&str]) -> String {
    let words = ["tree", "--related", "ns", namespace];
    let printed = run(&[&words, more].concat());
    assert_eq!((printed.code, printed.err.as_str()), (0, ""), "{}", printed.out);
    printed.out
}

#[test]
fn the_kinds_with_objects_are_printed_with_the_computed_numbers() {
    let text = include_str!("../../fixtures/links/contents.json");
    let numbers: BTreeMap<String, BTreeMap<String, u64>> = serde_json::from_str(text).unwrap();
    for (namespace, expected) in numbers {
        let out = contents(&namespace, &["--replay", RECORDING]);
        let own = format!("/namespaces/{namespace}/");
        let rows = out.lines().filter_map(|line| {
            let (path, row) = line.split_once('\t')?;
            let (kind, number) = row.split_once("  ")?;
            let resource = path.rsplit('/').next()?;
            let is_count = path.contains(&own) && kind.split('.').next() == Some(resource);
            Some((resource.to_owned(), number.parse().ok()?)).filter(|_| is_count)
        });
        assert_eq!(rows.collect::<BTreeMap<_, _>>(), expected, "{out}");
    }
}

#[test]
fn the_kinds_without_objects_are_one_line_at_the_end() {
    let out = contents("payments", &["--replay", RECORDING]);
    let last = out.lines().last().unwrap();
    assert_eq!(last, "/api/v1/namespaces/payments\t15 empty, 4 not counted");
}

#[test]
fn each_kind_is_requested_once_for_its_number() {
    let server = Server::over(recordings::named("trouble"));
    contents("payments", &["-s", &server.url()]);
    let seen = server.seen();
    let counts = seen.iter().filter(|seen| seen.query == "includeObject=None&limit=1");
    let mut paths: Vec<&str> = counts.map(|seen| seen.path.as_str()).collect();
    assert_eq!(paths.len(), 28, "{seen:#?}");
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), 28);
}

#[test]
fn a_kind_that_fails_is_named_and_one_that_is_forbidden_is_counted() {
    let server = Server::over(recordings::named("trouble"));
    let status = |code: u16| {
        json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "no",
            "reason": "", "code": code})
        .to_string()
    };
    let core = "/api/v1/namespaces/payments";
    server.answer(&format!("{core}/secrets"), 403, &status(403));
    server.answer(&format!("{core}/services"), 500, &status(500));
    let printed = run(&["tree", "--related", "ns", "payments", "-s", &server.url()]);
    assert_eq!(printed.code, 1, "{}", printed.err);
    assert!(printed.out.ends_with("\t14 empty, 1 forbidden, 1 failed, 4 not counted\n"));
    assert!(printed.err.starts_with(&format!("{core}/services: 500")), "{}", printed.err);
    assert_eq!(printed.err.lines().count(), 1, "{}", printed.err);
}
