//! Roles and the styles that they have. The themes are files of `assets/themes`.

use std::str::FromStr as _;
use std::sync::LazyLock;

use ratatui::style::{Color, Modifier, Style};

use crate::handwritten::{self, Complaint};

/// What a piece of text is, never how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Text of second rank: hints, cells, punctuation.
    Dim,
    /// A heading or a title.
    Title,
    /// The border of a pane without the focus.
    Border,
    /// The border of the pane that has the focus.
    Focus,
    /// The selected row or line.
    Selection,
    /// The selected row of a pane without the focus.
    SelectionElsewhere,
    /// A key to press.
    Key,
    /// Something healthy, or live.
    Good,
    /// Something to look at: stale, old, not asked.
    Warning,
    /// Something that failed.
    Error,
    /// The key of a map in a document.
    MapKey,
    /// A string in a document.
    String,
    /// A number in a document.
    Number,
    /// `true`, `false`, `null`.
    Literal,
    /// What is masked.
    Masked,
    /// A search match.
    Match,
    /// Lines that belong to what is chosen in another pane.
    Linked,
}

impl Role {
    /// All roles, in the order in which they are declared.
    pub const ALL: [Self; 18] = [
        Self::Text,
        Self::Dim,
        Self::Title,
        Self::Border,
        Self::Focus,
        Self::Selection,
        Self::SelectionElsewhere,
        Self::Key,
        Self::Good,
        Self::Warning,
        Self::Error,
        Self::MapKey,
        Self::String,
        Self::Number,
        Self::Literal,
        Self::Masked,
        Self::Match,
        Self::Linked,
    ];

    /// The name of a role in a theme's file, such as `map-key`.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| handwritten::kebab(&format!("{role:?}")) == name)
    }
}

/// The styles of all roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    styles: &'static Styles,
    is_plain: bool,
}

type Styles = [Style; Role::ALL.len()];

/// The themes of the program by their names.
const NAMED: [(&str, &str); 3] = [
    ("dark", include_str!("../assets/themes/dark.toml")),
    ("light", include_str!("../assets/themes/light.toml")),
    ("colour-blind", include_str!("../assets/themes/colour-blind.toml")),
];

/// Their styles. What a role is in the dark one, it is wherever a theme does not name it.
static STYLES: LazyLock<[Styles; 3]> = LazyLock::new(|| {
    let dark = with([Style::new(); Role::ALL.len()], NAMED[0].1).0;
    NAMED.map(|(_, text)| with(dark, text).0)
});

/// The dark one, which needs no more than the colours that every terminal has.
impl Default for Theme {
    fn default() -> Self {
        Self { styles: &STYLES[0], is_plain: false }
    }
}

impl Theme {
    /// The names of the themes that are part of the program.
    #[must_use]
    pub fn names() -> [&'static str; 3] {
        NAMED.map(|(name, _)| name)
    }

    /// The theme of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let at = NAMED.iter().position(|(known, _)| *known == name)?;
        Some(Self { styles: &STYLES[at], is_plain: false })
    }

    /// The one for a light background.
    #[must_use]
    pub fn light() -> Self {
        Self { styles: &STYLES[1], is_plain: false }
    }

    /// Reads a theme's file: `role = "cyan bold"`. A role that it leaves out is as in the dark one.
    /// A program has one theme, so what is read here is kept for good.
    ///
    /// # Errors
    ///
    /// All that is no role and no style.
    pub fn read(text: &str) -> Result<Self, Vec<Complaint>> {
        let (styles, complaints) = with(STYLES[0], text);
        if complaints.is_empty() {
            Ok(Self { styles: Box::leak(Box::new(styles)), is_plain: false })
        } else {
            Err(complaints)
        }
    }

    /// The same without any colour: modifiers alone carry the meaning (`NO_COLOR`, `TERM=dumb`).
    #[must_use]
    pub fn plain(self) -> Self {
        Self { is_plain: true, ..self }
    }

    /// The style of a role.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        let style = self.styles[role as usize];
        if self.is_plain { Style { fg: None, bg: None, ..style } } else { style }
    }
}

/// The styles with those that a theme's file names, and what is wrong with it.
fn with(mut styles: Styles, text: &str) -> (Styles, Vec<Complaint>) {
    let (settings, mut complaints) = handwritten::read(text);
    for setting in settings {
        let name = setting.path.join(".");
        let read = setting.text().and_then(|text| style(text).map_err(|e| setting.complain(e)));
        match (Role::named(&name), read) {
            (None, _) => complaints.push(setting.complain(format!("{name} is no role"))),
            (_, Err(complaint)) => complaints.push(complaint),
            (Some(role), Ok(style)) => styles[role as usize] = style,
        }
    }
    (styles, complaints)
}

/// Reads `cyan bold`, `#ff8700 on black`, `208`, `reversed`; nothing is the terminal's own style.
fn style(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut is_behind = false;
    for word in text.split_whitespace() {
        style = match word {
            "on" => {
                is_behind = true;
                continue;
            }
            "bold" => style.add_modifier(Modifier::BOLD),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underlined" => style.add_modifier(Modifier::UNDERLINED),
            "reversed" => style.add_modifier(Modifier::REVERSED),
            word => {
                let color = Color::from_str(word).map_err(|_| {
                    format!(
                        "`{word}` is no style; write a colour such as cyan, dark-gray, 208 or \
                         #ff8700, on and a colour, bold, italic, underlined or reversed"
                    )
                })?;
                if std::mem::take(&mut is_behind) { style.bg(color) } else { style.fg(color) }
            }
        };
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_of_the_program_is_whole() {
        for (name, text) in NAMED {
            assert_eq!(Theme::read(text).unwrap(), Theme::named(name).unwrap(), "{name}");
            let (settings, _) = handwritten::read(text);
            assert_eq!(settings.len(), Role::ALL.len(), "{name}");
        }
    }

    #[test]
    fn without_colours_what_carries_meaning_keeps_a_modifier() {
        for name in Theme::names() {
            let plain = Theme::named(name).unwrap().plain();
            for role in Role::ALL {
                assert_eq!((plain.style(role).fg, plain.style(role).bg), (None, None), "{role:?}");
            }
            for role in [Role::Selection, Role::SelectionElsewhere, Role::Error, Role::Match] {
                assert!(!plain.style(role).add_modifier.is_empty(), "{name} {role:?}");
            }
        }
    }

    #[test]
    fn a_file_of_ones_own_changes_what_it_names_and_tells_all_that_is_wrong() {
        let theme = Theme::read("error = \"#ff8700 on black bold\"").unwrap();
        let error = theme.style(Role::Error);
        assert_eq!((error.fg, error.bg), (Some(Color::Rgb(255, 135, 0)), Some(Color::Black)));
        assert_eq!(theme.style(Role::Good), Theme::default().style(Role::Good));
        let complaints = Theme::read("errror = \"red\"\nkey = \"reddish\"\ndim = 4\n").unwrap_err();
        let told: Vec<_> = complaints.iter().map(ToString::to_string).collect();
        assert!(told[0].starts_with("line 1: errror is no role"), "{told:?}");
        assert!(told[1].starts_with("line 2: `reddish` is no style"), "{told:?}");
        assert!(told[2].starts_with("line 3: dim is a text in quotes"), "{told:?}");
    }
}
