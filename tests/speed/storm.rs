//! A watch with thousands of events per second.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::body::Bytes;

use super::cluster::{Cluster, name};
use super::collection::{self, press_until};
use super::report::{Samples, Target};
use super::{Bench, PODS, process};

/// The number of batches per second, and the pause between them.
const BATCHES: usize = 200;
const PAUSE: Duration = Duration::from_millis(5);

/// Measures frames, keys and memory at a steady rate of deltas, and checks that all arrive.
pub(crate) fn storm(bench: &mut Bench<'_>) {
    let mut terminal = bench.open_all();
    // All cells are visible if the tree fills the screen.
    terminal.send("f");
    terminal.cursor_key("j");
    terminal.rest(Duration::from_millis(500));
    bench.until_watched(&mut terminal, &[PODS]);
    let plan = bench.plan;
    let count = plan.storm * BATCHES;
    let batches = batches(&bench.server.cluster, count, plan.deltas / BATCHES);
    let process = terminal.process();
    let (before, computed) = (process::memory(process), process::computed(process));
    let started = Instant::now();
    let is_over = AtomicBool::new(false);
    let (frames, keys) = std::thread::scope(|scope| {
        let (server, over, batches) = (&bench.server, &is_over, &batches);
        scope.spawn(move || {
            for (number, batch) in (0..).zip(batches) {
                let due = started + PAUSE * number;
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                server.tell(PODS, batch);
            }
            over.store(true, Ordering::SeqCst);
        });
        // Keys are drawn at once, in addition to the frames for the deltas.
        let half = Duration::from_secs(plan.storm as u64) / 2;
        let frames = terminal.frames.len();
        terminal.listen(half);
        let frames = f64::from(u32::try_from(terminal.frames.len() - frames).unwrap());
        let keys = press_until(&mut terminal, |_| is_over.load(Ordering::SeqCst));
        (frames / half.as_secs_f64(), keys)
    });
    let lasted = started.elapsed().as_secs_f64();
    // Pods were added, and the last delta is of the first pod.
    let last = plan.storm * plan.deltas;
    terminal.until(|screen| screen.contents().contains(&collection::count(plan.pods + count + 1)));
    // A row under the cursor may have been deleted, so the cursor may be above the first one.
    while !terminal.selected().contains(&format!("{} ", name(0))) {
        let is_below = terminal.selected().contains("db-");
        terminal.cursor_key(if is_below { "k" } else { "j" });
    }
    terminal.until(|screen| {
        screen
            .contents()
            .lines()
            .any(|l| l.contains(&name(0)) && l.contains(&format!("Running  {last} ")))
    });
    let computed = process::computed_since(process, &computed);
    let grown = process::memory(process) - before;
    let what = format!("{} deltas a second: frames a second", plan.deltas);
    bench.median(&what, Samples::new("", [frames]), None, Target::AtMost(60.0));
    bench.p99("… key to frame meanwhile", keys, Target::AtMost(16.0));
    bench.median("… memory grown", Samples::new("MiB", [grown]), None, Target::AtMost(8.0));
    let share = computed.as_secs_f64() / lasted * 100.0;
    bench.median("… share of one processor", Samples::new("%", [share]), None, Target::None);
}

/// Returns batches of changes across the collection. Each adds two pods and deletes one that the
/// previous batch added; the last change of each is of the first pod.
fn batches(cluster: &Cluster, count: usize, size: usize) -> Vec<Bytes> {
    let added = |batch: usize, which: usize| {
        format!("{}-new-{batch}-{which}", name(batch * 7919 % cluster.pods))
    };
    let batch = |batch: usize| -> Bytes {
        let lines = (1..=size).map(|place| {
            let number = batch * size + place;
            let (kind, pod) = match (place, batch.checked_sub(1)) {
                (1 | 2, _) => ("ADDED", added(batch, place)),
                (3, Some(before)) => ("DELETED", added(before, 2)),
                _ if place == size => ("MODIFIED", name(0)),
                _ => ("MODIFIED", name(number * 7919 % cluster.pods)),
            };
            cluster.delta(kind, &pod, number, 1000 + number)
        });
        lines.collect::<String>().into()
    };
    (0..count).map(batch).collect()
}
