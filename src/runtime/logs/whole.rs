//! Logs as they are now: all lines in the order of time, without keeping whole logs.

use futures::{StreamExt as _, stream};

use super::Happened;
use crate::api::client::{Chunks, Client};
use crate::k8s::answer;
use crate::k8s::failure::Failure;
use crate::k8s::request::{AT_ONCE, Request};
use crate::object::logs::{LogStream, Merge, Merged, Wanted};
use crate::runtime::log;

/// The most lines that are returned together.
const TOGETHER: usize = 1_000;

/// Logs that are read to their ends.
pub(crate) struct Whole {
    streams: Vec<LogStream>,
    bodies: Vec<Result<Chunks, Failure>>,
    merge: Merge,
    happened: Vec<Happened>,
}

impl Whole {
    /// Requests the logs.
    pub(crate) async fn open(client: &Client, streams: Vec<LogStream>, wanted: &Wanted) -> Self {
        let requests: Vec<Request> =
            streams.iter().map(|stream| wanted.request(stream, streams.len())).collect();
        let opened = requests.into_iter().map(|request| open(client.clone(), request));
        let bodies = stream::iter(opened).buffered(AT_ONCE).collect().await;
        let merge = Merge::of(streams.len());
        Self { streams, bodies, merge, happened: Vec::new() }
    }

    /// Returns what happens next; `None` after the ends of all logs.
    pub(crate) async fn next(&mut self) -> Option<Vec<Happened>> {
        while self.happened.len() < TOGETHER {
            while let Some(Merged { stream, line }) = self.merge.next_line() {
                self.happened.push(Happened::Line(self.streams[stream].clone(), line));
            }
            let Some(stream) = self.merge.waits_for() else { break };
            let chunk = match &mut self.bodies[stream] {
                Ok(body) => body.next().await,
                Err(failure) => Some(Err(failure.clone())),
            };
            match chunk {
                Some(Ok(chunk)) => self.merge.push(stream, &chunk),
                Some(Err(failure)) => {
                    let of = self.streams[stream].clone();
                    self.happened.push(Happened::Unreadable(of, failure));
                    self.merge.end(stream);
                }
                None => self.merge.end(stream),
            }
        }
        let happened = std::mem::take(&mut self.happened);
        (!happened.is_empty()).then_some(happened)
    }
}

/// Requests a log. Returns its body.
async fn open(client: Client, request: Request) -> Result<Chunks, Failure> {
    let answer = client.stream(&request).await;
    log::stream(&request, answer.as_ref().map(|(head, _)| head.status));
    let (head, chunks) = answer?;
    answer::check_is_api(&request.path, head.status, &head.content_type)?;
    if head.status < 300 { Ok(chunks) } else { Err(head.failure(&request, chunks).await?) }
}
