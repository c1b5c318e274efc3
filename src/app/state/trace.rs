//! The trace: the last exchanges with the server, and what it warned of.

use std::collections::{BTreeMap, VecDeque};

use crate::k8s::path::ApiPath;
use crate::k8s::request::Request;
use crate::k8s::trace::{Answered, Ended, Headers, OnWire, Sent};

/// So many exchanges are kept, besides those that go on.
const MOST: usize = 1000;
/// Nor do they keep more than this of what was sent and came, in bytes.
const MOST_BYTES: usize = 2 << 20;
/// So many warnings of one answer are kept: clients are told of no more than a few.
const MOST_WARNINGS: usize = 8;
/// So many letters of a warning are kept.
const LONGEST_WARNING: usize = 256;

/// The exchanges with the server, as far as they are kept.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// In the order of sending.
    entries: VecDeque<Traced>,
    /// How many bytes they keep.
    bytes: usize,
    /// What the server warned of when it was last asked for a path.
    warnings: BTreeMap<String, Vec<String>>,
    /// The recording ended before its time.
    pub is_unrecorded: bool,
}

/// An exchange.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The request.
    pub sent: Sent,
    /// The head of the answer, once it is there.
    pub answered: Option<Answered>,
    /// How it ended, once it has.
    pub ended: Option<Ended>,
    /// How many times in a row the same was asked for in vain before.
    pub retries: u32,
}

/// What is looked at of the trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looking {
    /// The number of the exchange under the cursor; the first one that is shown where there is none.
    pub chosen: Option<u64>,
    /// Its headers are shown, scrolled by so many lines.
    pub headers: Option<u16>,
}

impl Traced {
    /// Whether this is a watch that is open.
    #[must_use]
    pub fn is_open_watch(&self) -> bool {
        self.ended.is_none() && self.sent.request.is_watch()
    }

    /// How many bytes it keeps of what was sent and came.
    fn bytes(&self) -> usize {
        let Self { sent, answered, .. } = self;
        let review = sent.request.review.as_ref().map_or(0, String::len);
        let came = answered.as_ref().map_or(0, |answered| size(&answered.headers));
        sent.request.path_and_query().len() + review + size(&sent.headers) + came
    }

    fn is_in_vain(&self) -> bool {
        let refused =
            |answered: &Answered| matches!(answered.status, 401 | 406 | 408 | 429 | 500..);
        match &self.answered {
            Some(answered) => refused(answered),
            None => self.ended.is_some(),
        }
    }
}

impl Trace {
    /// The exchanges as they are listed: the open watches, then all others, the latest first.
    #[must_use]
    pub fn rows(&self) -> Vec<&Traced> {
        let latest = || self.entries.iter().rev();
        let open = latest().filter(|traced| traced.is_open_watch());
        open.chain(latest().filter(|traced| !traced.is_open_watch())).collect()
    }

    /// What the server warned of when it was last asked for that path.
    #[must_use]
    pub fn warnings(&self, path: &ApiPath) -> &[String] {
        if self.warnings.is_empty() {
            return &[];
        }
        self.warnings.get(&path.to_string()).map_or(&[], Vec::as_slice)
    }

    pub(in crate::app) fn take(&mut self, told: OnWire) {
        match told {
            OnWire::Sent(sent) => self.sent(*sent),
            OnWire::Answered(number, answered) => {
                if let Some(at) = self.at(number) {
                    self.warned(at, &answered.warnings);
                    self.bytes += size(&answered.headers);
                    self.entries[at].answered = Some(*answered);
                    self.forget();
                }
            }
            OnWire::Ended(number, ended) => {
                if let Some(at) = self.at(number) {
                    self.entries[at].ended = Some(ended);
                }
            }
            OnWire::NotRecorded(_) => {}
        }
    }

    fn sent(&mut self, sent: Sent) {
        let same = |earlier: &&Traced| is_same(&earlier.sent.request, &sent.request);
        let earlier = self.entries.iter().rev().find(same).filter(|earlier| earlier.is_in_vain());
        let retries = earlier.map_or(0, |earlier| earlier.retries + 1);
        let traced = Traced { sent, answered: None, ended: None, retries };
        self.bytes += traced.bytes();
        self.entries.push_back(traced);
        self.forget();
    }

    /// Leaves the oldest out where there are too many.
    fn forget(&mut self) {
        while self.entries.len() > MOST || self.bytes > MOST_BYTES {
            let over = |traced: &Traced| traced.ended.is_some();
            let oldest = self.entries.iter().position(over).and_then(|at| self.entries.remove(at));
            let Some(oldest) = oldest else { return };
            self.bytes -= oldest.bytes();
        }
    }

    fn at(&self, number: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&number, |traced| traced.sent.number).ok()
    }

    fn warned(&mut self, at: usize, warnings: &[String]) {
        if warnings.is_empty() && self.warnings.is_empty() {
            return;
        }
        let request = &self.entries[at].sent.request;
        let path = request.path.to_string();
        if warnings.is_empty() {
            // A watch goes on from an answer that had them.
            if !request.is_watch() {
                self.warnings.remove(&path);
            }
        } else if self.warnings.len() < MOST || self.warnings.contains_key(&path) {
            let kept = warnings.iter().take(MOST_WARNINGS);
            let kept = kept.map(|it| it.chars().take(LONGEST_WARNING).collect());
            self.warnings.insert(path, kept.collect());
        }
    }
}

