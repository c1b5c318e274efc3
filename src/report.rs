//! `kubewalk report`: a file for a bug report, with what kubewalk is, how it is connected, and the
//! exchanges that a problem is reproduced with. It is shown before it is written.

mod facts;
mod redact;

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};

use crate::api::record::Recorder;
use crate::headless::{Access, Stop, note};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::{Form, Request};
use crate::k8s::server::version_request;
use crate::system::private_file;
use crate::text::{format_bytes, visible};

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
    let unwritable = |why: &str| {
        let message = format!("the report {} {why}", file.display());
        Failure::new(FailureKind::Input, message, "Give the name of a new file")
    };
    if file.exists() {
        return Err(unwritable("exists already").into());
    }
    let facts = facts::of(access.as_ref().ok());
    let mut report = Map::new();
    match access {
        Ok(access) => {
            let address = access.connection.client.address().to_owned();
            let document =
                redact::without_address(&reproduce(access, &wanted.location).await?, &address);
            report = redact::parse(&document)?;
        }
        Err(stop) => _ = stop.report(),
    }
    let entries = report.remove("entries").unwrap_or_else(|| json!([]));
    let entries = entries.as_array().cloned().unwrap_or_default();
    show(file, &facts, &entries, out)?;
    if !wanted.is_confirmed && !is_confirmed(file, out)? {
        let message = format!("{} was not written", file.display());
        let hint = "Answer y, or give --yes";
        return Err(Failure::new(FailureKind::Input, message, hint).into());
    }
    report.insert("comment".to_owned(), facts.join("\n").into());
    report.insert("entries".to_owned(), entries.into());
    let text = serde_json::to_vec(&json!({ "log": report })).map_err(io::Error::other)?;
    write(file, &text).map_err(|error| unwritable(&format!("cannot be written: {error}")))?;
    writeln!(out, "Written: {}", visible(&file.display().to_string()))?;
    Ok(out.flush()?)
}

/// Sends the requests and returns their recording.
async fn reproduce(access: Access, location: &str) -> Result<Vec<u8>, Stop> {
    let recorder = Arc::new(Recorder::in_memory());
    let access = access.recorded_by(Some(Arc::clone(&recorder)));
    let send = async |request: &Request| access.fetch(request).await.err();
    let mut failures = vec![send(&version_request()).await];
    let mut discovery = access.discover().await;
    if !location.is_empty() {
        failures.push(match access.find_in(&mut discovery, location).await {
            Ok(located) => {
                let request =
                    Request { query: located.query, ..Request::get(located.path, Form::Any) };
                send(&request).await
            }
            Err(failure) => Some(failure),
        });
    }
    for failure in failures.into_iter().flatten() {
        note(&format!("kubewalk: {failure}"));
    }
    drop(access);
    recorder.finish()?;
    Ok(recorder.document())
}

/// Prints what a report contains.
fn show(file: &Path, facts: &[String], entries: &[Value], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{} will contain:", visible(&file.display().to_string()))?;
    for fact in facts {
        writeln!(out, "  {}", visible(fact))?;
    }
    for entry in entries {
        let text = |value: &Value| value.as_str().map(visible).unwrap_or_default().into_owned();
        let (request, response) = (&entry["request"], &entry["response"]);
        let size = response["content"]["size"].as_u64().unwrap_or_default();
        let size = format_bytes(usize::try_from(size).unwrap_or(usize::MAX));
        let (method, url) = (text(&request["method"]), text(&request["url"]));
        writeln!(out, "  {} {method} {url}  {size}", response["status"])?;
    }
    writeln!(
        out,
        "Answers are whole, with the names of objects. Credentials, values of Secrets, the address of the \
         server and the name of the user are left out; passwords elsewhere, as in a variable of a pod or \
         in a log, are not."
    )?;
    out.flush()
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

/// Writes a new file, readable by its owner alone.
fn write(file: &Path, text: &[u8]) -> io::Result<()> {
    let mut output = private_file(OpenOptions::new().write(true).create_new(true)).open(file)?;
    if file.extension().is_none_or(|extension| extension != "gz") {
        return output.write_all(text);
    }
    let mut encoder = GzEncoder::new(output, Compression::default());
    encoder.write_all(text)?;
    encoder.finish().map(drop)
}
