//! The user's settings: the theme, the keys and the location to open. The file is optional.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use crate::keymap::{Action, BINDINGS, Binding, Chord, Conflict, Keymap, Mode};
use crate::settings_file::{self, Setting, SettingError};

/// The settings of a file. Settings that the file leaves out have their defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `auto`, the name of a theme, or the path of a theme file; `None` is `auto`.
    pub theme: Option<String>,
    /// The location to open, in the words of the command line.
    pub location: Option<String>,
    /// The width of the tree in percent of the screen; `None` follows what is shown.
    pub tree_width: Option<u16>,
    /// The keys.
    pub keymap: Keymap,
}

/// The widths that the tree can have, in percent of the screen.
pub const TREE_WIDTHS: RangeInclusive<u16> = 10..=90;

impl Settings {
    /// Parses the text of a settings file.
    ///
    /// # Errors
    ///
    /// All errors in the order of their lines: invalid TOML, unknown settings, modes, actions and
    /// keys, and keys to which the file gives two actions in one mode. A default loses its key to the file.
    pub fn parse(text: &str) -> Result<Self, Vec<SettingError>> {
        let (found, mut errors) = settings_file::parse(text);
        let mut settings = Self::default();
        let mut bound = Vec::new();
        for setting in &found {
            let path: Vec<&str> = setting.path.iter().map(String::as_str).collect();
            let result = match path[..] {
                ["theme"] => setting.text().map(|name| settings.theme = Some(name.to_owned())),
                ["location"] => {
                    setting.text().map(|words| settings.location = Some(words.to_owned()))
                }
                ["tree_width"] => {
                    tree_width(setting).map(|percent| settings.tree_width = Some(percent))
                }
                ["keys", mode, action] => binding(setting, mode, action).and_then(|binding| {
                    let chords = chords(setting)?;
                    settings.keymap.rebind(binding.mode, binding.action, chords);
                    bound.push((binding.mode, binding.action, setting));
                    Ok(())
                }),
                _ => Err(setting.error(format!(
                    "{} is not a setting; the settings are theme, location, \
                     tree_width and keys.MODE.ACTION",
                    setting.path.join(".")
                ))),
            };
            errors.extend(result.err());
        }
        settings.keymap.yield_defaults();
        errors.extend(conflicts(&settings.keymap, &bound));
        errors.sort_by_key(|error| error.line);
        if errors.is_empty() { Ok(settings) } else { Err(errors) }
    }

    /// Returns a settings file with every default as a comment.
    #[must_use]
    pub fn default_file() -> String {
        let mut file = HEAD.to_owned();
        for mode in Mode::ALL {
            // Writing to a String cannot fail.
            _ = writeln!(file, "\n[keys.{}]", mode.name());
            for binding in BINDINGS.iter().filter(|binding| binding.mode == mode) {
                let keys = binding.chords.iter().map(|chord| format!("{:?}", chord.name()));
                let keys = keys.collect::<Vec<_>>().join(", ");
                let line = format!("# {} = [{keys}]", binding.action.name());
                _ = writeln!(file, "{line:<40} # {}", binding.help);
            }
        }
        file
    }
}

const HEAD: &str = "\
# Settings of kubewalk. All are optional and shown here with their defaults. The file is
# $XDG_CONFIG_HOME/kubewalk/config.toml, or ~/.config/kubewalk/config.toml if the variable is not
# set, or the file given with --config.

# auto (by the terminal's background), dark, light, colour-blind, or the path of a theme file.
# theme = \"auto\"

# The location to open, in the words of the command line, such as \"po -n shop\".
# location = \"/\"

# The width of the tree, in percent of the screen: 10 to 90. Without it, the width follows what is shown.
# tree_width = 40

# The keys of each action: a single character, enter, esc, tab, shift-tab, space, up, down, left,
# right, home, end, pgup, pgdn, backspace, insert, delete or F1, with ctrl- in front where needed.
# [] disables an action.
";

fn tree_width(setting: &Setting) -> Result<u16, SettingError> {
    let percent = setting.number.and_then(|number| u16::try_from(number).ok());
    percent
        .filter(|percent| TREE_WIDTHS.contains(percent))
        .ok_or_else(|| setting.error("tree_width must be a number of percent from 10 to 90"))
}

fn binding(setting: &Setting, mode: &str, action: &str) -> Result<&'static Binding, SettingError> {
    let known = Mode::ALL.into_iter().find(|known| known.name() == mode).ok_or_else(|| {
        let names = Mode::ALL.map(Mode::name).join(", ");
        setting.error(format!("keys.{mode} is not a mode; the modes are {names}"))
    })?;
    let mut of_mode = BINDINGS.iter().filter(|binding| binding.mode == known);
    of_mode.find(|binding| binding.action.name() == action).ok_or_else(|| {
        setting.error(format!(
            "{action} is not an action in keys.{mode}; `kubewalk config` lists the actions"
        ))
    })
}

fn chords(setting: &Setting) -> Result<Vec<Chord>, SettingError> {
    let texts = setting.texts.as_ref().ok_or_else(|| {
        setting.error("keys must be strings in quotes, such as \"enter\" or [\"j\", \"down\"]")
    })?;
    let parse = |text: &String| text.parse().map_err(|message: String| setting.error(message));
    texts.iter().map(parse).collect()
}

