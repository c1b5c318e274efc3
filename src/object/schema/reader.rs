//! Reading the schemas of an `OpenAPI` v3 document as it arrives: of the document, most of which are paths,
//! only `components.schemas` is kept.

use super::Schemas;

/// The longest key that is recognised, in bytes.
const LONGEST: usize = 16;

/// Keeps the value of `components.schemas` of a document.
#[derive(Debug)]
pub struct SchemaReader {
    limit: usize,
    kept: Vec<u8>,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The string that is read or was read last, if it may be a key.
    word: Vec<u8>,
    /// The keys at depth 1 and 2.
    keys: [Vec<u8>; 2],
    progress: Progress,
}

/// Where a reader is, relative to the schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Before,
    Within,
    Behind,
}

/// Why a document has no schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// The schemas are larger than the limit.
    TooLong,
    /// The document ended before its schemas, or has none.
    NotFound,
    /// The schemas are malformed.
    Malformed,
}

impl SchemaReader {
    /// Returns a reader that keeps at most `limit` bytes of schemas.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            kept: Vec::new(),
            depth: 0,
            in_string: false,
            escaped: false,
            word: Vec::new(),
            keys: [Vec::new(), Vec::new()],
            progress: Progress::Before,
        }
    }

    /// Reads the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if self.progress == Progress::Within && self.kept.len() <= self.limit {
                self.kept.push(byte);
            }
            if self.in_string {
                self.string(byte);
            } else {
                self.token(byte);
            }
        }
    }

    fn string(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_string = false,
            _ if self.depth <= 2 && self.word.len() < LONGEST => self.word.push(byte),
            _ => {}
        }
    }

    fn token(&mut self, byte: u8) {
        match byte {
            b'"' => {
                self.in_string = true;
                self.word.clear();
            }
            b':' if self.depth == 1 => {
                self.keys = [self.word.clone(), Vec::new()];
            }
            b':' if self.depth == 2 => self.keys[1].clone_from(&self.word),
            b'{' | b'[' => {
                let is_it = self.depth == 2
                    && self.keys[0] == b"components"
                    && self.keys[1] == b"schemas"
                    && byte == b'{';
                if is_it && self.progress == Progress::Before {
                    self.progress = Progress::Within;
                    self.kept = vec![byte];
                }
                self.depth += 1;
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 2 && self.progress == Progress::Within {
                    self.progress = Progress::Behind;
                }
            }
            _ => {}
        }
    }

    /// Parses what was kept.
    ///
    /// # Errors
    ///
    /// The document has no schemas, or they cannot be used.
    pub fn finish(self) -> Result<Schemas, Unread> {
        match self {
            _ if self.kept.len() > self.limit => Err(Unread::TooLong),
            _ if self.progress != Progress::Behind => Err(Unread::NotFound),
            _ => Schemas::parse(&self.kept).map_err(|_| Unread::Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"openapi":"3.0","paths":{"/a":{"components":{"schemas":{"x":1}},
        "text":"\"components\":{"}},"components":{"other":[1],"schemas":{"a.B":{"type":"object"},"c":{}},
        "last":{}}}"#;

    #[test]
    fn only_the_schemas_are_kept_however_the_document_is_cut() {
        for size in [1, 2, 7, 1_000] {
            let mut reader = SchemaReader::new(1_000);
            DOCUMENT.as_bytes().chunks(size).for_each(|chunk| reader.push(chunk));
            let schemas = reader.finish().unwrap();
            assert_eq!(schemas.len(), 2);
            assert!(schemas.get("a.B").is_some());
        }
    }

    #[test]
    fn a_document_whose_schemas_are_cut_or_too_long_is_refused() {
        let read = |text: &str, limit| {
            let mut reader = SchemaReader::new(limit);
            reader.push(text.as_bytes());
            reader.finish().map(|schemas| schemas.len())
        };
        let end = DOCUMENT.rfind("},").unwrap();
        assert_eq!(read(&DOCUMENT[..end], 1_000), Err(Unread::NotFound));
        // What follows the schemas is not needed.
        assert_eq!(read(&DOCUMENT[..=end], 1_000), Ok(2));
        assert_eq!(read(DOCUMENT, 10), Err(Unread::TooLong));
        for text in ["", "{", "}}}", "[]", "\"", "{\"components\":{\"schemas\":{1}}}"] {
            assert!(read(text, 1_000).is_err(), "{text}");
        }
    }
}
