//! The page of a collection that is asked for before the one in front of it is read.

use tokio_util::task::AbortOnDropHandle;

use crate::api::client::Client;
use crate::k8s::failure::Failure;
use crate::k8s::request::{Exchange, Request};
use crate::k8s::table::next_token;

/// An answer on its way to a request that is about to be made. Dropping it cancels it.
pub struct Ahead {
    request: Request,
    answer: AbortOnDropHandle<Result<Exchange, Failure>>,
}

impl Ahead {
    /// Asks for the page behind this one, where there is one.
    pub(super) fn behind(page: &Exchange, client: &Client) -> Option<Self> {
        let token = next_token(&page.good().ok()?.body)?;
        let mut request = page.request.clone();
        request.query.retain(|(name, _)| name != "continue");
        let request = request.with("continue", token);
        let (asked, client) = (request.clone(), client.clone());
        let answer = tokio::spawn(async move { client.send(&asked).await });
        Some(Self { request, answer: AbortOnDropHandle::new(answer) })
    }

    /// Whether this is the answer to that request.
    pub(super) fn is_of(&self, request: &Request) -> bool {
        self.request == *request
    }

    /// Waits for the answer.
    pub(super) async fn answer(self, client: &Client) -> Result<Exchange, Failure> {
        match self.answer.await {
            Ok(answer) => answer,
            // It ended without an answer of its own.
            Err(_) => client.send(&self.request).await,
        }
    }
}
