//! How things are drawn: the theme, and whether only ASCII is.

use std::borrow::Cow;

use super::ascii;
use crate::theme::Theme;

/// How things are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appearance {
    /// The styles.
    pub theme: Theme,
    /// True if only ASCII is drawn.
    pub ascii: bool,
}

impl Appearance {
    /// Returns a text that names keys by their signs, or by their words if only ASCII is drawn.
    pub(crate) fn words(self, text: &str) -> Cow<'_, str> {
        if self.ascii { ascii::words(text) } else { text.into() }
    }
}
