//! The largest object that a server keeps.

use std::time::Duration;

use super::report::{Samples, Target};
use super::{Bench, floor};

const BIG: &str = "/api/v1/namespaces/load/configmaps/big";

/// Opens it as YAML, searches it, and looks at its line of 1 MiB.
pub(crate) fn object(bench: &mut Bench<'_>) {
    let (mut times, mut floors, mut searches, mut lines) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.plan.starts {
        floors.push(floor::fetch(bench.server.address, BIG, "application/json"));
        let mut terminal = bench.start(&["-n", "load", "/api/v1/namespaces/load/configmaps"]);
        terminal.until(|screen| screen.contents().contains("  big  "));
        terminal.rest(Duration::from_millis(500));
        // The cursor is on the collection; its object is the row below.
        terminal.cursor_key("j");
        times.push(terminal.key("\r", |screen| screen.contents().contains("key-00000: some text")));
        terminal.rest(Duration::from_millis(300));
        terminal.send("\t");
        terminal.rest(Duration::from_millis(100));
        terminal.send("/");
        terminal.rest(Duration::from_millis(100));
        for key in ["k", "e", "y", " ", "6", "4"] {
            searches.push(terminal.prompt_key(key));
        }
        terminal.send("\r");
        terminal.rest(Duration::from_millis(100));
        lines.push(terminal.key("G", |screen| screen.contents().contains("abcdefghabcdefgh")));
        lines.push(terminal.key(">", |screen| screen.contents().contains("abcdefghabcdefgh")));
    }
    let what = "opening an object of 1.5 MiB: its YAML";
    let target = Target::Above(30.0);
    bench.median(what, Samples::times(times), Some(Samples::times(floors)), target);
    bench.p99("  a key of a search in it", Samples::times(searches), Target::AtMost(20.0));
    bench.p99("  key to frame at its line of 1 MiB", Samples::times(lines), Target::AtMost(16.0));
}