fn size(headers: &Headers) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// Whether two requests ask for the same; a watch that goes on does so from another version.
fn is_same(one: &Request, other: &Request) -> bool {
    let query = |request: &Request| -> Vec<(String, String)> {
        let kept = request.query.iter().filter(|(name, _)| name != "resourceVersion");
        kept.cloned().collect()
    };
    one.path == other.path && one.review == other.review && query(one) == query(other)
}

/// Where the cursor is among the rows.
#[must_use]
pub fn chosen(rows: &[&Traced], looking: Looking) -> usize {
    let chosen = looking.chosen;
    chosen.and_then(|it| rows.iter().position(|row| row.sent.number == it)).unwrap_or(0)
}

/// The Accept header of a request.
#[must_use]
pub fn accept(sent: &Sent) -> &str {
    let accept = sent.headers.iter().find(|(name, _)| name == "accept");
    accept.map_or("", |(_, value)| value)
}

/// What is shown of one exchange, a line each: a name and what it is.
#[must_use]
pub fn lines(traced: &Traced) -> Vec<(String, String)> {
    let Traced { sent, answered, ended, retries } = traced;
    let line = |name: &str, value: String| (name.to_owned(), value);
    let mut lines = vec![
        line(sent.request.method(), sent.request.path_and_query()),
        line("sent", sent.at.strftime("%H:%M:%S%.3f UTC").to_string()),
    ];
    if *retries > 0 {
        lines.push(line("retry", format!("{retries}, as the same was asked for in vain before")));
    }
    lines
        .extend(sent.headers.iter().map(|(name, value)| line(&format!("> {name}"), value.clone())));
    lines.push(line("> …", "and what authenticates, which is never shown".to_owned()));
    if let Some(review) = &sent.request.review {
        lines.push(line("> body", review.clone()));
    }
    match answered {
        Some(answered) => {
            let after = answered.after.as_millis();
            let head = format!("{} after {after} ms", answered.status);
            lines.push(line(&answered.version, head));
            let got = answered.headers.iter();
            lines.extend(got.map(|(name, value)| line(&format!("< {name}"), value.clone())));
        }
        None if ended.is_none() => lines.push(line("answer", "not yet".to_owned())),
        None => {}
    }
    let received = sent.received.bytes();
    match ended {
        Some(ended) => {
            let after = ended.after.as_millis();
            lines.push(line("ended", format!("after {after} ms, with {received} bytes of body")));
            if let Some(failure) = &ended.failure {
                lines.push(line("failed", failure.clone()));
            }
        }
        None if answered.is_some() => {
            lines.push(line("open", format!("{received} bytes of body so far")));
        }
        None => {}
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::k8s::request::Form;
    use crate::k8s::trace::Received;

    fn sent(number: u64, path: &str) -> OnWire {
        let request = Request::get(ApiPath::parse(path), Form::Json);
        let (headers, received) = (Vec::new(), Received::default());
        let at = Timestamp::UNIX_EPOCH;
        OnWire::Sent(Box::new(Sent { number, request, at, headers, received }))
    }

    fn answered(number: u64, header: &str) -> OnWire {
        let answered = Answered {
            status: 200,
            version: String::new(),
            headers: vec![("name".to_owned(), header.to_owned())],
            warnings: vec![header.to_owned(); 100],
            after: Duration::ZERO,
        };
        OnWire::Answered(number, Box::new(answered))
    }

    fn ended(number: u64) -> OnWire {
        OnWire::Ended(number, Ended { after: Duration::ZERO, failure: None })
    }

    #[test]
    fn the_latest_are_kept_and_those_that_go_on() {
        let mut trace = Trace::default();
        trace.take(sent(0, "/api/v1/pods"));
        for number in 1..3000 {
            for told in [sent(number, "/livez"), answered(number, "x"), ended(number)] {
                trace.take(told);
            }
        }
        let rows = trace.rows();
        assert_eq!(rows.len(), MOST);
        assert_eq!((rows[0].sent.number, rows[MOST - 1].sent.number), (2999, 0));
    }

    #[test]
    fn headers_without_end_are_not_kept_for_ever() {
        let mut trace = Trace::default();
        let long = "x".repeat(100_000);
        for number in 0..500 {
            let path = format!("/livez/{number}");
            for told in [sent(number, &path), answered(number, &long), ended(number)] {
                trace.take(told);
            }
        }
        assert!(trace.bytes <= MOST_BYTES && trace.rows().len() == 20, "{}", trace.bytes);
        assert_eq!(trace.bytes, trace.rows().iter().map(|it| it.bytes()).sum::<usize>());
        let kept = trace.warnings(&ApiPath::parse("/livez/7"));
        assert!(kept.len() == MOST_WARNINGS && kept[0].len() == LONGEST_WARNING);
    }
}
