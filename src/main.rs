//! The program: parses the arguments, opens the screen or runs a command, and returns the exit code.

use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use kubewalk::ambassador;
use kubewalk::api::endpoint::{Environment, Options, PluginReports};
use kubewalk::api::record::Recorder;
use kubewalk::cli::{Cli, Command, Downward, Recording, Screen, completion, help};
use kubewalk::config::Settings;
use kubewalk::headless::diff::Servers;
use kubewalk::headless::downward::against::{self, Place};
use kubewalk::headless::downward::{Wanted, verify};
use kubewalk::headless::{self, Access, Out, Stop, note};
use kubewalk::here::{Machine, borrowable};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::object::mask::DigestKey;
use kubewalk::report;
use kubewalk::runtime::{self, Start};

fn main() -> ExitCode {
    runtime::panics::report_places();
    completion::answer();
    let cli = Cli::read(std::env::args_os()).unwrap_or_else(|error| error.exit());
    let _log = match cli.log_file.as_deref().map(runtime::log::begin).transpose() {
        Ok(log) => log,
        Err(error) => {
            note(&format!("kubewalk: the log file cannot be written: {error}"));
            return ExitCode::from(2);
        }
    };
    let recorder = match record(&cli.recording) {
        Ok(recorder) => recorder,
        Err(stop) => return ExitCode::from(stop.report()),
    };
    let mut options = Options::from(cli.connection);
    // A command prints one moment.
    options.still = cli.command.is_some() || cli.shown.still;
    let (words, screen) = (cli.selection.of(&cli.location), (&cli.screen, cli.shown.tour));
    let outcome = match cli.command {
        Some(command) => print(command, &options, recorder.clone()),
        None => walk(options, words, screen, recorder.clone()),
    };
    let code = outcome.unwrap_or_else(|error| {
        note(&format!("kubewalk: {error:#}"));
        ExitCode::FAILURE
    });
    match recorder.map_or(Ok(()), |recorder| recorder.finish()) {
        Ok(()) => code,
        Err(error) => {
            note(&format!("kubewalk: the recording is not complete: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Creates the requested recording.
fn record(requested: &Recording) -> Result<Option<Arc<Recorder>>, Stop> {
    let create = |file| Recorder::create(file, requested.record_secrets).map(Arc::new);
    Ok(requested.record.as_deref().map(create).transpose()?)
}

/// Opens the screen.
fn walk(
    options: Options,
    location: String,
    (wanted, tour): (&Screen, bool),
    recorder: Option<Arc<Recorder>>,
) -> anyhow::Result<ExitCode> {
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        note(
            "kubewalk: stdin and stdout must be a terminal. Without one, use `kubewalk get`, \
             `kubewalk tree`, `kubewalk downward` or `kubewalk info`",
        );
        return Ok(ExitCode::from(2));
    }
    let variable = |name: &str| std::env::var(name).ok();
    let settings = runtime::settings::read(wanted.config.as_deref(), variable);
    let appearance = settings.and_then(|settings| {
        let theme = wanted.theme.as_deref().or(settings.theme.as_deref()).unwrap_or("auto");
        let theme = runtime::settings::theme(theme)?;
        Ok((runtime::appearance::choose(variable, wanted.ascii, theme), settings))
    });
    let (appearance, settings) = match appearance {
        Ok(found) => found,
        Err(lines) => {
            for line in lines {
                note(&format!("kubewalk: {line}"));
            }
            return Ok(ExitCode::from(2));
        }
    };
    let start = Start {
        options,
        environment: Environment::from_process(),
        machine: Machine::this(),
        location: Some(location).filter(|words| !words.is_empty()).or(settings.location),
        tour,
        tree_width: settings.tree_width,
        keymap: settings.keymap,
        mouse: !wanted.no_mouse,
        recorder,
        report_folders: report_folders(),
        appearance,
    };
    runtime::run(start).context("the terminal cannot be used")
}

/// Returns the current directory and that for temporary files.
fn report_folders() -> Vec<PathBuf> {
    std::env::current_dir().into_iter().chain([std::env::temp_dir()]).collect()
}

/// Runs a command.
fn print(
    command: Command,
    options: &Options,
    recorder: Option<Arc<Recorder>>,
) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("the async runtime cannot start")?;
    let code: io::Result<ExitCode> = runtime.block_on(async {
        // The ambassador ends its connections before it ends itself.
        let ends_at_signals = recorder.is_some() && !matches!(command, Command::Ambassador(_));
        let (reports, received) = PluginReports::channel();
        let printed = async {
            headless::plugins::print_reports(received).await;
            // No credential is needed any more.
            std::future::pending::<()>().await;
        };
        tokio::select! {
            outcome = run(command, options, recorder, reports) => Ok(outcome
                .map_or_else(|stop| ExitCode::from(stop.report()), |()| ExitCode::SUCCESS)),
            // The recording keeps the events of an interrupted watch.
            code = async { Ok(runtime::interrupted()?.await) }, if ends_at_signals => code,
            () = printed => Ok(ExitCode::SUCCESS),
        }
    });
    // A name lookup may still run on a thread.
    runtime.shutdown_background();
    code.context("signals cannot be listened for")
}

/// Returns what a `downward` command is to compute and to show.
fn wanted_of(downward: Downward, options: &Options) -> Result<Wanted, Stop> {
    let key = digest_key(downward.secrets.digest_key.as_deref())?;
    Ok(downward.wanted(options.namespace.clone(), key))
}

/// Returns the key for the tags of masked values.
fn digest_key(file: Option<&Path>) -> Result<Option<DigestKey>, Stop> {
    Ok(headless::digest_key::read(file, std::env::var("KUBEWALK_DIGEST_KEY").ok())?)
}

async fn run(
    command: Command,
    options: &Options,
    recorder: Option<Arc<Recorder>>,
    reports: PluginReports,
) -> Result<(), Stop> {
    let mut environment = Environment::from_process();
    if options.borrow_token {
        environment.borrowable = borrowable(&Machine::this());
    }
    let stdout = io::stdout();
    let is_terminal = stdout.is_terminal();
    let out = BufWriter::with_capacity(64 << 10, stdout.lock());
    let mut out = Out::new(out, is_terminal);
    let open = async || {
        let access =
            Access::open_reporting(options, &environment, is_terminal, reports.clone()).await?;
        Ok::<_, Stop>(access.recorded_by(recorder.clone()))
    };
    match command {
        Command::Get { location, selection, output, managers } => {
            let words = selection.of(&location);
            headless::get::run(&open().await?, &words, output.into(), managers, &mut out).await
        }
        Command::Tree { location, selection, depth, related } => {
            let words = selection.of(&location);
            headless::tree::run(&open().await?, &words, depth, related, &mut out).await
        }
        Command::Downward(mut downward) if downward.against.is_some() => {
            let Some((left, right)) = downward.sides() else { return Ok(()) };
            let is_server = |place: &Place| matches!(place, Place::Server(_));
            let needs_server = is_server(&left) || is_server(&right);
            let access = if needs_server { Some(open().await?) } else { None };
            let wanted = wanted_of(downward, options)?;
            against::run(access.as_ref(), (&left, &right), &wanted, &mut out).await
        }
        Command::Downward(mut downward) if !downward.file.is_empty() => {
            let files = std::mem::take(&mut downward.file);
            let wanted = wanted_of(downward, options)?;
            headless::downward::run_files(&files, &wanted, &mut out)
        }
        Command::Downward(downward) if downward.this || downward.verify => {
            let access = open().await;
            let is_named = downward.pod.is_some() && !downward.this;
            let wanted = wanted_of(downward, options)?;
            let machine = Machine::this();
            if is_named {
                verify::run_named(access?, &machine, &wanted, &mut out).await
            } else {
                verify::run(access, &machine, &wanted, &mut out).await
            }
        }
        Command::Downward(downward) => {
            let access = open().await?;
            let wanted = wanted_of(downward, options)?;
            headless::downward::run(&access, &wanted, &mut out).await
        }
        Command::Info { location } => {
            let (access, machine, words) = (open().await, Machine::this(), location.join(" "));
            headless::info::run(access, &environment, &machine, &words, &mut out).await
        }
        Command::Links(links) => {
            let words = links.location.join(" ");
            headless::links::run(&open().await?, &words, (&links).into(), &mut out).await
        }
        Command::Logs(logs) => {
            let words = logs.location.join(" ");
            let variable = |name: &str| std::env::var(name).ok();
            let is_coloured = is_terminal && runtime::appearance::has_colours(variable);
            let wanted = logs.wanted();
            headless::logs::run(&open().await?, &words, &wanted, is_coloured, &mut out).await
        }
        Command::Problems(problems) => {
            headless::problems::run(&open().await?, &problems.into(), &mut out).await
        }
        Command::Find(find) => headless::find::run(&open().await?, &find.into(), &mut out).await,
        Command::Explain(wanted) => {
            headless::explain::run(&open().await?, &wanted.into(), &mut out).await
        }
        Command::Diff(wanted) => {
            let mut servers =
                Servers::new(options, &environment, reports.clone(), recorder.clone(), is_terminal);
            let key = digest_key(wanted.secrets.digest_key.as_deref())?;
            headless::diff::run(&mut servers, &wanted.wanted(key), &mut out).await
        }
        Command::Ambassador(ambassador) => {
            ambassador::run(open().await?, ambassador.listen, &mut out).await
        }
        Command::Report(wanted) => report::run(open().await, &wanted.into(), &mut out).await,
        Command::Config => Ok(out.write_all(Settings::default_file().as_bytes())?),
        Command::Completion { shell } => Ok(completion::script(&shell, &mut out)?),
        Command::Help { word } => {
            if help::print(word.as_deref(), &mut out)? {
                return Ok(());
            }
            let message = help::unknown(&word.unwrap_or_default());
            Err(Failure::new(FailureKind::Input, message, "").into())
        }
        Command::Man { command, all } => manual(command.as_deref(), all.as_deref(), &mut out),
    }
}

/// Prints the manual page of a command or of kubewalk, or writes all pages into a directory.
fn manual(
    command: Option<&str>,
    directory: Option<&Path>,
    out: &mut impl io::Write,
) -> Result<(), Stop> {
    let failure = |message: String, hint: &str| Failure::new(FailureKind::Input, message, hint);
    if let Some(directory) = directory {
        return Ok(help::pages(directory).map_err(|error| {
            let name = directory.display();
            let message = format!("the manual pages in {name} cannot be written: {error}");
            failure(message, "Give a directory that you may write")
        })?);
    }
    if help::page(command, out)? {
        return Ok(());
    }
    let message = format!("there is no command `{}`", command.unwrap_or_default());
    Err(failure(message, "`kubewalk --help` lists the commands").into())
}
