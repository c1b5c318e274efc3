//! Sorting rows by a column: numbers, quantities, time spans, ages and versions by their values, other
//! texts in natural order.

use std::cmp::Ordering;

use crate::k8s::table::{Column, Row};

use super::cell::{has_ages, is_present, last_time, number, span};

/// The order of the rows by a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The 0-based index of the column.
    pub column: usize,
    /// True if the largest value comes first. Rows without a value come last either way.
    pub descending: bool,
    kind: Kind,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Ages, which are compared by the time at which they began.
    Age,
    /// Time spans.
    Span,
    /// Numbers and quantities.
    Number,
    /// Versions such as `v1.36.2`.
    Version,
    /// Anything else.
    Text,
}

/// The value of a cell, borrowed from its row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key<'a> {
    /// A time span in seconds, or minus the Unix seconds at which an age began.
    Seconds(i64),
    Number(Number),
    Version(&'a str),
    Text(&'a str),
    Missing,
}

/// A number, and the time that follows it in parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number {
    /// Whole units. Saturates.
    whole: i64,
    /// What the thousandths differ from the whole units. Saturates.
    milli: i64,
    /// Unix seconds; `None` comes first.
    time: Option<i64>,
}

impl Sort {
    /// Returns the order of a column. The rows decide what its cells are.
    #[must_use]
    pub fn by(index: usize, column: &Column, descending: bool, rows: &[Row]) -> Self {
        let cells = || rows.iter().filter_map(|row| cell(row, index)).filter(|c| is_present(c));
        let all = |is: fn(&str) -> bool| cells().all(is);
        let kind = if has_ages(column) {
            Kind::Age
        } else if all(|cell| number(cell).is_some()) {
            // `5m` is a quantity too, and all cells of a column may be minutes.
            Kind::Number
        } else if all(|cell| span(cell).is_some()) {
            Kind::Span
        } else if all(is_version) {
            Kind::Version
        } else {
            Kind::Text
        };
        Self { column: index, descending, kind }
    }

    /// Merges new indices of rows into sorted ones. Equal rows stay in the server's order.
    pub(super) fn join(&self, sorted: &mut Vec<usize>, indices: Vec<usize>, rows: &[Row]) {
        let keyed = indices.into_iter().map(|index| (self.key(&rows[index]), index));
        let mut keyed: Vec<(Key<'_>, usize)> = keyed.collect();
        keyed.sort_unstable_by(|a, b| self.compare(a.0, b.0).then(a.1.cmp(&b.1)));
        let before = std::mem::take(sorted);
        sorted.reserve_exact(before.len() + keyed.len());
        let mut rest = before.as_slice();
        for new in keyed {
            let at = rest.partition_point(|other| self.order(*other, new.0, new.1, rows).is_lt());
            sorted.extend_from_slice(&rest[..at]);
            sorted.push(new.1);
            rest = &rest[at..];
        }
        sorted.extend_from_slice(rest);
    }

    /// Compares the row at index `a` with a row of which the key and the index are known.
    pub(super) fn order(&self, a: usize, key: Key<'_>, b: usize, rows: &[Row]) -> Ordering {
        self.compare(self.key(&rows[a]), key).then(a.cmp(&b))
    }

    pub(super) fn key<'a>(&self, row: &'a Row) -> Key<'a> {
        let Some(cell) = cell(row, self.column).filter(|cell| is_present(cell)) else {
            return Key::Missing;
        };
        let arrived = row.arrived.as_second();
        let key = match self.kind {
            Kind::Age => span(cell).map(|seconds| Key::Seconds(seconds.saturating_sub(arrived))),
            Kind::Span => span(cell).map(Key::Seconds),
            Kind::Number => number(cell).map(|(whole, milli)| {
                let time = last_time(cell).map(|seconds| arrived.saturating_sub(seconds));
                Key::Number(Number { whole, milli, time })
            }),
            Kind::Version => Some(Key::Version(cell)),
            Kind::Text => None,
        };
        key.unwrap_or(Key::Text(cell))
    }

    fn compare(&self, a: Key<'_>, b: Key<'_>) -> Ordering {
        match (a, b) {
            (Key::Missing, Key::Missing) => Ordering::Equal,
            (Key::Missing, _) => Ordering::Greater,
            (_, Key::Missing) => Ordering::Less,
            _ if self.descending => b.ascending(a),
            _ => a.ascending(b),
        }
    }
}

impl Key<'_> {
    fn ascending(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Seconds(a), Self::Seconds(b)) => a.cmp(&b),
            (Self::Number(a), Self::Number(b)) => a.cmp(&b),
            (Self::Version(a), Self::Version(b)) => natural(a, b, true),
            (Self::Text(a), Self::Text(b)) => natural(a, b, false),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    /// Cells that do not print what their column is come after those that do.
    fn rank(self) -> u8 {
        match self {
            Self::Seconds(_) | Self::Number(..) | Self::Version(_) => 0,
            Self::Text(_) => 1,
            Self::Missing => 2,
        }
    }
}

