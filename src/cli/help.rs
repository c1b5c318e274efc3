//! `kubewalk help`: the topics, and all options of a command. `--help` fits one screen.

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::Cli;
use crate::keymap::{BINDINGS, Keymap, Mode};
use crate::text::columns;
use crate::text::distance::distance;

/// What is printed for `kubewalk --help`.
pub(super) const SUMMARY: &str = include_str!("help/summary.txt");

/// The topics beside the commands.
pub const TOPICS: [&str; 5] = ["options", "keys", "locations", "selectors", "exit-codes"];

/// The width of the keys, in columns.
const KEYS: usize = 18;

/// The longest word that is never taken for a mistyped command.
const SHORT: usize = 3;

/// Prints a topic, all options of a command, or the summary if no word is given. Returns false if there is no
/// such topic or command.
///
/// # Errors
///
/// The output cannot be written.
pub fn print(word: Option<&str>, out: &mut impl Write) -> io::Result<bool> {
    match word {
        None => write!(out, "{SUMMARY}")?,
        Some("keys") => keys(out)?,
        Some("locations") => write!(out, "{}", include_str!("../../assets/help/locations.txt"))?,
        Some("selectors") => write!(out, "{}", include_str!("../../assets/help/selectors.txt"))?,
        Some("exit-codes") => write!(out, "{}", include_str!("../../assets/help/exit-codes.txt"))?,
        Some("options") => write!(out, "{}", whole().render_long_help())?,
        Some(word) => match of_command(word) {
            Some(mut command) => write!(out, "{}", command.render_long_help())?,
            None => return Ok(false),
        },
    }
    Ok(true)
}

/// Returns the definition of the command line, of which nothing is hidden.
#[must_use]
pub fn whole() -> Command {
    Cli::command().override_help(None::<&str>).mut_args(|option| option.hide_short_help(false))
}

/// Returns the failure of a word that is no topic and no command.
#[must_use]
pub fn unknown(word: &str) -> String {
    let commands = commands();
    let known = commands.iter().map(String::as_str).chain(TOPICS);
    let hint = nearest(word, known).map_or_else(
        || format!("The topics are {}, and every command", TOPICS.join(", ")),
        |near| format!("Did you mean kubewalk help {near}?"),
    );
    format!("there is no help about `{word}`. {hint}")
}

/// Returns the command that a word most likely is, with a typing mistake.
#[must_use]
pub fn mistyped(word: &str) -> Option<String> {
    if word.len() <= SHORT || word.contains(['/', '.']) {
        return None;
    }
    let commands = commands();
    nearest(word, commands.iter().map(String::as_str)).map(str::to_owned)
}

/// The known word that differs by one typing mistake; by two if the word is long.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = if word.len() > 7 { 2 } else { 1 };
    known
        .map(|known| (distance(word, known), known))
        .filter(|(distance, _)| (1..=most).contains(distance))
        .min()
        .map(|(_, known)| known)
}

fn commands() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// The command with the flags that all commands share.
fn of_command(name: &str) -> Option<Command> {
    let mut whole = Cli::command();
    whole.build();
    whole.find_subcommand(name).cloned()
}

/// Prints the manual page of a command, or that of kubewalk if none is given. Returns false if there is no
/// such command.
///
/// # Errors
///
/// The output cannot be written.
pub fn page(command: Option<&str>, out: &mut impl Write) -> io::Result<bool> {
    let page = command.map_or_else(|| Some(whole()), of_command);
    page.map_or(Ok(false), |page| Man::new(page).render(out).map(|()| true))
}

/// Writes the manual pages of kubewalk and of all commands into a directory.
///
/// # Errors
///
/// A file that cannot be written.
pub fn pages(directory: &Path) -> io::Result<()> {
    clap_mangen::generate_to(whole(), directory)
}

/// Prints the keys of all modes.
fn keys(out: &mut impl Write) -> io::Result<()> {
    let keymap = Keymap::default();
    for mode in Mode::ALL {
        let mut bindings = BINDINGS.iter().filter(|binding| binding.mode == mode).peekable();
        if bindings.peek().is_none() {
            continue;
        }
        writeln!(out, "{}", keymap.title(mode))?;
        for binding in bindings {
            let keys: Vec<String> = binding.chords.iter().map(ToString::to_string).collect();
            let keys = keys.join(" ");
            let fill = " ".repeat(KEYS.saturating_sub(columns(&keys)).max(1));
            writeln!(out, "  {keys}{fill}{}", binding.help)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "The settings rename them, see kubewalk config.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(word: &str) -> String {
        let mut out = Vec::new();
        assert!(print(Some(word), &mut out).unwrap(), "{word}");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_topic_and_every_command_has_a_help() {
        for word in TOPICS.into_iter().map(str::to_owned).chain(commands()) {
            assert!(printed(&word).lines().count() > 5, "{word}");
        }
        assert!(printed("get").contains("--token-file"));
        assert!(printed("options").contains("--token-file"));
        assert!(printed("keys").contains("  ctrl-z            Suspend"));
    }

    #[test]
    fn a_command_has_a_manual_page_of_its_own() {
        let mut out = Vec::new();
        assert!(page(Some("get"), &mut out).unwrap());
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(".TH kubewalk-get 1") && text.contains("token"), "{text}");
        assert!(!page(Some("gett"), &mut Vec::new()).unwrap());
    }

    #[test]
    fn the_summary_names_every_command_and_topic() {
        for word in commands().iter().map(String::as_str).chain(TOPICS) {
            assert!(SUMMARY.contains(word), "{word}");
        }
    }

    #[test]
    fn a_mistyped_command_is_recognised() {
        for (word, command) in [
            ("problem", Some("problems")),
            ("tre", None),
            ("treee", Some("tree")),
            ("explian", Some("explain")),
            ("downwards", Some("downward")),
            ("ambasador", Some("ambassador")),
            ("pods", None),
            ("nodes", None),
            ("jobs", None),
            ("roles", None),
            ("links.example.com", None),
        ] {
            assert_eq!(mistyped(word).as_deref(), command, "{word}");
        }
        assert!(unknown("key").ends_with("Did you mean kubewalk help keys?"));
        assert!(unknown("everything").contains("exit-codes"));
    }
}
