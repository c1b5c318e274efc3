//! The event loop: it passes one message at a time to the model, runs the effects, and draws a frame
//! after a change.

pub mod appearance;
pub mod effects;
pub mod log;
pub(crate) mod logs;
pub mod panics;
pub mod settings;

mod background;
mod pace;
mod screen;
mod signals;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{Event as Input, EventStream, KeyEventKind};
use futures::StreamExt as _;
use tokio::sync::mpsc::{self, Receiver};

use crate::api::endpoint::{Environment, Options};
use crate::api::record::Recorder;
use crate::app::effect::{Choice, Effect};
use crate::app::message::Message;
use crate::app::model::Model;
use crate::app::state::tour::Tour;
use crate::app::update::update;
use crate::downward::Masker;
use crate::here::Machine;
use crate::keymap::Keymap;
use crate::view::ViewCache;
use appearance::StartAppearance;
use background::Background;
use effects::painter::Painter;
use effects::{Delivery, Effects};
use pace::Pace;
use screen::Screen;
pub use signals::interrupted;
use signals::{Continued, End, Ends, Resized};

/// How many messages are handled, and for how long, before a frame is drawn.
const MAX_MESSAGES: usize = 256;
const MAX_TURN: Duration = Duration::from_millis(8);

/// How many events may wait for the loop. The senders of others wait.
const QUEUE: usize = 256;

/// How many times the input may fail before the terminal counts as closed.
const MAX_INPUT_FAILURES: usize = 16;

/// The options of the program on a screen.
pub struct Start {
    /// How to connect.
    pub options: Options,
    /// The environment of the process.
    pub environment: Environment,
    /// The machine whose files show which pod this is.
    pub machine: Machine,
    /// The location to open.
    pub location: Option<String>,
    /// True if the tour is taken.
    pub tour: bool,
    /// The width of the tree in percent of the screen; `None` follows what is shown.
    pub tree_width: Option<u16>,
    /// The keys.
    pub keymap: Keymap,
    /// True if the mouse may be used.
    pub mouse: bool,
    /// Records the exchanges with servers.
    pub recorder: Option<Arc<Recorder>>,
    /// The folders into which a report of a failure may be written; the first that works is used.
    pub report_folders: Vec<PathBuf>,
    /// The appearance.
    pub appearance: StartAppearance,
}

/// Runs until the user quits, the terminal is closed, or a signal ends the program.
///
/// # Errors
///
/// The terminal cannot be set up or drawn on.
pub fn run(start: Start) -> std::io::Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let outcome = runtime.block_on(walk(start));
    runtime.shutdown_background();
    outcome
}

async fn walk(start: Start) -> std::io::Result<ExitCode> {
    let signals = (Ends::listen()?, Continued::listen()?, Resized::listen()?);
    let (sender, events) = mpsc::channel(QUEUE);
    let chosen_at_start = start.options.namespace.clone();
    let mut effects = Effects::new(start.options, start.environment, start.machine, sender)
        .recording(start.recorder.clone())
        .reporting_into(start.report_folders);
    // The server is found while the screen is set up.
    effects.run(Effect::Connect(Choice::AsStarted));
    let screen = Screen::enter()?;
    let size = screen.size();
    let mut model = Model::new(size.0, size.1).opening_at(start.location);
    model.keymap = start.keymap;
    model.mouse = start.mouse;
    model.tour = start.tour.then(Tour::default);
    model.tree_width = start.tree_width;
    model.is_recording = start.recorder.is_some();
    model.chosen_at_start = chosen_at_start;
    model.containers.masker = Masker::new();
    signals::watch_over(&signals.0, move || give_up(start.recorder))?;
    let outcome = on_screen(&mut model, (effects, events), screen, start.appearance, signals).await;
    // Any operation may be the first one to fail on a terminal that is closed.
    Ok(outcome.unwrap_or_else(|error| {
        tracing::warn!(%error, "the terminal accepts no output");
        End::Hangup.into()
    }))
}

