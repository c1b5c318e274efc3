//! Finds the settings and the theme of the user on this machine. Nothing is ever written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::settings_file::SettingError;
use crate::theme::Theme;

/// What a file of the user's cannot be used for: a line each.
pub type Unusable = Vec<String>;

/// The settings: of the file that is named, else of `$XDG_CONFIG_HOME/kubewalk/config.toml`, else of
/// `~/.config/kubewalk/config.toml`, else none. `variable` gives a variable of the environment.
///
/// # Errors
///
/// A file that was named and cannot be read, and all that is wrong with what is in it.
pub fn read(
    named: Option<&Path>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Settings, Unusable> {
    let Some(file) = named.map(Path::to_owned).or_else(|| place(variable)) else {
        return Ok(Settings::default());
    };
    match fs::read_to_string(&file) {
        Ok(text) => Settings::parse(&text).map_err(|errors| told(&file, &errors)),
        // Where nobody named a file there need be none, and where home is not ours no right to it.
        Err(error) if named.is_none() && is_absent(&error) => Ok(Settings::default()),
        Err(error) => Err(vec![format!("the settings {} cannot be read: {error}", file.display())]),
    }
}

/// The theme of that name, or of that file; `None` for `auto`.
///
/// # Errors
///
/// Neither a theme nor a file that can be read, and all that is wrong with what is in it.
pub fn theme(name: &str) -> Result<Option<Theme>, Unusable> {
    if name == "auto" {
        return Ok(None);
    }
    if let Some(theme) = Theme::named(name) {
        return Ok(Some(theme));
    }
    let text = fs::read_to_string(name).map_err(|error| {
        let names = Theme::names().join(", ");
        vec![format!(
            "{name} is no theme, and no file that can be read ({error}); there are auto, {names}"
        )]
    })?;
    Theme::parse(&text).map(Some).map_err(|errors| told(Path::new(name), &errors))
}

/// The place of the XDG base directory specification. One that is not absolute counts as unset.
fn place(variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let folder = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(config.join("kubewalk").join("config.toml"))
}

fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
    matches!(error.kind(), NotFound | NotADirectory | PermissionDenied)
}

fn told(file: &Path, errors: &[SettingError]) -> Unusable {
    let file = file.display();
    errors.iter().map(|error| format!("{file}: {error}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_that_of_xdg_and_none_is_needed() {
        let home = tempfile::tempdir().unwrap();
        let at = home.path().to_str().unwrap().to_owned();
        let variable = |name: &str| (name == "HOME").then(|| at.clone());
        assert_eq!(read(None, variable), Ok(Settings::default()));
        assert_eq!(read(None, |_| None), Ok(Settings::default()));
        let folder = home.path().join(".config/kubewalk");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config.toml"), "theme = \"light\"").unwrap();
        assert_eq!(read(None, variable).unwrap().theme.as_deref(), Some("light"));
        let elsewhere = |name: &str| match name {
            "XDG_CONFIG_HOME" => Some(format!("{at}/none")),
            other => variable(other),
        };
        assert_eq!(read(None, elsewhere), Ok(Settings::default()));
    }

    #[test]
    fn a_file_that_was_named_must_be_there_and_right() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let told = read(Some(&file), |_| None).unwrap_err();
        assert!(told[0].contains("cannot be read"), "{told:?}");
        fs::write(&file, "a = 1\nb = 2\n").unwrap();
        let told = read(Some(&file), |_| None).unwrap_err();
        assert_eq!(told.len(), 2);
        assert!(told[1].contains("mine.toml: line 2: b is not a setting"), "{told:?}");
    }

    #[test]
    fn a_theme_is_a_name_or_a_file() {
        assert_eq!(theme("auto"), Ok(None));
        assert_eq!(theme("light"), Ok(Theme::named("light")));
        assert!(theme("no such theme").unwrap_err()[0].contains("dark, light, colour-blind"));
    }
}
