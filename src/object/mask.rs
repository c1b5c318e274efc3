//! Masks for values that derive from a Secret: their size and a tag.

use std::collections::hash_map::{DefaultHasher, RandomState};
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What is hashed before a value, so that the tags are of no use elsewhere.
const LABEL: &[u8] = b"kubewalk digest v1\0";

/// Makes masks that show a length and a tag. Equal values have equal tags within a run; the tags of
/// two runs cannot be compared, unless they have the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masker {
    tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tags {
    Salted([u64; 2]),
    Keyed(DigestKey),
}

/// A key with which the masks of several runs can be compared. Without it, nobody can test guesses.
#[derive(Clone)]
pub struct DigestKey(Hmac<Sha256>);

impl DigestKey {
    /// The minimum length of a key, in bytes.
    pub const SHORTEST: usize = 16;

    /// Returns a key of these bytes; `None` if they are too few.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mac = Hmac::new_from_slice(bytes).ok()?;
        (bytes.len() >= Self::SHORTEST).then_some(Self(mac))
    }

    /// Returns the tag of a value: the first 16 hexadecimal digits of its HMAC.
    fn tag(&self, bytes: &[u8]) -> String {
        let mac = self.0.clone().chain_update(LABEL).chain_update(bytes);
        let digest = mac.finalize().into_bytes();
        let first = digest.first_chunk().copied().unwrap_or_default();
        format!("{:016x}", u64::from_be_bytes(first))
    }
}

/// Keys are equal if their tags are.
impl PartialEq for DigestKey {
    fn eq(&self, other: &Self) -> bool {
        self.tag(b"") == other.tag(b"")
    }
}

impl Eq for DigestKey {}

/// Hides the key.
impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey")
    }
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
        Self { tags: Tags::Salted(salt) }
    }

    /// Returns a masker whose tags are the same in all runs with that key.
    #[must_use]
    pub fn with_key(key: DigestKey) -> Self {
        Self { tags: Tags::Keyed(key) }
    }

    /// Returns the mask of a value: `‹12 bytes #1f3a5c›`.
    #[must_use]
    pub fn mask(&self, bytes: &[u8]) -> String {
        let tag = match &self.tags {
            Tags::Keyed(key) => key.tag(bytes),
            Tags::Salted([before, behind]) => {
                let mut hasher = DefaultHasher::new();
                hasher.write_u64(*before);
                hasher.write(bytes);
                hasher.write_u64(*behind);
                format!("{:06x}", hasher.finish() & 0xff_ffff)
            }
        };
        format!("‹{} #{tag}›", size(bytes.len()))
    }
}

/// Returns a number of bytes in words: `12 bytes`.
#[must_use]
pub fn size(bytes: usize) -> String {
    format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" })
}

impl Default for Masker {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tags_of_a_key_are_the_same_everywhere() {
        let key = DigestKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
        let masker = Masker::with_key(key);
        assert_eq!(masker.mask(b"hunter2"), "‹7 bytes #b8bf5589b79aae0c›");
        assert_eq!(masker.mask(b"hunter3"), "‹7 bytes #93ed321e46aba53d›");
    }

    #[test]
    fn a_short_key_is_refused_and_no_key_is_shown() {
        assert!(DigestKey::new(b"0123456789abcde").is_none());
        let key = DigestKey::new(b"0123456789abcdef").unwrap();
        assert_eq!(format!("{:?}", Masker::with_key(key)), "Masker { tags: Keyed(DigestKey) }");
    }
}
