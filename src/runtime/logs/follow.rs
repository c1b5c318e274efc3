//! Logs that are followed: new lines, new pods and restarts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::stream::{BoxStream, SelectAll};
use futures::{FutureExt as _, Stream, StreamExt as _, stream};
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::pods::{PodChange, changes};
use super::{Found, Happened};
use crate::api::client::{Chunks, Client};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::Request;
use crate::object::logs::{Line, Lines, LogStream, PodsOf, Position, Wanted, choose};
use crate::object::path;
use crate::runtime::log;

/// How long the first lines of all logs are gathered and sorted by time.
const FIRST: Duration = Duration::from_secs(1);
/// How long later lines are.
const WINDOW: Duration = Duration::from_millis(200);
/// The most lines that are gathered.
const GATHERED: usize = 10_000;
/// A log that is silent for so long is requested again: the stream of a file that was rotated may end
/// without a sign.
const SILENT: Duration = Duration::from_mins(5);
/// The longest pause before a log is requested again, in seconds.
const LONGEST_PAUSE: u64 = 20;

/// What a log delivers.
#[derive(Debug)]
enum Piece {
    Bytes(bytes::Bytes),
    Over(Result<(), Failure>),
    Silent,
}

/// A piece of the log that was opened under this number.
type Delivered = (u64, Piece);

/// A log that is followed, over restarts of its container.
#[derive(Debug)]
struct Followed {
    stream: LogStream,
    lines: Lines,
    position: Position,
    /// The number under which it was opened last; `None` while it is not open.
    open: Option<u64>,
    /// The instance that it was opened for last.
    instance: Option<String>,
    /// How often it ended or failed without a new line.
    failures: u32,
    /// True if it is not requested again.
    is_over: bool,
}

/// The followed logs and the pods that they are of.
pub(crate) struct Follower {
    client: Client,
    wanted: Wanted,
    pods_of: PodsOf,
    /// The changes of the pods.
    changes: BoxStream<'static, PodChange>,
    /// The pods by uid.
    pods: BTreeMap<String, Value>,
    /// By the uid of the pod and the container.
    logs: BTreeMap<(String, String), Followed>,
    bodies: SelectAll<BoxStream<'static, Delivered>>,
    opened: u64,
    began: Timestamp,
    /// True until the logs of the first pods are requested.
    is_first: bool,
    left_out: usize,
    /// What was said about the pods already.
    said: BTreeSet<String>,
    /// What happened and is not returned yet, with its time.
    gathered: Vec<(Option<Timestamp>, Happened)>,
    /// The time of the last line.
    last: Option<Timestamp>,
    /// The time of the last line that was returned.
    returned: Option<Timestamp>,
    /// When what is gathered is returned.
    until: Instant,
}

impl Follower {
    /// Follows the logs of what was found.
    pub(crate) fn new(client: &Client, found: Found, wanted: Wanted) -> Self {
        let Found { pods_of, pods, version } = found;
        let mut follower = Self {
            changes: changes(client.clone(), pods_of.list.clone(), version),
            client: client.clone(),
            wanted,
            pods_of,
            pods: pods.into_iter().map(|pod| (uid(&pod), pod)).collect(),
            logs: BTreeMap::new(),
            bodies: SelectAll::new(),
            opened: 0,
            began: Timestamp::now(),
            is_first: true,
            left_out: 0,
            said: BTreeSet::new(),
            gathered: Vec::new(),
            last: None,
            returned: None,
            until: Instant::now() + FIRST,
        };
        follower.open_new();
        follower.is_first = false;
        follower
    }

    /// Returns what happens next, in the order of time: the first lines of all logs together, later ones
    /// of a moment. `None` once the only pod has ended. May be cancelled.
    pub(crate) async fn next(&mut self) -> Option<Vec<Happened>> {
        loop {
            let is_done = self.is_done();
            if is_done && self.gathered.is_empty() {
                return None;
            }
            let is_full = self.gathered.len() >= GATHERED || self.logs.len() == 1 || is_done;
            if !self.gathered.is_empty() && (is_full || Instant::now() >= self.until) {
                let mut gathered = std::mem::take(&mut self.gathered);
                gathered.sort_by_key(|(time, _)| *time);
                return Some(self.marked(gathered));
            }
            tokio::select! {
                Some((number, piece)) = self.bodies.next(), if !self.bodies.is_empty() => {
                    self.take(number, piece);
                }
                Some(change) = self.changes.next() => self.change(change),
                () = sleep_until(self.until), if !self.gathered.is_empty() => {}
            }
        }
    }

