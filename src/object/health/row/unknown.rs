//! Rows of kinds that nobody here knows, by the usual names of columns.
//!
//! A column may show anything: whatever it says is a hint until the object was read.

use super::{Cells, Kind, RowHealth, short};
use crate::object::health::generic::polarity;
use crate::object::health::level::Level;
use crate::object::health::time::{CONDITION, MINUTE};

pub(super) static UNKNOWN: Kind = Kind {
    columns: &[
        "Age",
        "Ready",
        "Available",
        "Healthy",
        "Synced",
        "Accepted",
        "Programmed",
        "Established",
        "Status",
        "Phase",
        "State",
        "Health",
        "Reason",
        "Message",
    ],
    judge,
};

const CONDITIONS: std::ops::Range<usize> = 1..8;
const WORDS: std::ops::Range<usize> = 8..12;
/// Where the reason is read from, best first.
const REASONS: [usize; 3] = [12, 8, 13];

fn judge(cells: &Cells<'_>) -> RowHealth {
    if let Some(deleting) = cells.deleting() {
        return deleting;
    }
    let conditions = CONDITIONS.filter_map(|slot| Some((condition(cells, cells.get(slot))?, slot)));
    let words = WORDS.filter_map(|slot| Some((polarity::word(cells.get(slot))?, slot)));
    // Of two columns that are equally bad the first one is shown.
    let worst =
        conditions.chain(words).reduce(|worst, next| if next.0 > worst.0 { next } else { worst });
    let Some((level, slot)) = worst.filter(|(level, _)| *level != Level::Ok) else {
        return RowHealth::OK;
    };
    let is_condition = CONDITIONS.contains(&slot);
    let reason = REASONS.into_iter().map(|slot| cells.get(slot)).find(|reason| !reason.is_empty());
    let reason = match reason {
        Some(reason) => short(reason),
        None if is_condition => short(&format!("{} is {}", UNKNOWN.columns[slot], cells.get(slot))),
        None => short(cells.get(slot)),
    };
    RowHealth::new(level, reason).uncertain()
}

/// The level of a cell that prints a condition, or a count such as `1/3`.
fn condition(cells: &Cells<'_>, cell: &str) -> Option<Level> {
    if cell.eq_ignore_ascii_case("true") {
        return Some(Level::Ok);
    }
    if cell.eq_ignore_ascii_case("false") {
        return Some(cells.within(MINUTE, Level::Broken));
    }
    if cell.eq_ignore_ascii_case("unknown") {
        return Some(cells.within(CONDITION, Level::Warning));
    }
    let (part, all) = cell.split_once('/')?;
    let (part, all) = (part.parse::<u64>().ok()?, all.parse::<u64>().ok()?);
    Some(if part < all { Level::Warning } else { Level::Ok })
}
