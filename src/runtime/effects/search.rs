//! Runs the searches: for problems, and for objects by name.

use std::time::{Duration, Instant};

use super::{Delivery, Effects};
use crate::api::search::drive;
use crate::app::message::Message;
use crate::app::state::problems::Findings;
use crate::k8s::answer;
use crate::k8s::discovery::Discovery;
use crate::k8s::request::{Request, Ticket};
use crate::object::find::Find;
use crate::object::problems::{Limits, Scan};
use crate::object::search::{Search, SearchScope};
use crate::runtime::log;

/// The interval at which the findings of a search are delivered.
const PROGRESS: Duration = Duration::from_millis(200);

impl Effects {
    /// Searches for problems.
    pub(super) fn scan(&mut self, ticket: Ticket, scope: SearchScope, discovery: &Discovery) {
        let message =
            move |found, is_over| Message::Problems { ticket, found: Box::new(found), is_over };
        let scan = Scan::new(scope, discovery, Limits::default());
        let so_far = move |scan: &Scan| message(Findings::so_far(scan), false);
        self.search(ticket, scan, so_far, move |scan| message(Findings::of(scan.finish()), true));
    }

    /// Searches for objects by name.
    pub(super) fn find(&mut self, ticket: Ticket, find: Find) {
        let message = move |find: &Find, is_over| {
            let found = Box::new(find.found());
            Message::Found { ticket, found, is_over }
        };
        let so_far = move |find: &Find| message(find, false);
        self.search(ticket, find, so_far, move |find| message(&find, true));
    }

    /// Runs a search, and reports what is found a few times a second.
    fn search<S: Search + Send + 'static>(
        &mut self,
        ticket: Ticket,
        mut search: S,
        so_far: impl Fn(&S) -> Message + Send + Sync + 'static,
        in_the_end: impl FnOnce(S) -> Message + Send + 'static,
    ) {
        let Some(client) = self.client.clone() else { return };
        let (sender, clock) = (self.sender.clone(), self.clock);
        self.spawn(ticket, async move {
            let mut shown_at = Instant::now();
            let shown = |search: &S| {
                if shown_at.elapsed() > PROGRESS {
                    shown_at = Instant::now();
                    // A loop that is busy is not kept busier by progress.
                    _ = sender.try_send(Delivery::Message(so_far(search)));
                }
            };
            let fetch = |request: Request| {
                let client = client.clone();
                async move {
                    let answer = client.send(&request).await;
                    log::exchange(&request, &answer);
                    let whole = answer.and_then(|exchange| {
                        answer::whole(&exchange)?;
                        Ok(exchange)
                    });
                    (request, whole)
                }
            };
            drive(&mut search, fetch, || clock.now(), shown).await;
            _ = sender.send(Delivery::Message(in_the_end(search))).await;
        });
    }
}