    /// Marks the lines that were written before one that was returned already.
    fn marked(&mut self, gathered: Vec<(Option<Timestamp>, Happened)>) -> Vec<Happened> {
        let returned = self.returned.filter(|_| self.logs.len() > 1);
        self.returned = self.returned.max(gathered.last().and_then(|(time, _)| *time));
        let mark = |(time, happened): (Option<Timestamp>, Happened)| match happened {
            Happened::Line(of, line) if time.is_some() && time < returned => {
                Happened::Late(of, line)
            }
            happened => happened,
        };
        gathered.into_iter().map(mark).collect()
    }

    /// Keeps what happened until it is returned.
    fn gather(&mut self, time: Option<Timestamp>, happened: Happened) {
        if self.gathered.is_empty() {
            self.until = self.until.max(Instant::now() + WINDOW);
        }
        self.gathered.push((time, happened));
    }

    /// Keeps what has no time of its own: it follows the last line.
    fn note(&mut self, happened: Happened) {
        self.gather(self.last, happened);
    }

    /// True if no line can follow: the only pod has ended or is gone.
    fn is_done(&self) -> bool {
        let has_ended =
            |pod: &Value| matches!(path::text(pod, ".status.phase"), "Succeeded" | "Failed");
        self.pods_of.is_one
            && self.logs.values().all(|log| log.open.is_none())
            && self.pods.values().all(|pod| has_ended(pod) || self.cannot_be_read(pod))
    }

    /// True if all logs of a pod were refused for good.
    fn cannot_be_read(&self, pod: &Value) -> bool {
        let uid = uid(pod);
        let mut logs = self.logs.values().filter(|log| log.stream.uid == uid).peekable();
        logs.peek().is_some() && logs.all(|log| log.is_over)
    }

    /// Handles a change of the pods.
    fn change(&mut self, change: PodChange) {
        match change {
            PodChange::All(pods) => {
                let pods = pods.into_iter().filter(|pod| self.pods_of.has(pod));
                self.pods = pods.map(|pod| (uid(&pod), pod)).collect();
            }
            PodChange::Now(pod) if self.pods_of.has(&pod) => {
                self.pods.insert(uid(&pod), *pod);
            }
            PodChange::Now(pod) | PodChange::Gone(pod) => {
                self.pods.remove(&uid(&pod));
            }
            PodChange::Failed(failure) => {
                if self.said.insert(failure.to_string()) {
                    self.note(Happened::Blind(failure));
                }
            }
        }
        self.open_new();
    }

    /// Opens the logs of new pods and of containers that have started again, and forgets those of pods that
    /// are gone.
    fn open_new(&mut self) {
        let (pods, last) = (&self.pods, self.last);
        let gone = self
            .logs
            .extract_if(.., |_, log| !pods.contains_key(&log.stream.uid) && log.open.is_none());
        let gone: Vec<Followed> = gone.map(|(_, log)| log).collect();
        for log in gone {
            self.gather(last, Happened::Gone(log.stream));
        }
        let chosen = choose(self.pods.values(), &self.wanted);
        if chosen.left_out != self.left_out && chosen.left_out > 0 {
            self.note(Happened::LeftOut(chosen.streams.len(), chosen.left_out));
        }
        self.left_out = chosen.left_out;
        let logs = chosen.streams.len();
        for stream in chosen.streams {
            let key = (stream.uid.clone(), stream.container.clone());
            let known = self.logs.get(&key).map(|log| &log.stream.state);
            let is_same = known.map_or(stream.is_running, |known| *known == stream.state);
            if !is_same {
                self.note(Happened::State(stream.clone()));
            }
            let log = self.logs.entry(key.clone()).or_insert_with(|| Followed::new(stream.clone()));
            log.stream = stream;
            let (has_news, is_new) = (log.has_news(), log.instance.is_none());
            if has_news && self.open_logs() < self.wanted.most {
                if is_new && !self.is_first {
                    self.note(Happened::Joined(self.logs[&key].stream.clone()));
                }
                self.open(&key, Duration::ZERO, logs);
            }
        }
    }

    /// Returns how many logs are open.
    pub(crate) fn open_logs(&self) -> usize {
        self.logs.values().filter(|log| log.open.is_some()).count()
    }

    /// Returns how many logs are not read, because there are too many.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }

    /// Requests a log after a pause: from where it was interrupted, else as is wanted.
    fn open(&mut self, key: &(String, String), pause: Duration, logs: usize) {
        let Some(log) = self.logs.get_mut(key) else { return };
        self.opened += 1;
        let is_again = log.instance.is_some();
        log.open = Some(self.opened);
        log.instance = Some(log.stream.instance.clone());
        log.lines = Lines::default();
        let mut request = self.wanted.request(&log.stream, logs).with("follow", "true");
        let since = log.position.resume();
        // Lines of a pod that is new are new, and so are those after an interruption.
        let since =
            since.or_else(|| (is_again && self.wanted.tail.is_some()).then_some(self.began));
        if since.is_some() || !self.is_first {
            request.query.retain(|(name, _)| name != "tailLines");
        }
        if let Some(since) = since {
            request.query.retain(|(name, _)| name != "sinceSeconds");
            request = request.with("sinceTime", since.to_string());
        }
        self.bodies.push(body(self.client.clone(), request, self.opened, pause));
    }

