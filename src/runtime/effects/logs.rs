//! The logs of all containers of an object as one: each line behind the pod and the container that wrote
//! it, and lines that say which pods and containers come, go and change.

use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, timeout_at};

use super::Delivery;
use crate::api::client::Client;
use crate::app::message::Message;
use crate::k8s::failure::Failure;
use crate::k8s::path::ObjectPath;
use crate::k8s::request::Ticket;
use crate::object::logs::{Line, LogStream, Prefixes, Wanted};
use crate::runtime::logs::{Follower, Happened, Whole, find};
use crate::text::visible;

/// Lines are delivered at most this often: faster than anyone reads.
const PACE: Duration = Duration::from_millis(40);
/// Before the text of a line that arrived after lines that were written later.
const LATE: &str = "⟲ ";

/// Delivers the logs until they end.
///
/// # Errors
///
/// The object or its pods cannot be read. A log that cannot be read is a line.
pub(super) async fn stream(
    ticket: Ticket,
    client: &Client,
    sender: &Sender<Delivery>,
    of: &ObjectPath,
    wanted: Wanted,
) -> Result<(), Failure> {
    let report = async |message| _ = sender.send(Delivery::Message(message)).await;
    let found = find(client, of).await?;
    report(Message::WatchOpened { ticket }).await;
    let chosen = found.chosen(&wanted);
    let mut text = Text {
        prefixes: Prefixes::new(&of.name, found.pods_of.is_one, &chosen.streams),
        bytes: Vec::new(),
    };
    if found.pods.is_empty() {
        text.say(&format!("no pod has the labels {}", found.labels()));
        report(text.message(ticket)).await;
    }
    let reading = |containers, left_out| Message::Reading { ticket, containers, left_out };
    if !wanted.options.follow {
        report(reading(chosen.streams.len(), chosen.left_out)).await;
        let mut logs = Whole::open(client, chosen.streams, &wanted).await;
        while let Some(happened) = logs.next().await {
            text.extend(happened);
            report(text.message(ticket)).await;
        }
        return Ok(());
    }
    let mut logs = Follower::new(client, found, wanted);
    let mut known = None;
    loop {
        let now = (logs.open_logs(), logs.left_out());
        if known.replace(now) != Some(now) {
            report(reading(now.0, now.1)).await;
        }
        let deadline = Instant::now() + PACE;
        let Some(happened) = logs.next().await else { return Ok(()) };
        text.extend(happened);
        while let Ok(Some(happened)) = timeout_at(deadline, logs.next()).await {
            text.extend(happened);
        }
        report(text.message(ticket)).await;
    }
}

/// Lines that are not delivered yet.
struct Text {
    prefixes: Prefixes,
    bytes: Vec<u8>,
}

impl Text {
    fn message(&mut self, ticket: Ticket) -> Message {
        Message::Log { ticket, text: Bytes::from(std::mem::take(&mut self.bytes)) }
    }

    fn extend(&mut self, happened: Vec<Happened>) {
        for happened in happened {
            match happened {
                Happened::Line(of, line) => self.line(&of, &line, ""),
                Happened::Late(of, line) => self.line(&of, &line, LATE),
                Happened::Joined(of) => self.note('+', &of, ""),
                Happened::Gone(of) => self.note('-', &of, "deleted"),
                Happened::State(of) => self.note('=', &of, &of.state),
                Happened::Unreadable(of, failure) => self.note('!', &of, &failure.message),
                Happened::LeftOut(..) => {}
                Happened::Blind(failure) => {
                    self.say(&format!("new pods may be missing: {}", failure.message));
                }
            }
        }
    }

    /// Adds a line of a container, with a mark before its text.
    fn line(&mut self, of: &LogStream, line: &Line, mark: &str) {
        let stamp = line.whole().len() - line.text().len();
        self.bytes.extend_from_slice(&line.whole()[..stamp]);
        self.bytes.extend_from_slice(self.prefixes.coloured(of).as_bytes());
        self.bytes.push(b' ');
        self.bytes.extend_from_slice(mark.as_bytes());
        self.bytes.extend_from_slice(line.text());
        self.bytes.push(b'\n');
    }

    /// Adds a line about a container.
    fn note(&mut self, sign: char, of: &LogStream, text: &str) {
        let prefix = self.prefixes.coloured(of);
        let line = format!("{prefix} {sign} {}: {}", of.container, text);
        let line = line.trim_end_matches([':', ' ']).to_owned();
        self.bytes.extend_from_slice(line.replace('\n', " ").as_bytes());
        self.bytes.push(b'\n');
    }

    /// Adds a line about all.
    fn say(&mut self, text: &str) {
        self.bytes.extend_from_slice(visible(text).as_bytes());
        self.bytes.push(b'\n');
    }
}
