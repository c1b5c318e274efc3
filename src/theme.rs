//! Roles and their styles. The built-in themes are the files of `assets/themes`.

use std::str::FromStr as _;
use std::sync::LazyLock;

use ratatui::style::{Color, Modifier, Style};

use crate::settings_file::{self, SettingError};
use crate::text::sgr::{AnsiColour, Graphics};

/// What a piece of text means. A theme gives each role a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Secondary text: hints, cells, punctuation.
    Dim,
    /// A heading or a title.
    Title,
    /// The border of an unfocused pane.
    Border,
    /// The border of the focused pane.
    Focus,
    /// The selected row or line of the focused pane.
    Selection,
    /// The selected row of an unfocused pane.
    SelectionElsewhere,
    /// A key to press.
    Key,
    /// Something healthy, or live.
    Good,
    /// Something to look at: stale, old, not loaded.
    Warning,
    /// Something that failed.
    Error,
    /// A map key in a document.
    MapKey,
    /// A string in a document.
    String,
    /// A number in a document.
    Number,
    /// `true`, `false` or `null` in a document.
    Literal,
    /// A masked value.
    Masked,
    /// A search match.
    Match,
    /// Lines that belong to the selected row of another pane.
    Linked,
}

impl Role {
    /// All roles, in the order of their declaration.
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

    /// Returns the name in a theme file, such as `map-key`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Dim => "dim",
            Self::Title => "title",
            Self::Border => "border",
            Self::Focus => "focus",
            Self::Selection => "selection",
            Self::SelectionElsewhere => "selection-elsewhere",
            Self::Key => "key",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::MapKey => "map-key",
            Self::String => "string",
            Self::Number => "number",
            Self::Literal => "literal",
            Self::Masked => "masked",
            Self::Match => "match",
            Self::Linked => "linked",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A style for every role. Cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    styles: &'static Styles,
    is_plain: bool,
}

type Styles = [Style; Role::ALL.len()];

/// The built-in themes: their names and files.
const NAMED: [(&str, &str); 3] = [
    ("dark", include_str!("../assets/themes/dark.toml")),
    ("light", include_str!("../assets/themes/light.toml")),
    ("colour-blind", include_str!("../assets/themes/colour-blind.toml")),
];

/// The styles of the built-in themes. A program uses one or two of them.
static STYLES: [LazyLock<Styles>; 3] =
    [LazyLock::new(|| built_in(0)), LazyLock::new(|| built_in(1)), LazyLock::new(|| built_in(2))];

fn built_in(at: usize) -> Styles {
    with([Style::new(); Role::ALL.len()], NAMED[at].1).0
}

/// The dark theme, which uses only the 16 colours of every terminal.
impl Default for Theme {
    fn default() -> Self {
        Self { styles: &STYLES[0], is_plain: false }
    }
}

impl Theme {
    /// Returns the names of the built-in themes.
    #[must_use]
    pub fn names() -> [&'static str; 3] {
        NAMED.map(|(name, _)| name)
    }

    /// Returns the built-in theme with that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let at = NAMED.iter().position(|(known, _)| *known == name)?;
        Some(Self { styles: &STYLES[at], is_plain: false })
    }

    /// Returns the theme for a light background.
    #[must_use]
    pub fn light() -> Self {
        Self { styles: &STYLES[1], is_plain: false }
    }

    /// Parses a theme file with lines such as `error = "red bold"`. A role that the file leaves out has
    /// the style of the dark theme. The styles are leaked: a program reads one theme.
    ///
    /// # Errors
    ///
    /// All errors in the order of their lines: invalid TOML, unknown roles and unknown styles.
    pub fn parse(text: &str) -> Result<Self, Vec<SettingError>> {
        let (styles, errors) = with(*STYLES[0], text);
        if errors.is_empty() {
            Ok(Self { styles: Box::leak(Box::new(styles)), is_plain: false })
        } else {
            Err(errors)
        }
    }

    /// Returns the theme without colours, for `NO_COLOR` and `TERM=dumb`: only modifiers are left.
    #[must_use]
    pub fn plain(self) -> Self {
        Self { is_plain: true, ..self }
    }

    /// Returns the style of a role.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        let style = self.styles[role as usize];
        if self.is_plain { Style { fg: None, bg: None, ..style } } else { style }
    }

    /// Returns the style of a program's output. Text that its colours would hide, black on the
    /// terminal's background or in the colour of its own background, gets others.
    #[must_use]
    pub fn output(self, graphics: Graphics) -> Style {
        let style = Style::new().add_modifier(graphics.modifiers);
        if self.is_plain {
            return style;
        }
        let foreground = graphics.foreground.map(colour);
        let background = graphics.background.map(colour).filter(|bg| Some(*bg) != foreground);
        let foreground = match (foreground, background) {
            (Some(Color::Black), None) => Some(Color::DarkGray),
            (foreground, _) => foreground,
        };
        Style { fg: foreground, bg: background, ..style }
    }
}

