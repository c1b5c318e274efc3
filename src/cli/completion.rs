//! Shell completion: contexts from the kubeconfig, namespaces and locations from the live server.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::time::Duration;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{CompleteEnv, Shells};

use super::{Cli, ConnectionArgs};
use crate::api::endpoint::{Environment, Options, contexts as contexts_of};
use crate::headless::{Access, complete};

/// The variable that the shell's script sets to request candidates.
const VARIABLE: &str = "KUBEWALK_COMPLETE";

/// The time limit for all requests of a completion.
const LIMIT: Duration = Duration::from_secs(2);

/// Returns the names of the supported shells.
#[must_use]
pub fn shells() -> Vec<&'static str> {
    Shells::builtins().names().collect()
}

/// Writes the completion script of a shell.
///
/// # Errors
///
/// An unknown shell, or an output that cannot be written.
pub fn script(shell: &str, out: &mut dyn Write) -> io::Result<()> {
    let shells = Shells::builtins();
    match shells.completer(shell) {
        Some(completer) => {
            completer.write_registration(VARIABLE, "kubewalk", "kubewalk", "kubewalk", out)
        }
        None => Err(io::Error::other(format!("{shell} is not a supported shell"))),
    }
}

/// Prints candidates and ends the program if a shell requested them.
pub fn answer() {
    CompleteEnv::with_factory(Cli::command).var(VARIABLE).complete();
}

/// Completes contexts of the kubeconfig.
pub(super) fn contexts(current: &OsStr) -> Vec<CompletionCandidate> {
    let (connection, _) = command_line();
    let options = Options { context: None, ..connection };
    candidates(current, contexts_of(&options, &Environment::from_process()))
}

/// Completes namespaces of the server.
pub(super) fn namespaces(current: &OsStr) -> Vec<CompletionCandidate> {
    let (options, _) = command_line();
    let options = Options { namespace: None, ..options };
    let found = fetch(&options, async |access| complete::namespaces(&access).await);
    candidates(current, found)
}

/// Completes locations.
pub(super) fn locations(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(last) = current.to_str() else { return Vec::new() };
    let (options, mut words) = command_line();
    if words.last().is_some_and(|word| word == last) {
        words.pop();
    }
    let found = fetch(&options, async |access| complete::locations(&access, &words, last).await);
    candidates(current, found)
}

fn candidates(current: &OsStr, found: Vec<String>) -> Vec<CompletionCandidate> {
    let current = current.to_string_lossy();
    let fitting = found.into_iter().filter(|word| word.starts_with(&*current));
    fitting.map(CompletionCandidate::new).collect()
}

/// Returns the connection and the words of the location on the command line. Errors in it are ignored,
/// since it is incomplete.
fn command_line() -> (Options, Vec<String>) {
    let arguments = std::env::args_os().skip_while(|word| word != "--").skip(1);
    parse(arguments.collect())
}

fn parse(arguments: Vec<OsString>) -> (Options, Vec<String>) {
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

/// Sends requests to the server. Returns nothing if it does not answer in time.
fn fetch(options: &Options, request: impl AsyncFnOnce(Access) -> Vec<String>) -> Vec<String> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Vec::new();
    };
    let answer = runtime.block_on(async {
        let requested = async {
            match Access::open(options, &Environment::from_process(), false).await {
                Ok(access) => request(access).await,
                Err(_) => Vec::new(),
            }
        };
        tokio::time::timeout(LIMIT, requested).await.unwrap_or_default()
    });
    // A name lookup may still run on a thread.
    runtime.shutdown_background();
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_of_an_incomplete_line_are_used() {
        let parse = |line: &str| parse(line.split(' ').map(OsString::from).collect());
        let (options, words) = parse("kubewalk --demo get po -n");
        assert!(options.demo);
        assert_eq!(words, ["po"]);
        let (options, words) = parse("kubewalk -s http://127.0.0.1:1 po d");
        assert_eq!(options.server.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(words, ["po", "d"]);
    }
}
