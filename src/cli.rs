//! The command line.

mod ambassador;
pub mod completion;
mod demo;
mod diff;
mod downward;
mod examples;
mod explain;
mod find;
pub mod help;
mod links;
mod logs;
mod problems;
mod recording;
mod report;
mod selection;
mod units;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::error::{Error, ErrorKind};
use clap::{ArgAction, Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

use clap_complete::engine::ArgValueCompleter;

use crate::api::endpoint::{Flags, Options};
use crate::document::Format;
use crate::k8s::names::Namespace;
pub use ambassador::Ambassador;
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
use units::{parse_duration, parse_size};

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

/// The server and the credentials. By default: the kubeconfig, then a proxy on 127.0.0.1:8001; inside
/// a pod `KUBECONFIG`, the proxy, the service account, the kubeconfig.
#[derive(Args, Debug)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionArgs {
    /// The kubeconfig context to use
    #[arg(long, value_name = "NAME", global = true, hide_short_help = true,
          add = ArgValueCompleter::new(completion::contexts))]
    pub context: Option<String>,
    /// The kubeconfig file to use instead of KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub kubeconfig: Option<PathBuf>,
    /// The URL of the server, used without credentials: http, https, or unix with a socket path
    #[arg(short, long, value_name = "URL", global = true, hide_short_help = true)]
    pub server: Option<String>,
    /// Impersonate this user
    #[arg(long = "as", value_name = "USER", global = true, hide_short_help = true)]
    pub impersonate: Option<String>,
    /// Impersonate this group; may be repeated, needs --as
    #[arg(
        long = "as-group",
        value_name = "GROUP",
        global = true,
        hide_short_help = true,
        requires = "impersonate"
    )]
    pub impersonate_groups: Vec<String>,
    /// Use the bearer token in this file, which is read again when it changes; only over https
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub token_file: Option<PathBuf>,
    /// Trust only the certificate authorities in this PEM file
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub certificate_authority: Option<PathBuf>,
    /// Do not verify the server's certificate. Others may then read everything, including the token
    #[arg(long, global = true, hide_short_help = true, conflicts_with = "certificate_authority")]
    pub insecure_skip_tls_verify: bool,
    /// Use the service account token of another container in this pod, read through its processes;
    /// for ephemeral containers, which have no token
    #[arg(long, global = true, hide_short_help = true)]
    pub borrow_token: bool,
    /// The namespace to work in
    #[arg(short, long, value_name = "NS", global = true, hide_short_help = true,
          add = ArgValueCompleter::new(completion::namespaces))]
    pub namespace: Option<String>,
    /// The timeout of each request except watches: 500ms, 30s, 1m; 0 disables it
    #[arg(long, value_name = "DURATION", global = true, hide_short_help = true, default_value = "30s",
          value_parser = parse_duration)]
    pub request_timeout: Duration,
    /// The maximum size of an answer: 64KiB, 8MiB, 1GiB, or bytes. `get` has no limit
    #[arg(long, value_name = "SIZE", global = true, hide_short_help = true, default_value = "8MiB",
          value_parser = parse_size)]
    pub max_response: usize,
    /// Walk the embedded recording of a cluster
    #[arg(long, global = true, hide_short_help = true)]
    pub demo: bool,
    /// Walk a recording: a HAR 1.2 file, may be gzipped
    #[arg(long, value_name = "FILE", global = true, hide_short_help = true)]
    pub replay: Option<PathBuf>,
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