    /// Takes what a log delivers.
    fn take(&mut self, number: u64, piece: Piece) {
        let found = self.logs.iter_mut().find(|(_, log)| log.open == Some(number));
        let Some((key, log)) = found else { return };
        let (lines, outcome) = match piece {
            Piece::Bytes(bytes) => (log.lines.push(&bytes), None),
            // A line that was cut off arrives again.
            Piece::Silent => {
                log.open = None;
                let (key, logs) = (key.clone(), self.logs.len());
                self.open(&key, Duration::ZERO, logs);
                return;
            }
            Piece::Over(Err(failure)) => (Vec::new(), Some(Err(failure))),
            Piece::Over(Ok(())) => (Vec::from_iter(log.lines.finish()), Some(Ok(()))),
        };
        let new: Vec<Line> = lines.into_iter().filter(|line| log.position.moves_to(line)).collect();
        if !new.is_empty() {
            log.failures = 0;
        }
        let (key, stream) = (key.clone(), log.stream.clone());
        for line in new {
            self.last = self.last.max(line.time);
            self.gather(line.time, Happened::Line(stream.clone(), line));
        }
        let (Some(outcome), Some(log)) = (outcome, self.logs.get_mut(&key)) else { return };
        log.open = None;
        let pod = self.pods.get(&log.stream.uid);
        match outcome {
            Err(failure) if is_final(&failure) => {
                // A pod that was deleted has no log, and one that waits to start will have one.
                if pod.is_some() && failure.kind != FailureKind::Status(400) {
                    log.is_over = true;
                    self.note(Happened::Unreadable(stream, failure));
                }
                self.open_new();
                return;
            }
            // Its container has ended.
            Ok(()) if !log.stream.is_running => {
                self.open_new();
                return;
            }
            _ if pod.is_none() => {
                self.open_new();
                return;
            }
            _ => {}
        }
        let pause = match log.failures {
            0 => 0,
            failures => (1 << (failures - 1).min(5)).min(LONGEST_PAUSE),
        };
        log.failures += 1;
        let logs = self.logs.len();
        self.open(&key, Duration::from_secs(pause), logs);
    }
}

impl Followed {
    /// True if its container has started since the log was requested.
    fn has_news(&self) -> bool {
        let instance = &self.stream.instance;
        let is_known = self.instance.as_ref().is_some_and(|known| known == instance);
        !instance.is_empty() && !is_known && self.open.is_none() && !self.is_over
    }

    fn new(stream: LogStream) -> Self {
        Self {
            stream,
            lines: Lines::default(),
            position: Position::default(),
            open: None,
            instance: None,
            failures: 0,
            is_over: false,
        }
    }
}

/// True if the same request fails again: the log does not exist or is forbidden.
fn is_final(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Forbidden | FailureKind::NotFound | FailureKind::Status(400..=499)
    )
}

/// Returns what a log delivers when it is requested after a pause, and its end.
fn body(
    client: Client,
    request: Request,
    number: u64,
    pause: Duration,
) -> BoxStream<'static, Delivered> {
    let opened = async move {
        sleep(pause).await;
        let answer = client.follow(&request).await;
        log::stream(&request, answer.as_ref().map(|_| 200));
        match answer {
            Ok(chunks) => pieces(chunks).boxed(),
            Err(failure) => stream::iter([Piece::Over(Err(failure))]).boxed(),
        }
    };
    opened.flatten_stream().map(move |piece| (number, piece)).boxed()
}

/// Returns the pieces of a body until it ends, fails or is silent for too long.
fn pieces(chunks: Chunks) -> impl Stream<Item = Piece> {
    stream::unfold(Some(chunks), |chunks| async {
        let mut chunks = chunks?;
        Some(match timeout(SILENT, chunks.next()).await {
            Ok(Some(Ok(bytes))) => (Piece::Bytes(bytes), Some(chunks)),
            Ok(Some(Err(failure))) => (Piece::Over(Err(failure)), None),
            Ok(None) => (Piece::Over(Ok(())), None),
            Err(_) => (Piece::Silent, None),
        })
    })
}

fn uid(pod: &Value) -> String {
    path::text(pod, ".metadata.uid").to_owned()
}

#[cfg(test)]
mod tests;
