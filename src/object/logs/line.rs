//! The lines of a log with timestamps, and the place where an interrupted one continues.

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;

/// A longer line continues in the next one. In bytes.
const LONGEST: usize = 256 << 10;

/// A line of a log without its line feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was written; for one without a timestamp that of the line before it.
    pub time: Option<Timestamp>,
    bytes: Bytes,
    /// The length of the timestamp and the blank after it.
    stamp: usize,
}

impl Line {
    /// The line with its timestamp, as the server sent it.
    #[must_use]
    pub fn whole(&self) -> &[u8] {
        &self.bytes
    }

    /// The line as the container wrote it.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.bytes[self.stamp..]
    }
}

/// Cuts a log into lines, wherever its chunks end.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    rest: BytesMut,
    /// The time of the last line.
    last: Option<Timestamp>,
    /// True if the rest continues a line that was too long.
    is_continued: bool,
}

impl Lines {
    /// Returns the lines that a chunk completes.
    pub fn push(&mut self, chunk: &[u8]) -> Vec<Line> {
        let mut searched = self.rest.len();
        self.rest.extend_from_slice(chunk);
        let mut lines = Vec::new();
        loop {
            let end = memchr::memchr(b'\n', &self.rest[searched..]).map(|at| searched + at);
            searched = 0;
            match end {
                Some(end) if end <= LONGEST => {
                    let mut bytes = self.rest.split_to(end + 1);
                    bytes.truncate(end);
                    lines.push(self.line(bytes.freeze()));
                    self.is_continued = false;
                }
                _ if self.rest.len() > LONGEST => {
                    let bytes = self.rest.split_to(LONGEST).freeze();
                    lines.push(self.line(bytes));
                    self.is_continued = true;
                }
                _ => return lines,
            }
        }
    }

    /// Returns the last line, if it has no line feed.
    pub fn finish(&mut self) -> Option<Line> {
        let rest = self.rest.split().freeze();
        let line = (!rest.is_empty()).then(|| self.line(rest));
        self.is_continued = false;
        line
    }

    fn line(&mut self, bytes: Bytes) -> Line {
        let (time, stamp) = match stamp(&bytes).filter(|_| !self.is_continued) {
            Some((time, length)) => (Some(time), length),
            None => (self.last, 0),
        };
        self.last = time;
        Line { time, bytes, stamp }
    }
}

/// Parses the timestamp at the beginning of a line. Returns it with its length and that of the blank.
fn stamp(line: &[u8]) -> Option<(Timestamp, usize)> {
    let blank = line.iter().take(40).position(|byte| *byte == b' ').unwrap_or(line.len());
    let time = std::str::from_utf8(&line[..blank]).ok()?.parse().ok()?;
    Some((time, line.len().min(blank + 1)))
}

/// The place that a followed log has reached. A server continues a log only from whole seconds, so lines
/// arrive again and are skipped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Position {
    /// The time of the last line.
    last: Option<Timestamp>,
    /// How many lines have that time.
    count: usize,
    /// The lines that arrive again after a reconnection: all before this time, and the first ones of this
    /// time, by their number.
    again: Option<(Timestamp, usize)>,
}

impl Position {
    /// Returns the time from which to request an interrupted log; `None` before its first line.
    pub fn resume(&mut self) -> Option<Timestamp> {
        self.again = self.last.map(|last| (last, self.count));
        let last = self.last?;
        Some(Timestamp::from_second(last.as_second()).unwrap_or(last))
    }

    /// Moves to a line. Returns false if it arrived before.
    pub fn moves_to(&mut self, line: &Line) -> bool {
        if let (Some(time), Some((until, left))) = (line.time, &mut self.again) {
            if time < *until {
                return false;
            }
            if time == *until && *left > 0 {
                *left -= 1;
                return false;
            }
        }
        if line.time == self.last {
            self.count += 1;
        } else {
            (self.last, self.count) = (line.time, 1);
            self.again = None;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(chunks: &[&[u8]]) -> Vec<Line> {
        let mut lines = Lines::default();
        let mut all: Vec<Line> = chunks.iter().flat_map(|chunk| lines.push(chunk)).collect();
        all.extend(lines.finish());
        all
    }

    #[test]
    fn lines_are_the_same_wherever_the_chunks_are_cut() {
        let text = b"2026-11-23T06:00:00.1Z a\n\n2026-11-23T06:00:00.2Z \nnot a time \xff\nrest";
        let whole = cut(&[text]);
        let texts: Vec<&[u8]> = whole.iter().map(Line::text).collect();
        assert_eq!(texts, [&b"a"[..], b"", b"", b"not a time \xff", b"rest"]);
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(cut(&bytes), whole);
        assert_eq!(whole[1].time, whole[0].time, "that of the line before it");
        assert!(whole[3].time > whole[0].time);
        assert_eq!(whole[0].whole(), b"2026-11-23T06:00:00.1Z a");
    }

    #[test]
    fn a_very_long_line_is_cut_at_the_same_places_whatever_the_chunks() {
        let mut text = b"2026-11-23T06:00:00Z ".to_vec();
        text.resize(3 * LONGEST + 7, b'x');
        text.push(b'\n');
        let whole = cut(&[&text]);
        assert_eq!(whole.len(), 4);
        assert!(whole.iter().all(|line| line.time == whole[0].time));
        let pieces: Vec<&[u8]> = text.chunks(100_003).collect();
        assert_eq!(cut(&pieces), whole);
        let length: usize = whole.iter().map(|line| line.whole().len()).sum();
        assert_eq!(length + 1, text.len());
    }

    #[test]
    fn a_continued_log_repeats_no_line_and_loses_none_of_equal_times() {
        let read = |position: &mut Position, text: &str| -> Vec<String> {
            let lines = cut(&[text.as_bytes()]).into_iter();
            let new = lines.filter(|line| position.moves_to(line));
            new.map(|line| String::from_utf8_lossy(line.text()).into_owned()).collect()
        };
        let mut position = Position::default();
        assert_eq!(position.resume(), None);
        let first =
            "2026-11-23T06:00:00.1Z a\n2026-11-23T06:00:00.2Z b\n2026-11-23T06:00:00.2Z c\n";
        assert_eq!(read(&mut position, first), ["a", "b", "c"]);
        assert_eq!(position.resume().unwrap().to_string(), "2026-11-23T06:00:00Z");
        // A line of the same time was written after the interruption.
        let again = format!("{first}2026-11-23T06:00:00.2Z d\n2026-11-23T06:00:00.3Z e\n");
        assert_eq!(read(&mut position, &again), ["d", "e"]);
        position.resume();
        assert_eq!(read(&mut position, &again), [""; 0]);
    }
}
