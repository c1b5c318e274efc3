//! Health: the rows of the collection judged in memory, and the search for problems over the wire.

use std::process::Command;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kubewalk::k8s::names::Gvr;
use kubewalk::k8s::table::{Row, parse_page};
use kubewalk::object::health::RowJudge;

use super::collection::count;
use super::headless::measure;
use super::report::{Samples, Target};
use super::{Bench, LATE, PODS, floor};

/// What all rows together may take, in milliseconds.
const JUDGED: f64 = 100.0;

/// How often the rows are judged.
const RUNS: usize = 11;

/// The rows of pods judged, beside one pass over the same cells.
pub(crate) fn rows(bench: &mut Bench<'_>) {
    let now = Timestamp::UNIX_EPOCH;
    let body = bench.server.cluster.page(bench.plan.pods, (0, 500), super::cluster::Form::Bare);
    let page = parse_page(&body, now).unwrap();
    let rows: Vec<Row> = page.rows.iter().cycle().take(bench.plan.pods).cloned().collect();
    let judge = RowJudge::new(&Gvr::new("", "v1", "pods"), &page.columns);
    let judged = times(|| {
        let health = rows.iter().map(|row| judge.judge(row, now));
        health.filter(|health| health.level.needs_attention()).count()
    });
    let pass = times(|| rows.iter().flat_map(Row::cells).map(str::len).sum());
    let what = format!("judging {} rows; floor: reading the cells", count(bench.plan.pods));
    bench.median(&what, judged, Some(pass), Target::AtMost(JUDGED));
}

fn times(run: impl Fn() -> usize) -> Samples {
    let time = |_| {
        let started = Instant::now();
        std::hint::black_box(run());
        started.elapsed()
    };
    Samples::times((0..RUNS).map(time))
}

/// `kubewalk problems` in the namespace of the collection, beside the pages of its pods.
pub(crate) fn problems(bench: &mut Bench<'_>) {
    let path = format!("{PODS}?includeObject=None&limit=500");
    let mut peaks = Vec::new();
    for (what, late, target) in [
        (format!("kubewalk problems, {} pods", count(bench.plan.pods)), LATE, Target::Times(0.5)),
        ("  without a delay".to_owned(), Duration::ZERO, Target::None),
    ] {
        bench.server.delay(late);
        let (mut times, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..bench.plan.loads {
            floors.push(floor::pages(bench.server.address, &path));
            let mut command = Command::new(env!("CARGO_BIN_EXE_kubewalk"));
            command.args(["-s", &bench.server.url(), "problems", "-n", "load"]);
            let (time, lines, peak) = measure(&mut command);
            assert_eq!(lines, 0, "all pods are well");
            times.push(time);
            peaks.push(peak);
        }
        bench.median(&what, Samples::times(times), Some(Samples::times(floors)), target);
    }
    bench.p99("  peak memory", Samples::new("MiB", peaks), Target::AtMost(64.0));
}
