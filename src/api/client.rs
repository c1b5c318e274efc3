//! Sends requests and returns bytes: whole answers, streams of chunks, lines of watches.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use http_body::Body as _;
use kube::client::Body;

use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Exchange, Form, Request};

use super::credentials::{Credentials, Signer};
use super::errors::refuses_client_certificate;
use super::har::Recording;
use super::record::Recorder;
use super::replay::{Recorded, Replay};
use super::transport::Proxy;
use super::wire::{ObservedBody, Wire};
use answer::{MAX_RESPONSE, beginning, chunks, split, within};
use failures::RequestLabel;

pub use answer::{Chunks, Head};
pub use exec::Content;
pub use forward::Foreign;

mod answer;
mod exec;
mod failures;
mod forward;
mod lines;
mod websocket;

/// The longest line of a watch, in bytes: etcd keeps no object beyond a few MiB.
const MAX_LINE: usize = 16 << 20;

/// Sends requests to one server, or to a recording. Clones share its connections.
#[derive(Clone)]
pub struct Client {
    inner: kube::Client,
    address: Arc<str>,
    proxy: Option<Arc<str>>,
    timeout: Option<Duration>,
    max_response: usize,
    signer: Option<Signer>,
    wire: Option<Wire>,
}

/// The head of a response, and when its request was sent.
struct Started {
    response: http::Response<ObservedBody>,
    at: Instant,
}

impl Client {
    /// A client over kube's. `address` is what failures name; a request that takes longer than
    /// `timeout` fails.
    #[must_use]
    pub fn new(inner: kube::Client, address: &str, timeout: Option<Duration>) -> Self {
        let address = address.into();
        let max_response = MAX_RESPONSE;
        Self { inner, address, proxy: None, timeout, max_response, signer: None, wire: None }
    }

    /// Reads up to `max_response` bytes of an answer, decompressed, instead of 8 MiB.
    #[must_use]
    pub fn reading(self, max_response: usize) -> Self {
        Self { max_response, ..self }
    }

    /// Names the proxy before the server in failures.
    pub(super) fn behind(self, proxy: Option<&Proxy>) -> Self {
        Self { proxy: proxy.map(|proxy| proxy.to_string().into()), ..self }
    }

    /// Signs requests with these credentials.
    pub(super) fn signed(self, signer: Option<Signer>) -> Self {
        Self { signer, ..self }
    }

    /// Reports every exchange.
    #[must_use]
    pub fn observed(self, wire: Wire) -> Self {
        Self { wire: Some(wire), ..self }
    }

    /// Records every exchange, if there is a recorder, and reports it as before.
    #[must_use]
    pub fn recorded(self, recorder: Option<Arc<Recorder>>) -> Self {
        let wire = self.wire.clone().unwrap_or_default();
        self.observed(wire.recorded(recorder))
    }

    /// A client that a recording answers. Needs a tokio runtime.
    #[must_use]
    pub fn replay(recording: Arc<Recording>) -> Self {
        Self::replaying(Replay::new(recording))
    }

    /// A client that a replay answers. Needs a tokio runtime.
    #[must_use]
    pub fn replaying(replay: Replay) -> Self {
        Self::new(kube::Client::new(replay, "default"), "the recording", None)
    }

    /// Sends a request and reads the whole answer, whatever its status. An answer that is too long is
    /// cut and marked as such.
    ///
    /// # Errors
    ///
    /// There is no answer: nothing listens, the name is unknown, TLS fails, the time is up, the
    /// connection is cut, or the answer is not HTTP; or there are no credentials.
    pub async fn send(&self, request: &Request) -> Result<Exchange, Failure> {
        self.send_observed(request, |_| {}).await
    }

    /// As [`Client::send`]. `arriving` is called with what there is of the body after each part of it.
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn send_observed(
        &self,
        request: &Request,
        arriving: impl FnMut(&[u8]) + Send,
    ) -> Result<Exchange, Failure> {
        let Started { response, at } = self.start(request, Form::accept, self.timeout).await?;
        let left = self.timeout.map(|limit| limit.saturating_sub(at.elapsed()));
        let exchange = within(left, self.exchange(request, response, at, arriving)).await;
        exchange.unwrap_or_else(|| Err(self.label(request).timed_out(self.timeout)))
    }

