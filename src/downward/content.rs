//! Bytes, with the parts of them that derive from a Secret.

use std::ops::Range;

use crate::object::mask::Masker;

/// The bytes of a value or of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The bytes as the container reads them.
    pub bytes: Vec<u8>,
    /// The byte ranges that derive from a Secret: ascending, not empty, not adjacent.
    pub secret: Vec<Range<usize>>,
}

impl Content {
    /// Returns bytes that derive from a Secret as a whole.
    #[must_use]
    pub fn secret(bytes: Vec<u8>) -> Self {
        let all = 0..bytes.len();
        Self { secret: if bytes.is_empty() { Vec::new() } else { vec![all] }, bytes }
    }

    /// Returns the text; `None` if the bytes are not UTF-8.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// Returns the bytes in pieces, each with true if it derives from a Secret. No piece is empty.
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

    /// Returns the text with masks in place of what derives from a Secret. Bytes of the rest that
    /// are not UTF-8 are replaced.
    #[must_use]
    pub fn masked(&self, masker: &Masker) -> String {
        self.pieces()
            .map(|(piece, is_secret)| {
                if is_secret {
                    masker.mask(piece)
                } else {
                    String::from_utf8_lossy(piece).into_owned()
                }
            })
            .collect()
    }

    /// Returns the bytes as a container gets them in its environment: each byte that is not part of
    /// UTF-8 becomes U+FFFD, as Go does with the strings of the container runtime's interface.
    pub(super) fn into_utf8(self) -> Self {
        if self.text().is_some() {
            return self;
        }
        let mut bytes = Vec::with_capacity(self.bytes.len());
        let mut starts = Vec::with_capacity(self.bytes.len() + 1);
        for chunk in self.bytes.utf8_chunks() {
            for byte in chunk.valid().bytes() {
                starts.push(bytes.len());
                bytes.push(byte);
            }
            for _ in chunk.invalid() {
                starts.push(bytes.len());
                bytes.extend_from_slice("\u{fffd}".as_bytes());
            }
        }
        starts.push(bytes.len());
        let moved = |part: &Range<usize>| starts[part.start]..starts[part.end];
        Self { secret: self.secret.iter().map(moved).collect(), bytes }
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
