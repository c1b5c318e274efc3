//! Sends the requests of the application, and decodes their answers.

use std::time::{Duration, Instant};

use tokio::sync::mpsc::Sender;

use crate::api::clock::Clock;
use crate::app::answer::Answer;
use crate::app::message::Message;
use crate::app::question::Question;
use crate::k8s::discovery::Resources;
use crate::k8s::request::Ticket;

use super::{Delivery, Effects, GROUPS_FIRST, ahead};

/// A page that takes longer is shown as it arrives, as often as this.
const SLOW: Duration = Duration::from_millis(300);

/// The pause between delivering groups and parsing their resources.
const PARSED_LATER: Duration = Duration::from_millis(100);

impl Effects {
    /// Sends a request on a task that delivers the decoded answer.
    pub(super) fn ask(&mut self, ticket: Ticket, question: Question) {
        let Some(client) = self.client.clone() else { return };
        let (sender, clock) = (self.sender.clone(), self.clock);
        let ahead = self.ahead.take_if(|ahead| ahead.is_of(&question.request));
        self.spawn(ticket, async move {
            if question.purpose.may_follow_groups() {
                tokio::time::sleep(GROUPS_FIRST).await;
            }
            let ready = match ahead {
                Some(ahead) => ahead.page().await,
                None => None,
            };
            let (result, next) = if let Some(ready) = ready {
                ready
            } else {
                let arriving = arriving(ticket, &question, clock, sender.clone());
                let answer = client.send_observed(&question.request, arriving).await;
                ahead::decoded(&question, answer, &client, clock)
            };
            let resources = match &result {
                Ok(Answer::Discovery(content)) => content.resources_of_groups(),
                _ => Vec::new(),
            };
            let message = Message::Answered { ticket, result };
            let event = match next {
                Some(next) => Delivery::Page(message, next.decode(client, clock)),
                None => Delivery::Message(message),
            };
            _ = sender.send(event).await;
            if !resources.is_empty() {
                // Links need the resources of all groups. If they were not parsed here, the event loop would
                // parse them when the first object is shown.
                tokio::time::sleep(PARSED_LATER).await;
                resources.iter().for_each(Resources::parse);
            }
        });
    }
}

/// Returns what shows the rows of a page that is slow to arrive, a few times a second.
fn arriving(
    ticket: Ticket,
    question: &Question,
    clock: Clock,
    sender: Sender<Delivery>,
) -> impl FnMut(&[u8]) {
    let mut shown = Instant::now();
    move |body| {
        if shown.elapsed() < SLOW {
            return;
        }
        if let Some(page) = question.decode_beginning(body, clock.now()) {
            // A loop that is busy shows the next beginning.
            _ = sender.try_send(Delivery::Message(Message::Beginning { ticket, page }));
        }
        shown = Instant::now();
    }
}
