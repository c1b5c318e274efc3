//! Differences as text.

use std::io::{self, Write};

use serde_json::Value;

use super::{Compared, Opened};
use crate::document::write_yaml;
use crate::object::diff::{Difference, LineChange, Op, changed_lines, comparable, inline, unified};
use crate::text::columns;

/// The widest column of paths.
const WIDEST: usize = 60;
/// A container with more columns than this is printed as YAML below its path.
const INLINE: usize = 72;

/// Prints each difference on a line, and what is left out.
pub(super) fn write(compared: &[Compared], out: &mut impl Write) -> io::Result<()> {
    let all = compared.len();
    for one in compared.iter().filter(|one| all == 1 || !one.found.is_same()) {
        heading(one, out)?;
        for note in &one.found.notes {
            writeln!(out, "note: {note}")?;
        }
        let widths = one.found.differences().map(|row| columns(&row.path));
        let width = widths.filter(|width| *width <= WIDEST).max().unwrap_or(0);
        for row in one.found.differences() {
            difference(row, width, out)?;
        }
        if one.found.is_same() {
            writeln!(out, "the same")?;
        }
        if let Some(counts) = one.found.left_out_text() {
            writeln!(out, "left out: {counts}; --all shows them")?;
        }
    }
    if all > 1 {
        let equal = compared.iter().filter(|it| it.found.is_same()).count();
        writeln!(out, "{equal} of {all} objects are the same")?;
    }
    Ok(())
}

/// Prints a unified difference of both as YAML.
pub(super) fn write_unified(compared: &[Compared], out: &mut impl Write) -> io::Result<()> {
    for one in compared.iter().filter(|one| !one.found.is_same()) {
        let [left, right] = if let (Some(left), Some(right)) = (&one.left, &one.right) {
            let (left, right) = comparable(&left.object, &right.object, &one.options);
            [yaml(&left)?, yaml(&right)?]
        } else {
            let row = one.found.rows.first();
            let side = |side: Option<&Value>| side.map_or(Ok(String::new()), yaml);
            let left = side(row.and_then(|row| row.left.as_ref()))?;
            [left, side(row.and_then(|row| row.right.as_ref()))?]
        };
        heading(one, out)?;
        out.write_all(unified(&left, &right).as_bytes())?;
    }
    Ok(())
}

fn heading(one: &Compared, out: &mut impl Write) -> io::Result<()> {
    let name = |side: &Option<Opened>| match side {
        None => "nothing".to_owned(),
        Some(it) => match it.version() {
            Some(version) => format!("{}  v{version}", it.location),
            None => it.location.clone(),
        },
    };
    writeln!(out, "--- {}", name(&one.left))?;
    writeln!(out, "+++ {}", name(&one.right))
}

fn difference(row: &Difference, width: usize, out: &mut impl Write) -> io::Result<()> {
    let pad = " ".repeat(width.saturating_sub(columns(&row.path)));
    let path = format!("{}{pad}", row.path);
    if row.op == Op::Order {
        return writeln!(out, "{path}  the same items in another order");
    }
    let lines = row.left.as_ref().zip(row.right.as_ref());
    if let Some(lines) = lines.and_then(|(left, right)| changed_lines(left, right)) {
        writeln!(out, "{}", row.path)?;
        for line in lines {
            let sign = match line.change {
                LineChange::Same => ' ',
                LineChange::Removed => '-',
                LineChange::Added => '+',
            };
            writeln!(out, "  {sign} {}", line.text)?;
        }
        return Ok(());
    }
    let sides = [&row.left, &row.right];
    let is_long = sides
        .into_iter()
        .flatten()
        .any(|value| (value.is_object() || value.is_array()) && columns(&inline(value)) > INLINE);
    if is_long {
        writeln!(out, "{}", row.path)?;
        for (sign, value) in ["-", "+"].into_iter().zip(sides) {
            let Some(value) = value else { continue };
            for line in yaml(value)?.lines() {
                writeln!(out, "  {sign} {line}")?;
            }
        }
        return Ok(());
    }
    let [left, right] = sides.map(|side| side.as_ref().map_or_else(|| "–".to_owned(), inline));
    writeln!(out, "{path}  {left} → {right}")
}

fn yaml(value: &Value) -> io::Result<String> {
    let mut text = Vec::new();
    write_yaml(value.to_string().as_bytes(), false, &mut text)?;
    String::from_utf8(text).map_err(io::Error::other)
}
