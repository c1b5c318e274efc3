//! Logs of a recording. If the recording is played and a log was recorded with timestamps, it has the lines
//! until now, and grows by the others while it is followed.

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use jiff::{SignedDuration, Timestamp};

use super::moment::Moment;
use super::request::ReplayRequest;
use super::{Found, ReplayBody, is_true};
use crate::api::clock::Clock;
use crate::api::har::RecordedExchange;

/// How `date` prints a time, as the containers of the demo do in their lines.
const DATE: &str = "%a %b %e %H:%M:%S UTC %Y";
/// How many lines at the end of a log are repeated.
const REPEATED: usize = 10;
/// A log whose last line is at most this old when it is recorded still grows.
const GROWS: SignedDuration = SignedDuration::from_secs(15);

/// A log that grows.
pub(super) struct Lines {
    /// The lines until now.
    past: Bytes,
    /// The lines after them; none if the log is not followed.
    next: Box<dyn Iterator<Item = Line> + Send>,
    has_times: bool,
    /// True if nothing follows the lines until now.
    ends: bool,
}

/// A line with its line feed, and its time.
#[derive(Clone)]
struct Line {
    at: Timestamp,
    text: String,
}

/// Returns the log of a container: as it was recorded, or as it grows.
pub(super) fn find<'a>(
    moment: Moment<'a>,
    request: &ReplayRequest,
    repeats: bool,
    clock: Clock,
) -> Option<Found<'a>> {
    let entry = recorded(moment, request, is_true(request.parameter("timestamps")))?;
    let timed = recorded(moment, request, true)?;
    let is_timed = entry.status == 200 && is_true(timed.parameter("timestamps"));
    if !is_timed || moment.recording.plays_from().is_none() {
        return Some(Found::Recorded(entry));
    }
    let lines = read(timed);
    let repeated = if repeats && grows(timed, &lines) { repeated(&lines) } else { &[] };
    let since = request.parameter("sinceTime").and_then(|time| time.parse::<Timestamp>().ok());
    let again = again(repeated.to_vec());
    let all = lines.into_iter().chain(again);
    let mut all = all.skip_while(move |line| since.is_some_and(|since| line.at < since)).peekable();
    let has_times = is_true(request.parameter("timestamps"));
    let past = std::iter::from_fn(|| all.next_if(|line| line.at <= moment.now));
    let past = past.map(|line| line.print(has_times)).collect::<String>().into();
    let ends = !is_true(request.parameter("follow")) || matches!(clock, Clock::Stopped(_));
    Some(Found::Log(entry, Lines { past, next: Box::new(all), has_times, ends }))
}

impl Lines {
    /// Returns the lines until now, and if they are followed each later one at its time.
    pub(super) fn play(self, clock: Clock) -> ReplayBody {
        let past = stream::iter([Ok(Frame::data(self.past))]);
        if self.ends {
            return StreamBody::new(past).boxed_unsync();
        }
        let has_times = self.has_times;
        let next = stream::iter(self.next).then(move |line| async move {
            clock.reach(line.at).await;
            Ok(Frame::data(line.print(has_times).into()))
        });
        StreamBody::new(past.chain(next).chain(stream::pending())).boxed_unsync()
    }
}

impl Line {
    fn print(&self, has_time: bool) -> String {
        if has_time { format!("{} {}", self.at, self.text) } else { self.text.clone() }
    }

    /// The same line some time later, with that time in its text.
    fn later(&self, by: SignedDuration) -> Self {
        let at = self.at.saturating_add(by).unwrap_or(Timestamp::MAX);
        let date = |at: Timestamp| at.strftime(DATE).to_string();
        Self { at, text: self.text.replace(&date(self.at), &date(at)) }
    }
}

/// Returns the recorded log of a container, if possible with timestamps or without.
fn recorded<'a>(
    moment: Moment<'a>,
    request: &ReplayRequest,
    has_times: bool,
) -> Option<&'a RecordedExchange> {
    let of_path = moment.recording.at(&request.path).map(|(_, entry)| entry).filter(|entry| {
        entry.method == request.method
            && is_true(entry.parameter("previous")) == is_true(request.parameter("previous"))
    });
    let container = request.parameter("container");
    let mut same = of_path.clone().filter(|entry| entry.parameter("container") == container);
    let has_same = |entry: &&RecordedExchange| is_true(entry.parameter("timestamps")) == has_times;
    let same = same.clone().find(has_same).or_else(|| same.next());
    // A pod with one container needs no container name.
    let only = || {
        let mut names: Vec<_> = of_path.clone().map(|entry| entry.parameter("container")).collect();
        names.dedup();
        let mut entries = of_path.clone().filter(|_| container.is_none() && names.len() == 1);
        entries.clone().find(has_same).or_else(|| entries.next())
    };
    same.or_else(only)
}

/// Parses a log with timestamps. A line without one has that of the line before it.
fn read(entry: &RecordedExchange) -> Vec<Line> {
    let body = entry.body().unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    let mut at = Timestamp::MIN;
    let line = |line: &str| {
        let timed = line.split_once(' ').and_then(|(time, text)| Some((time.parse().ok()?, text)));
        let (time, text) = timed.unwrap_or((at, line));
        at = time;
        Line { at, text: text.to_owned() }
    };
    text.split_inclusive('\n').map(line).collect()
}

/// True if a log still grew when it was recorded.
fn grows(entry: &RecordedExchange, lines: &[Line]) -> bool {
    let since_last = |(began, last): (Timestamp, &Line)| began.duration_since(last.at);
    entry.began.zip(lines.last()).map(since_last).is_some_and(|it| it <= GROWS)
}

/// The lines that are repeated: the last ones.
fn repeated(lines: &[Line]) -> &[Line] {
    &lines[lines.len().saturating_sub(REPEATED)..]
}

/// Repeats lines without an end, each time later.
fn again(lines: Vec<Line>) -> impl Iterator<Item = Line> + Send {
    let period = match &lines[..] {
        [first, .., before, last] => {
            last.at.duration_since(first.at) + last.at.duration_since(before.at)
        }
        _ => SignedDuration::ZERO,
    };
    let rounds = if period.is_positive() { i32::MAX } else { 0 };
    (1..=rounds).flat_map(move |round| {
        let by = period.saturating_mul(round);
        lines.iter().map(|line| line.later(by)).collect::<Vec<_>>()
    })
}
