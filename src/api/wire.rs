//! What goes over the wire is told from here: to the trace, which gets no bodies, and to a recorder.

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

use super::client::warnings;
use super::record::Recorder;
use super::replay::Recorded;
use crate::k8s::failure::Failure;
use crate::k8s::request::Request;
use crate::k8s::trace::{Answered, Ended, Headers, OnWire, Received, Sent};

/// What of a request is told. Credentials are added below, and are none of these.
const TOLD: [HeaderName; 6] =
    [ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, CONNECTION, UPGRADE, SEC_WEBSOCKET_PROTOCOL];

/// What of an answer is never told.
const WITHHELD: [HeaderName; 6] =
    [SET_COOKIE, COOKIE, AUTHORIZATION, PROXY_AUTHORIZATION, PROXY_AUTHENTICATE, WWW_AUTHENTICATE];

/// Whom to tell of exchanges. Clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    trace: Option<UnboundedSender<OnWire>>,
    recorder: Option<Arc<Recorder>>,
    sent: Arc<AtomicU64>,
}

impl Wire {
    /// Tells a trace, which hears it from the receiver.
    #[must_use]
    pub fn traced() -> (Self, UnboundedReceiver<OnWire>) {
        let (trace, heard) = unbounded_channel();
        (Self { trace: Some(trace), ..Self::default() }, heard)
    }

    /// Tells this recorder too, if there is one.
    #[must_use]
    pub fn recorded(self, recorder: Option<Arc<Recorder>>) -> Self {
        Self { recorder, ..self }
    }

    /// Tells of a request that is sent now. `address` is that of the server.
    pub(super) fn begin(&self, request: &Request, headers: &HeaderMap, address: &str) -> UnderWay {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let received = Received::default();
        let sent = Sent {
            number,
            request: request.clone(),
            at: Timestamp::now(),
            headers: told(headers, |name| TOLD.contains(name)),
            received: received.clone(),
        };
        if let Some(recorder) = &self.recorder {
            recorder.sent(&sent, address);
        }
        self.tell(OnWire::Sent(Box::new(sent)));
        let started = Instant::now();
        let wire = self.clone();
        UnderWay { wire, number, started, recorded: None, received, is_answered: false }
    }

    fn tell(&self, what: OnWire) {
        if let Some(trace) = &self.trace {
            // A trace that is gone needs no word.
            _ = trace.send(what);
        }
    }
}

/// An exchange that goes on. It is over when this is dropped, whoever drops it.
pub(super) struct UnderWay {
    wire: Wire,
    number: u64,
    started: Instant,
    /// How long it took when it was recorded, if it is replayed.
    recorded: Option<Duration>,
    received: Received,
    is_answered: bool,
}

impl UnderWay {
    /// Tells of the head of the answer. Gives the answer back with a body that tells of itself.
    pub(super) fn answered(mut self, answer: http::Response<Body>) -> http::Response<Told> {
        self.recorded = answer.extensions().get::<Recorded>().map(|recorded| recorded.0);
        let head = Answered {
            status: answer.status().as_u16(),
            version: format!("{:?}", answer.version()),
            headers: told(answer.headers(), |name| !WITHHELD.contains(name)),
            warnings: warnings(answer.headers()),
            after: self.after(),
        };
        if let Some(recorder) = &self.wire.recorder {
            recorder.answered(self.number, &head);
        }
        self.wire.tell(OnWire::Answered(self.number, Box::new(head)));
        self.is_answered = true;
        answer.map(|body| Told { body, under_way: Some(self) })
    }

    /// There was no answer.
    pub(super) fn failed(mut self, failure: &Failure) {
        self.end(Some(failure.message.clone()));
    }

    fn came(&self, bytes: &Bytes) {
        self.received.add(bytes.len());
        if let Some(recorder) = &self.wire.recorder {
            recorder.came(self.number, bytes);
        }
    }

    fn end(&mut self, failure: Option<String>) {
        self.is_answered = true;
        let ended = Ended { after: self.after(), failure };
        let trouble =
            self.wire.recorder.take().and_then(|recorder| recorder.ended(self.number, &ended));
        if let Some(trace) = self.wire.trace.take() {
            _ = trace.send(OnWire::Ended(self.number, ended));
            _ = trouble.map(|why| trace.send(OnWire::NotRecorded(why)));
        }
    }

    fn after(&self) -> Duration {
        self.recorded.unwrap_or_else(|| self.started.elapsed())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let failure = (!self.is_answered).then(|| "no answer was waited for any longer".to_owned());
        self.end(failure);
    }
}

/// A body that tells what comes of it, if there is somebody to tell.
pub(super) struct Told {
    body: Body,
    under_way: Option<UnderWay>,
}

impl From<Body> for Told {
    fn from(body: Body) -> Self {
        Self { body, under_way: None }
    }
}

impl http_body::Body for Told {
    type Data = Bytes;
    type Error = kube::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, kube::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match (&frame, &mut self.under_way) {
            (Some(Ok(frame)), Some(under_way)) => {
                if let Some(bytes) = frame.data_ref() {
                    under_way.came(bytes);
                }
            }
            (Some(Err(error)), Some(under_way)) => {
                under_way.end(Some(error.to_string()));
                self.under_way = None;
            }
            (None, _) => self.under_way = None,
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

fn told(headers: &HeaderMap, is_told: impl Fn(&HeaderName) -> bool) -> Headers {
    let told = headers.iter().filter(|(name, _)| is_told(name));
    told.map(|(name, value)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    })
    .collect()
}
