//! The trace: the last HTTP exchanges with the server, and the warnings in its answers.

use std::collections::{BTreeMap, VecDeque};

use crate::k8s::path::ApiPath;
use crate::k8s::request::Request;
use crate::k8s::trace::{Answered, Ended, Headers, OnWire, Sent};

/// The largest number of exchanges kept, unless more than these are still open.
const MAX_EXCHANGES: usize = 1000;
/// The largest size of all kept paths, review bodies and headers, in bytes.
const MAX_BYTES: usize = 2 << 20;
/// The largest number of warnings kept of one answer.
const MAX_WARNINGS: usize = 8;
/// The largest length of a kept warning, in characters.
const MAX_WARNING_CHARS: usize = 256;

/// The last HTTP exchanges with the server.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The exchanges, in the order of sending.
    entries: VecDeque<Traced>,
    /// The size of all kept paths, review bodies and headers, in bytes.
    bytes: usize,
    /// The warnings of the last answer for each path.
    warnings: BTreeMap<String, Vec<String>>,
    /// True if recording to a file stopped because of an error.
    pub is_unrecorded: bool,
}

/// A request, and its answer as far as it has arrived.
#[derive(Clone, Debug)]
pub struct Traced {
    /// The request.
    pub sent: Sent,
    /// The status and headers of the answer; `None` until they arrive.
    pub answered: Option<Answered>,
    /// How the exchange ended; `None` while it is open.
    pub ended: Option<Ended>,
    /// How many times in a row the same request failed before this one.
    pub retries: u32,
}

/// What the trace overlay shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceCursor {
    /// The number of the selected exchange; `None` selects the first row.
    pub selected: Option<u64>,
    /// The number of lines that the details of the selected exchange are scrolled by; `None` shows
    /// the list of exchanges.
    pub headers: Option<u16>,
}

impl Traced {
    /// True if this is an open watch.
    #[must_use]
    pub fn is_open_watch(&self) -> bool {
        self.ended.is_none() && self.sent.request.is_watch()
    }

    /// Returns the size of its path, review body and headers, in bytes.
    fn bytes(&self) -> usize {
        let Self { sent, answered, .. } = self;
        let review = sent.request.review.as_ref().map_or(0, String::len);
        let received = answered.as_ref().map_or(0, |answered| headers_size(&answered.headers));
        sent.request.path_and_query().len() + review + headers_size(&sent.headers) + received
    }

    /// True if it failed in a way after which the same request is sent again.
    fn is_retried(&self) -> bool {
        match &self.answered {
            Some(answered) => matches!(answered.status, 401 | 406 | 408 | 429 | 500..),
            None => self.ended.is_some(),
        }
    }
}

impl Trace {
    /// Returns the exchanges as they are listed: open watches, then all others, both newest first.
    #[must_use]
    pub fn rows(&self) -> Vec<&Traced> {
        let latest = || self.entries.iter().rev();
        let open = latest().filter(|traced| traced.is_open_watch());
        open.chain(latest().filter(|traced| !traced.is_open_watch())).collect()
    }

    /// Returns the warnings of the last answer for a path.
    #[must_use]
    pub fn warnings(&self, path: &ApiPath) -> &[String] {
        if self.warnings.is_empty() {
            return &[];
        }
        self.warnings.get(&path.to_string()).map_or(&[], Vec::as_slice)
    }

    pub(in crate::app) fn record(&mut self, exchange: OnWire) {
        match exchange {
            OnWire::Sent(sent) => self.sent(*sent),
            OnWire::Answered(number, answered) => {
                if let Some(at) = self.index_of(number) {
                    self.set_warnings(at, &answered.warnings);
                    self.bytes += headers_size(&answered.headers);
                    self.entries[at].answered = Some(*answered);
                    self.evict();
                }
            }
            OnWire::Ended(number, ended) => {
                if let Some(at) = self.index_of(number) {
                    self.entries[at].ended = Some(ended);
                }
            }
            OnWire::NotRecorded(_) => {}
        }
    }

    fn sent(&mut self, sent: Sent) {
        let same = |earlier: &&Traced| is_same_request(&earlier.sent.request, &sent.request);
        let earlier = self.entries.iter().rev().find(same).filter(|earlier| earlier.is_retried());
        let retries = earlier.map_or(0, |earlier| earlier.retries + 1);
        let traced = Traced { sent, answered: None, ended: None, retries };
        self.bytes += traced.bytes();
        self.entries.push_back(traced);
        self.evict();
    }

