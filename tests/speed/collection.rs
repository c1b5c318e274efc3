//! A large collection: loading the first rows and all pages, moving the cursor, and filtering.

use std::time::{Duration, Instant};

use super::report::{Samples, Target};
use super::terminal::Terminal;
use super::{Bench, LATE, PODS, floor, process, step_to_pods};

/// True if the rows of the first page and their cells are on the screen.
pub(crate) fn shows_rows(screen: &vt100::Screen) -> bool {
    screen.contents().contains("▸ db-000000  ")
}

/// True if all rows are loaded: their number is shown at the collection, and no rest.
pub(crate) fn shows_all(screen: &vt100::Screen, all: &str) -> bool {
    let text = screen.contents();
    text.lines().any(|line| line.contains(" pods ") && line.contains(all) && !line.contains(" of "))
}

/// Formats a number as on the screen.
pub(crate) fn count(number: usize) -> String {
    let (thousands, rest) = (number / 1000, number % 1000);
    if thousands > 0 { format!("{thousands},{rest:03}") } else { rest.to_string() }
}

fn list() -> String {
    format!("{PODS}?includeObject=None&limit=500")
}

/// Measures from ⏎ on the resource to the first rows of the collection. The cursor does not rest there
/// before, which would load them.
pub(crate) fn first_rows(bench: &mut Bench<'_>) {
    for (what, late, target) in [
        ("opening a collection: first rows", LATE, Target::Above(15.0)),
        ("… without a delay", Duration::ZERO, Target::None),
    ] {
        bench.server.delay(late);
        let (mut times, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..bench.plan.starts {
            floors.push(floor::fetch(bench.server.address, &list(), floor::TABLE));
            let mut terminal = bench.start(&["-n", "load", "/api/v1"]);
            step_to_pods(&mut terminal);
            times.push(terminal.key("\r", shows_rows));
        }
        bench.median(what, Samples::times(times), Some(Samples::times(floors)), target);
    }
}

/// Measures from `L` to the last row, and keys meanwhile.
pub(crate) fn load_all(bench: &mut Bench<'_>) {
    let all = count(bench.plan.pods);
    for (what, late, target) in [
        (format!("loading all {all} rows"), LATE, Target::Times(0.5)),
        ("… without a delay".to_owned(), Duration::ZERO, Target::Times(12.0)),
    ] {
        bench.server.delay(late);
        let (mut times, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..bench.plan.loads {
            floors.push(floor::pages(bench.server.address, &list()));
            let mut terminal = bench.open("load");
            terminal.rest(Duration::from_millis(400));
            times.push(terminal.key("L", |screen| shows_all(screen, &all)));
        }
        bench.median(&what, Samples::times(times), Some(Samples::times(floors)), target);
    }
    bench.server.delay(LATE);
    let mut terminal = bench.open("load");
    terminal.rest(Duration::from_millis(400));
    terminal.cursor_key("j");
    terminal.send("L");
    let times = press_until(&mut terminal, |screen| shows_all(screen, &all));
    bench.p99("… key to frame meanwhile", times, Target::AtMost(8.0));
}

/// Presses keys that move the cursor until the screen meets a condition.
pub(crate) fn press_until(
    terminal: &mut Terminal,
    is_over: impl Fn(&vt100::Screen) -> bool,
) -> Samples {
    // The cursor ends where it started.
    let keys = ["j", "j", "\x04", "k", "\x15", "k"];
    let mut times = Vec::new();
    let deadline = Instant::now() + Duration::from_mins(1);
    for key in keys.iter().cycle() {
        times.push(terminal.cursor_key(key));
        terminal.listen(Duration::from_millis(7));
        if terminal.is(&is_over) || Instant::now() > deadline {
            break;
        }
    }
    Samples::times(times)
}

/// Measures keys with all rows open, and the bytes that a key causes.
pub(crate) fn keys(bench: &mut Bench<'_>) {
    let mut terminal = bench.open_all();
    let keys = ["j", "j", "\x04", "j", "G", "k", "\x15", "k", "g", "j", "\x06", "j"];
    let keys = keys.iter().cycle().take(bench.plan.keys);
    let times: Vec<_> = keys.map(|key| terminal.cursor_key(key)).collect();
    let what = format!("key to frame with {} rows", count(bench.plan.pods));
    bench.p99(&what, Samples::times(times), Target::AtMost(8.0));
    terminal.cursor_key("g");
    while !terminal.selected().contains("db-000000") {
        terminal.cursor_key("j");
    }
    let bytes = (0..bench.plan.starts).map(|_| {
        terminal.rest(Duration::from_millis(500));
        terminal.send("j");
        // The document may change then.
        let bytes = terminal.listen(Duration::from_millis(150));
        f64::from(u32::try_from(bytes).unwrap())
    });
    let samples = Samples::new("bytes", bytes);
    bench.p99("bytes to the terminal for one cursor move", samples, Target::AtMost(600.0));
}

/// Measures the keys of a filter.
pub(crate) fn filter(bench: &mut Bench<'_>) {
    let mut terminal = bench.open_all();
    let mut times = Vec::new();
    terminal.prompt("/");
    // Matches all rows, some, one and none.
    for words in ["running", "db-0123", "099999", "nothing"] {
        for key in words.chars() {
            times.push(terminal.prompt_key(key.encode_utf8(&mut [0; 4])));
        }
        for _ in words.chars() {
            times.push(terminal.prompt_key("\x7f"));
        }
    }
    let what = format!("a key of a filter over {} rows", count(bench.plan.pods));
    bench.p99(&what, Samples::times(times), Target::AtMost(16.0));
}

/// Measures the peak memory with all rows, and with ten.
pub(crate) fn memory(bench: &mut Bench<'_>) {
    let terminal = bench.open_all();
    let samples = Samples::new("MiB", [process::peak(terminal.process())]);
    let what = format!("peak memory with {} rows", count(bench.plan.pods));
    bench.median(&what, samples, None, Target::AtMost(64.0));
    let mut terminal = bench.open("few");
    terminal.rest(Duration::from_secs(1));
    let samples = Samples::new("MiB", [process::peak(terminal.process())]);
    bench.median("peak memory with 10 rows", samples, None, Target::AtMost(20.0));
}
