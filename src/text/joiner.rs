//! Where joiners and variation selectors change what is drawn: in emoji sequences (UTS #51) and in
//! scripts that need them (UAX #31, section 2.3). Everywhere else they are invisible.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// The joiners in an emoji sequence. The longest recommended sequences, such as families, have 3.
const MAX_EMOJI_JOINERS: u8 = 3;

/// The characters before the next one, as far as joiners depend on them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context {
    /// The last character with a width.
    base: Option<char>,
    /// The last character.
    last: Option<char>,
    /// The joiners in the current emoji sequence.
    joiners: u8,
}

impl Context {
    /// Records a character that is drawn.
    pub(super) fn push(&mut self, c: char) {
        let continues = self.last == Some(JOINER) || c == JOINER || !has_width(c);
        if !continues {
            self.joiners = 0;
        }
        if c == JOINER {
            self.joiners += 1;
        }
        if has_width(c) && !self.is_modified_by(c) {
            self.base = Some(c);
        }
        self.last = Some(c);
    }

    /// True if `c` is a joiner or a variation selector that changes how the text before it or `next`
    /// is drawn.
    pub(super) fn allows(&self, c: char, next: Option<char>) -> bool {
        match c {
            EMOJI_STYLE => self.takes_emoji_style(next),
            // A wide emoji stays wide on terminals that do not know the selector.
            TEXT_STYLE => self.is_after_emoji() && self.last.is_some_and(|c| c.width() == Some(1)),
            JOINER => self.joins_emoji(next) || self.joins_letters(c, next),
            NON_JOINER => self.joins_letters(c, next),
            _ => false,
        }
    }

    /// True if `c` is a skin tone of the emoji before it, which then takes no columns of its own.
    pub(super) fn is_modified_by(&self, c: char) -> bool {
        is_skin_tone(c) && self.is_after_emoji()
    }

    /// True if `c` is a skin tone that has nothing to modify: a second one, or one without a base.
    pub(super) fn is_stray_skin_tone(&self, c: char) -> bool {
        is_skin_tone(c) && !self.is_after_emoji() && self.base.is_none_or(is_emoji)
    }

    /// True if the last character is an emoji, without modifiers.
    fn is_after_emoji(&self) -> bool {
        self.last == self.base && self.base.is_some_and(is_emoji)
    }

    fn takes_emoji_style(&self, next: Option<char>) -> bool {
        let is_keycap = matches!(self.last, Some('0'..='9' | '#' | '*')) && next == Some(KEYCAP);
        self.is_after_emoji() || is_keycap
    }

    fn joins_emoji(&self, next: Option<char>) -> bool {
        let ends_emoji = self.is_after_emoji()
            || self.base.is_some_and(is_emoji)
                && self.last.is_some_and(|last| last == EMOJI_STYLE || is_skin_tone(last));
        ends_emoji && self.joiners < MAX_EMOJI_JOINERS && next.is_some_and(is_emoji)
    }

    fn joins_letters(&self, joiner: char, next: Option<char>) -> bool {
        let Some(last) = self.last else { return false };
        let Some(script) = joining_script(last) else { return false };
        next.and_then(joining_script) == Some(script) || joiner == JOINER && is_virama(last)
    }
}

fn has_width(c: char) -> bool {
    c.width().unwrap_or(0) > 0
}

fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// True if a character is pictographic: the rules of segmentation keep it together with another
/// emoji behind a joiner.
fn is_emoji(c: char) -> bool {
    let sequence: String = [c, JOINER, '❤'].iter().collect();
    !c.is_ascii() && sequence.graphemes(true).count() == 1
}

/// Returns a number for the script of a letter or mark, if the script uses joiners: Arabic, Syriac,
/// Mongolian and the scripts of India.
fn joining_script(c: char) -> Option<u32> {
    let code = u32::from(c);
    let script = match code {
        0x600..=0x6ff | 0x750..=0x77f | 0x870..=0x8ff | 0xfb50..=0xfdff | 0xfe70..=0xfefe => 1,
        0x700..=0x74f => 2,
        0x1800..=0x18af => 3,
        // A block of 128 characters each.
        0x900..=0xdff => code >> 7,
        _ => return None,
    };
    (c.is_alphabetic() || !has_width(c)).then_some(script)
}

/// True for the sign that removes the vowel of an Indian consonant; a joiner after it asks for the
/// half form.
fn is_virama(c: char) -> bool {
    let code = u32::from(c);
    code == 0xdca || matches!(code, 0x900..=0xd7f) && code & 0x7f == 0x4d
}
