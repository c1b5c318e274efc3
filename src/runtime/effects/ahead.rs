//! Fetches the next page of a collection while the page before it is parsed.

use tokio_util::task::AbortOnDropHandle;

use crate::api::client::Client;
use crate::k8s::failure::Failure;
use crate::k8s::paging::PageSize;
use crate::k8s::request::{Exchange, Request};
use crate::k8s::table::next_token;

/// A request that was sent before it is needed. Dropping it cancels the request.
pub struct Ahead {
    request: Request,
    answer: AbortOnDropHandle<Result<Exchange, Failure>>,
}

impl Ahead {
    /// Requests the page after this one, if there is one.
    pub(super) fn after(page: &Exchange, client: &Client) -> Option<Self> {
        let token = next_token(&page.good().ok()?.body)?;
        let request = PageSize::next_page(page, token);
        let (sent, client) = (request.clone(), client.clone());
        let answer = tokio::spawn(async move { client.send(&sent).await });
        Some(Self { request, answer: AbortOnDropHandle::new(answer) })
    }

    /// True if this is that request.
    pub(super) fn is_of(&self, request: &Request) -> bool {
        self.request == *request
    }

    /// Waits for the answer.
    pub(super) async fn answer(self, client: &Client) -> Result<Exchange, Failure> {
        match self.answer.await {
            Ok(answer) => answer,
            // Its task panicked or was cancelled.
            Err(_) => client.send(&self.request).await,
        }
    }
}
