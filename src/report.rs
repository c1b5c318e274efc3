//! Bug reports: a file with what kubewalk is, how it is connected, and the exchanges that a problem is
//! reproduced with. It is shown before it is written, by `kubewalk report` and on the screen.

mod content;
mod facts;
mod file;
mod redact;

use std::io::{self, BufRead as _, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use crate::headless::{Access, Stop, note};
use crate::k8s::failure::{Failure, FailureKind};
use crate::text::visible;
pub(crate) use content::{Content, Subject};
pub(crate) use file::write_into;

/// What is reported, and where.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The new file; gzipped if its name ends with `.gz`.
    pub file: PathBuf,
    /// The words of the location to request; empty for discovery alone.
    pub location: String,
    /// True if it is written without a question.
    pub is_confirmed: bool,
}

/// Requests the version, discovery and the location, shows what the report contains, and writes it if it
/// is confirmed. A failure of the connection or of a request is a part of the report.
///
/// # Errors
///
/// A file that exists or cannot be written, or no confirmation.
pub async fn run(
    access: Result<Access, Stop>,
    wanted: &Wanted,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let file = &wanted.file;
    let name = file.display();
    let unwritable = |why: &str| {
        let message = format!("the report {name} {why}");
        Failure::new(FailureKind::Input, message, "Give the name of a new file")
    };
    if file.exists() {
        return Err(unwritable("exists already").into());
    }
    let content = match access {
        Ok(access) => {
            let subject = Subject::Location(&wanted.location);
            let (content, failures) = Content::reproduce(access, subject).await?;
            for failure in failures {
                note(&format!("kubewalk: {failure}"));
            }
            content
        }
        Err(stop) => {
            _ = stop.report();
            Content::unconnected()
        }
    };
    let shown = visible(&name.to_string()).into_owned();
    writeln!(out, "{shown} will contain:")?;
    let lines = content.lines();
    if let Some((remark, lines)) = lines.split_last() {
        for line in lines {
            writeln!(out, "  {line}")?;
        }
        writeln!(out, "{remark}")?;
    }
    out.flush()?;
    if !wanted.is_confirmed && !is_confirmed(file, out)? {
        let message = format!("{name} was not written");
        let hint = "Answer y, or give --yes";
        return Err(Failure::new(FailureKind::Input, message, hint).into());
    }
    file::write(file, &content.document()?)
        .map_err(|error| unwritable(&format!("cannot be written: {error}")))?;
    writeln!(out, "Written: {shown}")?;
    Ok(out.flush()?)
}

/// Asks on a terminal. Without one, nothing is confirmed.
fn is_confirmed(file: &Path, out: &mut impl Write) -> io::Result<bool> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Ok(false);
    }
    write!(out, "Write {}? [y/N] ", visible(&file.display().to_string()))?;
    out.flush()?;
    let mut line = String::new();
    stdin.lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}
