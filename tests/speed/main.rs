//! Measures the real program with a load server, and a bare client that only fetches.
//!
//! `cargo bench` prints the table of the README; `cargo bench -- --quick` the same from fewer samples,
//! within two minutes. Words select the sections whose names contain one of them. With `--check` the ratios
//! are compared with those of the README, and a larger one is named.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a bench that fails ends with the reason"
)]

mod ambassador;
mod changes;
pub(crate) mod check;
mod cluster;
mod collection;
mod floor;
mod headless;
mod health;
mod idle;
mod object;
mod process;
mod report;
mod server;
mod small_pod;
mod starting;
mod storm;
mod terminal;
mod thin;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use check::Ratios;
use cluster::Cluster;
use report::{Row, Samples, Target};
use server::Server;
use terminal::Terminal;

/// The delay of each answer if a figure is compared with a fetch.
const LATE: Duration = Duration::from_millis(20);

/// The path of the large collection.
const PODS: &str = "/api/v1/namespaces/load/pods";

/// The table to compare with.
const README: &str = include_str!("../../README.md");

/// The number of samples and the sizes.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// The number of pods of the large collection.
    pub(crate) pods: usize,
    /// The number of custom resources of the large discovery.
    pub(crate) crds: usize,
    /// The number of samples that need a new process.
    pub(crate) starts: usize,
    /// The number of times that all pages are loaded.
    pub(crate) loads: usize,
    /// The number of keys.
    pub(crate) keys: usize,
    /// The duration of the storm in seconds.
    pub(crate) storm: usize,
    /// The number of deltas per second.
    pub(crate) deltas: usize,
    /// The number of changes of an object that changes 100 times a second.
    pub(crate) changes: usize,
    /// The idle time.
    pub(crate) idle: Duration,
    /// True if kubectl is measured too.
    pub(crate) compares: bool,
}

impl Plan {
    /// The plan for the README's table.
    const FULL: Self = Self {
        pods: 100_000,
        crds: 2000,
        starts: 20,
        loads: 3,
        keys: 300,
        storm: 10,
        deltas: 5000,
        changes: 6000,
        idle: Duration::from_mins(1),
        compares: true,
    };

    /// The plan for two minutes.
    const QUICK: Self = Self {
        starts: 5,
        loads: 1,
        keys: 150,
        storm: 4,
        changes: 400,
        idle: Duration::from_secs(8),
        compares: false,
        ..Self::FULL
    };
}

/// What the sections share: the server, the plan and the report.
pub(crate) struct Bench<'a> {
    plan: Plan,
    server: Server,
    out: &'a mut dyn Write,
    missed: usize,
    ratios: Ratios,
}

impl Bench<'_> {
    /// Starts the program on the load server.
    fn start(&self, arguments: &[&str]) -> Terminal {
        let url = self.server.url();
        Terminal::start(&[&["-s", &url], arguments].concat())
    }

    /// Starts the program and opens the first page of the collection.
    fn open(&self, namespace: &str) -> Terminal {
        let mut terminal = self.start(&["-n", namespace, "/api/v1"]);
        go_to_pods(&mut terminal);
        terminal.send("\r");
        terminal.until(collection::shows_rows);
        terminal
    }

    /// Starts the program and loads the whole collection.
    fn open_all(&self) -> Terminal {
        let mut terminal = self.open("load");
        terminal.send("L");
        let all = collection::count(self.plan.pods);
        terminal.until(|screen| collection::shows_all(screen, &all));
        terminal.rest(Duration::from_millis(400));
        terminal
    }

    /// Waits until each of these paths has one watch.
    fn until_watched(&self, terminal: &mut Terminal, paths: &[&str]) {
        let deadline = Instant::now() + terminal::LIMIT;
        while paths.iter().any(|path| self.server.watches(path) != 1) {
            assert!(Instant::now() < deadline, "{paths:?} are watched");
            terminal.listen(Duration::from_millis(50));
        }
    }

    /// Prints a row with medians, and the floor if there is one.
    fn median(&mut self, what: &str, samples: Samples, floor: Option<Samples>, target: Target) {
        self.row(&Row { what, samples, is_p99: false, floor, target });
    }

    /// Prints a row whose 99th percentile is compared with the target.
    fn p99(&mut self, what: &str, samples: Samples, target: Target) {
        self.row(&Row { what, samples, is_p99: true, floor: None, target });
    }

    fn row(&mut self, row: &Row<'_>) {
        self.missed += usize::from(!report::print(&mut self.out, row));
        self.ratios.add(row.what, row.ratio());
    }
}

