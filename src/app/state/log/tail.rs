//! The last lines of a followed log, each with its timestamp, up to a size limit.

use jiff::Timestamp;

/// The largest size of the kept text, in bytes.
const MAX_BYTES: usize = 2 << 20;

/// The last lines of a log.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Tail {
    text: Vec<u8>,
    /// The time of the last line.
    last: Option<Timestamp>,
    /// Lines up to this time are repeated by a resumed stream and are skipped.
    known_until: Option<Timestamp>,
    /// True if lines were dropped.
    is_cut: bool,
}

impl Tail {
    /// Appends whole lines. Returns the number of new lines, and the number of old lines dropped from
    /// the beginning.
    pub(in crate::app) fn push(&mut self, lines: &[u8]) -> (usize, usize) {
        let mut added = 0;
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let time = split(line).0;
            if time.is_some_and(|time| self.known_until.is_some_and(|until| time <= until)) {
                continue;
            }
            if time.is_some() {
                self.known_until = None;
                self.last = time;
            }
            self.text.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                self.text.push(b'\n');
            }
            added += 1;
        }
        (added, self.shorten())
    }

    /// Returns the time to resume an interrupted stream from; `None` before the first line.
    pub(in crate::app) fn resume(&mut self) -> Option<Timestamp> {
        self.known_until = self.last;
        self.last
    }

    /// Returns the lines, with or without their timestamps.
    pub(in crate::app) fn text(&self, timestamps: bool) -> Vec<u8> {
        if timestamps {
            return self.text.clone();
        }
        let lines = self.text.split_inclusive(|byte| *byte == b'\n');
        let mut text = Vec::with_capacity(self.text.len());
        lines.for_each(|line| text.extend_from_slice(split(line).1));
        text
    }

    /// True if lines were dropped because of the size limit.
    pub(in crate::app) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Drops lines from the beginning if the text is too long, down to three quarters of the limit so
    /// that this is rare. Returns the number of dropped lines.
    fn shorten(&mut self) -> usize {
        if self.text.len() <= MAX_BYTES {
            return 0;
        }
        let excess = self.text.len() - MAX_BYTES / 4 * 3;
        let end = self.text[excess..].iter().position(|byte| *byte == b'\n');
        let end = end.map_or(self.text.len(), |end| excess + end + 1);
        let lines = self.text.drain(..end).filter(|byte| *byte == b'\n').count();
        self.is_cut = true;
        lines
    }
}

/// Splits a line into its timestamp and its text.
fn split(line: &[u8]) -> (Option<Timestamp>, &[u8]) {
    let Some(blank) = line.iter().take(40).position(|byte| *byte == b' ') else {
        return (None, line);
    };
    let time = std::str::from_utf8(&line[..blank]).ok().and_then(|time| time.parse().ok());
    (time, if time.is_some() { &line[blank + 1..] } else { line })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resumed_stream_repeats_no_lines() {
        let mut tail = Tail::default();
        assert_eq!(tail.resume(), None);
        let counts = tail.push(b"2026-11-23T06:00:00.1Z a\n2026-11-23T06:00:00.2Z b\n");
        assert_eq!(counts, (2, 0));
        assert_eq!(tail.resume().unwrap().to_string(), "2026-11-23T06:00:00.2Z");
        let counts = tail.push(b"2026-11-23T06:00:00.2Z b\n2026-11-23T06:00:00.30Z \n");
        assert_eq!(counts, (1, 0));
        assert_eq!(tail.push(b"2026-11-23T06:00:00.30Z same time\nno time"), (2, 0));
        assert_eq!(tail.text(false), b"a\nb\n\nsame time\nno time\n");
        assert!(tail.text(true).starts_with(b"2026-11-23T06:00:00.1Z a\n"));
    }

    #[test]
    fn a_full_tail_drops_its_first_lines() {
        let mut tail = Tail::default();
        let line = [b"2026-11-23T06:00:00Z ".as_slice(), &[b'x'; 1000], b"\n"].concat();
        let (mut added, mut dropped) = (0, 0);
        for _ in 0..5000 {
            let counts = tail.push(&line);
            (added, dropped) = (added + counts.0, dropped + counts.1);
            assert!(tail.text.len() <= MAX_BYTES);
        }
        assert_eq!(added, 5000);
        assert!(tail.is_cut());
        let left = tail.text(true).split(|byte| *byte == b'\n').count() - 1;
        assert_eq!(left, added - dropped);
    }
}
