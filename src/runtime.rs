//! The loop: one message at a time into the model, effects out, one frame when something changed.

pub mod effects;
pub mod log;
pub mod look;
pub mod panics;
pub mod settings;

mod background;
mod clock;
mod pace;
mod screen;
mod signals;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{Event as Input, EventStream, KeyEventKind};
use futures::StreamExt as _;
use tokio::sync::mpsc;

use crate::api::endpoint::{Environment, Options};
use crate::api::record::Recorder;
use crate::app::effect::{Choice, Effect};
use crate::app::message::Message;
use crate::app::model::Model;
use crate::app::update::update;
use crate::downward::Masker;
use crate::here::Machine;
use crate::keymap::Keymap;
use crate::view::ViewCache;
use background::Background;
use effects::Effects;
use effects::painter::Painter;
use look::Chosen;
use pace::Pace;
use screen::Screen;
pub use signals::interrupted;
use signals::{Continued, End, Ends, Resized};

/// How much of what is ready is taken in before a frame is drawn.
const MOST_MESSAGES: usize = 256;
const LONGEST_TURN: Duration = Duration::from_millis(8);

/// How many answers may wait for the loop; their senders wait when there are more.
const QUEUE: usize = 256;

/// So many times the input may fail before the terminal is given up.
const MOST_COMPLAINTS: usize = 16;

/// What the program starts with.
pub struct Start {
    /// How to connect.
    pub options: Options,
    /// The surroundings of the process.
    pub environment: Environment,
    /// The machine whose files show which pod this is.
    pub machine: Machine,
    /// Where to open at.
    pub location: Option<String>,
    /// The keys.
    pub keymap: Keymap,
    /// Whether the mouse may be used.
    pub mouse: bool,
    /// Where what is asked and got is kept.
    pub recorder: Option<Arc<Recorder>>,
    /// How things are drawn.
    pub chosen: Chosen,
}

/// Runs until the user quits, the terminal is gone, or a signal ends the program.
///
/// # Errors
///
/// A terminal that cannot be set up or drawn on.
pub fn run(start: Start) -> std::io::Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let outcome = runtime.block_on(walk(start));
    runtime.shutdown_background();
    outcome
}

async fn walk(start: Start) -> std::io::Result<ExitCode> {
    let signals = (Ends::listen()?, Continued::listen()?, Resized::listen()?);
    let screen = Screen::enter()?;
    let recorder = start.recorder.clone();
    signals::watch_over(Ends::listen()?, move || give_up(recorder));
    // Of a terminal that is gone the first thing that fails may be anything that is done with it.
    Ok(on_screen(start, screen, signals).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the terminal takes nothing any more");
        End::Hangup.into()
    }))
}

/// The loop, on a terminal that was set up.
///
/// # Errors
///
/// The terminal fails.
async fn on_screen(
    start: Start,
    mut screen: Screen,
    (mut ends, mut continued, mut resized): (Ends, Continued, Resized),
) -> std::io::Result<ExitCode> {
    let (sender, mut events) = mpsc::channel(QUEUE);
    let size = screen.size();
    let mut model = Model::new(size.0, size.1).opening_at(start.location);
    model.keymap = start.keymap;
    model.mouse = start.mouse;
    model.chosen_at_start = start.options.namespace.clone();
    model.containers.masker = Masker::new();
    let mut effects = Effects::new(start.options, start.environment, start.machine, sender)
        .recording(start.recorder);
    let mut cache = ViewCache::default();
    let mut painter = Painter::default();
    let mut look = start.chosen.look;
    // The first frame comes before any network.
    screen.draw(&model, &mut cache, look)?;
    let asks = start.chosen.asks_background;
    let mut background = if asks { screen.ask_background()? } else { Background::default() };
    effects.run(Effect::Connect(Choice::AsStarted));
    effects.run(Effect::LookAround);
    let mut input = EventStream::new();
    let mut complaints = 0;
    let mut pace = Pace::default();
    loop {
        let mut is_urgent = true;
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
                Some(Ok(event)) if background.takes(&event, &mut look) => None,
                Some(Ok(event)) => message(event),
                // Of a terminal that is gone `ends` tells; a size of nothing is an error, too.
                Some(Err(error)) if complaints < MOST_COMPLAINTS => {
                    tracing::warn!(%error, "the terminal cannot be read");
                    complaints += 1;
                    None
                }
                Some(Err(_)) | None => return Ok(End::Hangup.into()),
            },
            () = pace.comes_due() => {
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
                todo.extend(update(&mut model, message));
            }
        };
        take(first, &effects);
        // Looked at in every turn: nobody is told of a change while another program has the
        // terminal, and crossterm forgets one that comes together with a key.
        if let Some((width, height)) = screen.resized()? {
            take(Some(Message::Resize { width, height }), &effects);
        }
        let began = Instant::now();
        for _ in 0..MOST_MESSAGES {
            let Ok(event) = events.try_recv() else { break };
            let message = effects.take(event);
            take(Some(message), &effects);
            if began.elapsed() > LONGEST_TURN {
                break;
            }
        }
        if carry_out(todo, &mut effects, &mut screen, &mut continued).await? {
            return Ok(ExitCode::SUCCESS);
        }
        if !pace.allows_frame(is_urgent, Instant::now()) {
            continue;
        }
        screen.draw(&model, &mut cache, look)?;
        painter.paint(&mut cache);
    }
}

/// Does what is asked of the loop itself, and has the rest done. Whether the program ends.
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

/// What is done by a program that is ended in the middle of what it does.
fn give_up(recorder: Option<Arc<Recorder>>) {
    screen::end_raw_mode();
    if let Some(recorder) = recorder {
        // There is nobody left to tell of trouble.
        _ = recorder.finish();
    }
}

/// What the terminal tells, as far as it matters.
fn message(event: Input) -> Option<Message> {
    match event {
        Input::Key(key) if key.kind != KeyEventKind::Release => Some(Message::Key(key)),
        Input::Paste(text) => Some(Message::Paste(text)),
        Input::Mouse(event) => Some(Message::Mouse(event)),
        _ => None,
    }
}
