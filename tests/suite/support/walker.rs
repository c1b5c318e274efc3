//! The whole program without a terminal: keys in, the real effects, screens out.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use kubewalk::api::client::Client;
use kubewalk::api::clock::Clock;
use kubewalk::api::endpoint::{Connected, Environment, Options};
use kubewalk::api::har::Recording;
use kubewalk::api::record::Recorder;
use kubewalk::api::replay::Replay;
use kubewalk::app::effect::{Choice, Effect};
use kubewalk::app::message::{Message, Timer};
use kubewalk::app::model::Model;
use kubewalk::app::state::watch::Live;
use kubewalk::app::update::update;
use kubewalk::k8s::endpoint::{Endpoint, EndpointKind};
use kubewalk::k8s::request::Ticket;
use kubewalk::runtime::effects::{Delivery, Effects};
use kubewalk::theme::{Role, Theme};
use kubewalk::view::{Appearance, ViewCache, draw};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::sync::mpsc::{self, Receiver};
use unicode_width::UnicodeWidthStr as _;

use super::keys::keys;
use super::{machine, recordings};

/// How long a step may take before its test fails.
const LIMIT: Duration = Duration::from_secs(30);

/// Without colours, so that styles are found by their modifiers.
fn plain() -> Appearance {
    Appearance { theme: Theme::default().plain(), ascii: false }
}

/// A running program.
pub(crate) struct Walker {
    /// Boxed, which keeps the futures of tests small.
    pub(crate) model: Box<Model>,
    effects: Effects,
    events: Receiver<Delivery>,
    /// The unanswered requests.
    unanswered: HashSet<Ticket>,
    /// True while an endpoint is searched for.
    connecting: bool,
    /// True while the timer of the resting cursor runs.
    resting: bool,
    /// The current time, if it is fixed.
    pub(crate) clock: Option<Timestamp>,
    /// The text that was last copied to the clipboard.
    pub(crate) copied: Option<String>,
    /// True if the program has quit.
    pub(crate) quit: bool,
}

impl Walker {
    /// Starts on the recorded cluster as if it was the demo, and waits for all answers. The recording is
    /// read once for all tests.
    pub(crate) async fn demo(size: (u16, u16)) -> Self {
        Self::still(recordings::cluster(), size).await
    }

    /// Starts on the embedded demo, in which nothing changes, and waits for all answers.
    pub(crate) async fn still_demo(size: (u16, u16)) -> Self {
        Self::still(recordings::demo(), size).await
    }

    async fn still(recording: Arc<Recording>, size: (u16, u16)) -> Self {
        let endpoint = Endpoint {
            kind: EndpointKind::Demo,
            reason: "--demo was given".to_owned(),
            recorded_at: recording.recorded_at(),
            coverage: Some(Arc::new(Replay::coverage(&recording))),
            ..proxy()
        };
        Self::connected(Client::replay(recording), endpoint, size).await
    }

    /// Starts on a client that appears to use a proxy, and waits for all answers.
    pub(crate) async fn client(client: Client, size: (u16, u16)) -> Self {
        Self::connected(client, proxy(), size).await
    }

    async fn connected(client: Client, endpoint: Endpoint, size: (u16, u16)) -> Self {
        let mut walker = Self::new(Options::default(), Environment::empty(), size, None);
        let clock = Clock::stopped(endpoint.recorded_at);
        let connection = Connected { client, endpoint, tried: Vec::new(), clock };
        let event = Delivery::Connected(Box::new(connection));
        let connected = walker.effects.take(event);
        walker.message(connected);
        walker.settled().await
    }

    /// Starts on a recording of `tests/fixtures/recordings`.
    pub(crate) async fn recording(name: &str, (width, height): (u16, u16)) -> Self {
        // Tests run in the project's directory. The header shows this path.
        let file = format!("tests/fixtures/recordings/{name}.har.gz");
        let options = Options { replay: Some(file.into()), ..Options::default() };
        Self::start(options, (width, height)).settled().await
    }

    /// Starts on a server.
    pub(crate) async fn server(url: &str, (width, height): (u16, u16)) -> Self {
        let options = Options { server: Some(url.to_owned()), ..Options::default() };
        Self::start(options, (width, height)).settled().await
    }

    /// Starts with these options, in an environment without a cluster.
    pub(crate) fn start(options: Options, size: (u16, u16)) -> Self {
        Self::start_at(options, Environment::empty(), size, None)
    }

