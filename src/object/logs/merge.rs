//! Merges logs by time.

use std::collections::VecDeque;

use super::line::{Line, Lines};

/// Merges logs that each are in the order of time. It keeps no more of a log than it was given before the
/// others have reached the same time.
#[derive(Clone, Debug)]
pub struct Merge {
    streams: Vec<Stream>,
}

#[derive(Clone, Debug, Default)]
struct Stream {
    cutter: Lines,
    lines: VecDeque<Line>,
    has_ended: bool,
}

/// The next line of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The 0-based index of its log.
    pub stream: usize,
    /// The line.
    pub line: Line,
}

impl Merge {
    /// Merges this number of logs.
    #[must_use]
    pub fn of(streams: usize) -> Self {
        Self { streams: vec![Stream::default(); streams] }
    }

    /// Adds the next bytes of a log.
    pub fn push(&mut self, stream: usize, chunk: &[u8]) {
        if let Some(stream) = self.streams.get_mut(stream) {
            let lines = stream.cutter.push(chunk);
            stream.lines.extend(lines);
        }
    }

    /// Ends a log. Its last line may have no line feed.
    pub fn end(&mut self, stream: usize) {
        if let Some(stream) = self.streams.get_mut(stream) {
            let last = stream.cutter.finish();
            stream.lines.extend(last);
            stream.has_ended = true;
        }
    }

    /// Returns a log whose next bytes, or whose end, must be known before the next line is.
    #[must_use]
    pub fn waits_for(&self) -> Option<usize> {
        self.streams.iter().position(|stream| stream.lines.is_empty() && !stream.has_ended)
    }

    /// Returns the earliest line; of several at one time, that of the first log. `None` while
    /// [`Merge::waits_for`] names a log, and at the end of all.
    pub fn next_line(&mut self) -> Option<Merged> {
        if self.waits_for().is_some() {
            return None;
        }
        let heads = self.streams.iter().enumerate();
        let heads = heads.filter_map(|(at, stream)| Some((stream.lines.front()?.time, at)));
        let (_, stream) = heads.min()?;
        let line = self.streams.get_mut(stream)?.lines.pop_front()?;
        Some(Merged { stream, line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Merges logs that are given in chunks of a size. Returns `stream:text`.
    fn merged(logs: &[String], size: usize) -> Vec<String> {
        let mut merge = Merge::of(logs.len());
        let mut chunks: Vec<_> = logs.iter().map(|log| log.as_bytes().chunks(size)).collect();
        let mut all = Vec::new();
        loop {
            while let Some(Merged { stream, line }) = merge.next_line() {
                all.push(format!("{stream}:{}", String::from_utf8_lossy(line.text())));
            }
            let Some(stream) = merge.waits_for() else { return all };
            match chunks[stream].next() {
                Some(chunk) => merge.push(stream, chunk),
                None => merge.end(stream),
            }
        }
    }

    fn log(lines: &[(u32, &str)]) -> String {
        let line = |(at, text): &(u32, &str)| {
            format!("2026-11-23T06:00:{:02}.{:03}Z {text}\n", at / 1000, at % 1000)
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn lines_are_in_the_order_of_time_and_those_of_one_time_in_that_of_their_logs() {
        let logs = [
            log(&[(1, "a1"), (5, "a5"), (5, "a5 again")]),
            log(&[(0, "b0"), (5, "b5")]),
            String::new(),
            log(&[(5, "d5"), (9, "d9")]),
        ];
        let expected = ["1:b0", "0:a1", "0:a5", "0:a5 again", "1:b5", "3:d5", "3:d9"];
        for size in [1, 7, 1 << 20] {
            assert_eq!(merged(&logs, size), expected, "{size}");
        }
    }

    #[test]
    fn lines_without_a_time_follow_the_line_before_them() {
        let mut first = log(&[(1, "trace")]);
        first.push_str("  at main\n  at start\n");
        let logs = [first, log(&[(0, "x"), (2, "y")])];
        assert_eq!(merged(&logs, 9), ["1:x", "0:trace", "0:  at main", "0:  at start", "1:y"]);
    }

    #[test]
    fn a_log_that_ends_in_a_line_keeps_what_arrived() {
        let mut cut = log(&[(1, "whole")]);
        cut.push_str("2026-11-23T06:00:00.002Z ha");
        assert_eq!(merged(&[cut, log(&[(3, "after")])], 5), ["0:whole", "0:ha", "1:after"]);
    }

    #[test]
    fn of_40_logs_no_line_is_lost_and_none_twice() {
        let texts: Vec<Vec<String>> = (0..40)
            .map(|stream| (0..50).map(|line| format!("{stream} {line}")).collect())
            .collect();
        let logs: Vec<String> = (0_u32..)
            .zip(&texts)
            .map(|(stream, texts)| {
                let times = (0_u32..).map(|line| line * 40 + (stream * 17) % 40);
                log(&times.zip(texts.iter().map(String::as_str)).collect::<Vec<_>>())
            })
            .collect();
        let merged = merged(&logs, 64);
        assert_eq!(merged.len(), 2000);
        let mut seen = merged.clone();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 2000);
        let line = |text: &String| text.rsplit(' ').next().unwrap().parse::<u32>().unwrap();
        assert!(merged.windows(2).all(|pair| line(&pair[0]) <= line(&pair[1])));
    }
}
