//! Prints comparisons for people.

use std::io::{self, Write};

use super::{Checked, Outcome};
use crate::downward::Content;
use crate::downward::alone::may_be_secret;
use crate::downward::compare::{Compared, Verdict};
use crate::downward::inside::{ActualFile, Clue, Environment, Found, Guess, Here, Pid, Volume};
use crate::downward::render::Display;
use crate::text::one_line;

/// The maximum width of a name that widens its column, in characters.
const WIDE: usize = 64;
/// The maximum number of processes of unknown containers that are printed.
const STRANGERS: usize = 10;

/// Prints all comparisons.
pub(super) fn outcome(
    outcome: &Outcome,
    here: Option<&Here>,
    display: &Display,
    out: &mut impl Write,
) -> io::Result<()> {
    let pod = &outcome.view.pod;
    let this = if here.is_some() { "  this pod" } else { "" };
    writeln!(out, "{}/{}{this}", one_line(&pod.namespace), one_line(&pod.name))?;
    if let Some(here) = here {
        clues(here, out)?;
    }
    for text in &outcome.view.notes {
        writeln!(out, "({})", one_line(text))?;
    }
    for checked in &outcome.containers {
        container(checked, display, out)?;
    }
    if !outcome.strangers.is_empty() {
        writeln!(out)?;
    }
    for stranger in outcome.strangers.iter().take(STRANGERS) {
        let (command, why) = (one_line(&stranger.command), one_line(&stranger.why));
        writeln!(out, "process {} ({command}) is of no known container: {why}", stranger.pid)?;
    }
    if let Some(more) = outcome.strangers.len().checked_sub(STRANGERS).filter(|more| *more > 0) {
        writeln!(out, "and {more} more")?;
    }
    Ok(())
}

fn container(checked: &Checked, display: &Display, out: &mut impl Write) -> io::Result<()> {
    let comparison = &checked.comparison;
    let name = one_line(&comparison.container);
    let Some((pid, by)) = &checked.process else {
        // All rows would say the same.
        let why = checked.unseen.as_deref().unwrap_or_default();
        return writeln!(out, "\ncontainer {name}  not seen: {}", one_line(why));
    };
    writeln!(out, "\ncontainer {name}  seen through {pid}, known {by}")?;
    if *pid == Pid::Exec {
        writeln!(out, "  (permissions were not compared: cat does not print them)")?;
    }
    if let Some(message) = &comparison.refused {
        writeln!(out, "  refused by the kubelet: {}", one_line(message))?;
    }
    for rows in [&comparison.env, &comparison.files] {
        let widths = rows.iter().map(|row| row.name.chars().count());
        let width = widths.filter(|width| *width <= WIDE).max().unwrap_or(0);
        for compared in rows {
            row(compared, width, display, out)?;
        }
    }
    let is_read = |row: &&Compared| row.verdict != Verdict::Unreadable;
    if comparison.process.iter().any(|row| is_read(&row)) {
        writeln!(out, "  the process:")?;
        for compared in comparison.process.iter().filter(is_read) {
            row(compared, WIDE / 2, display, out)?;
        }
    }
    for limit in &checked.limits {
        let verdict = word(limit.verdict);
        writeln!(out, "  {verdict:14}  {:6}  {}", limit.resource, one_line(&limit.to_string()))?;
    }
    let verdicts = [
        Verdict::Different,
        Verdict::OnlyPredicted,
        Verdict::Equal,
        Verdict::OnlyActual,
        Verdict::Unreadable,
    ];
    let of_limits = |verdict| checked.limits.iter().filter(|row| row.verdict == verdict).count();
    let counts: Vec<String> = verdicts
        .into_iter()
        .map(|verdict| (comparison.count(verdict) + of_limits(verdict), verdict))
        .filter(|(count, _)| *count > 0)
        .map(|(count, verdict)| format!("{count} {}", word(verdict)))
        .collect();
    if !counts.is_empty() {
        writeln!(out, "  {}", counts.join(", "))?;
    }
    Ok(())
}

