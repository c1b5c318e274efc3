//! The largest object that a server stores.

use std::time::Duration;

use super::report::{Samples, Target};
use super::terminal::Terminal;
use super::{Bench, LATE, floor};

const BIG: &str = "/api/v1/namespaces/load/configmaps/big";

/// Measures opening it as YAML, searching it, and showing its line of 1 MiB.
pub(crate) fn object(bench: &mut Bench<'_>) {
    for (what, late, target) in [
        ("opening an object of 1.5 MiB: its YAML", LATE, Target::Above(30.0)),
        ("… without a delay", Duration::ZERO, Target::None),
    ] {
        bench.server.delay(late);
        let (mut times, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..bench.plan.starts {
            floors.push(floor::fetch(bench.server.address, BIG, "application/json"));
            times.push(open(bench).1);
        }
        bench.median(what, Samples::times(times), Some(Samples::times(floors)), target);
    }
    let (mut searches, mut lines) = (Vec::new(), Vec::new());
    for _ in 0..bench.plan.starts {
        let mut terminal = open(bench).0;
        terminal.send("\t");
        terminal.until_selected("kind: ConfigMap");
        terminal.prompt("/");
        for key in ["k", "e", "y", " ", "6", "4"] {
            searches.push(terminal.prompt_key(key));
        }
        terminal.send("\r");
        terminal.until(vt100::Screen::hide_cursor);
        lines.push(terminal.key("G", |screen| screen.contents().contains(": abcdefghabcdefgh")));
        // The colours are drawn in a separate frame.
        terminal.rest(Duration::from_millis(100));
        lines.push(terminal.key(">", |screen| {
            let text = screen.contents();
            text.contains("abcdefghabcdefgh") && !text.contains(": abcdefgh")
        }));
    }
    bench.p99("… a key of a search in it", Samples::times(searches), Target::AtMost(20.0));
    bench.p99("… key to frame at its line of 1 MiB", Samples::times(lines), Target::AtMost(16.0));
}

/// Opens the object. Returns the terminal and the time.
fn open(bench: &Bench<'_>) -> (Terminal, Duration) {
    let mut terminal = bench.start(&["-n", "load", "/api/v1/namespaces/load/configmaps"]);
    terminal.until(|screen| screen.contents().contains("  big  "));
    terminal.rest(Duration::from_millis(500));
    // The cursor is on the collection; the object is the row below.
    terminal.cursor_key("j");
    let time = terminal.key("\r", |screen| screen.contents().contains("key-00000: some text"));
    terminal.rest(Duration::from_millis(300));
    (terminal, time)
}
