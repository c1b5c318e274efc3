//! Masks for values that derive from a Secret.

use std::collections::hash_map::{DefaultHasher, RandomState};
use std::hash::{BuildHasher as _, Hasher as _};

use super::content::Content;

/// Makes masks that show a length and a tag. Equal values have equal tags within a run; the tags of
/// two runs cannot be compared.
#[derive(Clone, Debug)]
pub struct Masker {
    salt: [u64; 2],
}

impl Masker {
    /// Returns a masker with a random salt: one for the whole run.
    #[must_use]
    pub fn new() -> Self {
        let random = RandomState::new();
        Self::with_salt([random.hash_one(0), random.hash_one(1)])
    }

    /// Returns a masker whose tags are always the same, for tests that compare screens.
    #[must_use]
    pub fn with_salt(salt: [u64; 2]) -> Self {
        Self { salt }
    }

    /// Returns the mask of a value: `‹12 bytes #1f3a5c›`.
    #[must_use]
    pub fn mask(&self, bytes: &[u8]) -> String {
        let mut hasher = DefaultHasher::new();
        hasher.write_u64(self.salt[0]);
        hasher.write(bytes);
        hasher.write_u64(self.salt[1]);
        let plural = if bytes.len() == 1 { "" } else { "s" };
        format!("‹{} byte{plural} #{:06x}›", bytes.len(), hasher.finish() & 0xff_ffff)
    }

    /// Returns the text with masks in place of what derives from a Secret. Bytes of the rest that
    /// are not UTF-8 are replaced.
    #[must_use]
    pub fn masked(&self, content: &Content) -> String {
        content
            .pieces()
            .map(|(piece, is_secret)| {
                if is_secret {
                    self.mask(piece)
                } else {
                    String::from_utf8_lossy(piece).into_owned()
                }
            })
            .collect()
    }
}

impl Default for Masker {
    fn default() -> Self {
        Self::new()
    }
}
