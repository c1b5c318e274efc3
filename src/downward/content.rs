//! Bytes with the knowledge of which of them come from a Secret.

use std::ops::Range;

/// The bytes of a value or of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// As the container reads them.
    pub bytes: Vec<u8>,
    /// The parts that derive from a Secret: ascending, not empty, apart from each other.
    pub secret: Vec<Range<usize>>,
}

impl Content {
    /// What came from a Secret, wholly.
    #[must_use]
    pub fn secret(bytes: Vec<u8>) -> Self {
        let all = 0..bytes.len();
        Self { secret: if bytes.is_empty() { Vec::new() } else { vec![all] }, bytes }
    }

    /// The text, where the bytes are UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// The bytes in pieces, each with whether it derives from a Secret. No piece is empty.
    pub fn pieces(&self) -> impl Iterator<Item = (&[u8], bool)> {
        let mut cuts = vec![0];
        cuts.extend(self.secret.iter().flat_map(|part| [part.start, part.end]));
        cuts.push(self.bytes.len());
        let pieces: Vec<_> = cuts.windows(2).map(|cut| cut[0]..cut[1]).enumerate().collect();
        pieces
            .into_iter()
            .map(|(at, piece)| (self.bytes.get(piece).unwrap_or_default(), at % 2 == 1))
            .filter(|(piece, _)| !piece.is_empty())
    }

    pub(super) fn push(&mut self, more: &Self) {
        let offset = self.bytes.len();
        self.bytes.extend_from_slice(&more.bytes);
        for part in &more.secret {
            let part = part.start + offset..part.end + offset;
            match self.secret.last_mut() {
                Some(last) if last.end == part.start => last.end = part.end,
                _ => self.secret.push(part),
            }
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), secret: Vec::new() }
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self { bytes: text.into_bytes(), secret: Vec::new() }
    }
}
