//! The last lines of a log, each behind its time, as far as there is room for them.

use jiff::Timestamp;

/// So many bytes are kept.
const KEPT: usize = 2 << 20;

/// The last lines of a log.
#[derive(Clone, Debug, Default)]
pub(in crate::app) struct Tail {
    text: Vec<u8>,
    /// The time of the last line.
    last: Option<Timestamp>,
    /// What comes up to this time was there before.
    known_until: Option<Timestamp>,
    is_cut: bool,
}

impl Tail {
    /// Appends whole lines. Gives how many were new, and how many of the first ones had to go.
    pub(in crate::app) fn push(&mut self, lines: &[u8]) -> (usize, usize) {
        let mut came = 0;
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
            came += 1;
        }
        (came, self.shorten())
    }

    /// Where a stream that was cut goes on; nothing before the first line.
    pub(in crate::app) fn resume(&mut self) -> Option<Timestamp> {
        self.known_until = self.last;
        self.last
    }

    /// The lines, with their times or without.
    pub(in crate::app) fn text(&self, timestamps: bool) -> Vec<u8> {
        if timestamps {
            return self.text.clone();
        }
        let lines = self.text.split_inclusive(|byte| *byte == b'\n');
        let mut text = Vec::with_capacity(self.text.len());
        lines.for_each(|line| text.extend_from_slice(split(line).1));
        text
    }

    /// Whether lines had to go.
    pub(in crate::app) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Lets the first lines go that there is no room for, and a quarter more, so that this is rare.
    fn shorten(&mut self) -> usize {
        if self.text.len() <= KEPT {
            return 0;
        }
        let least = self.text.len() - KEPT / 4 * 3;
        let end = self.text[least..].iter().position(|byte| *byte == b'\n');
        let end = end.map_or(self.text.len(), |end| least + end + 1);
        let lines = self.text.drain(..end).filter(|byte| *byte == b'\n').count();
        self.is_cut = true;
        lines
    }
}

/// The time that a line begins with, and the rest of it.
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
    fn a_stream_that_goes_on_repeats_nothing() {
        let mut tail = Tail::default();
        assert_eq!(tail.resume(), None);
        let came = tail.push(b"2026-11-23T06:00:00.1Z a\n2026-11-23T06:00:00.2Z b\n");
        assert_eq!(came, (2, 0));
        assert_eq!(tail.resume().unwrap().to_string(), "2026-11-23T06:00:00.2Z");
        let came = tail.push(b"2026-11-23T06:00:00.2Z b\n2026-11-23T06:00:00.30Z \n");
        assert_eq!(came, (1, 0));
        assert_eq!(tail.push(b"2026-11-23T06:00:00.30Z same time\nno time"), (2, 0));
        assert_eq!(tail.text(false), b"a\nb\n\nsame time\nno time\n");
        assert!(tail.text(true).starts_with(b"2026-11-23T06:00:00.1Z a\n"));
    }

    #[test]
    fn the_first_lines_go_where_there_is_no_room() {
        let mut tail = Tail::default();
        let line = [b"2026-11-23T06:00:00Z ".as_slice(), &[b'x'; 1000], b"\n"].concat();
        let (mut came, mut gone) = (0, 0);
        for _ in 0..5000 {
            let (more, less) = tail.push(&line);
            (came, gone) = (came + more, gone + less);
            assert!(tail.text.len() <= KEPT);
        }
        assert_eq!(came, 5000);
        assert!(tail.is_cut());
        let left = tail.text(true).split(|byte| *byte == b'\n').count() - 1;
        assert_eq!(left, came - gone);
    }
}