    /// Starts with these options and this environment.
    pub(crate) fn start_at(
        options: Options,
        environment: Environment,
        (width, height): (u16, u16),
        location: Option<&str>,
    ) -> Self {
        let mut walker = Self::new(options, environment, (width, height), location);
        walker.run(Effect::Connect(Choice::AsStarted));
        walker
    }

    /// Starts on a server, and records its exchanges to a file.
    pub(crate) async fn recorded(
        url: &str,
        size: (u16, u16),
        file: &Path,
    ) -> (Self, Arc<Recorder>) {
        let options = Options { server: Some(url.to_owned()), ..Options::default() };
        let mut walker = Self::new(options, Environment::empty(), size, None);
        walker.clock = Some(Timestamp::now());
        let recorder = Arc::new(Recorder::create(file, false).unwrap());
        walker.effects = walker.effects.recording(Some(recorder.clone()));
        walker.run(Effect::Connect(Choice::AsStarted));
        (walker.settled().await, recorder)
    }

    fn new(
        options: Options,
        environment: Environment,
        (width, height): (u16, u16),
        location: Option<&str>,
    ) -> Self {
        let (sender, events) = mpsc::channel(256);
        let mut model = Model::new(width, height).opening_at(location.map(str::to_owned));
        model.chosen_at_start.clone_from(&options.namespace);
        Self {
            model: Box::new(model),
            effects: Effects::new(options, environment, machine::nothing(), sender),
            events,
            unanswered: HashSet::new(),
            connecting: false,
            resting: false,
            clock: None,
            copied: None,
            quit: false,
        }
    }

    /// Presses keys without waiting for answers.
    pub(crate) fn press(&mut self, text: &str) {
        for key in keys(text) {
            self.message(Message::Key(key));
        }
    }

    /// Presses keys as a user does: waits for all answers after each `enter` and at the end.
    pub(crate) async fn walk(&mut self, text: &str) {
        for part in text.split_inclusive("enter") {
            self.press(part);
            self.settle().await;
        }
    }

    /// Handles a message.
    pub(crate) fn message(&mut self, message: Message) {
        match &message {
            Message::Answered { ticket, .. } => _ = self.unanswered.remove(ticket),
            Message::Timer(Timer::Rest) => self.resting = false,
            Message::Connected(..) | Message::NotConnected(_) => self.connecting = false,
            _ => {}
        }
        self.model.now = self.clock.unwrap_or_else(|| self.effects.now());
        for effect in update(&mut self.model, message) {
            self.run(effect);
        }
    }

    fn run(&mut self, effect: Effect) {
        match &effect {
            Effect::Ask { ticket, .. } | Effect::Exec { ticket, .. } => {
                _ = self.unanswered.insert(*ticket);
            }
            Effect::Cancel(ticket) => _ = self.unanswered.remove(ticket),
            Effect::After(Timer::Rest, _) => self.resting = true,
            Effect::Connect(_) => self.connecting = true,
            Effect::Copy(bytes) => self.copied = Some(String::from_utf8(bytes.clone()).unwrap()),
            Effect::Quit => self.quit = true,
            _ => {}
        }
        self.effects.run(effect);
    }

