//! Suggestions for flags that a command does not have.

use std::ffi::OsString;

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::Cli;

/// Adds to the failure of an unknown short flag the command's own flag that begins with its letter:
/// `--labels` for `find -l`.
pub(super) fn suggest(mut error: Error, words: &[OsString]) -> Error {
    let flag = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) if error.kind() == ErrorKind::UnknownArgument => flag,
        _ => return error,
    };
    if let Some(near) = letter(flag).and_then(|letter| near(letter, words)) {
        // The tip to pass it as a value would mislead.
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(Vec::new()));
        error.insert(ContextKind::SuggestedArg, ContextValue::String(format!("--{near}")));
    }
    error
}

/// Returns the letter of a short flag.
fn letter(flag: &str) -> Option<char> {
    let mut letters = flag.strip_prefix('-')?.chars();
    letters.next().filter(|letter| letter.is_ascii_alphabetic() && letters.next().is_none())
}

/// Returns the only flag of the command in these words that begins with a letter, besides those that all
/// commands have.
fn near(letter: char, words: &[OsString]) -> Option<String> {
    let mut whole = Cli::command();
    whole.build();
    let command = words.iter().find_map(|word| whole.find_subcommand(word))?;
    let own = command.get_arguments().filter(|argument| !argument.is_global_set());
    let flags = own.filter_map(|argument| argument.get_long());
    let mut flags = flags.filter(|flag| flag.starts_with(letter));
    flags.next().filter(|_| flags.next().is_none()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(words: &str) -> String {
        let words = ["kubewalk"].into_iter().chain(words.split_whitespace());
        Cli::read(words).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_short_flag_names_the_long_one_with_its_letter() {
        for (words, flag) in [
            ("find web -l", "--labels"),
            ("find -l app=web", "--labels"),
            ("logs po/db-0 -f", "--follow"),
            ("logs po/db-0 -p", "--previous"),
            ("--demo tree -r", "--related"),
        ] {
            let text = refusal(words);
            let tip = format!("tip: a similar argument exists: '{flag}'\n");
            assert!(text.contains(&tip) && !text.contains("as a value"), "{words}: {text}");
        }
    }

    #[test]
    fn a_flag_that_all_commands_have_is_not_suggested_for_its_letter() {
        for words in ["problems -l app=web", "find web -q", "get /api -z", "-z"] {
            assert!(!refusal(words).contains("similar"), "{words}: {}", refusal(words));
        }
    }
}
