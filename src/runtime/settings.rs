//! Reads the user's settings and theme. Nothing is ever written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::Settings;
use crate::settings_file::SettingError;
use crate::theme::Theme;

/// Why a file cannot be used, one line for each error in it.
pub type Errors = Vec<String>;

/// Reads the settings from the named file, else from `$XDG_CONFIG_HOME/kubewalk/config.toml`, else from
/// `~/.config/kubewalk/config.toml`; without a file they are the defaults. `variable` returns a
/// variable of the environment.
///
/// # Errors
///
/// The named file cannot be read, or a file has errors.
pub fn read(
    named: Option<&Path>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Settings, Errors> {
    let Some(file) = named.map(Path::to_owned).or_else(|| default_file(variable)) else {
        return Ok(Settings::default());
    };
    match fs::read_to_string(&file) {
        Ok(text) => Settings::parse(&text).map_err(|errors| in_file(&file, &errors)),
        // The default file is optional, and the home may be another user's.
        Err(error) if named.is_none() && is_absent(&error) => Ok(Settings::default()),
        Err(error) => Err(vec![format!("the settings {} cannot be read: {error}", file.display())]),
    }
}

/// Returns the theme of that name or file; `None` for `auto`.
///
/// # Errors
///
/// There is no such theme or file, or the file has errors.
pub fn theme(name: &str) -> Result<Option<Theme>, Errors> {
    if name == "auto" {
        return Ok(None);
    }
    if let Some(theme) = Theme::named(name) {
        return Ok(Some(theme));
    }
    let text = fs::read_to_string(name).map_err(|error| {
        let names = Theme::names().join(", ");
        vec![format!(
            "{name} is neither a theme nor a readable file ({error}); the themes are auto, {names}"
        )]
    })?;
    Theme::parse(&text).map(Some).map_err(|errors| in_file(Path::new(name), &errors))
}

/// Returns the path by the XDG base directory specification, where a relative path counts as unset.
fn default_file(variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let folder = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(config.join("kubewalk").join("config.toml"))
}

fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound, PermissionDenied};
    matches!(error.kind(), NotFound | NotADirectory | PermissionDenied)
}

fn in_file(file: &Path, errors: &[SettingError]) -> Errors {
    let file = file.display();
    errors.iter().map(|error| format!("{file}: {error}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_file_follows_xdg_and_is_optional() {
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
    fn a_named_file_must_exist_and_be_valid() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.toml");
        let errors = read(Some(&file), |_| None).unwrap_err();
        assert!(errors[0].contains("cannot be read"), "{errors:?}");
        fs::write(&file, "a = 1\nb = 2\n").unwrap();
        let errors = read(Some(&file), |_| None).unwrap_err();
        assert_eq!(errors.len(), 2);
        assert!(errors[1].contains("mine.toml: line 2: b is not a setting"), "{errors:?}");
    }

    #[test]
    fn a_theme_is_a_name_or_a_file() {
        assert_eq!(theme("auto"), Ok(None));
        assert_eq!(theme("light"), Ok(Theme::named("light")));
        assert!(theme("no such theme").unwrap_err()[0].contains("dark, light, colour-blind"));
    }
}
