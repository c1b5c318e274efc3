//! The helps fit one screen of 80×24 and have examples; typing mistakes are answered with what was meant.

use clap::CommandFactory as _;
use kubewalk::cli::Cli;

use super::{Run, run};

fn help(arguments: &[&str]) -> String {
    let Run { out, err, code } = run(arguments);
    assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    out
}

fn commands() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Returns the arguments of the example in a line of a help; `None` if it is of another program.
fn example(line: &str) -> Option<Vec<String>> {
    let line = line.strip_prefix("  kubewalk ")?;
    let command = line.split("   ").next().unwrap().split([';', '|', '>']).next().unwrap().trim();
    Some(command.split(' ').map(|word| word.trim_matches('\'').to_owned()).collect())
}

#[test]
fn every_help_fits_80_columns_and_24_lines() {
    let commands = commands();
    let words = commands.iter().map(|command| vec![command.as_str(), "--help"]);
    for words in words.chain([vec!["--help"], vec!["-h"], vec!["get", "-h"], vec!["help"]]) {
        let text = help(&words);
        let lines = text.lines().count();
        assert!(lines <= 24, "{words:?} has {lines} lines\n{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{words:?}\n{text}");
    }
}

#[test]
fn every_help_has_examples_that_are_accepted() {
    for command in commands() {
        let text = help(&[&command, "--help"]);
        let called = format!("kubewalk {command}");
        assert!(text.lines().skip(4).any(|line| line.contains(&called)), "{command}\n{text}");
        for words in text.lines().filter_map(example) {
            let parsed = Cli::read([&["kubewalk".to_owned()], &words[..]].concat());
            assert!(parsed.is_ok(), "{words:?}: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn help_prints_topics_and_all_options_of_a_command() {
    for (word, part) in [
        ("options", "--certificate-authority <FILE>"),
        ("keys", "Show the keys"),
        ("locations", "deploy.apps"),
        ("selectors", "tier in (web, db)"),
        ("exit-codes", "nothing could be"),
        ("downward", "--certificate-authority <FILE>"),
    ] {
        assert!(help(&["help", word]).contains(part), "{word}");
    }
}

#[test]
fn the_selectors_of_the_help_are_accepted() {
    let text = help(&["help", "selectors"]);
    let examples: Vec<_> = text.lines().filter_map(example).collect();
    assert_eq!(examples.len(), 1);
    for words in examples {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--demo"]).collect();
        assert_eq!(run(&words).code, 0, "{words:?}");
    }
}

#[test]
fn an_unknown_topic_suggests_the_nearest() {
    let Run { err, code, .. } = run(&["help", "selector"]);
    assert_eq!(code, 2);
    assert!(err.contains("Did you mean kubewalk help selectors?"), "{err}");
}

#[test]
fn a_mistyped_flag_suggests_the_nearest() {
    for (words, flag) in [
        (&["--contxt", "x"][..], "--context"),
        (&["problems", "--all-namespace"], "--all-namespaces"),
    ] {
        let Run { err, code, .. } = run(words);
        assert_eq!(code, 2);
        assert!(err.contains(flag), "{err}");
    }
}

#[test]
fn a_mistyped_command_suggests_the_nearest_and_can_be_a_location() {
    let Run { err, code, .. } = run(&["problem", "-A", "--demo"]);
    assert_eq!(code, 2);
    assert!(err.contains("Did you mean `kubewalk problems`?"), "{err}");
    assert!(err.contains("kubewalk -- problem"), "{err}");
    assert_eq!(Cli::read(["kubewalk", "--demo", "--", "problem"]).unwrap().location, ["problem"]);
}
