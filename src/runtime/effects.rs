//! Carries effects out on tasks that send messages back. Nothing else spawns tasks.

pub mod painter;

mod ahead;
mod ask;
mod comparison;
mod logs;
mod report;
mod search;
mod stream;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::{Sender, UnboundedReceiver};
use tokio::task::AbortHandle;

use crate::api::client::Client;
use crate::api::clock::Clock;
use crate::api::endpoint::{self, Environment, Flags, NotConnected, Options, PluginReports};
use crate::api::inside;
use crate::api::openapi;
use crate::api::record::Recorder;
use crate::api::wire::Wire;
use crate::app::answer::Answer;
use crate::app::effect::{Choice, Effect};
use crate::app::message::{Message, Timer};
use crate::downward::plan::Plan;
use crate::downward::{PodObject, View};
use crate::here::{self, Machine};
use crate::k8s::endpoint::{Attempt, NoEndpoint, Way};
use crate::k8s::failure::Failure;
use crate::k8s::names::GroupVersion;
use crate::k8s::plugin::PluginReport;
use crate::k8s::request::Ticket;
use crate::k8s::trace::OnWire;

use ahead::Ahead;

/// The maximum number of exchanges that one message reports.
const MAX_REPORTED: usize = 256;

/// The pause before fetching what is shown beside the groups. On a fast network the groups are shown by then,
/// and their connections can be used again.
const GROUPS_FIRST: Duration = Duration::from_millis(10);

/// What tasks send to the loop.
pub enum Delivery {
    /// A message for the model.
    Message(Message),
    /// A message with a page, and the next page, which is requested already.
    Page(Message, Ahead),
    /// A connection to a server.
    Connected(Box<endpoint::Connected>),
}

/// Carries out effects: the running tasks and what they need. Dropping it does not cancel the tasks; they
/// end with the runtime.
pub struct Effects {
    options: Options,
    environment: Environment,
    sender: Sender<Delivery>,
    client: Option<Client>,
    wire: Wire,
    /// The reports of exchanges, until they are forwarded.
    traced: Option<UnboundedReceiver<OnWire>>,
    /// The sender of reports on slow credential plugins, and the reports until they are forwarded.
    plugins: (PluginReports, Option<UnboundedReceiver<PluginReport>>),
    machine: Machine,
    recorder: Option<Arc<Recorder>>,
    /// The folders into which a report may be written; the first that works is used.
    report_folders: Vec<PathBuf>,
    clock: Clock,
    connecting: Option<AbortHandle>,
    tasks: HashMap<Ticket, AbortHandle>,
    timers: HashMap<Timer, AbortHandle>,
    /// The next page, requested before it is needed.
    ahead: Option<Ahead>,
}

impl Effects {
    /// Returns a runner of effects that delivers to `sender`.
    #[must_use]
    pub fn new(
        options: Options,
        environment: Environment,
        machine: Machine,
        sender: Sender<Delivery>,
    ) -> Self {
        let (wire, traced) = Wire::traced();
        let (plugins, reports) = PluginReports::channel();
        Self {
            options,
            environment,
            sender,
            client: None,
            wire,
            traced: Some(traced),
            plugins: (plugins, Some(reports)),
            machine,
            recorder: None,
            report_folders: Vec::new(),
            clock: Clock::default(),
            connecting: None,
            tasks: HashMap::new(),
            timers: HashMap::new(),
            ahead: None,
        }
    }

    /// Records all requests to servers and their answers, if there is a recorder.
    #[must_use]
    pub fn recording(self, recorder: Option<Arc<Recorder>>) -> Self {
        Self { recorder, ..self }
    }

    /// Returns the present time: of this machine, or of the replayed recording.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Keeps what a task delivered for the runtime, and returns the message for the model.
    #[must_use]
    pub fn take(&mut self, event: Delivery) -> Message {
        match event {
            Delivery::Message(message) => message,
            Delivery::Page(message, ahead) => {
                self.ahead = Some(ahead);
                message
            }
            Delivery::Connected(connection) => {
                let endpoint = &connection.endpoint;
                tracing::info!(kind = %endpoint.kind, address = %endpoint.address, "connected");
                self.clock = connection.clock;
                // What a recording answers is recorded already.
                let recorder = self.recorder.clone().filter(|_| !endpoint.kind.is_recorded());
                let wire = self.wire.clone().recorded(recorder);
                self.client = Some(connection.client.observed(wire));
                self.forward_exchanges();
                Message::Connected(Box::new(connection.endpoint), connection.tried)
            }
        }
    }

