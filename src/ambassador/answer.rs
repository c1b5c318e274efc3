//! Answers one request: refuses it, or forwards it.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt as _;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, BodyStream, Limited, StreamBody};
use hyper::body::Incoming;
use tokio::sync::watch;

use super::refusal::{Refusal, Sent};
use super::rules;
use crate::api::client::{Client, Foreign};

/// The largest review, in bytes.
const MAX_REVIEW: usize = 64 << 10;

/// How long the body of a review may take.
const REVIEW_TIMEOUT: Duration = Duration::from_secs(10);

/// Answers requests.
pub(super) struct Ambassador {
    /// The client of the server.
    pub(super) client: Client,
    /// True if nothing but a loopback address is listened on.
    pub(super) only_loopback: bool,
}

impl Ambassador {
    /// Answers a request. Streams end when `is_ending` becomes true.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        is_ending: watch::Receiver<bool>,
    ) -> Result<Response<Sent>, Infallible> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.forward(request, is_ending).await.unwrap_or_else(Refusal::response);
        tracing::info!(status = response.status().as_u16(), "{method} {path} for a client");
        Ok(response)
    }

    async fn forward(
        &self,
        request: Request<Incoming>,
        mut is_ending: watch::Receiver<bool>,
    ) -> Result<Response<Sent>, Refusal> {
        let (head, body) = request.into_parts();
        if let Some(refusal) = rules::refusal(&head, self.only_loopback) {
            return Err(refusal);
        }
        let method = head.method.clone();
        let Some(foreign) = Foreign::new(head) else { return Err(rules::writes(&method)) };
        let review = if foreign.is_review() { read(body).await? } else { Bytes::new() };
        let forwarded = self.client.forward(&foreign, review);
        if !foreign.is_stream() {
            let response = forwarded.await.map_err(|failure| Refusal::of(&failure))?;
            return Ok(response.map(|body| body.map_err(Into::into).boxed_unsync()));
        }
        // A followed log may have no head before its first line.
        let response = tokio::select! {
            response = forwarded => response.map_err(|failure| Refusal::of(&failure))?,
            _ = is_ending.wait_for(|is_ending| *is_ending) => return Err(Refusal::ending()),
        };
        Ok(response.map(|body| {
            let ending = async move { _ = is_ending.wait_for(|is_ending| *is_ending).await };
            let frames = BodyStream::new(body).take_until(Box::pin(ending));
            StreamBody::new(frames).map_err(Into::into).boxed_unsync()
        }))
    }
}

/// Reads a review.
async fn read(body: Incoming) -> Result<Bytes, Refusal> {
    let body = Limited::new(body, MAX_REVIEW).collect();
    match tokio::time::timeout(REVIEW_TIMEOUT, body).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(_)) => Err(Refusal {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            reason: "RequestEntityTooLarge",
            message: format!("the review is longer than {MAX_REVIEW} bytes, or was not sent whole"),
        }),
        Err(_) => Err(Refusal {
            status: StatusCode::REQUEST_TIMEOUT,
            reason: "Timeout",
            message: format!("the review was not sent within {} s", REVIEW_TIMEOUT.as_secs()),
        }),
    }
}
