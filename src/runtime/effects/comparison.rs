//! Compares two objects, what their containers see, or two versions of one object.

use tokio::task::spawn_blocking;

use super::{Delivery, Effects};
use crate::api::client::Client;
use crate::api::surroundings;
use crate::app::answer::Answer;
use crate::app::message::Message;
use crate::app::state::comparison::Sides;
use crate::app::state::comparison::containers::{compare as compare_containers, object};
use crate::app::state::object_history::Noting;
use crate::downward::{PodObject, Surroundings};
use crate::k8s::answer;
use crate::k8s::failure::Failure;
use crate::k8s::request::Ticket;
use crate::object::diff::Diff;
use crate::runtime::log;

impl Effects {
    /// Compares two objects, on a thread that may block.
    pub(super) fn compare(&mut self, ticket: Ticket, sides: Sides) {
        let client = self.client.clone();
        self.deliver(ticket, async move {
            let result = compare(client, sides).await?.map(Answer::Diff);
            Some(Message::Answered { ticket, result })
        });
    }

    /// Notes a version of an object, on a thread that may block.
    pub(super) fn note(&mut self, ticket: Ticket, noting: Noting) {
        self.deliver(ticket, async move {
            let noted = spawn_blocking(move || noting.run()).await.ok()?;
            Some(Message::Noted { ticket, noted: Box::new(noted) })
        });
    }

    /// Sends the message of a task.
    fn deliver(
        &mut self,
        ticket: Ticket,
        task: impl Future<Output = Option<Message>> + Send + 'static,
    ) {
        let sender = self.sender.clone();
        self.spawn(ticket, async move {
            if let Some(message) = task.await {
                _ = sender.send(Delivery::Message(message)).await;
            }
        });
    }
}

/// Compares both sides off the event loop. What containers see is computed from the sources of each side,
/// which are loaded first. `None` if there is no server, or the program ends.
async fn compare(client: Option<Client>, sides: Sides) -> Option<Result<Diff, Failure>> {
    if !sides.of_containers {
        return spawn_blocking(move || sides.compare()).await.ok();
    }
    let client = client?;
    let (left, right) = match (object(&sides.left), object(&sides.right)) {
        (Ok(left), Ok(right)) => (left, right),
        (Err(failure), _) | (_, Err(failure)) => return Some(Err(failure)),
    };
    let (left, right) = (loaded(&client, left).await, loaded(&client, right).await);
    let compare = move || compare_containers([&left, &right], sides.shows_secrets, &sides.masker);
    spawn_blocking(compare).await.ok().map(Ok)
}

async fn loaded(client: &Client, object: PodObject) -> (PodObject, Surroundings) {
    let fetch = |request| async move {
        let answer = client.send(&request).await;
        log::exchange(&request, &answer);
        let exchange = answer?;
        answer::whole(&exchange)?;
        Ok(exchange)
    };
    let around = surroundings::load(&object, fetch).await;
    (object, around)
}