    /// Starts an effect. Copying, suspending and quitting are left to the loop. Needs a tokio runtime.
    pub fn run(&mut self, effect: Effect) {
        match effect {
            Effect::Connect(choice) => self.connect(choice),
            Effect::LookAround => self.look_around(),
            Effect::Observe { pod, view } => self.observe(pod, view),
            Effect::Exec { ticket, plan } => self.exec(ticket, plan),
            Effect::Explain { ticket, version, plural } => self.explain(ticket, version, plural),
            Effect::Compare { ticket, sides } => self.compare(ticket, sides),
            Effect::Note { ticket, noting } => self.note(ticket, *noting),
            Effect::Scan { ticket, scope, discovery } => self.scan(ticket, scope, &discovery),
            Effect::Find { ticket, find } => self.find(ticket, *find),
            Effect::Report { ticket, of } => self.report(ticket, *of),
            Effect::WriteReport(document) => self.write_report(document),
            Effect::Ask { ticket, question } => self.ask(ticket, question),
            Effect::Stream { ticket, source } => {
                if let Some(client) = self.client.clone() {
                    let (clock, sender) = (self.clock, self.sender.clone());
                    let stream = stream::Stream { ticket, client, clock, sender };
                    self.spawn(ticket, stream.run(source));
                }
            }
            Effect::Cancel(ticket) => {
                if let Some(task) = self.tasks.remove(&ticket) {
                    task.abort();
                }
            }
            Effect::After(timer, pause) => {
                let sender = self.sender.clone();
                let pause = if timer.is_retry() { spread(pause) } else { pause };
                let task = tokio::spawn(async move {
                    tokio::time::sleep(pause).await;
                    _ = sender.send(Delivery::Message(Message::Timer(timer))).await;
                });
                if let Some(earlier) = self.timers.insert(timer, task.abort_handle()) {
                    earlier.abort();
                }
            }
            // The loop does these itself.
            Effect::Copy(_) | Effect::Suspend | Effect::Quit => {}
        }
    }

