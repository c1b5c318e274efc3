//! How many objects each list of what belongs to an object of a real cluster has. The numbers are computed
//! from the plain lists of the recordings by `tests/fixtures/links/related.py`.

use std::collections::BTreeMap;

use super::on;

/// The lists of each object: their labels and numbers.
type Numbers = BTreeMap<String, BTreeMap<String, u64>>;

/// Compares the lists of the objects of a recording with the computed numbers.
fn compare(recording: &str) {
    let text = include_str!("../../fixtures/links/related.json");
    let mut numbers: BTreeMap<String, Numbers> = serde_json::from_str(text).unwrap();
    let numbers = numbers.remove(recording).unwrap();
    assert!(numbers.len() > 15, "{}", numbers.len());
    for (object, lists) in numbers {
        let (code, out, err) = on(recording, &format!("tree {object} --related"));
        assert_eq!((code, err.as_str()), (0, ""), "{object}\n{out}");
        let found: Vec<(&str, &str)> = out
            .lines()
            .filter_map(|line| line.split_once('\t')?.1.rsplit_once("  "))
            .map(|(label, rest)| (label, rest.split(' ').next().unwrap()))
            .collect();
        for (label, number) in lists {
            let of_label: Vec<&str> =
                found.iter().filter(|(it, _)| *it == label).map(|(_, number)| *number).collect();
            assert_eq!(of_label, [number.to_string()], "{object}: {label}\n{out}");
        }
    }
}

#[test]
fn the_lists_in_a_healthy_cluster_have_the_computed_numbers() {
    compare("cluster");
}

#[test]
fn the_lists_in_a_broken_cluster_have_the_computed_numbers() {
    compare("trouble");
}
