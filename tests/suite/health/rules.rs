//! Every rule: an id, an example that fires it, and what it says.

use std::collections::BTreeSet;

use kubewalk::object::health::{Hint, Level, Related, judge, judge_gone, rule_ids};
use kubewalk::object::path;

use super::case::{Case, cases, now, related};

const FILES: [&str; 14] = [
    "rules/gates.yaml",
    "rules/pods.yaml",
    "rules/containers.yaml",
    "rules/deployments.yaml",
    "rules/replicas.yaml",
    "rules/jobs.yaml",
    "rules/scaling.yaml",
    "rules/storage.yaml",
    "rules/services.yaml",
    "rules/ingresses.yaml",
    "rules/cluster.yaml",
    "rules/custom.yaml",
    "examples.yaml",
    "rules/odd.yaml",
];

fn all() -> Vec<Case> {
    FILES.iter().flat_map(|file| cases(file)).collect()
}

/// What differs from what a case expects.
fn differences(case: &Case) -> Vec<String> {
    let health = case.judge();
    let mut found = Vec::new();
    let mut expect = |what: &str, actual: &str, expected: Option<&str>| {
        if let Some(expected) = expected.filter(|expected| *expected != actual) {
            found
                .push(format!("{} {what}\n  expected {expected}\n  found    {actual}", case.title));
        }
    };
    for reason in &health.reasons {
        let is_there = path::find(&case.object, &reason.evidence).is_some();
        expect("has no such evidence", &reason.evidence, (!is_there).then_some(reason.rule));
    }
    if case.rule == "none" {
        expect("level", health.level.word(), Some("ok"));
        return found;
    }
    let Some(reason) = health.reasons.iter().find(|reason| reason.rule == case.rule) else {
        found.push(format!("{} is not found in {:?}", case.title, health.reasons));
        return found;
    };
    expect("sentence", &reason.sentence, case.text("sentence"));
    expect("level", reason.level.word(), Some(case.level().word()));
    let worst = health.reasons.iter().map(|reason| reason.level).max();
    expect("level of all", health.level.word(), worst.map(Level::word));
    let second = health.reasons.get(1).map_or("", |reason| &reason.sentence);
    expect("second", second, case.text("second"));
    expect("evidence", &reason.evidence, case.text("evidence"));
    let expected = case.texts("related").map(|all| all.join(" "));
    expect("related", &related(reason).join(" "), expected.as_deref());
    expect("hint", &hint_text(&reason.hint), case.text("hint"));
    let number = health.reasons.len().to_string();
    expect("number of reasons", &number, case.is("only").then_some("1"));
    found
}

fn hint_text(hint: &Hint) -> String {
    match hint {
        Hint::Go(words) => words.clone(),
        Hint::Say(text) => text.to_string(),
        other => format!("{other:?}").to_lowercase(),
    }
}

#[test]
fn every_rule_gives_the_expected_sentence() {
    let differences: Vec<String> = all().iter().flat_map(differences).collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn every_rule_has_an_example() {
    let known: BTreeSet<String> = known_ids();
    let gone = judge_gone();
    let mut tested: BTreeSet<String> =
        gone.reasons.iter().map(|reason| reason.rule.to_owned()).collect();
    tested.extend(all().into_iter().map(|case| case.rule).filter(|rule| rule != "none"));
    assert_eq!(tested, known);
}

#[test]
fn the_ids_of_the_rules_are_stable() {
    let ids: BTreeSet<String> = rule_ids().map(str::to_owned).collect();
    assert_eq!(ids, known_ids());
}

fn known_ids() -> BTreeSet<String> {
    let text = include_str!("../../fixtures/health/rules.txt");
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn an_object_without_further_answers_is_judged_no_worse_but_for_excuses() {
    // What only another object excuses.
    let excuses = ["pod.failed", "job.failed", "pvc.consumer", "pvc.provision", "pod.pulling"];
    for case in all() {
        let full = case.judge();
        let bare = judge(&case.object, now(), &Related::default());
        let is_excuse = full.reasons.iter().any(|reason| excuses.contains(&reason.rule));
        assert!(is_excuse || bare.level <= full.level, "{}: {:?}", case.title, bare.reasons);
    }
}