    /// Forwards the reports of exchanges, in batches.
    fn forward_exchanges(&mut self) {
        let Some(mut traced) = self.traced.take() else { return };
        let sender = self.sender.clone();
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while traced.recv_many(&mut batch, MAX_REPORTED).await > 0 {
                let message = Message::OnWire(std::mem::take(&mut batch));
                if sender.send(Delivery::Message(message)).await.is_err() {
                    return;
                }
            }
        });
    }

    /// Forwards the reports on slow credential plugins.
    fn forward_plugins(&mut self) {
        let Some(mut reports) = self.plugins.1.take() else { return };
        let sender = self.sender.clone();
        tokio::spawn(async move {
            while let Some(report) = reports.recv().await {
                if sender.send(Delivery::Message(Message::Plugin(report))).await.is_err() {
                    return;
                }
            }
        });
    }

    fn spawn(&mut self, ticket: Ticket, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.retain(|_, task| !task.is_finished());
        self.tasks.insert(ticket, tokio::spawn(task).abort_handle());
    }

    fn connect(&mut self, choice: Choice) {
        self.client = None;
        self.ahead = None;
        self.forward_plugins();
        let plugins = self.plugins.0.clone();
        let was_chosen = matches!(choice, Choice::Context(_) | Choice::Url(_) | Choice::Demo);
        let (options, mut environment) = (chosen(&self.options, choice), self.environment.clone());
        let (sender, machine) = (self.sender.clone(), self.machine.clone());
        let task = tokio::spawn(async move {
            if options.borrow_token {
                let look = move || here::borrowable(&machine);
                let found = tokio::task::spawn_blocking(look).await;
                environment.borrowable.extend(found.unwrap_or_default());
            }
            let event = match endpoint::connect_reporting(&options, &environment, plugins).await {
                Ok(mut connection) => {
                    // The reason is not a flag of the command line.
                    if was_chosen {
                        connection.endpoint.reason = "you chose it".into();
                    }
                    Delivery::Connected(Box::new(connection))
                }
                Err(NotConnected::Absent(tried)) => {
                    Delivery::Message(Message::NotConnected(Box::new(tried)))
                }
                Err(NotConnected::Unusable(failure)) => {
                    let contexts = endpoint::contexts(&options, &environment);
                    let tried = unusable(failure, contexts);
                    Delivery::Message(Message::NotConnected(Box::new(tried)))
                }
            };
            _ = sender.send(event).await;
        });
        if let Some(earlier) = self.connecting.replace(task.abort_handle()) {
            earlier.abort();
        }
    }

    /// Reads the files of this machine and its pod, on a thread that may block.
    fn look_around(&mut self) {
        let (sender, machine) = (self.sender.clone(), self.machine.clone());
        tokio::spawn(async move {
            tokio::time::sleep(GROUPS_FIRST).await;
            if let Ok(here) = tokio::task::spawn_blocking(move || machine.look()).await {
                _ = sender.send(Delivery::Message(Message::Here(Box::new(here)))).await;
            }
        });
    }

    fn observe(&mut self, pod: PodObject, view: Box<View>) {
        let (sender, machine) = (self.sender.clone(), self.machine.clone());
        tokio::spawn(async move {
            let look = move || here::observe(&machine, &machine.look(), &pod, &view);
            if let Ok((observed, strangers)) = tokio::task::spawn_blocking(look).await {
                let message = Message::Observed(observed, strangers);
                _ = sender.send(Delivery::Message(message)).await;
            }
        });
    }

    fn exec(&mut self, ticket: Ticket, plan: Box<Plan>) {
        let Some(client) = self.client.clone() else { return };
        let sender = self.sender.clone();
        self.spawn(ticket, async move {
            let found = inside::observe(&client, &plan).await;
            let message = Message::Answered { ticket, result: Ok(Answer::Inside(found)) };
            _ = sender.send(Delivery::Message(message)).await;
        });
    }

    /// Fetches the schemas of a group and version.
    fn explain(&mut self, ticket: Ticket, version: GroupVersion, plural: Option<Arc<str>>) {
        let Some(client) = self.client.clone() else { return };
        let sender = self.sender.clone();
        self.spawn(ticket, async move {
            let (plural, log) = (plural.as_deref(), super::log::stream);
            let answer = openapi::schemas(&client, &version, plural, log).await;
            let result = answer.map(|schemas| Answer::Schemas(Arc::new(schemas)));
            _ = sender.send(Delivery::Message(Message::Answered { ticket, result })).await;
        });
    }
}

/// Lengthens a pause by up to a fifth, so that not all clients of a server retry at the same time.
fn spread(pause: Duration) -> Duration {
    pause.mul_f64(1.0 + fastrand::f64() / 5.0)
}

/// Returns the options for the server that the user chose.
fn chosen(options: &Options, choice: Choice) -> Options {
    let kept = Options {
        request_timeout: options.request_timeout,
        max_response: options.max_response,
        namespace: options.namespace.clone(),
        // Impersonation belongs to the user; a token and an authority belong to one server.
        flags: Flags {
            impersonate: options.flags.impersonate.clone(),
            impersonate_groups: options.flags.impersonate_groups.clone(),
            ..Flags::default()
        },
        ..Options::default()
    };
    match choice {
        Choice::AsStarted => options.clone(),
        Choice::Context(name) => {
            Options { context: Some(name), kubeconfig: options.kubeconfig.clone(), ..kept }
        }
        Choice::BorrowedToken => Options { borrow_token: true, ..kept },
        Choice::Url(url) => Options { server: Some(url), ..kept },
        Choice::Demo => Options { demo: true, still: options.still, ..kept },
        Choice::As { user, of } => {
            let of = chosen(options, *of);
            let flags = Flags {
                impersonate: Some(user),
                impersonate_groups: Vec::new(),
                ..of.flags.clone()
            };
            Options { flags, ..of }
        }
    }
}

/// Returns the failure of a chosen server as its only attempt.
fn unusable(failure: Failure, contexts: Vec<String>) -> NoEndpoint {
    let attempt = Attempt { way: Way::Requested, outcome: failure.message, hint: failure.hint };
    NoEndpoint { tried: vec![attempt], contexts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_before_retries_differ_by_up_to_a_fifth() {
        let pause = Duration::from_secs(10);
        let pauses: Vec<Duration> = (0..100).map(|_| spread(pause)).collect();
        assert!(pauses.iter().all(|spread| (pause..pause * 6 / 5).contains(spread)), "{pauses:?}");
        assert!(pauses.iter().any(|spread| *spread != pauses[0]), "{pauses:?}");
    }
}
