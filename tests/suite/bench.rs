//! The bench, with few of everything: it ends, and prints all of its rows. How fast anything is
//! nobody looks at here.

use std::time::Duration;

#[expect(dead_code, reason = "its own program measures more than this")]
#[path = "../speed/main.rs"]
mod speed;

const FEW: speed::Plan = speed::Plan {
    pods: 2000,
    crds: 100,
    starts: 1,
    loads: 1,
    keys: 6,
    storm: 1,
    deltas: 1000,
    idle: Duration::from_millis(400),
    compares: false,
};

#[test]
fn the_bench_ends_and_prints_all_rows() {
    let mut table = Vec::new();
    let sections = ["start", "tree", "rows", "load", "keys", "filter", "memory", "storm", "object"];
    let sections = sections.iter().chain(&["crds", "idle", "headless"]);
    let sections: Vec<String> = sections.map(ToString::to_string).collect();
    speed::run(FEW, &sections, &mut table);
    let table = String::from_utf8(table).unwrap();
    for row in [
        "start to first frame",
        "start to a usable tree ",
        "opening a collection: first rows",
        "loading all 2,000 rows",
        "key to frame with 2,000 rows",
        "bytes to the terminal for one cursor move",
        "a key of a filter over 2,000 rows",
        "peak memory with 2,000 rows",
        "peak memory with 10 rows",
        "1000 deltas a second: frames a second",
        "opening an object of 1.5 MiB: its YAML",
        "start to a usable tree, 100 custom resources",
        "idle for 0 s, two watches: computing",
        "kubewalk tree, 2,000 rows",
    ] {
        let line = table.lines().find(|line| line.starts_with(&format!("| {row}")));
        assert!(line.is_some_and(|line| line.split('|').count() == 9), "{row} in\n{table}");
    }
}
