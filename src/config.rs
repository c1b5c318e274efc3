//! The settings of the user: the theme, the keys, and where to open. None is needed.

use std::fmt::Write as _;

use crate::handwritten::{self, Complaint, Setting};
use crate::keymap::{Action, BINDINGS, Binding, Chord, Keymap, Mode};

/// What a settings file says; what it leaves out is as without one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `auto`, the name of a theme, or a theme's file.
    pub theme: Option<String>,
    /// The words of the place to open at.
    pub location: Option<String>,
    /// The keys.
    pub keymap: Keymap,
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, in the order of its lines: what is no TOML, no setting, no mode,
    /// no action or no key, and keys that would mean two things.
    pub fn read(text: &str) -> Result<Self, Vec<Complaint>> {
        let (found, mut complaints) = handwritten::read(text);
        let mut settings = Self::default();
        let mut bound = Vec::new();
        for setting in &found {
            let path: Vec<&str> = setting.path.iter().map(String::as_str).collect();
            let taken = match path[..] {
                ["theme"] => setting.text().map(|name| settings.theme = Some(name.to_owned())),
                ["location"] => {
                    setting.text().map(|words| settings.location = Some(words.to_owned()))
                }
                ["keys", mode, action] => binding(setting, mode, action).and_then(|binding| {
                    let chords = chords(setting)?;
                    settings.keymap.rebind(binding.mode, binding.action, chords);
                    bound.push((binding.mode, binding.action, setting));
                    Ok(())
                }),
                _ => Err(setting.complain(format!(
                    "{} is no setting; there are theme, location and keys.MODE.ACTION",
                    setting.path.join(".")
                ))),
            };
            complaints.extend(taken.err());
        }
        complaints.extend(conflicts(&settings.keymap, &bound));
        complaints.sort_by_key(|complaint| complaint.line);
        if complaints.is_empty() { Ok(settings) } else { Err(complaints) }
    }

    /// A settings file that says what holds without one, each setting as a comment.
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
# The settings of kubewalk. None is needed, and each shows here what holds without it.
# They are read from $XDG_CONFIG_HOME/kubewalk/config.toml, else from
# ~/.config/kubewalk/config.toml, or from the file of --config.

# auto (by the terminal's background), dark, light, colour-blind, or the file of a theme.
# theme = \"auto\"

# Where to open at, in the words of the command line, such as \"po -n shop\".
# location = \"/\"

# The keys of each action: letters and signs as they are, enter, esc, tab, shift-tab, space, up,
# down, left, right, home, end, pgup, pgdn, backspace, insert, delete, F1, and ctrl- before a key.
# [] leaves an action without a key.
";

fn binding(setting: &Setting, mode: &str, action: &str) -> Result<&'static Binding, Complaint> {
    let known = Mode::ALL.into_iter().find(|known| known.name() == mode).ok_or_else(|| {
        let names = Mode::ALL.map(Mode::name).join(", ");
        setting.complain(format!("keys.{mode} is no mode; there are {names}"))
    })?;
    let mut of_mode = BINDINGS.iter().filter(|binding| binding.mode == known);
    of_mode.find(|binding| binding.action.name() == action).ok_or_else(|| {
        setting.complain(format!("{action} is no action in keys.{mode}; see kubewalk config"))
    })
}

fn chords(setting: &Setting) -> Result<Vec<Chord>, Complaint> {
    let texts = setting.texts.as_ref().ok_or_else(|| {
        setting.complain("keys are texts in quotes, such as \"enter\" or [\"j\", \"down\"]")
    })?;
    let read = |text: &String| text.parse().map_err(|what: String| setting.complain(what));
    texts.iter().map(read).collect()
}

/// The keys that mean two things, each told at the line that made it so.
fn conflicts(keymap: &Keymap, bound: &[(Mode, Action, &Setting)]) -> Vec<Complaint> {
    let told = keymap.conflicts().into_iter().filter_map(|conflict| {
        let (mode, chord, actions) = conflict;
        // The later line of a file is the one to mend.
        let set = bound.iter().rev().find(|(of, action, _)| {
            actions.contains(action) && (*of == mode || *of == Mode::Anywhere)
        });
        let (_, action, setting) = set?;
        let other = if actions[0] == *action { actions[1] } else { actions[0] };
        Some(setting.complain(format!(
            "{} already means {} in keys.{}",
            chord.name(),
            other.name(),
            mode.name()
        )))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    fn told(text: &str) -> Vec<String> {
        Settings::read(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_empty_file_and_the_default_one_change_nothing() {
        assert_eq!(Settings::read(""), Ok(Settings::default()));
        assert_eq!(Settings::read(&Settings::default_file()), Ok(Settings::default()));
    }

    #[test]
    fn the_default_file_says_what_holds_without_it() {
        let file: String = Settings::default_file()
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(setting) if setting.contains(" = [") => format!("{setting}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let settings = Settings::read(&file).unwrap();
        for binding in BINDINGS {
            assert_eq!(settings.keymap.chords(binding), binding.chords, "{:?}", binding.action);
        }
    }

    #[test]
    fn an_action_takes_the_keys_that_a_file_gives_it() {
        let file = "location = \"ns shop\"\n[keys.tree]\nopen = \"o\"\nload-all = []\n";
        let settings = Settings::read(file).unwrap();
        let press =
            |code| settings.keymap.action(Mode::Tree, KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(press(KeyCode::Char('o')), Some(Action::Open));
        assert_eq!(press(KeyCode::Enter), None);
        assert_eq!(press(KeyCode::Char('L')), None);
        assert_eq!(press(KeyCode::Char('j')), Some(Action::Down));
        assert_eq!(settings.location.as_deref(), Some("ns shop"));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_with_its_line() {
        let file = "colour = \"red\"\n[keys.tree]\nopen = \"j\"\nfly = \"x\"\nexpand = \"hyper-x\"\n\
                    [keys.forest]\nopen = \"o\"\n[keys.document]\nwrap = 3\n";
        let told = told(file);
        let starts = [
            "line 1: colour is no setting",
            "line 3: j already means down in keys.tree",
            "line 4: fly is no action in keys.tree",
            "line 5: `hyper-x` is no key",
            "line 7: keys.forest is no mode",
            "line 9: keys are texts in quotes",
        ];
        assert_eq!(told.len(), starts.len(), "{told:#?}");
        for (told, start) in told.iter().zip(starts) {
            assert!(told.starts_with(start), "{told}");
        }
    }

    #[test]
    fn two_actions_with_one_key_are_told_where_the_later_took_it() {
        let told = told("[keys.tree]\nopen = \"o\"\ntoggle = \"o\"\n");
        assert_eq!(told, ["line 3: o already means open in keys.tree"]);
    }
}
