//! The table of figures in Markdown.

use std::io::Write;
use std::time::Duration;

/// Several samples of one figure.
#[derive(Clone)]
pub(crate) struct Samples {
    values: Vec<f64>,
    unit: &'static str,
}

/// The target of a figure.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// No target.
    None,
    /// At most this, for the median, or for the 99th percentile if that is printed.
    AtMost(f64),
    /// At most the floor plus this.
    Above(f64),
    /// At most the floor times this.
    Times(f64),
}

/// A row of the table.
pub(crate) struct Row<'a> {
    pub(crate) what: &'a str,
    pub(crate) samples: Samples,
    /// True if the 99th percentile is compared with the target.
    pub(crate) is_p99: bool,
    pub(crate) floor: Option<Samples>,
    pub(crate) target: Target,
}

impl Row<'_> {
    /// The median as a multiple of the floor's, if there is a floor.
    pub(crate) fn ratio(&self) -> Option<f64> {
        Some(self.samples.median() / self.floor.as_ref()?.median())
    }
}

impl Samples {
    pub(crate) fn new(unit: &'static str, values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        assert!(!values.is_empty());
        Self { values, unit }
    }

    pub(crate) fn times(times: impl IntoIterator<Item = Duration>) -> Self {
        Self::new("ms", times.into_iter().map(|time| time.as_secs_f64() * 1000.0))
    }

    /// Returns the samples of several runs together.
    pub(crate) fn all(runs: impl IntoIterator<Item = Self>) -> Self {
        let runs: Vec<Self> = runs.into_iter().collect();
        let unit = runs[0].unit;
        Self::new(unit, runs.into_iter().flat_map(|run| run.values))
    }

    fn at(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "there are a few hundred samples"
        )]
        let index = ((self.values.len() - 1) as f64 * share).ceil() as usize;
        self.values[index]
    }

    pub(crate) fn median(&self) -> f64 {
        self.at(0.5)
    }

    fn p99(&self) -> f64 {
        self.at(0.99)
    }

    fn say(&self, value: f64) -> String {
        let digits = usize::from(value < 100.0 && self.unit != "bytes");
        format!("{value:.digits$} {}", self.unit)
    }
}

/// Prints the header of the table.
pub(crate) fn head(out: &mut impl Write) {
    let columns = ["median", "p99", "floor", "ratio", "target", "met"];
    line(out, "what", columns.map(str::to_owned));
    line(out, &"-".repeat(WIDE), std::array::from_fn(|_| format!("{:->NARROW$}", ":")));
}

/// Prints a row. Returns true if its target is met.
pub(crate) fn print(out: &mut impl Write, row: &Row<'_>) -> bool {
    let samples = &row.samples;
    let judged = if row.is_p99 { samples.p99() } else { samples.median() };
    let floor = row.floor.as_ref().map(Samples::median);
    let (limit, said) = match row.target {
        Target::None => (None, String::new()),
        Target::AtMost(limit) => (Some(limit), samples.say(limit)),
        Target::Above(more) => (floor.map(|f| f + more), format!("floor + {more:.0}")),
        Target::Times(times) => (floor.map(|f| f * times), format!("floor × {times:.1}")),
    };
    let met = limit.is_none_or(|limit| judged <= limit);
    let verdict = match limit {
        None => "",
        Some(_) if met => "yes",
        Some(_) => "NO",
    };
    line(
        out,
        row.what,
        [
            samples.say(samples.median()),
            if samples.values.len() > 1 { samples.say(samples.p99()) } else { String::new() },
            floor.map(|floor| samples.say(floor)).unwrap_or_default(),
            row.ratio().map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
            said,
            verdict.to_owned(),
        ],
    );
    met
}

const WIDE: usize = 58;
const NARROW: usize = 11;

fn line(out: &mut impl Write, what: &str, cells: [String; 6]) {
    let cells = cells.map(|cell| format!(" {cell:>NARROW$} |"));
    writeln!(out, "| {what:<WIDE$} |{}", cells.concat()).unwrap();
    out.flush().unwrap();
}
