//! The command line.

mod ambassador;
mod command;
pub mod completion;
mod connection;
mod demo;
mod diff;
mod downward;
mod examples;
mod explain;
mod find;
mod flags;
pub mod help;
mod links;
mod logs;
mod problems;
mod recording;
mod report;
mod selection;
mod shared;
mod units;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{Error, ErrorKind};
use clap::{ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser};

use clap_complete::engine::ArgValueCompleter;

pub use ambassador::Ambassador;
pub use command::{Command, Output};
pub use connection::ConnectionArgs;
pub use demo::Demo;
pub use diff::Diff;
pub use downward::{Downward, KubeletAnnotations};
pub use explain::Explain;
pub use find::Find;
pub use links::Links;
pub use logs::Logs;
pub use problems::Problems;
pub use recording::Recording;
pub use report::Report;
pub use selection::Selection;

/// Walk a Kubernetes API server from the terminal, and see what a pod's containers see.
#[derive(Debug, Parser)]
#[command(name = "kubewalk", version, override_help = help::SUMMARY, after_help = examples::SCREEN,
          max_term_width = 80, disable_help_flag = true, disable_help_subcommand = true)]
pub struct Cli {
    /// Print help that fits one screen
    #[arg(short, long, action = ArgAction::HelpShort, global = true)]
    help: Option<bool>,
    /// Where to open: an API path, or a location such as `po/db-0`, `deploy.apps`, `batch`, `ns shop`
    #[arg(add = ArgValueCompleter::new(completion::locations))]
    pub location: Vec<String>,
    /// The objects of a collection.
    #[command(flatten)]
    pub selection: Selection,
    /// How to connect.
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// A command without a screen; `None` opens the screen.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of the screen.
    #[command(flatten)]
    pub screen: Screen,
    /// How the demo or a recording is shown.
    #[command(flatten)]
    pub shown: Demo,
    /// The recording.
    #[command(flatten)]
    pub recording: Recording,
    /// Append a log of requests, without answer bodies, to this file
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        hide_short_help = true,
        help_heading = "Terminal and log"
    )]
    pub log_file: Option<PathBuf>,
}

/// The appearance and the keys of the screen.
#[derive(Args, Debug)]
#[command(next_help_heading = "Terminal and log")]
pub struct Screen {
    /// Draw with ASCII characters only; the default if the locale or TERM supports no others
    #[arg(long)]
    pub ascii: bool,
    /// Do not use the mouse
    #[arg(long)]
    pub no_mouse: bool,
    /// auto (from the terminal's background), dark, light, colour-blind, or the file of a theme
    #[arg(long, value_name = "THEME")]
    pub theme: Option<String>,
    /// The settings file to use instead of ~/.config/kubewalk/config.toml; see `kubewalk config`
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Cli {
    /// Parses the arguments, which begin with the program's name.
    ///
    /// # Errors
    ///
    /// Invalid arguments. The texts of help and version are errors as well.
    pub fn read<I, T>(arguments: I) -> Result<Self, Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString>,
    {
        let words: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        let has_separator = words.iter().any(|word| word == "--");
        let mut cli = Self::parsed(&words).map_err(|error| flags::suggest(error, &words))?;
        cli.connection.demo |= cli.shown.tour;
        if let (None, Some(word), false) = (&cli.command, cli.location.first(), has_separator)
            && let Some(meant) = help::mistyped(word)
        {
            let message = format!(
                "`{word}` is no command. Did you mean `kubewalk {meant}`?\n\nTo open a location of that \
                 name: kubewalk -- {word}"
            );
            return Err(Self::command().error(ErrorKind::InvalidSubcommand, message));
        }
        if cli.recording.record.is_some() && matches!(cli.command, Some(Command::Report(_))) {
            let message = "--record cannot be used with report, whose file is a recording";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        let files =
            matches!(&cli.command, Some(Command::Downward(options)) if !options.file.is_empty());
        if cli.recording.record.is_some()
            && (cli.connection.demo || cli.connection.replay.is_some())
        {
            let message = "--record cannot be used with a recording, which has no new exchanges";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        match cli.connection.contradiction(files) {
            // Clap does not check conflicts between flags before and after a subcommand.
            Some((one, other)) => {
                let message = format!("{one} cannot be used with {other}: each chooses a server");
                Err(Self::command().error(ErrorKind::ArgumentConflict, message))
            }
            None => Ok(cli),
        }
    }

    fn parsed(words: &[OsString]) -> Result<Self, Error> {
        let mut definition = Self::command();
        if !words.iter().any(|word| definition.find_subcommand(word).is_some()) {
            // Clap copies each global flag to every command, even if none of them is run.
            definition = definition.mut_args(|flag| flag.global(false));
        }
        let mut matches = definition.try_get_matches_from_mut(words)?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut definition))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::api::endpoint::Options;

    fn parse(words: &str) -> Result<Cli, clap::Error> {
        Cli::read(["kubewalk"].into_iter().chain(words.split_whitespace()))
    }

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_size_of_answers_is_limited_by_a_flag() {
        let cli = parse("--demo tree --max-response 1MiB").unwrap();
        assert_eq!(Options::from(cli.connection).max_response, Some(1 << 20));
    }

    #[test]
    fn a_location_may_have_several_words_between_flags() {
        let cli = parse("po/db-0 -n shop").unwrap();
        assert_eq!(cli.location, ["po/db-0"]);
        assert_eq!(cli.connection.namespace.as_deref(), Some("shop"));
        assert_eq!(cli.connection.request_timeout, Duration::from_secs(30));
        assert_eq!(parse("--demo ns shop").unwrap().location, ["ns", "shop"]);
        assert_eq!(parse("/apis/batch/v1/jobs").unwrap().location, ["/apis/batch/v1/jobs"]);
    }

    #[test]
    fn connection_flags_may_precede_or_follow_a_command() {
        for words in ["--demo get po db-0 -n shop -o raw", "get po db-0 -o raw --demo -n shop"] {
            let cli = parse(words).unwrap();
            assert!(cli.connection.demo);
            assert_eq!(cli.connection.namespace.as_deref(), Some("shop"));
            let Some(Command::Get { location, output, .. }) = cli.command else {
                panic!("{words}")
            };
            assert_eq!((location.join(" ").as_str(), output), ("po db-0", Output::Raw));
        }
        let Some(Command::Tree { depth, .. }) = parse("tree /apis --depth 3").unwrap().command
        else {
            panic!()
        };
        assert_eq!(depth, 3);
    }

    #[test]
    fn conflicting_and_invalid_flags_are_refused() {
        for words in [
            "--demo --replay x.har",
            "-s http://x --context y",
            "--borrow-token --context y",
            "--demo get /api -s http://x",
            "--demo --record x.har",
            "report bug.har.gz --record x.har",
            "--replay y.har get /api --record x.har",
            "--record-secrets",
            "--request-timeout soon",
            "--fly",
            "get",
            "get /api -o xml",
            "tree --depth -1",
            "downward",
            "downward db-0 -o files=",
            "downward db-0 -o text=x",
            "downward -f pod.yaml --demo",
        ] {
            assert_eq!(parse(words).unwrap_err().exit_code(), 2, "{words}");
        }
    }
}
