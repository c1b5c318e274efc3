//! `kubewalk get`: one path, asked once, printed as YAML, indented JSON, or the bytes as they came.

use std::io::Write;

use futures::StreamExt as _;

use super::{Access, Stop};
use crate::api::client::{Chunks, Head};
use crate::app::document::{Format, Indenter, Visible, write_yaml};
use crate::k8s::failure::Failure;
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Form, Request};

/// Prints what the location answers. Nothing is masked: naming a path is asking for it. What is not
/// JSON is printed as it came; JSON and raw bytes are printed while they arrive.
///
/// # Errors
///
/// A location that leads nowhere, no good answer, or an output that cannot be written.
pub async fn run(
    access: &Access,
    words: &str,
    format: Format,
    out: &mut impl Write,
) -> Result<(), Stop> {
    let (path, query) = access.find(words).await?;
    let mut request = Request::get(path, Form::Any);
    request.query = query;
    let (head, chunks) = access.connection.client.stream(&request).await?;
    for warning in &head.warnings {
        super::note(&format!("Warning: {warning}"));
    }
    let chunks = good(access, &head, chunks, &request.path).await?;
    let is_json = head.content_type.contains("json");
    let visible = access.is_terminal;
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

/// The chunks of an answer below 400 that an API server gave, else the failure it tells of.
async fn good(
    access: &Access,
    head: &Head,
    chunks: Chunks,
    path: &ApiPath,
) -> Result<Chunks, Failure> {
    access.expect_api(&head.content_type, path)?;
    if head.status < 400 {
        return Ok(chunks);
    }
    Err(Failure::from_answer(head.status, &whole(chunks).await?))
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
