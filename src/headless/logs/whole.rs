//! Logs as they are now: all lines in the order of time, without keeping whole logs.

use std::io::Write;

use futures::{StreamExt as _, stream};

use super::printer::Printer;
use super::{Wanted, report_failure};
use crate::api::client::Chunks;
use crate::headless::{Access, Out, Stop};
use crate::k8s::answer;
use crate::k8s::failure::Failure;
use crate::k8s::request::Request;
use crate::object::logs::{LogStream, Merge, Merged};
use crate::runtime::log;

/// How many logs are requested at once.
const AT_ONCE: usize = 8;

/// Prints the logs. Returns true if one could not be read.
///
/// # Errors
///
/// An output that cannot be written.
pub(super) async fn run<W: Write>(
    access: &Access,
    streams: &[LogStream],
    wanted: &Wanted,
    mut printer: Printer,
    out: &mut Out<W>,
) -> Result<bool, Stop> {
    let requests = streams.iter().map(|stream| wanted.request(stream));
    let opened = stream::iter(requests.map(|request| open(access, request))).buffered(AT_ONCE);
    let mut bodies: Vec<Result<Chunks, Failure>> = opened.collect().await;
    let mut merge = Merge::of(streams.len());
    let mut failed = false;
    loop {
        while let Some(Merged { stream, line }) = merge.next_line() {
            printer.print(&streams[stream], &line, out)?;
        }
        let Some(stream) = merge.waits_for() else { return Ok(failed) };
        let chunk = match &mut bodies[stream] {
            Ok(body) => body.next().await,
            Err(failure) => Some(Err(failure.clone())),
        };
        match chunk {
            Some(Ok(chunk)) => merge.push(stream, &chunk),
            Some(Err(failure)) => {
                report_failure(&streams[stream], &failure);
                failed = true;
                merge.end(stream);
            }
            None => merge.end(stream),
        }
    }
}

/// Requests a log. Returns its body.
async fn open(access: &Access, request: Request) -> Result<Chunks, Failure> {
    let answer = access.connection.client.stream(&request).await;
    log::stream(&request, answer.as_ref().map(|(head, _)| head.status));
    let (head, chunks) = answer?;
    answer::check_is_api(&request.path, head.status, &head.content_type)?;
    if head.status < 300 { Ok(chunks) } else { Err(head.failure(&request, chunks).await?) }
}
