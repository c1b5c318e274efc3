//! `kubewalk downward A --against B`.

use crate::support::recordings::CLUSTER;
use std::fs;

use serde_json::Value;

use super::{Run, recorded, run};

/// The names of the two pods of the Deployment `frontend`.
fn frontends() -> Vec<String> {
    let pods = recorded("tree pods -n shop");
    let names = pods.lines().filter_map(|line| line.split('\t').nth(1)?.split(' ').next());
    names.filter(|name| name.starts_with("frontend-")).map(str::to_owned).collect()
}

fn against(left: &str, right: &str, more: &[&str]) -> Run {
    run(&[&["downward", left, "--against", right], more].concat())
}

#[test]
fn two_pods_of_one_deployment_see_the_same() {
    let pods = frontends();
    let Run { out, err, code } = against(&pods[0], &pods[1], &["-n", "shop", "--replay", CLUSTER]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains(" 0 differ, "), "{out}");
    assert!(out.contains(" per pod\n") && !out.contains(&format!("{} | ", pods[0])), "{out}");
}

#[test]
fn pods_that_see_different_things_exit_with_3() {
    let pods = frontends();
    let Run { out, err, code } = against(&pods[0], "db-0", &["-n", "shop", "--replay", CLUSTER]);
    assert_eq!(code, 3, "{out}{err}");
    assert!(out.contains("only left "), "{out}");
}

#[test]
fn json_has_a_row_for_each_name_and_no_value_of_a_secret() {
    let pods = frontends();
    let arguments = ["-n", "shop", "--replay", CLUSTER, "-o", "json"];
    let Run { out, .. } = against(&pods[0], &pods[1], &arguments);
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["equal"], true);
    let containers = document["containers"].as_array().unwrap();
    let rows: Vec<&Value> =
        containers.iter().flat_map(|container| container["rows"].as_array().unwrap()).collect();
    let password = rows.iter().find(|row| row["name"] == "DB_password").unwrap();
    assert_eq!(password["state"], "equal");
    assert_eq!(password["left"]["masked"], true);
    assert!(password["left"]["value"].as_str().unwrap().starts_with('‹'), "{password}");
}

#[test]
fn a_file_is_compared_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let pod = |name: &str, value: &str| {
        let file = folder.path().join(name);
        let text = format!(
            "kind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: main\n    env: \
             [{{name: A, value: {value}}}]\n"
        );
        fs::write(&file, text).unwrap();
        file.display().to_string()
    };
    let (left, same, other) = (pod("a.yaml", "x"), pod("b.yaml", "x"), pod("c.yaml", "z"));
    assert_eq!(against(&left, &same, &[]).code, 0);
    let Run { out, code, .. } = against(&left, &other, &[]);
    assert_eq!(code, 3, "{out}");
    assert!(out.contains("different   A") && out.contains("x | z"), "{out}");
}

#[test]
fn with_a_key_the_tags_of_two_runs_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    fs::write(&file, "0123456789abcdef0123456789abcdef\n").unwrap();
    let pods = frontends();
    let password = || {
        let key = file.display().to_string();
        let arguments = [
            "downward",
            &pods[0],
            "-n",
            "shop",
            "--replay",
            CLUSTER,
            "-o",
            "json",
            "--digest-key",
            &key,
        ];
        let document: Value = serde_json::from_str(&run(&arguments).out).unwrap();
        let containers = document["containers"].as_array().unwrap();
        let rows = containers.iter().flat_map(|it| it["env"].as_array().unwrap());
        let row = rows.into_iter().find(|row| row["name"] == "DB_password").unwrap();
        row["note"].as_str().unwrap().to_owned()
    };
    let first = password();
    assert!(first.contains(" #") && first == password(), "{first}");
    fs::write(&file, "short\n").unwrap();
    let key = file.display().to_string();
    let Run { err, code, .. } =
        run(&["downward", &pods[0], "--replay", CLUSTER, "--digest-key", &key]);
    assert!(code == 2 && err.contains("the digest key has 5 bytes"), "{err}");
}

#[test]
fn a_side_that_cannot_be_read_is_named() {
    let Run { err, code, .. } = against("db-0", "nope", &["-n", "shop", "--replay", CLUSTER]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("cannot read the right side: "), "{err}");
}
