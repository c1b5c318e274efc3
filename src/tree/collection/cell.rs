//! What a cell prints: numbers, time spans, and ages that keep counting.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use jiff::Timestamp;

use crate::k8s::age::{human_duration, parse_duration};
use crate::k8s::quantity::Quantity;
use crate::k8s::table::{Column, Row};

use super::Collection;

/// Columns of Kubernetes, besides `Age`, whose cells begin with the time since something happened.
const AGE_COLUMNS: [&str; 3] = ["Last Seen", "First Seen", "Last Schedule"];

impl Collection {
    /// Returns the text of a cell at a time: its ages have counted on since the row arrived. `None` if
    /// the row has no such cell.
    #[must_use]
    pub fn cell_text<'a>(
        &self,
        row: &'a Row,
        index: usize,
        now: Timestamp,
    ) -> Option<Cow<'a, str>> {
        let cell = row.cells().nth(index)?;
        let passed = now.as_second().saturating_sub(row.arrived.as_second());
        let column = self.columns.get(index)?;
        if passed <= 0 {
            return Some(cell.into());
        }
        Some(replace_ages(column, cell, |seconds| human_duration(seconds.saturating_add(passed))))
    }

    /// Returns the youngest age of a row at a time, in seconds: it decides when the row changes next.
    #[must_use]
    pub fn youngest_age(&self, row: &Row, now: Timestamp) -> Option<i64> {
        let passed = now.as_second().saturating_sub(row.arrived.as_second());
        let cells = self.columns.iter().zip(row.cells());
        let youngest = cells.flat_map(|(column, cell)| ages(column, cell)).map(|age| age.seconds);
        youngest.min().map(|seconds| seconds.saturating_add(passed))
    }

    /// True if two states of a row differ in more than their ages.
    pub(in crate::tree) fn differs(&self, before: &Row, now: &Row) -> bool {
        let bare = |column, cell| replace_ages(column, cell, |_| String::new());
        let cells = self.columns.iter().zip(before.cells().zip(now.cells()));
        cells.into_iter().any(|(column, (before, now))| {
            before != now && bare(column, before) != bare(column, now)
        })
    }
}

/// An age inside a cell.
struct Age {
    /// Where it is in the cell, in bytes.
    range: Range<usize>,
    /// The age when the row arrived, in seconds.
    seconds: i64,
}

/// True if the cells of a column begin with an age.
pub(super) fn has_ages(column: &Column) -> bool {
    column.is_age || AGE_COLUMNS.contains(&&*column.name)
}

/// Returns the ages inside a cell: `5m12s` and `10m` in `5m12s (x3 over 10m)`, `3m58s` in
/// `7 (3m58s ago)`.
fn ages<'a>(column: &Column, cell: &'a str) -> impl Iterator<Item = Age> + use<'a> {
    let (text, inside) = split(cell);
    let end = cell.len().saturating_sub(1);
    let first = has_ages(column).then_some(0..text.len());
    let second = inside.and_then(|inside| {
        if let Some(age) = inside.strip_suffix(" ago") {
            let start = end - inside.len();
            return Some(start..start + age.len());
        }
        let (_, age) = inside.rsplit_once(" over ").filter(|_| first.is_some())?;
        Some(end - age.len()..end)
    });
    [first, second].into_iter().flatten().filter_map(move |range| {
        let seconds = parse_duration(&cell[range.clone()])?;
        Some(Age { range, seconds })
    })
}

/// Replaces the ages inside a cell by other texts.
fn replace_ages<'a>(column: &Column, cell: &'a str, text: impl Fn(i64) -> String) -> Cow<'a, str> {
    let mut replaced = Cow::Borrowed(cell);
    let mut all: Vec<Age> = ages(column, cell).collect();
    all.sort_by_key(|age| Reverse(age.range.start));
    for Age { range, seconds } in all {
        replaced.to_mut().replace_range(range, &text(seconds));
    }
    replaced
}

/// Splits a cell into what is before a parenthesis at its end and what is inside it. A cell without
/// one is left whole.
fn split(cell: &str) -> (&str, Option<&str>) {
    match cell.strip_suffix(')').and_then(|cell| cell.split_once(" (")) {
        Some((first, inside)) => (first, Some(inside)),
        None => (cell, None),
    }
}

