//! How things are drawn on the terminal that the program was started on.

use crate::theme::Theme;
use crate::view::Appearance;

/// How things are drawn to begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// How.
    pub look: Appearance,
    /// Whether the terminal is to be asked for its background, which chooses the theme.
    pub asks_background: bool,
}

/// Chooses how things are drawn. `variable` gives a variable of the environment; `ascii` and
/// `theme` are what the user asked for.
///
/// Without colours where the user (no-color.org) or the terminal wants none; where `TERM` is not
/// set nothing promises them either. Only ASCII where the terminal or the locale has nothing else.
pub fn choose(
    variable: impl Fn(&str) -> Option<String>,
    ascii: bool,
    theme: Option<Theme>,
) -> Chosen {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let term = variable("TERM");
    let is_dumb = term.as_deref() == Some("dumb");
    // The console of Linux speaks UTF-8, but its fonts have few signs.
    let is_console = term.as_deref() == Some("linux");
    // As in setlocale(3), the first of them that is set decides.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    let plain = is_dumb || term.is_none() || variable("NO_COLOR").is_some();
    let only_ascii = is_dumb || is_console || locale.is_some_and(|locale| !is_utf8(&locale));
    let background = variable("COLORFGBG").and_then(|colours| is_light(&colours));
    let by_background = if background == Some(true) { Theme::light() } else { Theme::default() };
    let coloured = theme.unwrap_or(by_background);
    let look = Appearance {
        theme: if plain { coloured.plain() } else { coloured },
        ascii: ascii || only_ascii,
    };
    let asks_background = theme.is_none() && background.is_none() && !plain && !is_console;
    Chosen { look, asks_background }
}

/// Reads `15;0` as rxvt and Konsole set it: the last of them is the background, 7 and 15 are light.
fn is_light(colours: &str) -> Option<bool> {
    let background: u8 = colours.rsplit(';').next()?.parse().ok()?;
    Some(matches!(background, 7 | 9..=15))
}

/// Whether a locale that was chosen has UTF-8: `en_US.UTF-8`, `C.utf8`. Those that name no charset
/// (`C`, `POSIX`, `de_DE`) have an older one.
///
/// No locale at all is no choice, and never comes here: so it is in nearly every container, and
/// what `kubectl exec` connects to it is a terminal on somebody's desk, which has UTF-8.
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
        choose(get, false, None).look
    }

    #[test]
    fn a_locale_that_was_chosen_decides() {
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
    fn a_pod_without_a_locale_gets_all_signs() {
        let look = with(&[("TERM", "xterm")]);
        assert_eq!((look.ascii, look.theme), (false, Theme::default()));
    }

    #[test]
    fn a_terminal_that_can_do_little_is_asked_for_little() {
        for (term, ascii, plain) in [("dumb", true, true), ("linux", true, false)] {
            let look = with(&[("TERM", term), ("LANG", "C.UTF-8")]);
            let is_plain = look.theme == Theme::default().plain();
            assert_eq!((look.ascii, is_plain), (ascii, plain), "{term}");
        }
        let plain = Theme::default().plain();
        assert_eq!(with(&[]).theme, plain);
        assert_eq!(with(&[("TERM", "xterm"), ("NO_COLOR", "1")]).theme, plain);
        assert!(choose(|_| None, true, None).look.ascii);
    }

    #[test]
    fn the_background_chooses_the_theme_where_nobody_did() {
        let with = |colours: &'static str, theme| {
            let variable = move |name: &str| match name {
                "TERM" => Some("xterm".to_owned()),
                "COLORFGBG" => Some(colours.to_owned()),
                _ => None,
            };
            choose(variable, false, theme)
        };
        let light = with("0;15", None);
        assert_eq!((light.look.theme, light.asks_background), (Theme::light(), false));
        let dark = with("15;default;0", None);
        assert_eq!((dark.look.theme, dark.asks_background), (Theme::default(), false));
        assert!(with("", None).asks_background);
        let chosen = with("0;15", Theme::named("colour-blind"));
        assert_eq!(Some(chosen.look.theme), Theme::named("colour-blind"));
        assert!(!chosen.asks_background);
    }
}
