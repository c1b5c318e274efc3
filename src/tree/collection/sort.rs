//! The order of rows by a column: numbers, quantities, ages and versions as such, texts as people
//! count.

use std::cmp::Ordering;

use crate::k8s::age::parse_duration;
use crate::k8s::quantity::Quantity;
use crate::k8s::table::{Column, Row};

/// The order of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Which column.
    pub column: usize,
    /// Whether the largest comes first. What has no value is last either way.
    pub descending: bool,
    kind: Kind,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Time spans; one that is an age goes on counting.
    Duration { is_age: bool },
    /// Numbers and quantities, and what follows one behind a blank.
    Number,
    /// Such as `v1.36.2`.
    Version,
    /// Anything else.
    Text,
}

/// What a cell counts for, borrowed from its row.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key<'a> {
    Seconds(i64),
    /// Whole units, then thousandths: both saturate at their ends.
    Number(i64, i64),
    Version(&'a str),
    Text(&'a str),
    Missing,
}

impl Sort {
    /// The order of a column; what its cells are is seen from the rows.
    #[must_use]
    pub fn by(column: usize, of: &Column, descending: bool, rows: &[Row]) -> Self {
        let cells = || rows.iter().filter_map(|row| cell(row, column)).filter(|c| is_present(c));
        let all = |is: fn(&str) -> bool| cells().next().is_some() && cells().all(is);
        // `5m` alone is a span as well as a quantity.
        let spans = of.is_age || cells().any(|cell| number(cell).is_none());
        let kind = if spans && all(|cell| parse_duration(cell).is_some()) {
            Kind::Duration { is_age: of.is_age }
        } else if all(|cell| number(cell).is_some()) {
            Kind::Number
        } else if all(is_version) {
            Kind::Version
        } else {
            Kind::Text
        };
        Self { column, descending, kind }
    }

    /// Puts new places among those that are in order. Equal rows stay in the server's order.
    pub(super) fn join(&self, sorted: &mut Vec<usize>, places: Vec<usize>, rows: &[Row]) {
        let keyed = places.into_iter().map(|place| (self.key(&rows[place]), place));
        let mut keyed: Vec<(Key<'_>, usize)> = keyed.collect();
        keyed.sort_unstable_by(|a, b| self.compare(a.0, b.0).then(a.1.cmp(&b.1)));
        let before = std::mem::take(sorted);
        sorted.reserve_exact(before.len() + keyed.len());
        let mut rest = before.as_slice();
        for new in keyed {
            let at = rest.partition_point(|other| self.order(*other, new, rows).is_lt());
            sorted.extend_from_slice(&rest[..at]);
            sorted.push(new.1);
            rest = &rest[at..];
        }
        sorted.extend_from_slice(rest);
    }

    /// How a place stands to another and the key of that one.
    pub(super) fn order(&self, a: usize, (key, b): (Key<'_>, usize), rows: &[Row]) -> Ordering {
        self.compare(self.key(&rows[a]), key).then(a.cmp(&b))
    }

    pub(super) fn key<'a>(&self, row: &'a Row) -> Key<'a> {
        let Some(cell) = cell(row, self.column).filter(|cell| is_present(cell)) else {
            return Key::Missing;
        };
        let key = match self.kind {
            // Ages of rows that came at different times are compared by when they began.
            Kind::Duration { is_age } => parse_duration(cell).map(|seconds| {
                let passed = if is_age { row.arrived.as_second() } else { 0 };
                Key::Seconds(seconds.saturating_sub(passed))
            }),
            Kind::Number => number(cell).map(|(whole, milli)| Key::Number(whole, milli)),
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
            _ if self.descending => b.rising(a),
            _ => a.rising(b),
        }
    }
}

impl Key<'_> {
    fn rising(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Seconds(a), Self::Seconds(b)) => a.cmp(&b),
            (Self::Number(a, x), Self::Number(b, y)) => (a, x).cmp(&(b, y)),
            (Self::Version(a), Self::Version(b)) => counted(a, b, true),
            (Self::Text(a), Self::Text(b)) => counted(a, b, false),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    /// A cell that is not of its column's kind stands behind those that are.
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

/// `<none>`, `<unknown>` and their like are no values.
fn is_present(cell: &str) -> bool {
    !cell.is_empty() && !cell.starts_with('<') && cell != "-"
}

/// The number or the quantity that a cell begins with, as in `3 (2d ago)`.
fn number(cell: &str) -> Option<(i64, i64)> {
    let first = cell.split(' ').next()?;
    if let Ok(whole) = first.parse() {
        return Some((whole, 0));
    }
    let quantity = Quantity::parse(first).ok()?;
    let whole = quantity.value();
    // Whole units are rounded up, so that those of equal ones are told apart by what is below.
    Some((whole, quantity.milli().saturating_sub(whole.saturating_mul(1000))))
}

fn is_version(cell: &str) -> bool {
    let digits = cell.strip_prefix('v').unwrap_or(cell);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.')
}

/// Compares texts with the numbers in them as numbers, and case where nothing else differs. Of
/// versions, one that goes on with `-` is older than the one that ends there.
fn counted(a: &str, b: &str, is_version: bool) -> Ordering {
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
    fn cells_are_compared_as_what_they_are() {
        let cases: [(&str, &[&str]); 8] = [
            ("Restarts", &["0", "2 (75s ago)", "10", "<none>"]),
            ("Capacity", &["100m", "1", "512Mi", "1Gi", "20G"]),
            ("Age", &["45s", "5m", "3h", "2d4h", "1y", "<unknown>"]),
            ("Duration", &["5m", "61m", "2d"]),
            ("Version", &["v1.9.10", "v1.10.2", "v1.36.0-rc.1", "v1.36.0", "v1.36.0+k3s1"]),
            ("Name", &["db-2", "db-10", "web"]),
            ("Ready", &["0/1", "1/2", "2/2", "10/10"]),
            ("Targets", &["5%/80%", "40%/80%", "<none>"]),
        ];
        for (heading, cells) in cases {
            let backwards: Vec<&'static str> = cells.iter().rev().copied().collect();
            assert_eq!(sorted(heading, &backwards), cells, "{heading}");
        }
    }
}
