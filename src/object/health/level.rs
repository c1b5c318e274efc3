//! How healthy an object is, in five levels.

use serde::{Deserialize, Serialize};

/// How healthy an object or a row is, from the best to the worst.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Does its job, or has nothing to do. A reason of this level is a note.
    #[default]
    Ok,
    /// The data that would decide is missing, unreadable or forbidden.
    Unknown,
    /// Changes as expected, within the time allowed.
    Progressing,
    /// Works but is reduced, at risk or recently disturbed; or has been in progress for too long.
    Warning,
    /// Does not do its job and will not repair itself, or fails again and again.
    Broken,
}

impl Level {
    /// True if a person should look: warning or broken.
    #[must_use]
    pub fn needs_attention(self) -> bool {
        self >= Self::Warning
    }

    /// The mark of a row, one column wide.
    #[must_use]
    pub fn mark(self) -> char {
        match self {
            Self::Ok => ' ',
            Self::Unknown => '?',
            Self::Progressing => '◌',
            Self::Warning => '!',
            Self::Broken => '✗',
        }
    }

    /// The word for the level, such as `broken`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Progressing => "progressing",
            Self::Warning => "warning",
            Self::Broken => "broken",
        }
    }
}