    /// Sends a request and returns the body as it arrives, whatever the status. The timeout is for
    /// the head and for each chunk, not for the whole.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]; the chunks may fail in the same ways.
    pub async fn stream(&self, request: &Request) -> Result<(Head, Chunks), Failure> {
        let Started { response, .. } = self.start(request, Form::accept, self.timeout).await?;
        let (head, body) = split(response);
        Ok((head, chunks(body, self.label(request), self.timeout)))
    }

    /// Opens a watch and returns its lines, without their line feeds, until the server ends it.
    /// `watch=1` is added where the query does not have it. The timeout is for the head alone: a server
    /// sends it at once, and then only changes.
    ///
    /// # Errors
    ///
    /// As [`Client::send`], and the failure in an answer of status 300 and above. The lines may fail
    /// where the connection is cut, and at a line of more than 16 MiB.
    pub async fn watch(&self, request: &Request) -> Result<Chunks, Failure> {
        let mut request = request.clone();
        if !request.is_watch() {
            request = request.with("watch", "1");
        }
        let chunks = self.open(&request, Form::watch_accept, self.timeout).await?;
        Ok(lines::split(chunks, MAX_LINE).boxed())
    }

    /// Opens a stream such as a log, and returns its bytes until the server ends it. There is no
    /// timeout: a kubelet sends nothing at all before the first line of a log.
    ///
    /// # Errors
    ///
    /// As [`Client::watch`].
    pub async fn follow(&self, request: &Request) -> Result<Chunks, Failure> {
        self.open(request, Form::accept, None).await
    }

    /// Opens a stream. The limit is for its head.
    async fn open(
        &self,
        request: &Request,
        accept: fn(Form) -> &'static str,
        limit: Option<Duration>,
    ) -> Result<Chunks, Failure> {
        let Started { response, .. } = self.start(request, accept, limit).await?;
        let (head, body) = split(response);
        let label = self.label(request);
        if head.status >= 300 {
            return Err(head.failure(request, chunks(body, label, self.timeout)).await?);
        }
        Ok(chunks(body, label, None))
    }

    /// The address that failures name.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Reads the rest of an answer.
    async fn exchange(
        &self,
        request: &Request,
        response: http::Response<ObservedBody>,
        started: Instant,
        arriving: impl FnMut(&[u8]) + Send,
    ) -> Result<Exchange, Failure> {
        let recorded = response.extensions().get::<Recorded>().copied();
        let (head, body) = split(response);
        let expected = body.size_hint().lower();
        let body = chunks(body, self.label(request), None);
        let (body, is_whole) = beginning(body, (expected, self.max_response), arriving).await?;
        Ok(Exchange {
            request: request.clone(),
            status: head.status,
            content_type: head.content_type,
            warnings: head.warnings,
            audited: head.audited,
            location: head.location,
            retry_after: head.retry_after,
            body,
            cut_at: (!is_whole).then_some(self.max_response),
            elapsed: recorded.map_or_else(|| started.elapsed(), |recorded| recorded.0),
        })
    }

    /// Sends a request and waits for the head of its answer, each time within the limit. The request
    /// is sent again in a plainer form to a server that refuses the form.
    async fn start(
        &self,
        request: &Request,
        accept: fn(Form) -> &'static str,
        limit: Option<Duration>,
    ) -> Result<Started, Failure> {
        let mut form = request.form;
        loop {
            let started = self.begin(request, limit, || build(request, accept(form))).await?;
            match form.plainer() {
                Some(plainer) if started.response.status() == 406 => form = plainer,
                _ => return Ok(started),
            }
        }
    }

    /// Sends what is built of a request and waits for the head of its answer, each time within the
    /// limit. It is sent once more with new credentials to a server that refuses the credentials. The
    /// limit is not for a credential plugin, which may wait for a person.
    async fn begin(
        &self,
        request: &Request,
        limit: Option<Duration>,
        make: impl Fn() -> Result<http::Request<Body>, Failure>,
    ) -> Result<Started, Failure> {
        let label = self.label(request);
        let mut is_renewed = false;
        loop {
            let mut built = make()?;
            let credentials = self.sign(&mut built).await?;
            let at = Instant::now();
            let response = within(limit, self.dispatch(request, built, &credentials)).await;
            let Some(response) = response else { return Err(label.timed_out(limit)) };
            let status = response.as_ref().map_or(0, |response| response.status().as_u16());
            let is_refused =
                status == 401 || response.as_ref().is_err_and(|e| refuses_client_certificate(e));
            let response = response.map_err(|error| label.failed(&error));
            match &self.signer {
                Some(signer) if is_refused && !is_renewed => {
                    is_renewed = true;
                    if !signer.renew(&credentials).await? {
                        return response.map(|response| Started { response, at });
                    }
                }
                _ => return response.map(|response| Started { response, at }),
            }
        }
    }