/// Runs the loop on a terminal that is set up.
///
/// # Errors
///
/// The terminal fails.
async fn on_screen(
    model: &mut Model,
    (mut effects, mut events): (Effects, Receiver<Delivery>),
    mut screen: Screen,
    start: StartAppearance,
    (mut ends, mut continued, mut resized): (Ends, Continued, Resized),
) -> std::io::Result<ExitCode> {
    let mut cache = ViewCache::default();
    let mut painter = Painter::default();
    let mut appearance = start.appearance;
    let asks = start.asks_background;
    let mut background = if asks { screen.ask_background()? } else { Background::default() };
    effects.run(Effect::LookAround);
    let mut input = EventStream::new();
    let mut input_failures = 0;
    let mut pace = Pace::default();
    let mut is_urgent = false;
    loop {
        let now = Instant::now();
        pace.hold_for_groups(model.awaits_groups(), now);
        if pace.allows_frame(is_urgent, now) {
            screen.draw(model, &mut cache, appearance)?;
            painter.paint(&mut cache);
        }
        is_urgent = true;
        let first = tokio::select! {
            biased;
            end = ends.next() => {
                tracing::info!(?end, "ended from outside");
                return Ok(end.into());
            }
            () = continued.next() => {
                screen.enter_again()?;
                None
            }
            () = resized.next() => None,
            event = input.next() => match event {
                Some(Ok(event)) if background.takes(&event, &mut appearance) => None,
                Some(Ok(event)) => message(event),
                // `ends` reports a closed terminal; an unknown size is an error as well.
                Some(Err(error)) if input_failures < MAX_INPUT_FAILURES => {
                    tracing::warn!(%error, "the terminal cannot be read");
                    input_failures += 1;
                    None
                }
                Some(Err(_)) | None => return Ok(End::Hangup.into()),
            },
            () = pace.due_again() => {
                is_urgent = false;
                None
            }
            () = painter.painted(&mut cache) => {
                is_urgent = false;
                None
            }
            event = events.recv() => {
                is_urgent = false;
                event.map(|event| effects.take(event))
            }
        };
        let mut todo = Vec::new();
        let mut take = |message: Option<Message>, effects: &Effects| {
            if let Some(message) = message {
                model.now = effects.now();
                todo.extend(update(model, message));
            }
        };
        take(first, &effects);
        // Checked in every turn: nothing reports a change while another program has the terminal, and
        // crossterm loses one that arrives together with a key.
        if let Some((width, height)) = screen.resized()? {
            take(Some(Message::Resize { width, height }), &effects);
        }
        let began = Instant::now();
        for _ in 0..MAX_MESSAGES {
            let Ok(event) = events.try_recv() else { break };
            let message = effects.take(event);
            take(Some(message), &effects);
            if began.elapsed() > MAX_TURN {
                break;
            }
        }
        if carry_out(todo, &mut effects, &mut screen, &mut continued).await? {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Runs effects: those of the loop here, the others on tasks. Returns true if the program ends.
async fn carry_out(
    todo: Vec<Effect>,
    effects: &mut Effects,
    screen: &mut Screen,
    continued: &mut Continued,
) -> std::io::Result<bool> {
    for effect in todo {
        match effect {
            Effect::Quit => return Ok(true),
            Effect::Copy(bytes) => screen.copy(&bytes)?,
            Effect::Suspend => {
                screen.leave();
                continued.stop().await?;
                screen.enter_again()?;
            }
            effect => effects.run(effect),
        }
    }
    Ok(false)
}

/// Cleans up before the process is ended in the middle of a frame.
fn give_up(recorder: Option<Arc<Recorder>>) {
    screen::end_raw_mode();
    if let Some(recorder) = recorder {
        // Nobody could read the failure.
        _ = recorder.finish();
    }
}

/// Converts the terminal's events that the model handles.
fn message(event: Input) -> Option<Message> {
    match event {
        Input::Key(key) if key.kind != KeyEventKind::Release => Some(Message::Key(key)),
        Input::Paste(text) => Some(Message::Paste(text)),
        Input::Mouse(event) => Some(Message::Mouse(event)),
        _ => None,
    }
}