    /// Handles messages until `done` returns true.
    async fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let deadline = tokio::time::Instant::now() + LIMIT;
        while !done(self) {
            let Ok(event) = tokio::time::timeout_at(deadline, self.events.recv()).await else {
                panic!("{what} was not reached; the screen shows\n{}", self.screen());
            };
            if let Some(message) = event.map(|event| self.effects.take(event)) {
                self.message(message);
            }
        }
    }

    /// Handles messages while another future is awaited, such as what a server receives.
    pub(crate) async fn meanwhile(&mut self, other: impl Future<Output = ()>) {
        let mut other = std::pin::pin!(other);
        loop {
            tokio::select! {
                () = &mut other => return,
                event = self.events.recv() => {
                    let message = self.effects.take(event.unwrap());
                    self.message(message);
                }
            }
        }
    }

    /// Waits until all requests are answered and the cursor rests.
    pub(crate) async fn settle(&mut self) {
        self.until("the answers", |walker| {
            walker.unanswered.is_empty() && !walker.connecting && !walker.resting
        })
        .await;
    }

    async fn settled(mut self) -> Self {
        self.settle().await;
        self
    }

    /// Waits until a text is on the screen.
    pub(crate) async fn wait_for(&mut self, text: &str) {
        self.until(&format!("{text:?}"), |walker| walker.screen().contains(text)).await;
    }

    /// Waits until exactly that many lines of the screen contain a text.
    pub(crate) async fn wait_for_lines(&mut self, count: usize, text: &str) {
        self.until(&format!("{count} times {text:?}"), |walker| {
            walker.screen().lines().filter(|line| line.contains(text)).count() == count
        })
        .await;
    }

    /// Waits until no watch is opening.
    pub(crate) async fn wait_watched(&mut self) {
        self.until("the watches", |walker| {
            walker.live().all(|live| !matches!(live, Live::Opening(_)))
        })
        .await;
    }

    /// Waits until a text is on the screen and no watch is open.
    pub(crate) async fn wait_unwatched(&mut self, text: &str) {
        self.until(&format!("{text:?} without a watch"), |walker| {
            walker.live().all(|live| live.ticket().is_none()) && walker.screen().contains(text)
        })
        .await;
    }

    /// Returns the watch states of all nodes and of the open object.
    fn live(&self) -> impl Iterator<Item = &Live> {
        let tree = &self.model.tree;
        let nodes = tree.ids().map(|id| self.model.live_rows(id));
        nodes.chain([self.model.live_document()])
    }

    /// Waits until a text is not on the screen.
    pub(crate) async fn wait_for_no(&mut self, text: &str) {
        self.until(&format!("no {text:?}"), |walker| !walker.screen().contains(text)).await;
    }

    /// Draws the screen with colours.
    pub(crate) fn in_colour(&self) -> Buffer {
        drawn(&self.model, Appearance::default())
    }

    /// True if the first letter of a text has the style of a role and no other role's colour.
    pub(crate) fn is_styled(&self, text: &str, role: Role) -> bool {
        let buffer = self.in_colour();
        let style = Appearance::default().theme.style(role);
        let place = self.screen().lines().enumerate().find_map(|(y, line)| {
            let before = line.split_once(text)?.0.width();
            Some((u16::try_from(before).unwrap(), u16::try_from(y).unwrap()))
        });
        let cell = &buffer[place.unwrap_or_else(|| panic!("no {text:?} on\n{}", self.screen()))];
        // A match keeps the colour of its text.
        let is_coloured = role == Role::Match || cell.fg == style.fg.unwrap_or_default();
        is_coloured && cell.modifier.contains(style.add_modifier)
    }

    /// Returns the text of the screen, without trailing spaces.
    pub(crate) fn screen(&self) -> String {
        screen(&self.model)
    }

    /// Returns the first line of the screen that contains a text.
    pub(crate) fn line(&self, with: &str) -> String {
        let screen = self.screen();
        let line = screen.lines().find(|line| line.contains(with));
        line.unwrap_or_else(|| panic!("no {with:?} on\n{screen}")).to_owned()
    }

    /// Returns the text of the cursor row of the focused pane, which is reversed.
    pub(crate) fn selected(&self) -> String {
        selected(&self.model)
    }
}

fn proxy() -> Endpoint {
    Endpoint {
        kind: EndpointKind::Proxy,
        address: "http://127.0.0.1:8001".to_owned(),
        reason: "it answers".to_owned(),
        default_namespace: None,
        known_namespaces: Vec::new(),
        recorded_at: None,
        plays: false,
        coverage: None,
        insecure: false,
        withholds_credentials: false,
        contexts: Vec::new(),
    }
}

fn drawn(model: &Model, appearance: Appearance) -> Buffer {
    let (width, height) = model.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    let mut cache = ViewCache::default();
    draw(model, &mut cache, appearance, &mut buffer);
    if let Some(plain) = cache.plain() {
        // The next frame has the colours.
        cache.take(plain.colour());
        buffer.reset();
        draw(model, &mut cache, appearance, &mut buffer);
    }
    buffer
}

/// Returns the text of the cursor row.
pub(crate) fn selected(model: &Model) -> String {
    let style = plain().theme.style(Role::Selection);
    let buffer = drawn(model, plain());
    let is_selected = |x, y| buffer[(x, y)].modifier.contains(style.add_modifier);
    let mut found = String::new();
    for y in 0..buffer.area.height {
        let row = (0..buffer.area.width).filter(|x| is_selected(*x, y));
        found.extend(row.map(|x| buffer[(x, y)].symbol()));
    }
    found.trim().to_owned()
}

/// Draws a model. Returns the text of the screen.
pub(crate) fn screen(model: &Model) -> String {
    text(&drawn(model, plain()))
}

/// Returns the text of a buffer, without trailing spaces.
fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut covered = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if covered == 0 {
                line.push_str(symbol);
                covered = symbol.width().saturating_sub(1);
            } else {
                covered -= 1;
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
