//! Reports every exchange with a server: to the trace, without bodies, and to a recorder.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_TYPE, COOKIE, HeaderMap,
    HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL, SET_COOKIE,
    UPGRADE, WWW_AUTHENTICATE,
};
use http_body::{Frame, SizeHint};
use jiff::Timestamp;
use kube::client::Body;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::errors::explain;
use super::headers::warnings;
use super::record::Recorder;
use super::replay::Recorded;
use crate::k8s::failure::Failure;
use crate::k8s::request::Request;
use crate::k8s::trace::{Answered, Ended, Headers, OnWire, Received, Sent};

/// The request headers that are reported. Credentials are none of them.
const REPORTED: [HeaderName; 6] =
    [ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, CONNECTION, UPGRADE, SEC_WEBSOCKET_PROTOCOL];

/// The response headers that are not reported.
const WITHHELD: [HeaderName; 6] =
    [SET_COOKIE, COOKIE, AUTHORIZATION, PROXY_AUTHORIZATION, PROXY_AUTHENTICATE, WWW_AUTHENTICATE];

/// Where exchanges are reported. Clones report to the same trace and recorder.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    trace: Option<UnboundedSender<OnWire>>,
    recorder: Option<Arc<Recorder>>,
    sent: Arc<AtomicU64>,
}

impl Wire {
    /// Returns a wire that reports to a trace, and the receiving end of that trace.
    #[must_use]
    pub fn traced() -> (Self, UnboundedReceiver<OnWire>) {
        let (trace, receiver) = unbounded_channel();
        (Self { trace: Some(trace), ..Self::default() }, receiver)
    }

    /// Reports to this recorder too, if there is one.
    #[must_use]
    pub fn recorded(self, recorder: Option<Arc<Recorder>>) -> Self {
        Self { recorder, ..self }
    }

    /// Reports a request that is sent now. `address` is the server's.
    pub(super) fn begin(
        &self,
        request: &Request,
        headers: &HeaderMap,
        address: &str,
    ) -> OpenExchange {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let received = Received::default();
        let sent = Sent {
            number,
            request: request.clone(),
            at: Timestamp::now(),
            headers: reported(headers, |name| REPORTED.contains(name)),
            received: received.clone(),
        };
        if let Some(recorder) = &self.recorder {
            recorder.sent(&sent, address);
        }
        self.report(OnWire::Sent(Box::new(sent)));
        let started = Instant::now();
        let wire = self.clone();
        OpenExchange { wire, number, started, recorded: None, received, has_response: false }
    }

    fn report(&self, event: OnWire) {
        if let Some(trace) = &self.trace {
            // Nobody reads the trace any more.
            _ = trace.send(event);
        }
    }
}

/// An exchange that has begun. It ends when this is dropped.
pub(super) struct OpenExchange {
    wire: Wire,
    number: u64,
    started: Instant,
    /// How long it took when it was recorded, if it is replayed.
    recorded: Option<Duration>,
    received: Received,
    has_response: bool,
}

impl OpenExchange {
    /// Reports the head of the response, and returns the response with a body that reports its
    /// chunks.
    pub(super) fn answered(
        mut self,
        response: http::Response<Body>,
    ) -> http::Response<ObservedBody> {
        self.recorded = response.extensions().get::<Recorded>().map(|recorded| recorded.0);
        let head = Answered {
            status: response.status().as_u16(),
            version: format!("{:?}", response.version()),
            headers: reported(response.headers(), |name| !WITHHELD.contains(name)),
            warnings: warnings(response.headers()),
            after: self.elapsed(),
        };
        if let Some(recorder) = &self.wire.recorder {
            recorder.answered(self.number, &head);
        }
        self.wire.report(OnWire::Answered(self.number, Box::new(head)));
        self.has_response = true;
        response.map(|body| ObservedBody { body, exchange: Some(self) })
    }

    /// Reports that there is no response.
    pub(super) fn failed(mut self, failure: &Failure) {
        self.end(Some(failure.message.clone()));
    }

    fn received(&self, bytes: &Bytes) {
        self.received.add(bytes.len());
        if let Some(recorder) = &self.wire.recorder {
            recorder.received(self.number, bytes);
        }
    }

    fn end(&mut self, failure: Option<String>) {
        self.has_response = true;
        let ended = Ended { after: self.elapsed(), failure };
        let recorder = self.wire.recorder.take();
        let not_recorded = recorder.and_then(|recorder| recorder.ended(self.number, &ended));
        if let Some(trace) = self.wire.trace.take() {
            _ = trace.send(OnWire::Ended(self.number, ended));
            _ = not_recorded.map(|why| trace.send(OnWire::NotRecorded(why)));
        }
    }

    fn elapsed(&self) -> Duration {
        self.recorded.unwrap_or_else(|| self.started.elapsed())
    }
}

impl Drop for OpenExchange {
    fn drop(&mut self) {
        let failure =
            (!self.has_response).then(|| "cancelled before there was a response".to_owned());
        self.end(failure);
    }
}

/// A response body that reports its chunks and its end, if anybody listens.
pub(super) struct ObservedBody {
    body: Body,
    exchange: Option<OpenExchange>,
}

impl From<Body> for ObservedBody {
    fn from(body: Body) -> Self {
        Self { body, exchange: None }
    }
}

impl http_body::Body for ObservedBody {
    type Data = Bytes;
    type Error = kube::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, kube::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match (&frame, &mut self.exchange) {
            (Some(Ok(frame)), Some(exchange)) => {
                if let Some(bytes) = frame.data_ref() {
                    exchange.received(bytes);
                }
            }
            (Some(Err(error)), Some(exchange)) => {
                exchange.end(Some(explain(error).why));
                self.exchange = None;
            }
            (None, _) => self.exchange = None,
            (Some(_), None) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn reported(headers: &HeaderMap, is_reported: impl Fn(&HeaderName) -> bool) -> Headers {
    let reported = headers.iter().filter(|(name, _)| is_reported(name));
    reported
        .map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}