/// Moves the cursor to the resource of pods, below the version at which the program was started, and lets
/// it rest there.
fn go_to_pods(terminal: &mut Terminal) {
    step_to_pods(terminal);
    terminal.rest(Duration::from_millis(300));
}

/// Moves the cursor to the resource of pods, where it does not rest.
fn step_to_pods(terminal: &mut Terminal) {
    terminal.until(|screen| screen.contents().contains("replicationcontrollers"));
    // Opening it moves the cursor there.
    terminal.until_selected("▾ v1 ");
    terminal.rest(Duration::from_millis(300));
    while !terminal.selected().contains("▸ pods ") {
        terminal.cursor_key("j");
    }
}

/// A section: its name and its function.
type Section = (&'static str, fn(&mut Bench<'_>));

const SECTIONS: &[Section] = &[
    ("start", starting::frames),
    ("tree", starting::trees),
    ("rows", collection::first_rows),
    ("load", collection::load_all),
    ("keys", collection::keys),
    ("filter", collection::filter),
    ("memory", collection::memory),
    ("storm", storm::storm),
    ("object", object::object),
    ("crds", starting::custom_resources),
    ("idle", idle::idle),
    ("small pod", small_pod::small_pod),
    ("thin link", thin::thin),
    ("headless", headless::tree),
    ("problems", headless::problems),
    ("find", headless::find),
    ("judge", health::rows),
    ("explain", changes::explain),
    ("explain command", changes::explain_command),
    ("diff", changes::diff),
    ("history", changes::history),
    ("large", changes::large),
    ("changing", changes::changing),
    ("ambassador", ambassador::load),
    ("kubectl", headless::kubectl),
];

/// Measures the sections whose names contain one of the words, or all without words. Returns the number
/// of missed targets, and the ratios.
pub(crate) fn run(plan: Plan, words: &[String], out: &mut dyn Write) -> (usize, Ratios) {
    let server = Server::start(Arc::new(Cluster::new(plan.pods, 0)));
    let mut bench = Bench { plan, server, out, missed: 0, ratios: Ratios::default() };
    report::head(&mut bench.out);
    for (name, measure) in SECTIONS {
        if words.is_empty() || words.iter().any(|word| name.contains(word.as_str())) {
            bench.server.delay(Duration::ZERO);
            measure(&mut bench);
        }
    }
    (bench.missed, bench.ratios)
}

fn main() -> ExitCode {
    let mut plan = Plan::FULL;
    let mut words = Vec::new();
    let mut checks = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            // Passed by cargo.
            "--bench" => {}
            "--quick" => plan = Plan::QUICK,
            "--check" => checks = true,
            flag if flag.starts_with('-') => {
                eprintln!("{flag} is unknown; use --quick, --check and the names of sections");
                return ExitCode::from(2);
            }
            word => words.push(word.to_owned()),
        }
    }
    let (missed, ratios) = run(plan, &words, &mut std::io::stdout());
    eprintln!("targets missed: {missed}");
    if !checks {
        return ExitCode::SUCCESS;
    }
    let slower = ratios.slower_than(&Ratios::of_table(README));
    for line in &slower {
        eprintln!("slower: {line}");
    }
    eprintln!("ratios that grew by more than a fifth: {}", slower.len());
    if slower.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
