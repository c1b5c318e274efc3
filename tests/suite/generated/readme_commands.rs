//! Every command of the README: those of kubewalk run on the demo, or are understood if they open the
//! screen; others are programs that the README may name.

use std::fs;
use std::path::Path;

use kubewalk::cli::Cli;

use crate::support::machine::binary;

/// The programs that commands of the README may begin with, besides kubewalk.
const OTHERS: [&str; 4] = ["cargo", "kubectl", "podman", "RUSTFLAGS=\"-C"];

/// The lines of the README that begin with a prompt, without it and without their comments.
fn commands() -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let lines = readme.lines().filter_map(|line| line.strip_prefix("$ "));
    lines.map(|line| line.split(" #").next().unwrap().trim().to_owned()).collect()
}

/// Returns the words of a command of kubewalk in a line, such as that in `source <(kubewalk …)`.
fn words(line: &str) -> Option<Vec<String>> {
    let (_, rest) = line.split_once("kubewalk")?;
    let begins = line.starts_with("kubewalk") || line.starts_with("source <(kubewalk");
    let rest = rest.split(['|', ')']).next()?;
    // The README quotes words with single quotes only.
    let words = rest.split_whitespace().map(|word| word.trim_matches('\'').to_owned());
    begins.then(|| words.collect())
}

#[test]
fn every_command_of_the_readme_is_understood() {
    let all = commands();
    assert!(all.len() > 20, "{all:?}");
    for line in all {
        let Some(words) = words(&line) else {
            let program = line.split(' ').next().unwrap();
            assert!(OTHERS.contains(&program), "{line}");
            continue;
        };
        let parsed = Cli::read(["kubewalk".to_owned()].into_iter().chain(words));
        assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
    }
}

#[test]
fn every_command_of_the_readme_without_a_screen_runs() {
    let folder = tempfile::tempdir().unwrap();
    let web = binary(&["get", "deploy/gateway", "-n", "payments", "--demo"]).output().unwrap();
    fs::write(folder.path().join("web.yaml"), web.stdout).unwrap();
    let mut ran = 0;
    for line in commands() {
        let Some(words) = words(&line) else { continue };
        let parsed = Cli::read(["kubewalk".to_owned()].into_iter().chain(words.clone())).unwrap();
        if parsed.command.is_none() {
            continue;
        }
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        let needs_server = !["completion", "man", "config", "help"].contains(&words[0]);
        words.extend(needs_server.then_some("--demo"));
        let output = binary(&words).current_dir(folder.path()).output().unwrap();
        let code = output.status.code().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        // 1: a difference; 3: problems, which the demo has.
        assert!(matches!(code, 0 | 1 | 3), "{line}: {code}\n{errors}");
        let is_failure = code == 1 && words[0] != "diff";
        assert!(!is_failure, "{line}: {code}\n{errors}");
        assert!(
            !output.stdout.is_empty() || words[0] == "diff",
            "{line}: nothing was printed\n{errors}"
        );
        ran += 1;
    }
    assert!(ran >= 14, "{ran}");
}
