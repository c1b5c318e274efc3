//! A small run of the bench: it ends and prints all of its rows. The times are not checked.

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
    changes: 40,
    idle: Duration::from_millis(400),
    compares: false,
};

#[test]
fn the_bench_prints_all_rows() {
    let mut table = Vec::new();
    let sections = ["start", "tree", "rows", "load", "keys", "filter", "memory", "storm", "object"];
    let sections = sections.iter().chain(&[
        "crds",
        "idle",
        "thin",
        "headless",
        "problems",
        "find",
        "judge",
        "explain",
        "diff",
        "history",
        "large",
        "changing",
        "ambassador",
    ]);
    let sections: Vec<String> = sections.map(ToString::to_string).collect();
    let (_, ratios) = speed::run(FEW, &sections, &mut table);
    let table = String::from_utf8(table).unwrap();
    assert_eq!(ratios.slower_than(&speed::check::Ratios::of_table(&table)), [""; 0]);
    let rows: Vec<Vec<&str>> =
        table.lines().skip(2).map(|line| line.split('|').map(str::trim).collect()).collect();
    assert!(rows.iter().all(|cells| cells.len() == 9 && !cells[2].is_empty()), "{table}");
    let what: Vec<&str> = rows.iter().map(|cells| cells[1]).collect();
    assert_eq!(
        what,
        [
            "start to first frame",
            "start to a usable tree",
            "… without a delay",
            "opening a collection: first rows",
            "… without a delay",
            "loading all 2,000 rows",
            "… without a delay",
            "… key to frame meanwhile",
            "key to frame with 2,000 rows",
            "bytes to the terminal for one cursor move",
            "a key of a filter over 2,000 rows",
            "peak memory with 2,000 rows",
            "peak memory with 10 rows",
            "1000 deltas a second: frames a second",
            "… key to frame meanwhile",
            "… memory grown",
            "… share of one processor",
            "opening an object of 1.5 MiB: its YAML",
            "… without a delay",
            "… a key of a search in it",
            "… key to frame at its line of 1 MiB",
            "start to a usable tree, 100 custom resources",
            "… without a delay",
            "idle for 0 s, two watches: computing",
            "… bytes to the terminal",
            "256 kbit/s, 200 ms: start to a usable tree",
            "… round trips",
            "… bytes",
            "256 kbit/s, 200 ms: opening a collection, first rows",
            "… round trips",
            "… bytes",
            "256 kbit/s, 200 ms: start to what containers see",
            "… round trips",
            "… bytes",
            "… fetched twice",
            "kubewalk tree, 2,000 rows",
            "… without a delay",
            "… peak memory",
            "kubewalk problems, 2,000 pods",
            "… without a delay",
            "… peak memory",
            "kubewalk find, 2,000 pods and 100 custom resources",
            "… without a delay",
            "… peak memory",
            "judging 2,000 rows; floor: reading the cells",
            "K with a loaded document: key to frame",
            "… the next line while it is open",
            "kubewalk explain, a document of 1.5 MiB",
            "… without a delay",
            "… peak memory",
            "kubewalk diff, two objects of 1.5 MiB",
            "… without a delay",
            "… peak memory",
            "noting a version of 1.5 MiB in the history",
            "… of it on the event loop",
            "b in an object of 1.5 MiB: key to frame",
            "… K with a loaded document",
            "an object that changes 100 times a second: key to frame",
            "… memory grown",
            "ambassador, 1,000 requests a second; floor: kubectl proxy",
            "… memory grown",
            "… peak memory",
        ]
    );
}

#[test]
fn a_ratio_that_grew_by_more_than_a_fifth_is_named_with_its_row() {
    use speed::check::Ratios;
    let table = |ratios: [&str; 3]| {
        let [tree, start, late] = ratios;
        let head = "| what | median | p99 | floor | ratio | target | met |\n|---|---:|---:|---:|---:|---|---|";
        Ratios::of_table(&format!(
            "{head}\n| tree | 1 ms | | 1 ms | {tree} | | |\n| start | 3.4 ms | | 1 ms | {start} | | |\n\
             | … without a delay | 3 ms | | 1 ms | {late} | | yes |"
        ))
    };
    let before = table(["1.00", "2.00", "3.00"]);
    assert_eq!(table(["1.19", "1.00", "3.59"]).slower_than(&before), [""; 0]);
    assert_eq!(
        table(["", "2.00", "3.70"]).slower_than(&before),
        ["start, without a delay: 3.70 times the floor, 3.00 before"]
    );
}
