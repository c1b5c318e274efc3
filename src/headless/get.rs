//! `kubewalk get`: fetches one path once and prints YAML, indented JSON, or the bytes as they are.

use std::io::Write;

use futures::StreamExt as _;
use jiff::Timestamp;

use super::{Access, Stop, managers};
use crate::api::client::{Chunks, Head};
use crate::document::{Format, Indenter, Visible, write_json, write_yaml};
use crate::k8s::answer;
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::{Form, Request, is_of_proxy};
use crate::runtime::log;

/// Prints the answer to a location. Nothing is masked, since naming a path is an explicit request. Answers
/// that are not JSON are printed unchanged. JSON, raw bytes and the events of a watch are printed as they
/// arrive. `shows_managers` prints who set each line of an object, as YAML or JSON.
///
/// # Errors
///
/// A location that cannot be resolved, a failed request, or an output that cannot be written.
pub async fn run(
    access: &Access,
    words: &str,
    format: Format,
    shows_managers: bool,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let located = access.find(words).await?;
    let request = Request { query: located.query, ..Request::get(located.path, Form::Any) };
    if request.has_true("watch") {
        return watch(access, &request, format, out).await;
    }
    let answer = access.connection.client.stream(&request).await;
    log::stream(&request, answer.as_ref().map(|(head, _)| head.status));
    let (head, chunks) = answer?;
    for warning in &head.warnings {
        super::note(&format!("Warning: {warning}"));
    }
    let chunks = match accepted(access, &head, chunks, &request).await {
        Ok(chunks) => chunks,
        Err(failure) => return Err(access.hinted(failure, &request.path).await.into()),
    };
    let is_json = head.content_type.contains("json");
    let visible = access.is_terminal;
    if is_json && shows_managers {
        let body = whole(chunks).await?;
        let recorded_at = access.connection.endpoint.recorded_at;
        match format {
            Format::Yaml => {
                managers::write(body, recorded_at.unwrap_or_else(Timestamp::now), out)?;
            }
            _ => managers::write_records(body, visible, out)?,
        }
        return Ok(out.flush()?);
    }
    match format {
        Format::Yaml if is_json => {
            let body = whole(chunks).await?;
            write_yaml(&body, visible, out)?;
        }
        Format::Json if is_json => indented(chunks, visible, out).await?,
        _ => unchanged(chunks, visible, out).await?,
    }
    out.flush()?;
    Ok(())
}

/// Prints the events of a watch as they arrive, until the server ends it.
async fn watch(
    access: &Access,
    request: &Request,
    format: Format,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let lines = access.connection.client.watch(request).await;
    log::stream(request, lines.as_ref().map(|_| 200));
    let mut lines = lines?;
    while let Some(line) = lines.next().await {
        let line = line?;
        match format {
            Format::Yaml => {
                out.write_all(b"---\n")?;
                write_yaml(&line, access.is_terminal, out)?;
            }
            Format::Json => write_json(&line, access.is_terminal, out)?,
            Format::Raw => {
                let mut filter = Visible::new(access.is_terminal);
                filter.push(&line, out)?;
                filter.push(b"\n", out)?;
                filter.finish(out)?;
            }
        }
        out.flush()?;
    }
    Ok(())
}

/// Returns the body of an API server's answer with a status below 300.
///
/// # Errors
///
/// The failure of another answer.
async fn accepted(
    access: &Access,
    head: &Head,
    chunks: Chunks,
    request: &Request,
) -> Result<Chunks, Failure> {
    answer::check_is_api(&request.path, head.status, &head.content_type)
        .map_err(|failure| access.named(failure))?;
    if head.status < 300 {
        return Ok(chunks);
    }
    let mut failure = head.failure(request, chunks).await?;
    let is_of_server = !is_of_proxy(head.status, &head.content_type, head.audited);
    if failure.kind == FailureKind::Forbidden && is_of_server && request.path.gvr().is_none() {
        // Another namespace is no alternative.
        "Ask for the right to read this".clone_into(&mut failure.hint);
    }
    Err(failure)
}

async fn whole(mut chunks: Chunks) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk?);
    }
    Ok(body)
}

async fn indented(mut chunks: Chunks, visible: bool, out: &mut impl Write) -> Result<(), Stop> {
    let mut indenter = Indenter::new(visible);
    while let Some(chunk) = chunks.next().await {
        indenter.push(&chunk?, out)?;
        out.flush()?;
    }
    Ok(indenter.finish(out)?)
}

async fn unchanged(mut chunks: Chunks, visible: bool, out: &mut impl Write) -> Result<(), Stop> {
    let mut filter = Visible::new(visible);
    while let Some(chunk) = chunks.next().await {
        filter.push(&chunk?, out)?;
        out.flush()?;
    }
    Ok(filter.finish(out)?)
}