/// A command that prints to stdout.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the answer of one path
    #[command(after_help = examples::GET)]
    Get {
        /// An API path, or a location such as po/db-0
        #[arg(required = true, add = ArgValueCompleter::new(completion::locations))]
        location: Vec<String>,
        /// The objects of a collection.
        #[command(flatten)]
        selection: Selection,
        /// yaml (default), json, or raw: unchanged
        ///
        /// The format for JSON; other answers are printed unchanged
        #[arg(
            short,
            long,
            value_enum,
            default_value = "yaml",
            hide_default_value = true,
            hide_possible_values = true
        )]
        output: Output,
        /// Who set each line of an object, and when
        ///
        /// With -o json, it is a list of paths and managers
        #[arg(long)]
        managers: bool,
    },
    /// Print a path and its children, one per line: path, tab, row
    #[command(after_help = examples::TREE)]
    Tree {
        /// An API path, or a location such as batch; by default the root
        #[arg(add = ArgValueCompleter::new(completion::locations))]
        location: Vec<String>,
        /// The objects of the collection.
        #[command(flatten)]
        selection: Selection,
        /// The number of levels below the path
        #[arg(long, value_name = "N", default_value = "1")]
        depth: usize,
        /// Also what belongs to each object
        ///
        /// Owners, owned objects, pods, users, bindings, events
        #[arg(long)]
        related: bool,
    },
    /// Print what the containers of a pod see: environment, files and process
    #[command(after_help = examples::DOWNWARD)]
    Downward(Downward),
    /// Print the server and why it was chosen, its version, the user and the rights
    #[command(after_help = examples::INFO)]
    Info {
        /// A location: also print whether its resource may be listed
        location: Vec<String>,
    },
    /// Print what an object refers to, a line for each field
    #[command(after_help = examples::LINKS)]
    Links(Links),
    /// Print the logs of a pod, a workload or a Service, merged by time
    #[command(after_help = examples::LOGS)]
    Logs(Logs),
    /// Print what is broken and why, a line for each problem
    ///
    /// The exit code is 3 if there are any
    #[command(after_help = examples::PROBLEMS)]
    Problems(Problems),
    /// Print the objects with a name, of all kinds, one per line
    #[command(after_help = examples::FIND)]
    Find(Find),
    /// Print how two objects differ
    ///
    /// The exit code is 0 if they do not, 1 if they do, 2 in case of trouble
    #[command(after_help = examples::DIFF)]
    Diff(Diff),
    /// Print what a kind or a field means, from the server's schemas
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// Serve the API read-only for others on this machine or in this pod
    ///
    /// GET, HEAD and self-subject reviews are forwarded with the credentials of kubewalk, and everything
    /// else is refused
    #[command(after_help = examples::AMBASSADOR)]
    Ambassador(Ambassador),
    /// Write a file for a bug report, after showing what is inside
    ///
    /// It has the version, the terminal, how kubewalk is connected, without addresses and names, and the
    /// requests and answers of the location, redacted as by --record
    #[command(after_help = examples::REPORT)]
    Report(Report),
    /// Print a settings file with the defaults
    #[command(after_help = examples::CONFIG)]
    Config,
    /// Print the completion script of a shell
    #[command(after_help = examples::COMPLETION)]
    Completion {
        /// The shell
        #[arg(value_parser = PossibleValuesParser::new(completion::shells()))]
        shell: String,
    },
    /// Print a manual page
    #[command(after_help = examples::MAN)]
    Man {
        /// The command whose page is printed, instead of that of kubewalk
        command: Option<String>,
        /// Write the pages of kubewalk and of all commands into this directory
        #[arg(long, value_name = "DIRECTORY", conflicts_with = "command")]
        all: Option<PathBuf>,
    },
    /// Print a topic, or all options of a command
    #[command(after_help = examples::HELP)]
    Help {
        /// A command, or one of options, keys, locations, selectors and exit-codes
        word: Option<String>,
    },
}

/// The formats in which `get` prints JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// YAML
    Yaml,
    /// Indented JSON
    Json,
    /// Unchanged bytes
    Raw,
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
        let mut cli = Self::try_parse_from(words)?;
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
}

impl ConnectionArgs {
    /// Returns two flags that choose different servers, or a server and files. A context and a
    /// kubeconfig may be combined.
    fn contradiction(&self, files: bool) -> Option<(&'static str, &'static str)> {
        let kubeconfig = match (&self.context, &self.kubeconfig) {
            (Some(_), _) => Some("--context"),
            (None, file) => file.as_ref().map(|_| "--kubeconfig"),
        };
        let choices = [
            files.then_some("--file"),
            self.demo.then_some("--demo"),
            self.replay.as_ref().map(|_| "--replay"),
            self.server.as_ref().map(|_| "--server"),
            self.borrow_token.then_some("--borrow-token"),
            kubeconfig,
        ];
        let mut given = choices.into_iter().flatten();
        given.next().zip(given.next())
    }
}

impl From<ConnectionArgs> for Options {
    fn from(connection: ConnectionArgs) -> Self {
        Self {
            context: connection.context,
            kubeconfig: connection.kubeconfig,
            server: connection.server,
            borrow_token: connection.borrow_token,
            namespace: connection.namespace.as_deref().map(Namespace::new),
            request_timeout: Some(connection.request_timeout).filter(|limit| !limit.is_zero()),
            max_response: Some(connection.max_response),
            demo: connection.demo,
            replay: connection.replay,
            still: false,
            flags: Flags {
                impersonate: connection.impersonate,
                impersonate_groups: connection.impersonate_groups,
                token_file: connection.token_file,
                certificate_authority: connection.certificate_authority,
                insecure_skip_tls_verify: connection.insecure_skip_tls_verify,
            },
        }
    }
}

impl From<Output> for Format {
    fn from(output: Output) -> Self {
        match output {
            Output::Yaml => Self::Yaml,
            Output::Json => Self::Json,
            Output::Raw => Self::Raw,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
