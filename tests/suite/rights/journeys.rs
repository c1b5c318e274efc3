//! Every task of the README, as a user who may only view one namespace.

use std::process::Output;

use super::*;
use crate::support::machine::binary;

/// A small and a large terminal.
const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

async fn at(words: &str, size: (u16, u16)) -> Walker {
    let mut walker = Walker::recording("restricted-viewer", size).await;
    walker.walk(&format!(":{words} enter")).await;
    walker
}

fn run(arguments: &[&str]) -> Output {
    let file = "tests/fixtures/recordings/restricted-viewer.har.gz";
    binary(&[arguments, &["--replay", file]].concat()).output().unwrap()
}

fn printed(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn the_program_starts_although_the_root_is_forbidden() {
    for size in SIZES {
        let mut walker = Walker::recording("restricted-viewer", size).await;
        assert!(walker.screen().contains("/ ✗ 403"), "{}", walker.screen());
        assert!(walker.screen().contains("Open a row below"), "{}", walker.screen());
        walker.walk("G").await;
        assert!(walker.selected().contains("version"), "{}", walker.selected());
        walker.walk(":/livez enter").await;
        assert!(walker.line("GET /livez").contains("200"), "{}", walker.screen());
    }
}

#[tokio::test]
async fn a_namespace_is_typed_if_namespaces_cannot_be_listed() {
    for size in SIZES {
        let mut walker = at("po", size).await;
        walker.walk("j j j").await;
        assert!(walker.selected().contains("another namespace"), "{}", walker.selected());
        walker.walk("enter").await;
        walker.walk("shop enter").await;
        let screen = walker.screen();
        assert!(walker.selected().contains("shop"), "{screen}");
        assert!(screen.contains("403") && screen.contains("team-a"), "{screen}");
    }
}

#[tokio::test]
async fn logs_are_read() {
    for size in SIZES {
        let mut walker = at("/api/v1/namespaces/team-a/pods/crashy/log", size).await;
        walker.walk("j enter").await;
        walker.walk("tab f").await;
        assert!(walker.line("GET ").contains("crashy/log"), "{}", walker.screen());
        assert!(walker.line("GET ").contains("200"), "{}", walker.screen());
    }
}

#[tokio::test]
async fn rows_are_sorted_and_selected_and_requests_are_traced() {
    for size in SIZES {
        let mut walker = at("po space -n space team-a", size).await;
        let names = |walker: &Walker| {
            let screen = walker.screen();
            // A narrow table cuts names in the middle.
            let starts = ["broke", "crash", "nolim", "unsch"];
            let mut found: Vec<_> = starts
                .into_iter()
                .filter_map(|start| Some((screen.find(&format!("│ {start}"))?, start)))
                .collect();
            found.sort_unstable();
            found.into_iter().map(|(_, start)| start).collect::<Vec<_>>()
        };
        assert_eq!(names(&walker), ["broke", "crash", "nolim", "unsch"]);
        walker.walk("s status enter").await;
        assert_eq!(names(&walker), ["broke", "crash", "unsch", "nolim"]);
        walker.walk("f w").await;
        assert!(walker.screen().contains("10.244.0.17") || size.0 < 100, "{}", walker.screen());
        walker.walk("f / -l space app=none enter").await;
        assert!(walker.selected().contains("team-a 0 -l app="), "{}", walker.screen());
        walker.walk("esc esc T").await;
        // The trace lists refused requests as well.
        let screen = walker.screen();
        assert!(screen.contains("✗ 403") && screen.contains("201"), "{screen}");
        walker.walk("T").await;
        assert!(!walker.screen().contains("Trace"), "{}", walker.screen());
    }
}

#[tokio::test]
async fn logs_are_followed_and_documents_are_paused() {
    for size in SIZES {
        let mut walker = at("/api/v1/namespaces/team-a/pods/crashy/log", size).await;
        walker.walk("j").await;
        walker.press("F");
        walker.wait_for(" ended ").await;
        walker.wait_for("failing on purpose").await;
        assert!(walker.selected().contains("main following"), "{}", walker.selected());
        walker.walk(":po/crashy space -n space team-a enter P").await;
        assert!(walker.line("GET ").contains("paused"), "{}", walker.screen());
        walker.walk("P").await;
        assert!(!walker.line("GET ").contains("paused"), "{}", walker.screen());
    }
}

#[tokio::test]
async fn values_and_documents_are_copied() {
    for size in SIZES {
        let mut walker = at("po/crashy space -n space team-a", size).await;
        for (key, copied) in [
            ("ca", "/api/v1/namespaces/team-a/pods/crashy"),
            ("ck", "kubectl get --raw"),
            ("co", "name: crashy"),
        ] {
            walker.walk(key).await;
            let found = walker.copied.take().unwrap();
            assert!(found.contains(copied), "{copied} in {found}");
        }
    }
}

#[tokio::test]
async fn the_container_view_marks_forbidden_sources() {
    for size in SIZES {
        let mut walker = at("po/nolimits space -n space team-a", size).await;
        walker.walk("d").await;
        walker.walk("shift-tab f").await;
        let screen = walker.screen();
        assert!(screen.contains("What the containers see"), "{screen}");
        assert!(screen.contains("unknown") && screen.contains("RCPU"), "{screen}");
    }
}

#[tokio::test]
async fn unavailable_functions_are_reported() {
    for size in SIZES {
        let mut walker = at("secrets space -n space team-a", size).await;
        let screen = walker.screen();
        assert!(screen.contains("403") && screen.contains("forbidden"), "{screen}");
        // The program does not run in a pod, which is reported.
        walker.walk(".").await;
        assert!(walker.screen().contains("does not run in a pod"), "{}", walker.screen());
        walker.walk("V").await;
        assert!(walker.screen().contains("d shows what"), "{}", walker.screen());
        // The other rows are shown regardless.
        walker.walk("[").await;
        assert!(!walker.screen().contains("✗ 403 secrets"), "{}", walker.screen());
    }
}

#[test]
fn get_prints_allowed_objects_and_explains_refusals() {
    assert!(printed(&["get", "po/crashy", "-n", "team-a"]).contains("name: crashy"));
    assert_eq!(printed(&["get", "/livez"]), "ok");
    let printed = refused(&["get", "po", "-n", "shop"]);
    assert!(
        printed.contains("403: pods is forbidden") && printed.contains("another namespace"),
        "{printed}"
    );
    let printed = refused(&["get", "/"]);
    assert!(
        printed.contains("cannot get path \"/\"") && !printed.contains("namespace"),
        "{printed}"
    );
}

#[test]
fn tree_continues_in_the_namespace_of_the_service_account() {
    let tree = run(&["tree", "/api/v1", "--depth", "3"]);
    let out = String::from_utf8(tree.stdout).unwrap();
    for path in ["/api/v1/nodes\t", "/api/v1/namespaces/team-a/pods/crashy\tcrashy  0/1"] {
        assert!(out.contains(path), "{path:?} in {out}");
    }
    let printed = String::from_utf8(tree.stderr).unwrap();
    assert_eq!(tree.status.code(), Some(1), "some lists were refused");
    assert!(printed.contains("/api/v1/nodes: 403"), "{printed}");
    assert!(!printed.contains("/api/v1/pods: "), "{printed}");
}

#[test]
fn downward_shows_known_values_and_why_others_are_unknown() {
    let printed = printed(&["downward", "nolimits", "-n", "team-a"]);
    for part in ["team-a/nolimits", "RCPU", "nodes is forbidden"] {
        assert!(printed.contains(part), "{part} in {printed}");
    }
}

#[test]
fn info_lists_the_allowed_resources() {
    let printed = printed(&["info"]);
    assert!(printed.contains("in namespace team-a: bindings, configmaps"), "{printed}");
    assert!(printed.contains("in the cluster: not pods, not nodes, not namespaces"), "{printed}");
}