    /// Drops the oldest ended exchanges while there are too many.
    fn evict(&mut self) {
        while self.entries.len() > MAX_EXCHANGES || self.bytes > MAX_BYTES {
            let oldest = self.entries.iter().position(|traced| traced.ended.is_some());
            let Some(oldest) = oldest.and_then(|at| self.entries.remove(at)) else { return };
            self.bytes -= oldest.bytes();
        }
    }

    fn index_of(&self, number: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&number, |traced| traced.sent.number).ok()
    }

    fn set_warnings(&mut self, at: usize, warnings: &[String]) {
        if warnings.is_empty() && self.warnings.is_empty() {
            return;
        }
        let request = &self.entries[at].sent.request;
        let path = request.path.to_string();
        if warnings.is_empty() {
            // A watch continues the list that was answered with warnings.
            if !request.is_watch() {
                self.warnings.remove(&path);
            }
        } else if self.warnings.len() < MAX_EXCHANGES || self.warnings.contains_key(&path) {
            let kept = warnings.iter().take(MAX_WARNINGS);
            let kept = kept.map(|it| it.chars().take(MAX_WARNING_CHARS).collect());
            self.warnings.insert(path, kept.collect());
        }
    }
}

fn headers_size(headers: &Headers) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// True if two requests are the same. The `resourceVersion` is ignored: a resumed watch starts from a
/// newer one.
fn is_same_request(one: &Request, other: &Request) -> bool {
    let query = |request: &Request| -> Vec<(String, String)> {
        let kept = request.query.iter().filter(|(name, _)| name != "resourceVersion");
        kept.cloned().collect()
    };
    one.path == other.path && one.review == other.review && query(one) == query(other)
}

/// Returns the 0-based index of the selected row.
#[must_use]
pub fn selected_row(rows: &[&Traced], cursor: TraceCursor) -> usize {
    let selected = cursor.selected;
    selected.and_then(|it| rows.iter().position(|row| row.sent.number == it)).unwrap_or(0)
}

/// Returns the Accept header of a request; empty without one.
#[must_use]
pub fn accept(sent: &Sent) -> &str {
    let accept = sent.headers.iter().find(|(name, _)| name == "accept");
    accept.map_or("", |(_, value)| value)
}

/// Returns the details of one exchange, line by line: a name and its value.
#[must_use]
pub fn detail_lines(traced: &Traced) -> Vec<(String, String)> {
    let Traced { sent, answered, ended, retries } = traced;
    let line = |name: &str, value: String| (name.to_owned(), value);
    let mut lines = vec![
        line(sent.request.method(), sent.request.path_and_query()),
        line("sent", sent.at.strftime("%H:%M:%S%.3f UTC").to_string()),
    ];
    if *retries > 0 {
        lines.push(line("retry", format!("{retries}: the same request failed before")));
    }
    lines
        .extend(sent.headers.iter().map(|(name, value)| line(&format!("> {name}"), value.clone())));
    lines.push(line("> …", "credentials are never shown".to_owned()));
    if let Some(review) = &sent.request.review {
        lines.push(line("> body", review.clone()));
    }
    match answered {
        Some(answered) => {
            let after = answered.after.as_millis();
            let head = format!("{} after {after} ms", answered.status);
            lines.push(line(&answered.version, head));
            let headers = answered.headers.iter();
            lines.extend(headers.map(|(name, value)| line(&format!("< {name}"), value.clone())));
        }
        None if ended.is_none() => lines.push(line("answer", "pending".to_owned())),
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
    fn the_latest_exchanges_and_open_watches_are_kept() {
        let mut trace = Trace::default();
        trace.record(sent(0, "/api/v1/pods"));
        for number in 1..3000 {
            for exchange in [sent(number, "/livez"), answered(number, "x"), ended(number)] {
                trace.record(exchange);
            }
        }
        let rows = trace.rows();
        assert_eq!(rows.len(), MAX_EXCHANGES);
        assert_eq!((rows[0].sent.number, rows[MAX_EXCHANGES - 1].sent.number), (2999, 0));
    }

    #[test]
    fn long_headers_are_limited_in_total_size() {
        let mut trace = Trace::default();
        let long = "x".repeat(100_000);
        for number in 0..500 {
            let path = format!("/livez/{number}");
            for exchange in [sent(number, &path), answered(number, &long), ended(number)] {
                trace.record(exchange);
            }
        }
        assert!(trace.bytes <= MAX_BYTES && trace.rows().len() == 20, "{}", trace.bytes);
        assert_eq!(trace.bytes, trace.rows().iter().map(|it| it.bytes()).sum::<usize>());
        let kept = trace.warnings(&ApiPath::parse("/livez/7"));
        assert!(kept.len() == MAX_WARNINGS && kept[0].len() == MAX_WARNING_CHARS);
    }
}
