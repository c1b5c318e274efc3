//! Fetches the pages of a collection before they are needed: one is parsed while the next one arrives.

use tokio_util::task::AbortOnDropHandle;

use crate::api::client::Client;
use crate::api::clock::Clock;
use crate::app::answer::Answer;
use crate::app::question::Question;
use crate::k8s::failure::Failure;
use crate::k8s::paging::PageSize;
use crate::k8s::request::{Exchange, Request};
use crate::k8s::table::next_token;
use crate::runtime::log;

/// A decoded answer, and the next page if it is fetched ahead.
pub(super) type Decoded = (Result<Answer, Failure>, Option<Arriving>);

/// A page that was requested before it is needed. Dropping it cancels the request.
pub(super) struct Arriving {
    question: Question,
    answer: AbortOnDropHandle<Result<Exchange, Failure>>,
}

/// A page that is decoded before it is needed. Dropping it cancels the request.
pub struct Ahead {
    request: Request,
    decoded: AbortOnDropHandle<Decoded>,
}

/// Decodes an answer. If all pages are wanted, the next one is requested before that.
pub(super) fn decoded(
    question: &Question,
    answer: Result<Exchange, Failure>,
    client: &Client,
    clock: Clock,
) -> Decoded {
    log::exchange(&question.request, &answer);
    let page = answer.as_ref().ok().filter(|_| question.fetches_ahead());
    let next = page.and_then(|page| Arriving::after(page, question, client));
    (answer.and_then(|exchange| question.decode(exchange, clock.now())), next)
}

impl Arriving {
    /// Requests the page after this one, if there is one.
    fn after(page: &Exchange, question: &Question, client: &Client) -> Option<Self> {
        let token = next_token(&page.good().ok()?.body)?;
        let request = PageSize::next_page(page, token);
        let question = Question { request, ..question.clone() };
        let (sent, client) = (question.request.clone(), client.clone());
        let answer = tokio::spawn(async move { client.send(&sent).await });
        Some(Self { question, answer: AbortOnDropHandle::new(answer) })
    }

    /// Decodes the page once it has arrived.
    pub(super) fn decode(self, client: Client, clock: Clock) -> Ahead {
        let request = self.question.request.clone();
        let decoded = tokio::spawn(async move {
            let answer = match self.answer.await {
                Ok(answer) => answer,
                // Its task panicked or was cancelled.
                Err(_) => client.send(&self.question.request).await,
            };
            decoded(&self.question, answer, &client, clock)
        });
        Ahead { request, decoded: AbortOnDropHandle::new(decoded) }
    }
}

impl Ahead {
    /// True if this is that request.
    pub(super) fn is_of(&self, request: &Request) -> bool {
        self.request == *request
    }

    /// Waits for the page; `None` if its task panicked or was cancelled.
    pub(super) async fn page(self) -> Option<Decoded> {
        self.decoded.await.ok()
    }
}
