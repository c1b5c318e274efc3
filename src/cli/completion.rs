//! Completion by the shell: contexts, namespaces and locations come from the live server.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::time::Duration;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};

use super::{Cli, ConnectionArgs};
use crate::api::endpoint::{Environment, Options, contexts as contexts_of};
use crate::headless::{Access, complete};

/// Set by the shell's script while it asks for candidates.
const VARIABLE: &str = "KUBEWALK_COMPLETE";

/// Nobody waits longer for a candidate.
const LIMIT: Duration = Duration::from_secs(2);

/// The shells that there is a script for.
#[must_use]
pub fn shells() -> Vec<&'static str> {
    Shells::builtins().names().collect()
}

/// Writes the script that a shell is to read at its start.
///
/// # Errors
///
/// An output that cannot be written.
pub fn script(shell: &str, out: &mut dyn Write) -> io::Result<()> {
    let shells = Shells::builtins();
    match shells.completer(shell) {
        Some(completer) => {
            completer.write_registration(VARIABLE, "kubewalk", "kubewalk", "kubewalk", out)
        }
        None => Err(io::Error::other(format!("{shell} is no shell that is known here"))),
    }
}

/// Answers the shell and ends the program, where this is what it was started for.
pub fn answer() {
    CompleteEnv::with_factory(Cli::command).var(VARIABLE).complete();
}

/// The contexts of the kubeconfig.
pub(super) fn contexts(current: &OsStr) -> Vec<CompletionCandidate> {
    let (connection, _) = typed();
    let options = Options { context: None, ..connection };
    candidates(current, contexts_of(&options, &Environment::from_process()))
}

/// The namespaces of the server.
pub(super) fn namespaces(current: &OsStr) -> Vec<CompletionCandidate> {
    let (options, _) = typed();
    let options = Options { namespace: None, ..options };
    let found = ask(&options, async |access| complete::namespaces(&access).await);
    candidates(current, found)
}

/// The places that a location can go on to.
pub(super) fn locations(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(last) = current.to_str() else { return Vec::new() };
    let (options, mut words) = typed();
    if words.last().is_some_and(|word| word == last) {
        words.pop();
    }
    let found = ask(&options, async |access| complete::locations(&access, &words, last).await);
    candidates(current, found)
}

fn candidates(current: &OsStr, found: Vec<String>) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let fitting = found.into_iter().filter(|word| word.starts_with(&*current));
    fitting.map(CompletionCandidate::new).collect()
}

/// What the line says so far of the server and of the location. It is not finished, so whatever is
/// wrong with it is let pass.
fn typed() -> (Options, Vec<String>) {
    let arguments = std::env::args_os().skip_while(|word| word != "--").skip(1);
    read(arguments.collect())
}

fn read(arguments: Vec<OsString>) -> (Options, Vec<String>) {
    let command = Cli::command().ignore_errors(true);
    let Ok(matches) = command.try_get_matches_from(arguments) else { return Default::default() };
    let inner = matches.subcommand().map_or(&matches, |(_, inner)| inner);
    let options = ConnectionArgs::from_arg_matches(inner).map(Options::from).unwrap_or_default();
    (options, words(inner))
}

fn words(matches: &ArgMatches) -> Vec<String> {
    let of = |name| matches.try_get_many::<String>(name).ok().flatten();
    of("location").into_iter().flatten().cloned().collect()
}

/// Asks the server; nothing comes of one that cannot be reached in time.
fn ask(options: &Options, question: impl AsyncFnOnce(Access) -> Vec<String>) -> Vec<String> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Vec::new();
    };
    let answer = runtime.block_on(async {
        let asked = async {
            match Access::open(options, &Environment::from_process(), false).await {
                Ok(access) => question(access).await,
                Err(_) => Vec::new(),
            }
        };
        tokio::time::timeout(LIMIT, asked).await.unwrap_or_default()
    });
    // A lookup of a name may still be running on a thread of its own.
    runtime.shutdown_background();
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_not_finished_says_what_it_can() {
        let read = |line: &str| read(line.split(' ').map(OsString::from).collect());
        let (options, words) = read("kubewalk --demo get po -n");
        assert!(options.demo);
        assert_eq!(words, ["po"]);
        let (options, words) = read("kubewalk -s http://127.0.0.1:1 po d");
        assert_eq!(options.server.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(words, ["po", "d"]);
    }
}