fn cell(row: &Row, column: usize) -> Option<&str> {
    row.cells().nth(column)
}

fn is_version(cell: &str) -> bool {
    let digits = cell.strip_prefix('v').unwrap_or(cell);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.')
}

/// Compares texts in natural order: numbers inside them by their values, letters without regard to
/// case unless nothing else differs. A version with a suffix after `-` comes before the one without.
fn natural(a: &str, b: &str, is_version: bool) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let (x, y) = match (left.first(), right.first()) {
            (None, None) => return a.cmp(b),
            (None, Some(next)) => return ends(is_version, *next),
            (Some(next), None) => return ends(is_version, *next).reverse(),
            (Some(x), Some(y)) => (x.to_ascii_lowercase(), y.to_ascii_lowercase()),
        };
        let (order, passed) = if x.is_ascii_digit() && y.is_ascii_digit() {
            let numbers = (&left[..digits(left)], &right[..digits(right)]);
            let values = (significant(numbers.0), significant(numbers.1));
            let order = values.0.len().cmp(&values.1.len()).then(values.0.cmp(values.1));
            (order, (numbers.0.len(), numbers.1.len()))
        } else if is_version && (x == b'-') != (y == b'-') {
            return if x == b'-' { Ordering::Less } else { Ordering::Greater };
        } else {
            (x.cmp(&y), (1, 1))
        };
        if order.is_ne() {
            return order;
        }
        (left, right) = (&left[passed.0..], &right[passed.1..]);
    }
}

fn ends(is_version: bool, next: u8) -> Ordering {
    if is_version && next == b'-' { Ordering::Greater } else { Ordering::Less }
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Returns digits without leading zeros.
fn significant(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    &digits[zeros..]
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn sorted(heading: &str, cells: &[&'static str]) -> Vec<&'static str> {
        let column =
            Column { name: heading.into(), is_name: false, priority: 0, is_age: heading == "Age" };
        let row = |cell: &&str| Row::new(None, "x", [*cell], Timestamp::UNIX_EPOCH);
        let rows: Vec<Row> = cells.iter().map(row).collect();
        let mut places = Vec::new();
        let sort = Sort::by(0, &column, false, &rows);
        for place in 0..cells.len() {
            sort.join(&mut places, vec![place], &rows);
        }
        places.into_iter().map(|place| cells[place]).collect()
    }

    #[test]
    fn cells_are_compared_by_what_they_print() {
        let cases: [(&str, &[&str]); 14] = [
            ("Restarts", &["0", "2 (75s ago)", "10", "<none>"]),
            (
                "Restarts",
                &["1", "4", "4 (110s ago)", "4 (60s ago)", "6 (2m36s ago)", "7 (3m58s ago)"],
            ),
            ("Capacity", &["100m", "1", "512Mi", "1Gi", "20G", "<unset>"]),
            ("Age", &["45s", "5m", "3h", "2d4h", "1y", "<unknown>"]),
            ("Age", &["5m", "7m", "<invalid>"]),
            (
                "Last Seen",
                &["20s", "70s", "5m12s (x3 over 10m)", "6m51s", "10m (x2 over 3h)", "2h"],
            ),
            ("Last Schedule", &["3m10s", "61m", "<none>"]),
            ("Duration", &["5m", "61m", "2d"]),
            ("Duration", &["3s", "89s", "8m", "8m1s", "<none>"]),
            ("Version", &["v1.9.10", "v1.10.2", "v1.36.0-rc.1", "v1.36.0", "v1.36.0+k3s1"]),
            ("Name", &["db-2", "db-10", "web"]),
            ("Ready", &["0/1", "0/2", "1/1", "1/3", "2/2", "3/3", "10/10"]),
            ("Max Unavailable", &["1", "5%", "25%", "100%", "N/A"]),
            ("Targets", &["5%/80%", "40%/80%", "<none>"]),
        ];
        for (heading, cells) in cases {
            let backwards: Vec<&'static str> = cells.iter().rev().copied().collect();
            assert_eq!(sorted(heading, &backwards), cells, "{heading}");
        }
    }

    #[test]
    fn ages_of_rows_that_arrived_at_different_times_are_compared_by_their_beginning() {
        let column =
            Column { name: "Last Seen".into(), is_name: false, priority: 0, is_age: false };
        let row = |cell: &str, arrived| {
            Row::new(None, "x", [cell], Timestamp::from_second(arrived).unwrap())
        };
        // What was seen 60 s ago at second 0 is older than what was seen 90 s ago at second 100.
        let rows = [row("60s", 0), row("90s (x2 over 5m)", 100)];
        let mut indices = Vec::new();
        Sort::by(0, &column, false, &rows).join(&mut indices, vec![0, 1], &rows);
        assert_eq!(indices, [1, 0]);
    }
}
