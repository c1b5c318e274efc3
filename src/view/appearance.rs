//! How the screen is drawn: the theme, and whether it has ASCII characters only.

use std::borrow::Cow;

use super::ascii;
use crate::theme::Theme;

/// How the screen is drawn.
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
