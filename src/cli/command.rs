//! The commands without a screen.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Subcommand, ValueEnum};
use clap_complete::engine::ArgValueCompleter;

use super::ambassador::Ambassador;
use super::diff::Diff;
use super::downward::Downward;
use super::explain::Explain;
use super::find::Find;
use super::links::Links;
use super::logs::Logs;
use super::problems::Problems;
use super::report::Report;
use super::selection::Selection;
use super::{completion, examples};
use crate::document::Format;

/// A command that prints to stdout. Its flags are only built when it is run.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
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
        /// Owners, owned objects, pods, users, bindings, contents, events
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

impl From<Output> for Format {
    fn from(output: Output) -> Self {
        match output {
            Output::Yaml => Self::Yaml,
            Output::Json => Self::Json,
            Output::Raw => Self::Raw,
        }
    }
}
