//! An answer: its head, and its body as it arrives.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use http_body_util::BodyExt as _;

use super::failures::RequestLabel;
use crate::api::headers;
use crate::api::wire::ObservedBody;
use crate::k8s::failure::Failure;
use crate::k8s::request::{Request, is_of_proxy};

/// How much of an answer is read by default, in bytes.
pub(super) const MAX_RESPONSE: usize = 8 << 20;

/// The head of a streamed answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The HTTP status.
    pub status: u16,
    /// The Content-Type header; empty where there is none.
    pub content_type: String,
    /// The texts of the Warning headers.
    pub warnings: Vec<String>,
    /// True if there is an Audit-Id, as on every answer of an API server.
    pub audited: bool,
    /// The Location header of an answer of 300 to 399.
    pub location: Option<String>,
    /// The time that the Retry-After header asks to wait.
    pub retry_after: Option<Duration>,
}

/// A body as it arrives. It ends after the first failure.
pub type Chunks = BoxStream<'static, Result<Bytes, Failure>>;

impl Head {
    /// Returns the failure in an answer of status 300 and above to that request.
    ///
    /// # Errors
    ///
    /// The body does not arrive.
    pub async fn failure(&self, request: &Request, body: Chunks) -> Result<Failure, Failure> {
        if self.status < 400 {
            return Ok(Failure::redirected(self.status, self.location.as_deref()));
        }
        if is_of_proxy(self.status, &self.content_type, self.audited) {
            return Ok(request.refused_by_proxy());
        }
        let (body, _) = beginning(body, (0, MAX_RESPONSE), |_| {}).await?;
        Ok(Failure::from_answer(self.status, &body).waiting(self.retry_after))
    }
}

/// Splits a response into its head and its body.
pub(super) fn split(response: http::Response<ObservedBody>) -> (Head, ObservedBody) {
    let (parts, body) = response.into_parts();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let head = Head {
        status: parts.status.as_u16(),
        content_type: parts.headers.get(CONTENT_TYPE).map(text).unwrap_or_default(),
        warnings: headers::warnings(&parts.headers),
        audited: parts.headers.contains_key("audit-id"),
        location: parts.headers.get(LOCATION).map(text),
        retry_after: headers::retry_after(&parts.headers),
    };
    (head, body)
}

/// Reads a body up to a limit in bytes, and returns true if it is whole. The rest of a longer body is
/// not read: it may have no end. `expected` is its length as far as the head tells it. `arriving` is
/// called with what there is after each chunk.
pub(super) async fn beginning(
    mut chunks: Chunks,
    (expected, limit): (u64, usize),
    mut arriving: impl FnMut(&[u8]) + Send,
) -> Result<(Bytes, bool), Failure> {
    let expected = usize::try_from(expected).unwrap_or(limit);
    let mut body = BytesMut::with_capacity(expected.min(limit));
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        let room = limit - body.len();
        if chunk.len() > room {
            body.extend_from_slice(&chunk[..room]);
            return Ok((body.freeze(), false));
        }
        body.extend_from_slice(&chunk);
        arriving(&body);
    }
    Ok((body.freeze(), true))
}

/// Returns a body as it arrives. It fails where nothing arrives for as long as `idle`.
pub(super) fn chunks(body: ObservedBody, label: RequestLabel, idle: Option<Duration>) -> Chunks {
    let state = Some((body, label));
    futures::stream::unfold(state, move |state| async move {
        let (mut body, label) = state?;
        loop {
            let frame = match within(idle, body.frame()).await {
                None => return Some((Err(label.timed_out(idle)), None)),
                Some(None) => return None,
                Some(Some(Err(error))) => return Some((Err(label.failed(&error)), None)),
                Some(Some(Ok(frame))) => frame,
            };
            // The other frames are trailers, which the API does not use.
            if let Ok(bytes) = frame.into_data() {
                return Some((Ok(bytes), Some((body, label))));
            }
        }
    })
    .boxed()
}

/// Waits for an outcome; `None` where it takes longer than the limit.
pub(super) async fn within<T>(
    limit: Option<Duration>,
    outcome: impl Future<Output = T>,
) -> Option<T> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, outcome).await.ok(),
        None => Some(outcome.await),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit() {
        let parts = || futures::stream::iter(["abc", "def"].map(|part| Ok(Bytes::from(part))));
        let read = |body, lengths| beginning(body, lengths, |_| {});
        let endless = || parts().chain(futures::stream::pending()).boxed();
        assert_eq!(read(endless(), (0, 5)).await, Ok((Bytes::from("abcde"), false)));
        assert_eq!(read(endless(), (9, 0)).await, Ok((Bytes::new(), false)));
        assert_eq!(read(parts().boxed(), (6, 6)).await, Ok((Bytes::from("abcdef"), true)));
    }
}