fn row(row: &Compared, width: usize, display: &Display, out: &mut impl Write) -> io::Result<()> {
    let shown = match (row.verdict, &row.actual) {
        (Verdict::Different, _) => String::new(),
        (_, Some(actual)) => content_line(actual, display),
        (_, None) => {
            row.predicted.as_ref().map_or_else(String::new, |it| content_line(it, display))
        }
    };
    let from = row.origin.as_ref().map(|origin| origin.from.as_str());
    let about = [from, row.why.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let mut line = format!("  {:14}  {:width$}", word(row.verdict), one_line(&row.name));
    for text in [shown, format!("({})", one_line(&about))] {
        if !matches!(text.as_str(), "" | "()") {
            line.push_str("  ");
            line.push_str(&text);
        }
    }
    writeln!(out, "{}", line.trim_end())?;
    if row.verdict == Verdict::Different {
        differing(row, display, out)?;
    }
    Ok(())
}

/// Prints the lines that only one of both has; the predicted ones after `-`.
fn differing(row: &Compared, display: &Display, out: &mut impl Write) -> io::Result<()> {
    if let (Some(predicted), Some(actual)) = row.modes
        && predicted != actual
    {
        writeln!(out, "    - {predicted:04o}\n    + {actual:04o}")?;
    }
    let text = |content: &Option<Content>| {
        content.as_ref().map(|content| shown(content, display)).unwrap_or_default()
    };
    let (predicted, actual) = (text(&row.predicted), text(&row.actual));
    if predicted == actual {
        return Ok(());
    }
    for (sign, lines, others) in [('-', &predicted, &actual), ('+', &actual, &predicted)] {
        for line in lines.split('\n').filter(|line| !others.split('\n').any(|it| it == *line)) {
            writeln!(out, "    {sign} {}", one_line(line))?;
        }
    }
    Ok(())
}

/// Prints what was found, without predictions.
pub(super) fn here(here: &Here, display: &Display, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "this pod, without a prediction from the server")?;
    clues(here, out)?;
    writeln!(out, "\nenvironment of this process")?;
    environment(here, &here.environment, display, out)?;
    volumes(&here.volumes, display, out)?;
    for other in &here.neighbours {
        let (title, pid) = (other.title(), other.pid);
        writeln!(out, "\ncontainer {}, seen through process {pid}", one_line(&title))?;
        match &other.environment {
            Found::There(found) => environment(here, found, display, out)?,
            Found::Unreadable(why) => writeln!(out, "  ({})", one_line(why))?,
        }
        volumes(&other.volumes, display, out)?;
    }
    Ok(())
}

fn environment(
    here: &Here,
    found: &Environment,
    display: &Display,
    out: &mut impl Write,
) -> io::Result<()> {
    for variable in &found.variables {
        let value = unknown(&variable.value, may_be_secret(here, variable));
        let value = content_line(&value, display);
        writeln!(out, "  {}={value}", one_line(&variable.name))?;
    }
    Ok(())
}

fn volumes(volumes: &[Volume], display: &Display, out: &mut impl Write) -> io::Result<()> {
    for volume in volumes {
        let (point, guess) = (one_line(&volume.point), guess(volume.guess));
        writeln!(out, "\nvolume at {point}  {guess}")?;
        for file in &volume.files {
            let mode = file.mode.map(|mode| format!("  {mode:04o}")).unwrap_or_default();
            writeln!(out, "  {}{mode}", one_line(&file.path))?;
            let is_known = volume.guess == Guess::DownwardApi;
            match of_file(file, is_known) {
                Ok(content) => {
                    let text = shown(&content, display);
                    for line in text.lines() {
                        writeln!(out, "    {}", one_line(line))?;
                    }
                }
                Err(reason) => writeln!(out, "    ({})", one_line(reason))?,
            }
        }
    }
    Ok(())
}

/// Returns the content of a file; all of it may be secret if its volume is not known.
pub(super) fn of_file(file: &ActualFile, is_known: bool) -> Result<Content, &str> {
    match &file.bytes {
        Found::There(bytes) => Ok(unknown(bytes, !is_known)),
        Found::Unreadable(reason) => Err(reason),
    }
}

/// Returns a value of unknown origin as content.
pub(super) fn unknown(bytes: &[u8], is_secret: bool) -> Content {
    if is_secret {
        Content::secret(bytes.to_vec())
    } else {
        Content { bytes: bytes.to_vec(), secret: Vec::new() }
    }
}

/// Returns a title for what a volume seems to be.
pub(super) fn guess(guess: Guess) -> &'static str {
    match guess {
        Guess::ServiceAccount => "service account",
        Guess::DownwardApi => "Downward API",
        Guess::Unknown => "it may be a Secret",
    }
}

/// Returns the word for a verdict.
pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Equal => "equal",
        Verdict::Different => "different",
        Verdict::OnlyPredicted => "only predicted",
        Verdict::OnlyActual => "only actual",
        Verdict::Unreadable => "unreadable",
    }
}

/// Returns a value as text, with masks unless Secrets are shown.
pub(super) fn shown(content: &Content, display: &Display) -> String {
    if display.show_secrets {
        String::from_utf8_lossy(&content.bytes).into_owned()
    } else {
        content.masked(&display.masker)
    }
}

/// Returns a value on one line; of several lines only their number and size.
fn content_line(content: &Content, display: &Display) -> String {
    let text = shown(content, display);
    let lines = text.lines().count();
    if lines > 1 {
        return format!("{lines} lines, {} bytes", content.bytes.len());
    }
    one_line(&text).into_owned()
}

fn clues(here: &Here, out: &mut impl Write) -> io::Result<()> {
    let pod = &here.pod;
    let mut line = |what: &str, clue: Option<&Clue>| match clue {
        Some(Clue { value, from }) => {
            writeln!(out, "  {what} {}, by {}", one_line(value), one_line(from))
        }
        None => Ok(()),
    };
    line("name", pod.names.first())?;
    line("namespace", pod.namespace.as_ref())?;
    line("uid", pod.uid.as_ref())?;
    line("container", pod.container.as_ref())
}