    /// Sends what was built of a request, once, and reports the exchange.
    async fn dispatch(
        &self,
        request: &Request,
        built: http::Request<Body>,
        credentials: &Credentials,
    ) -> Result<http::Response<ObservedBody>, kube::Error> {
        let client = credentials.client.as_ref().unwrap_or(&self.inner);
        let wire = self.wire.as_ref();
        let exchange = wire.map(|wire| wire.begin(request, built.headers(), &self.address));
        match (client.send(built).await, exchange) {
            (Ok(response), Some(exchange)) => Ok(exchange.answered(response)),
            (Ok(response), None) => Ok(response.map(ObservedBody::from)),
            (Err(error), exchange) => {
                if let Some(exchange) = exchange {
                    exchange.failed(&self.label(request).failed(&error));
                }
                Err(error)
            }
        }
    }

    /// Adds the credentials to a request, and returns them.
    async fn sign<B>(&self, request: &mut http::Request<B>) -> Result<Credentials, Failure> {
        let Some(signer) = &self.signer else { return Ok(Credentials::default()) };
        let credentials = signer.current().await?;
        if let Some(header) = &credentials.header {
            request.headers_mut().insert(http::header::AUTHORIZATION, header.clone());
        }
        Ok(credentials)
    }

    fn label(&self, request: &Request) -> RequestLabel {
        RequestLabel {
            address: Arc::clone(&self.address),
            proxy: self.proxy.clone(),
            method: request.method(),
            path: request.path.to_string(),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("address", &self.address)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Builds the HTTP request: a GET without a body, or the POST of a self-subject review. This program
/// sends no others.
fn build(request: &Request, accept: &str) -> Result<http::Request<Body>, Failure> {
    let builder = http::Request::builder()
        .method(request.method())
        .uri(request.path_and_query())
        .header(http::header::ACCEPT, accept);
    // Of a stream that is compressed line by line only the first line would be decompressed.
    let builder = if request.is_stream() {
        builder.header(http::header::ACCEPT_ENCODING, "identity")
    } else {
        builder
    };
    let built = match &request.review {
        None => builder.body(Body::empty()),
        Some(_) if !is_self_review(&request.path) => {
            return Err(Failure::new(
                FailureKind::Input,
                format!("{} is no self-subject review, and nothing else is posted", request.path),
                "",
            ));
        }
        Some(body) => builder
            .header(http::header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.clone().into_bytes())),
    };
    built.map_err(|error| {
        Failure::new(
            FailureKind::Input,
            format!("{} cannot be requested: {error}", request.path_and_query()),
            "Check the path",
        )
    })
}

/// True for a collection to which a POST is a question about oneself and stores nothing.
fn is_self_review(path: &ApiPath) -> bool {
    let ApiPath::Collection { gvr, namespace: None } = path else { return false };
    matches!(
        (gvr.group_version.group.as_str(), &*gvr.resource),
        ("authentication.k8s.io", "selfsubjectreviews")
            | ("authorization.k8s.io", "selfsubjectaccessreviews" | "selfsubjectrulesreviews")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_self_subject_reviews_are_posted() {
        for (path, is_allowed) in [
            ("/apis/authentication.k8s.io/v1/selfsubjectreviews", true),
            ("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", true),
            ("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", true),
            ("/apis/authorization.k8s.io/v1/subjectaccessreviews", false),
            ("/api/v1/namespaces/default/pods", false),
            ("/api/v1/namespaces", false),
        ] {
            let request = Request::review(ApiPath::parse(path), "{}".to_owned());
            assert_eq!(build(&request, "application/json").is_ok(), is_allowed, "{path}");
        }
        let request = Request::get(ApiPath::parse("/api/v1/pods"), Form::Json);
        assert_eq!(build(&request, "a/b").unwrap().method(), "GET");
    }
}
