//! The hint of a command whose object does not exist.

use super::{Run, fixture, run};
use crate::support::recordings;
use crate::support::server::Server;

/// Runs a command that must fail, on the broken cluster. Returns its only line on stderr.
fn refusal(arguments: &str) -> String {
    let file = fixture("trouble.har.gz");
    let words: Vec<&str> = arguments.split(' ').chain(["--replay", &file]).collect();
    let Run { out, err, code } = run(&words);
    assert!(code == 1 || code == 2, "{arguments}: {code}");
    assert_eq!((out.as_str(), err.lines().count()), ("", 1), "{arguments}\n{err}");
    err
}

#[test]
fn every_command_that_takes_an_object_names_a_similar_one() {
    let hint = "Did you mean audit? `kubewalk tree /api/v1/namespaces/payments/pods` lists all\n";
    for arguments in [
        "get po/audt -n payments",
        "tree po/audt -n payments",
        "links po/audt -n payments",
        "logs audt -n payments",
        "downward audt -n payments",
        "downward audit --against audt -n payments",
        "diff po/audt po/audit -n payments",
    ] {
        let err = refusal(arguments);
        assert!(err.ends_with(&format!("404: pods \"audt\" not found. {hint}")), "{err}");
    }
}

#[test]
fn a_pod_named_as_its_workload_is_completed() {
    let err = refusal("get po/ledger -n payments");
    assert!(err.contains("Did you mean ledger-6b69b76f87-nfc9k or ledger-6b69b76f87-whdhh?"));
}

#[test]
fn an_empty_collection_leads_to_the_search_in_all_namespaces() {
    let err = refusal("get po/audit -n paymnts");
    let hint = "There are no pods in paymnts: `kubewalk find audit -A` looks everywhere\n";
    assert!(err.ends_with(hint), "{err}");
}

#[test]
fn a_resource_that_is_not_served_leads_to_its_version() {
    let err = refusal("tree /apis/apps/v1/foos");
    assert!(err.ends_with("`foos`. `kubewalk tree /apis/apps/v1` lists what exists\n"), "{err}");
}

#[test]
fn the_names_of_secrets_are_listed_without_the_objects() {
    let server = Server::over(recordings::named("trouble"));
    let url = server.url();
    let run = run(&["get", "/api/v1/namespaces/shop/secrets/db-credential", "-s", &url]);
    assert!(run.err.contains("Did you mean db-credentials?"), "{}", run.err);
    let [_, list] = &server.seen()[..] else { panic!("{:?}", server.seen()) };
    assert_eq!(list.query, "includeObject=None&limit=500");
    assert!(list.accept.contains("as=Table"), "{}", list.accept);
}
