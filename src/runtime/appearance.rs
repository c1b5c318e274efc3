//! Chooses the appearance for the terminal that the program is started on.

use crate::theme::Theme;
use crate::view::Appearance;

/// The appearance at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartAppearance {
    /// The theme and the character set.
    pub appearance: Appearance,
    /// True if the theme depends on the background colour, which is requested from the terminal.
    pub asks_background: bool,
}

/// Chooses the appearance. `variable` returns a variable of the environment; `ascii` and `theme` are
/// the user's flags and settings.
///
/// There are no colours where the user (no-color.org) or the terminal wants none, or `TERM` is unset.
/// There is only ASCII where the terminal or the locale supports nothing else.
pub fn choose(
    variable: impl Fn(&str) -> Option<String>,
    ascii: bool,
    theme: Option<Theme>,
) -> StartAppearance {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let term = variable("TERM");
    let is_dumb = term.as_deref() == Some("dumb");
    // The Linux console reads UTF-8, but its fonts have few characters.
    let is_console = term.as_deref() == Some("linux");
    // As in setlocale(3), the first variable that is set decides.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    let plain = !has_colours(variable);
    let only_ascii = is_dumb || is_console || locale.is_some_and(|locale| !is_utf8(&locale));
    let background = variable("COLORFGBG").and_then(|colours| is_light(&colours));
    let by_background = if background == Some(true) { Theme::light() } else { Theme::default() };
    let coloured = theme.unwrap_or(by_background);
    let appearance = Appearance {
        theme: if plain { coloured.plain() } else { coloured },
        ascii: ascii || only_ascii,
    };
    let asks_background = theme.is_none() && background.is_none() && !plain && !is_console;
    StartAppearance { appearance, asks_background }
}

/// True if the terminal of these variables has colours and they are wanted.
pub fn has_colours(variable: impl Fn(&str) -> Option<String>) -> bool {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let term = variable("TERM");
    term.is_some_and(|term| term != "dumb") && variable("NO_COLOR").is_none()
}

/// Parses `15;0` as rxvt and Konsole set it: the last number is the background, and 7 and 9 to 15 are
/// light.
fn is_light(colours: &str) -> Option<bool> {
    let background: u8 = colours.rsplit(';').next()?.parse().ok()?;
    Some(matches!(background, 7 | 9..=15))
}

/// True if a locale has UTF-8, as `en_US.UTF-8` and `C.utf8`. Locales without a charset (`C`, `POSIX`,
/// `de_DE`) have an older one.
///
/// Most containers have no locale, but the terminal behind `kubectl exec` has UTF-8. So UTF-8 is the default,
/// and only a locale that is set is checked.
fn is_utf8(locale: &str) -> bool {
    let charset = locale.split_once('.').map_or("", |(_, charset)| charset);
    let charset = charset.split('@').next().unwrap_or_default();
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Appearance {
        let get = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        choose(get, false, None).appearance
    }

    #[test]
    fn a_locale_decides_about_ascii() {
        for (variables, ascii) in [
            (&[("LANG", "en_US.UTF-8")][..], false),
            (&[("LANG", "C.utf8")], false),
            (&[("LANG", "de_DE.utf8@euro")], false),
            (&[("LANG", "C")], true),
            (&[("LANG", "de_DE")], true),
            (&[("LANG", "de_DE.ISO-8859-1")], true),
            (&[("LC_ALL", "POSIX"), ("LANG", "en_US.UTF-8")], true),
            (&[("LC_ALL", ""), ("LC_CTYPE", "C.UTF-8"), ("LANG", "C")], false),
        ] {
            assert_eq!(with(variables).ascii, ascii, "{variables:?}");
        }
    }

    #[test]
    fn without_a_locale_all_characters_are_used() {
        let appearance = with(&[("TERM", "xterm")]);
        assert_eq!((appearance.ascii, appearance.theme), (false, Theme::default()));
    }

    #[test]
    fn a_limited_terminal_gets_no_colours_or_only_ascii() {
        for (term, ascii, plain) in [("dumb", true, true), ("linux", true, false)] {
            let appearance = with(&[("TERM", term), ("LANG", "C.UTF-8")]);
            let is_plain = appearance.theme == Theme::default().plain();
            assert_eq!((appearance.ascii, is_plain), (ascii, plain), "{term}");
        }
        let plain = Theme::default().plain();
        assert_eq!(with(&[]).theme, plain);
        assert_eq!(with(&[("TERM", "xterm"), ("NO_COLOR", "1")]).theme, plain);
        assert!(choose(|_| None, true, None).appearance.ascii);
    }

    #[test]
    fn the_background_chooses_the_theme_if_the_user_did_not() {
        let with = |colours: &'static str, theme| {
            let variable = move |name: &str| match name {
                "TERM" => Some("xterm".to_owned()),
                "COLORFGBG" => Some(colours.to_owned()),
                _ => None,
            };
            choose(variable, false, theme)
        };
        let light = with("0;15", None);
        assert_eq!((light.appearance.theme, light.asks_background), (Theme::light(), false));
        let dark = with("15;default;0", None);
        assert_eq!((dark.appearance.theme, dark.asks_background), (Theme::default(), false));
        assert!(with("", None).asks_background);
        let chosen = with("0;15", Theme::named("colour-blind"));
        assert_eq!(Some(chosen.appearance.theme), Theme::named("colour-blind"));
        assert!(!chosen.asks_background);
    }
}
