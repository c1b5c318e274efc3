//! `kubewalk diff` of versions in a recording, and of Secrets with a key for their digests.

use std::fs;

use crate::cli::{Run, fixture, run, run_with};

/// The recording has no discovery, so that its objects are named by their paths.
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/payments/deployments";

fn side(version: &str) -> String {
    format!("{}#{DEPLOYMENTS}/gateway@v{version}", fixture("rollout.har.gz"))
}

fn diff(left: &str, right: &str) -> Run {
    run(&["diff", left, right])
}

fn rows(out: &str) -> Vec<String> {
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    out.lines().skip(2).map(words).collect()
}

#[test]
fn versions_of_the_watches_of_a_recording_are_compared() {
    let Run { out, err, code } = diff(&side("22378"), &side("22385"));
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    assert!(out.starts_with(&format!("--- {}  v22378\n", side("22378"))), "{out}");
    assert_eq!(
        rows(&out),
        [
            r#".metadata.annotations['kubernetes.io/change-cause'] "gateway 1.8" → "gateway 1.7""#,
            r#".spec.template.metadata.labels.version "1.8" → "1.7""#,
            ".spec.template.spec.containers[name=gateway].image registry.example.com/gateway:1.8 → busybox:1.35",
            "left out: 3 (server 3); --all shows them",
        ]
    );
}

#[test]
fn a_version_is_the_same_as_itself() {
    let Run { out, err, code } = diff(&side("22385"), &side("22385"));
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert_eq!(rows(&out), ["the same"]);
}

#[test]
fn a_version_that_was_not_recorded_is_refused_with_those_that_were() {
    let Run { out, err, code } = diff(&side("22385"), &side("7"));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("cannot read the right side: ") && err.contains("has no version 7 of"));
    assert!(err.contains(" versions: 21824 to 22453"), "{err}");
    let list = format!("{}#{DEPLOYMENTS}@v7", fixture("rollout.har.gz"));
    let Run { err, code, .. } = diff(&list, &side("22385"));
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("is not an object"), "{err}");
}

const SECRETS: &str = "
kind: Secret
metadata: {name: db-credentials, namespace: shop, uid: u-1}
data: {password: aHVudGVyMg==, username: YWRtaW4=}
---
kind: Secret
metadata: {name: db-credentials, namespace: dev, uid: u-2}
data: {password: aHVudGVyMw==, username: YWRtaW4=}
";

/// Compares both Secrets, and returns the row of the password.
fn password(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut parts = SECRETS.split("---\n");
    let files = ["a.yaml", "b.yaml"].map(|name| {
        let file = folder.path().join(name);
        fs::write(&file, parts.next().unwrap()).unwrap();
        file.display().to_string()
    });
    let key = folder.path().join("key");
    fs::write(&key, "0123456789abcdef0123456789abcdef\n").unwrap();
    let key = key.display().to_string();
    let mut all = vec!["diff", &files[0], &files[1]];
    all.extend(arguments.iter().map(|it| if *it == "KEY" { key.as_str() } else { it }));
    let Run { out, err, code } = run_with(&all, variables);
    assert_eq!((code, err.as_str()), (1, ""), "{out}");
    let rows = rows(&out);
    assert_eq!(rows.len(), 2, "nothing is shown of what is equal: {out}");
    let canaries = ["hunter2", "hunter3", "aHVudGVy", "admin", "YWRtaW4"];
    assert!(canaries.iter().all(|canary| !out.contains(canary)), "{out}");
    assert!(rows[1].starts_with("left out: "), "{out}");
    rows[0].clone()
}

#[test]
fn with_a_key_the_tags_of_secrets_are_their_digests() {
    let expected = ".data.password ‹7 bytes #b8bf5589b79aae0c› → ‹7 bytes #93ed321e46aba53d›";
    assert_eq!(password(&["--digest-key", "KEY"], &[]), expected);
    let variable = [("KUBEWALK_DIGEST_KEY", "0123456789abcdef0123456789abcdef")];
    assert_eq!(password(&[], &variable), expected);
}

#[test]
fn without_a_key_the_tags_of_two_runs_cannot_be_compared() {
    let (one, other) = (password(&[], &[]), password(&[], &[]));
    assert!(one.starts_with(".data.password ‹7 bytes #"), "{one}");
    assert_ne!(one, other);
}

#[test]
fn a_short_key_is_refused() {
    let variables = [("KUBEWALK_DIGEST_KEY", "short")];
    let Run { err, code, .. } = run_with(&["diff", "a.yaml", "b.yaml"], &variables);
    assert_eq!(code, 2);
    assert!(err.contains("the digest key has 5 bytes, but needs 16 or more"), "{err}");
}
