//! Health: the rows of the collection judged in memory.

use std::time::Instant;

use jiff::Timestamp;
use kubewalk::k8s::names::Gvr;
use kubewalk::k8s::table::{Row, parse_page};
use kubewalk::object::health::RowJudge;

use super::Bench;
use super::collection::count;
use super::report::{Samples, Target};

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