/// The 16 named colours of a terminal, in the order of the palette.
const NAMED_COLOURS: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

fn colour(colour: AnsiColour) -> Color {
    match colour {
        AnsiColour::Indexed(index) => {
            NAMED_COLOURS.get(usize::from(index)).copied().unwrap_or(Color::Indexed(index))
        }
        AnsiColour::Rgb(red, green, blue) => Color::Rgb(red, green, blue),
    }
}

/// Replaces the styles that a theme file names. Returns the errors of the file too.
fn with(mut styles: Styles, text: &str) -> (Styles, Vec<SettingError>) {
    let (settings, mut errors) = settings_file::parse(text);
    for setting in settings {
        let name = setting.path.join(".");
        let parsed = setting.text().and_then(|text| style(text).map_err(|e| setting.error(e)));
        match (Role::named(&name), parsed) {
            (None, _) => errors.push(setting.error(format!("{name} is not a role"))),
            (_, Err(error)) => errors.push(error),
            (Some(role), Ok(style)) => styles[role as usize] = style,
        }
    }
    (styles, errors)
}

/// Parses `cyan bold`, `#ff8700 on black`, `208` or `reversed`. An empty text is the terminal's own
/// style.
fn style(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut is_background = false;
    for word in text.split_whitespace() {
        style = match word {
            "on" => {
                is_background = true;
                continue;
            }
            "bold" => style.add_modifier(Modifier::BOLD),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underlined" => style.add_modifier(Modifier::UNDERLINED),
            "reversed" => style.add_modifier(Modifier::REVERSED),
            word => {
                let color = Color::from_str(word).map_err(|_| {
                    format!(
                        "`{word}` is not a style; write a colour such as cyan, dark-gray, 208 or \
                         #ff8700, `on` and a colour, bold, italic, underlined or reversed"
                    )
                })?;
                if std::mem::take(&mut is_background) { style.bg(color) } else { style.fg(color) }
            }
        };
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_names_every_role() {
        for (name, text) in NAMED {
            assert_eq!(Theme::parse(text).unwrap(), Theme::named(name).unwrap(), "{name}");
            let (settings, _) = settings_file::parse(text);
            assert_eq!(settings.len(), Role::ALL.len(), "{name}");
        }
    }

    #[test]
    fn without_colours_important_roles_keep_a_modifier() {
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
    fn colours_of_output_are_those_of_the_terminal_and_hide_nothing() {
        let style = |foreground: Option<u8>, background: Option<u8>| {
            let [foreground, background] =
                [foreground, background].map(|c| c.map(AnsiColour::Indexed));
            let graphics = Graphics { foreground, background, ..Graphics::default() };
            let style = Theme::default().output(graphics);
            assert_eq!(Theme::default().plain().output(graphics), Style::new());
            (style.fg, style.bg)
        };
        assert_eq!(style(Some(1), None), (Some(Color::Red), None));
        assert_eq!(style(Some(15), Some(4)), (Some(Color::White), Some(Color::Blue)));
        assert_eq!(style(Some(208), None), (Some(Color::Indexed(208)), None));
        assert_eq!(style(Some(0), None), (Some(Color::DarkGray), None));
        assert_eq!(style(Some(0), Some(3)), (Some(Color::Black), Some(Color::Yellow)));
        assert_eq!(style(Some(1), Some(1)), (Some(Color::Red), None));
    }

    #[test]
    fn a_theme_file_changes_only_the_roles_it_names() {
        let theme = Theme::parse("error = \"#ff8700 on black bold\"").unwrap();
        let error = theme.style(Role::Error);
        assert_eq!((error.fg, error.bg), (Some(Color::Rgb(255, 135, 0)), Some(Color::Black)));
        assert_eq!(theme.style(Role::Good), Theme::default().style(Role::Good));
    }

    #[test]
    fn all_errors_of_a_theme_file_are_reported_with_their_lines() {
        let errors = Theme::parse("errror = \"red\"\nkey = \"reddish\"\ndim = 4\n").unwrap_err();
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert!(errors[0].starts_with("line 1: errror is not a role"), "{errors:?}");
        assert!(errors[1].starts_with("line 2: `reddish` is not a style"), "{errors:?}");
        assert!(errors[2].starts_with("line 3: dim must be a string in quotes"), "{errors:?}");
    }
}