/// Returns the time span that a cell prints, in seconds, as in `5m12s` or `5m12s (x3 over 10m)`.
pub(super) fn span(cell: &str) -> Option<i64> {
    parse_duration(split(cell).0)
}

/// Returns the age in parentheses after a number, in seconds, as in `7 (3m58s ago)`.
pub(super) fn last_time(cell: &str) -> Option<i64> {
    parse_duration(split(cell).1?.strip_suffix(" ago")?)
}

/// Returns the number, the percentage or the quantity that a cell prints, as in `7 (3m58s ago)`: whole
/// units, then thousandths. Both saturate.
pub(super) fn number(cell: &str) -> Option<(i64, i64)> {
    let text = split(cell).0;
    if let Ok(whole) = text.strip_suffix('%').unwrap_or(text).parse() {
        return Some((whole, 0));
    }
    let quantity = Quantity::parse(text).ok()?;
    let whole = quantity.value();
    // Whole units are rounded up, so thousandths tell quantities with the same units apart.
    Some((whole, quantity.milli().saturating_sub(whole.saturating_mul(1000))))
}

/// True unless a cell prints that there is no value: `<none>`, `<invalid>`, `<unknown>`, `<unset>`,
/// `N/A`.
pub(super) fn is_present(cell: &str) -> bool {
    !cell.is_empty() && !cell.starts_with('<') && cell != "-" && cell != "N/A"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collection(column: &str) -> Collection {
        let column =
            Column { name: column.into(), is_name: false, priority: 0, is_age: column == "Age" };
        Collection { columns: [column].into(), ..Collection::default() }
    }

    fn row(cell: &str) -> Row {
        Row::new(None, "x", [cell], Timestamp::UNIX_EPOCH)
    }

    fn after(column: &str, cell: &str, seconds: i64) -> String {
        let now = Timestamp::from_second(seconds).unwrap();
        collection(column).cell_text(&row(cell), 0, now).unwrap().into_owned()
    }

    #[test]
    fn ages_inside_cells_keep_counting() {
        assert_eq!(after("Age", "119s", 1), "2m");
        assert_eq!(after("Last Seen", "5m12s (x3 over 10m)", 60), "6m12s (x3 over 11m)");
        assert_eq!(after("Last Seen", "20s", 5), "25s");
        assert_eq!(after("Restarts", "7 (3m58s ago)", 10), "7 (4m8s ago)");
        assert_eq!(after("Last Schedule", "3m10s", 1), "3m11s");
    }

    #[test]
    fn spans_that_are_over_do_not_count() {
        assert_eq!(after("Duration", "89s", 60), "89s");
        assert_eq!(after("Message", "retry (after 5s)", 60), "retry (after 5s)");
        assert_eq!(after("Age", "<unknown>", 60), "<unknown>");
        assert_eq!(after("Age", "5m", 0), "5m");
        assert_eq!(after("Age", "5m", -9), "5m", "the clock of another machine");
    }

    #[test]
    fn the_youngest_age_of_a_row_decides_when_it_changes() {
        let now = Timestamp::from_second(2).unwrap();
        let youngest = |column, cell| collection(column).youngest_age(&row(cell), now);
        assert_eq!(youngest("Last Seen", "12s (x3 over 10m)"), Some(14));
        assert_eq!(youngest("Restarts", "7 (58s ago)"), Some(60));
        assert_eq!(youngest("Duration", "89s"), None);
    }

    #[test]
    fn a_row_that_only_aged_is_the_same() {
        let differs = |before, now| collection("Last Seen").differs(&row(before), &row(now));
        assert!(!differs("5m12s (x3 over 10m)", "6m12s (x3 over 11m)"));
        assert!(differs("5m12s (x3 over 10m)", "2s (x4 over 10m)"));
        assert!(!collection("Restarts").differs(&row("7 (58s ago)"), &row("7 (59s ago)")));
        assert!(collection("Restarts").differs(&row("7 (58s ago)"), &row("8 (1s ago)")));
    }
}
