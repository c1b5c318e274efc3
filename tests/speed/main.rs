//! Measures the real program against a load server, beside a bare client that only fetches.
//!
//! `cargo bench` prints the table of the readme; `cargo bench -- --quick` the same from fewer
//! samples, within two minutes; words choose the sections whose names have one of them.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a bench that cannot go on has nothing better to do than to say why and end"
)]

mod cluster;
mod collection;
mod floor;
mod headless;
mod idle;
mod object;
mod process;
mod report;
mod server;
mod starting;
mod storm;
mod terminal;

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cluster::Cluster;
use report::{Row, Samples, Target};
use server::Server;
use terminal::Terminal;

/// How late the server answers where a figure is held against a fetch.
const LATE: Duration = Duration::from_millis(20);

/// The pods that all is about.
const PODS: &str = "/api/v1/namespaces/load/pods";

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// The pods of the large collection.
    pub(crate) pods: usize,
    /// The custom resources of the large discovery.
    pub(crate) crds: usize,
    /// How often what takes a new process is measured.
    pub(crate) starts: usize,
    /// How often all pages are loaded.
    pub(crate) loads: usize,
    /// How many keys are pressed.
    pub(crate) keys: usize,
    /// How long the storm lasts, in seconds.
    pub(crate) storm: usize,
    /// How many deltas it has a second.
    pub(crate) deltas: usize,
    /// How long nothing happens.
    pub(crate) idle: Duration,
    /// Whether others are measured too.
    pub(crate) compares: bool,
}

impl Plan {
    /// What the readme's table is made of.
    const FULL: Self = Self {
        pods: 100_000,
        crds: 2000,
        starts: 20,
        loads: 3,
        keys: 300,
        storm: 10,
        deltas: 5000,
        idle: Duration::from_mins(1),
        compares: true,
    };

    /// What fits into two minutes.
    const QUICK: Self = Self {
        starts: 5,
        loads: 1,
        keys: 150,
        storm: 4,
        idle: Duration::from_secs(8),
        compares: false,
        ..Self::FULL
    };
}

/// What the sections share: the servers, and where their rows go.
pub(crate) struct Bench<'a> {
    plan: Plan,
    server: Server,
    out: &'a mut dyn Write,
    missed: usize,
}

impl Bench<'_> {
    /// A terminal with the program that talks to the load server.
    fn start(&self, arguments: &[&str]) -> Terminal {
        let url = self.server.url();
        Terminal::start(&[&["-s", &url], arguments].concat())
    }

    /// A terminal in which the first page of the collection is open.
    fn open(&self, namespace: &str) -> Terminal {
        let mut terminal = self.start(&["-n", namespace, "/api/v1"]);
        go_to_pods(&mut terminal);
        terminal.send("\r");
        terminal.until(collection::shows_rows);
        terminal
    }

    /// A terminal in which the whole collection is open.
    fn open_all(&self) -> Terminal {
        let mut terminal = self.open("load");
        terminal.send("L");
        let all = collection::count(self.plan.pods);
        terminal.until(|screen| collection::shows_all(screen, &all));
        terminal.rest(Duration::from_millis(400));
        terminal
    }

    /// Waits until each of these paths is watched once.
    fn until_watched(&self, terminal: &mut Terminal, paths: &[&str]) {
        let deadline = Instant::now() + terminal::LIMIT;
        while paths.iter().any(|path| self.server.watches(path) != 1) {
            assert!(Instant::now() < deadline, "{paths:?} are watched");
            terminal.listen(Duration::from_millis(50));
        }
    }

    /// Prints a row of medians, with a floor where there is one.
    fn median(&mut self, what: &str, samples: Samples, floor: Option<Samples>, target: Target) {
        self.row(&Row { what, samples, is_p99: false, floor, target });
    }

    /// Prints a row of which the slowest counts.
    fn p99(&mut self, what: &str, samples: Samples, target: Target) {
        self.row(&Row { what, samples, is_p99: true, floor: None, target });
    }

    fn row(&mut self, row: &Row<'_>) {
        self.missed += usize::from(!report::print(&mut self.out, row));
    }
}

/// Moves the cursor to the resource of pods, below the version that the program was started at.
fn go_to_pods(terminal: &mut Terminal) {
    terminal.until(|screen| screen.contents().contains("replicationcontrollers"));
    // Opening it brings the cursor there.
    terminal.until_selected("▾ v1 ");
    terminal.rest(Duration::from_millis(300));
    while !terminal.selected().contains("▸ pods ") {
        terminal.cursor_key("j");
    }
    terminal.rest(Duration::from_millis(300));
}

/// A section: its name, and what it measures.
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
    ("headless", headless::tree),
    ("kubectl", headless::kubectl),
];

/// Measures the sections whose names have one of the words, all of them without words. Gives how
/// many targets were missed.
pub(crate) fn run(plan: Plan, words: &[String], out: &mut dyn Write) -> usize {
    let server = Server::start(Arc::new(Cluster::new(plan.pods, 0)));
    let mut bench = Bench { plan, server, out, missed: 0 };
    report::head(&mut bench.out);
    for (name, measure) in SECTIONS {
        if words.is_empty() || words.iter().any(|word| name.contains(word.as_str())) {
            bench.server.delay(Duration::ZERO);
            measure(&mut bench);
        }
    }
    bench.missed
}

fn main() {
    let mut plan = Plan::FULL;
    let mut words = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            // cargo's own.
            "--bench" => {}
            "--quick" => plan = Plan::QUICK,
            flag if flag.starts_with('-') => {
                eprintln!("{flag} is not known; there is --quick, and the names of sections");
                std::process::exit(2);
            }
            word => words.push(word.to_owned()),
        }
    }
    let missed = run(plan, &words, &mut std::io::stdout());
    eprintln!("targets missed: {missed}");
}