/// Returns an error for each key to which the file gives two actions, at the later one of their lines.
fn conflicts(keymap: &Keymap, bound: &[(Mode, Action, &Setting)]) -> Vec<SettingError> {
    let both = |conflict: &Conflict| {
        let is_bound = |binding: &Binding| {
            bound.iter().any(|(mode, action, _)| (*mode, *action) == (binding.mode, binding.action))
        };
        conflict.bindings.into_iter().all(is_bound)
    };
    let errors = keymap.conflicts().into_iter().filter(both).filter_map(|conflict| {
        let Conflict { mode, chord, bindings } = conflict;
        let actions = bindings.map(|binding| binding.action);
        let set = bound.iter().rev().find(|(of, action, _)| {
            actions.contains(action) && (*of == mode || *of == Mode::Anywhere)
        });
        let (_, action, setting) = set?;
        let other = if actions[0] == *action { actions[1] } else { actions[0] };
        Some(setting.error(format!(
            "{} already has the action {} in keys.{}",
            chord.name(),
            other.name(),
            mode.name()
        )))
    });
    errors.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    fn errors(text: &str) -> Vec<String> {
        Settings::parse(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_empty_file_and_the_default_file_change_nothing() {
        assert_eq!(Settings::parse(""), Ok(Settings::default()));
        assert_eq!(Settings::parse(&Settings::default_file()), Ok(Settings::default()));
    }

    #[test]
    fn the_default_file_has_the_default_keys() {
        let file: String = Settings::default_file()
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(setting) if setting.contains(" = [") => format!("{setting}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let settings = Settings::parse(&file).unwrap();
        for binding in BINDINGS {
            assert_eq!(settings.keymap.chords(binding), binding.chords, "{:?}", binding.action);
        }
    }

    #[test]
    fn an_action_has_the_keys_of_the_file_and_no_others() {
        let file = "location = \"ns shop\"\n[keys.tree]\nopen = \"Z\"\nload-all = []\n";
        let settings = Settings::parse(file).unwrap();
        let press =
            |code| settings.keymap.action(Mode::Tree, KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(press(KeyCode::Char('Z')), Some(Action::Open));
        assert_eq!(press(KeyCode::Enter), None);
        assert_eq!(press(KeyCode::Char('L')), None);
        assert_eq!(press(KeyCode::Char('j')), Some(Action::Down));
        assert_eq!(settings.location.as_deref(), Some("ns shop"));
    }

    #[test]
    fn all_errors_of_a_file_are_reported_with_their_lines() {
        let file = "colour = \"red\"\n[keys.tree]\nopen = \"Z\"\nfly = \"x\"\nexpand = \"hyper-x\"\n\
                    toggle = \"Z\"\n[keys.forest]\nopen = \"o\"\n[keys.document]\nwrap = 3\n";
        let errors = errors(file);
        let starts = [
            "line 1: colour is not a setting",
            "line 4: fly is not an action in keys.tree",
            "line 5: `hyper-x` is not a key",
            "line 6: Z already has the action open in keys.tree",
            "line 8: keys.forest is not a mode",
            "line 10: keys must be strings in quotes",
        ];
        assert_eq!(errors.len(), starts.len(), "{errors:#?}");
        for (error, start) in errors.iter().zip(starts) {
            assert!(error.starts_with(start), "{error}");
        }
    }

    #[test]
    fn the_width_of_the_tree_is_a_number_of_percent() {
        assert_eq!(Settings::parse("tree_width = 40\n").unwrap().tree_width, Some(40));
        for wrong in ["5", "\"wide\"", "1.5", "-40"] {
            let errors = errors(&format!("tree_width = {wrong}\n"));
            let text = "line 1: tree_width must be a number of percent from 10 to 90";
            assert_eq!(errors, [text], "{wrong}");
        }
    }

    #[test]
    fn a_default_loses_its_key_to_the_file() {
        let file = "[keys.tree]\nopen = \"j\"\n[keys.anywhere]\nhelp = \"w\"\n[keys.document]\nsearch = \"T\"\n";
        let keymap = Settings::parse(file).unwrap().keymap;
        let press = |mode, code| keymap.action(mode, KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(press(Mode::Tree, KeyCode::Char('j')), Some(Action::Open));
        assert_eq!(press(Mode::Tree, KeyCode::Down), Some(Action::Down), "it keeps its other key");
        assert_eq!(press(Mode::Document, KeyCode::Char('j')), Some(Action::Down));
        // The document has w by default, and every pane T.
        assert_eq!(press(Mode::Document, KeyCode::Char('w')), Some(Action::Help));
        assert_eq!(press(Mode::Document, KeyCode::Char('T')), Some(Action::Search));
        assert_eq!(press(Mode::Tree, KeyCode::Char('T')), Some(Action::Trace));
    }

    #[test]
    fn two_actions_with_one_key_are_an_error_at_the_later_line() {
        let errors = errors("[keys.tree]\nopen = \"Z\"\ntoggle = \"Z\"\n");
        assert_eq!(errors, ["line 3: Z already has the action open in keys.tree"]);
    }
}
