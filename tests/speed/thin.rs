//! A thin link: 256 kbit/s, and 200 ms until an answer begins.

use std::time::Duration;

use super::collection::shows_rows;
use super::report::{Samples, Target};
use super::server::Traffic;
use super::starting::shows_tree;
use super::{Bench, step_to_pods};

/// 256 kbit/s in bytes.
const RATE: u32 = 32_000;

/// Until an answer begins.
const LATE: Duration = Duration::from_millis(200);

/// Measures the time, the round trips and the bytes from the start to a usable tree, to the first rows, and
/// to what a pod's containers see.
pub(crate) fn thin(bench: &mut Bench<'_>) {
    bench.server.delay(LATE);
    bench.server.limit(RATE);
    bench.server.forget();
    let tree = bench.start(&[]).since_start(shows_tree);
    print(bench, "256 kbit/s, 200 ms: start to a usable tree", tree);

    let mut terminal = bench.start(&["-n", "load", "/api/v1"]);
    step_to_pods(&mut terminal);
    bench.server.forget();
    let rows = terminal.key("\r", shows_rows);
    print(bench, "256 kbit/s, 200 ms: opening a collection, first rows", rows);
    drop(terminal);

    bench.server.forget();
    let mut terminal = bench.start(&["-n", "few", "po/db-000003"]);
    terminal.until(|screen| screen.contents().contains("kind: Pod"));
    terminal.send("d");
    let view = terminal.since_start(|screen| {
        // The last of what the view needs: the Services of the namespace.
        screen.contents().contains(" from services")
    });
    print(bench, "256 kbit/s, 200 ms: start to what containers see", view);
    let again = f64::from(u32::try_from(bench.server.repeated().len()).unwrap());
    bench.median("… fetched twice", Samples::new("", [again]), None, Target::AtMost(0.0));
    bench.server.limit(0);
}

/// Prints a time, and the traffic until then.
fn print(bench: &mut Bench<'_>, what: &str, time: Duration) {
    let Traffic { rounds, bytes, .. } = bench.server.traffic();
    bench.median(what, Samples::times([time]), None, Target::None);
    let number = |number: usize| f64::from(u32::try_from(number).unwrap());
    bench.median("… round trips", Samples::new("", [number(rounds)]), None, Target::None);
    bench.median("… bytes", Samples::new("bytes", [number(bytes)]), None, Target::None);
}
