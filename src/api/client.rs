//! Sends requests and gives back bytes: whole answers, streams of chunks, lines of watches.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use kube::client::Body;

use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::path::ApiPath;
use crate::k8s::request::{Exchange, Form, Request};

use super::credentials::{Pass, Signer};
use super::har::Recording;
use super::replay::{Recorded, Replay};
use super::wire::{ObservedBody, Wire};
use answer::{MAX_RESPONSE, beginning, chunks, split, within};
use trouble::{Asking, is_of_our_certificate};

pub use answer::{Chunks, Head};
pub use exec::Content;

mod answer;
mod certificate;
mod exec;
mod lines;
mod trouble;
mod websocket;

/// No line of a watch is longer than this, in bytes: etcd keeps no object beyond a few MiB.
const MAX_LINE: usize = 16 << 20;

/// Speaks to one server, or to a recording. Clones share its connections.
#[derive(Clone)]
pub struct Client {
    inner: kube::Client,
    address: Arc<str>,
    timeout: Option<Duration>,
    max_response: usize,
    signer: Option<Signer>,
    wire: Option<Wire>,
}

impl Client {
    /// A client over kube's stack. `address` is what failures name; a request that takes longer
    /// than `timeout` fails.
    #[must_use]
    pub fn new(inner: kube::Client, address: &str, timeout: Option<Duration>) -> Self {
        let address = address.into();
        Self { inner, address, timeout, max_response: MAX_RESPONSE, signer: None, wire: None }
    }

    /// The same client, which reads so many bytes of an answer, unpacked, instead of 8 MiB.
    #[must_use]
    pub fn reading(self, max_response: usize) -> Self {
        Self { max_response, ..self }
    }

    /// The same client, with requests signed by tokens that change.
    pub(super) fn signed(self, signer: Option<Signer>) -> Self {
        Self { signer, ..self }
    }

    /// The same client, which tells of all that it asks.
    #[must_use]
    pub fn observed(self, wire: Wire) -> Self {
        Self { wire: Some(wire), ..self }
    }

    /// A client that a recording answers, in a run of its own. Needs a tokio runtime.
    #[must_use]
    pub fn replay(recording: Arc<Recording>) -> Self {
        Self::new(kube::Client::new(Replay::new(recording), "default"), "the recording", None)
    }

    /// Sends a request and reads the whole answer, whatever its status. One that is too long is cut,
    /// and says so.
    ///
    /// # Errors
    ///
    /// No answer: nothing listens, the name is unknown, TLS fails, the time is up, the connection
    /// is cut, or what answers does not speak HTTP.
    pub async fn send(&self, request: &Request) -> Result<Exchange, Failure> {
        let asking = self.asking(request);
        let started = Instant::now();
        let answer = async {
            let response = self.ask(request, Form::accept).await?;
            self.exchange(request, response, started).await
        };
        within(self.timeout, answer).await.unwrap_or_else(|| Err(asking.timed_out(self.timeout)))
    }

    /// Sends a request and gives the body as it arrives, whatever the status. The timeout is for
    /// the head and for each chunk, not for the whole.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]; the chunks may fail in the same ways.
    pub async fn stream(&self, request: &Request) -> Result<(Head, Chunks), Failure> {
        let asking = self.asking(request);
        let response = within(self.timeout, self.ask(request, Form::accept)).await;
        let response = response.unwrap_or_else(|| Err(asking.timed_out(self.timeout)))?;
        let (head, body) = split(response);
        Ok((head, chunks(body, asking, self.timeout)))
    }

    /// Opens a watch and gives its lines, without their line feeds, until the server ends it.
    /// `watch=1` is added where the query does not have it. The timeout is for the head alone: a server
    /// tells at once that a watch is open, and then only what changes.
    ///
    /// # Errors
    ///
    /// As [`Client::send`], and the failure told by an answer of status 400 and above. The lines
    /// may fail where the connection is cut, and at a line of more than 16 MiB.
    pub async fn watch(&self, request: &Request) -> Result<Chunks, Failure> {
        let mut request = request.clone();
        if !request.is_watch() {
            request = request.with("watch", "1");
        }
        let chunks = self.open(&request, Form::watch_accept, self.timeout).await?;
        Ok(lines::split(chunks, MAX_LINE).boxed())
    }

    /// Opens something that goes on, such as a log, and gives its bytes until the server ends it.
    /// There is no timeout: a kubelet says nothing at all before the first line of a log.
    ///
    /// # Errors
    ///
    /// As [`Client::watch`].
    pub async fn follow(&self, request: &Request) -> Result<Chunks, Failure> {
        self.open(request, Form::accept, None).await
    }

    /// Opens something that goes on. The limit is for its head.
    async fn open(
        &self,
        request: &Request,
        accept: fn(Form) -> &'static str,
        limit: Option<Duration>,
    ) -> Result<Chunks, Failure> {
        let asking = self.asking(request);
        let response = within(limit, self.ask(request, accept)).await;
        let response = response.unwrap_or_else(|| Err(asking.timed_out(limit)))?;
        let (head, body) = split(response);
        if head.status >= 300 {
            return Err(head.failure(request, chunks(body, asking, self.timeout)).await?);
        }
        Ok(chunks(body, asking, None))
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
    ) -> Result<Exchange, Failure> {
        let recorded = response.extensions().get::<Recorded>().copied();
        let (head, body) = split(response);
        let body = chunks(body, self.asking(request), None);
        let (body, is_whole) = beginning(body, self.max_response).await?;
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

    /// Sends a request and waits for the head of its answer. What may be mended at once is asked a
    /// second time: by a server that refuses a form, in a plainer one; where it refuses the
    /// credentials, once with new ones.
    async fn ask(
        &self,
        request: &Request,
        accept: fn(Form) -> &'static str,
    ) -> Result<http::Response<ObservedBody>, Failure> {
        let mut form = request.form;
        let mut is_renewed = false;
        loop {
            let mut built = build(request, accept(form))?;
            let pass = self.sign(&mut built).await?;
            let answer = self.dispatch(request, built, &pass).await;
            let status = answer.as_ref().map_or(0, |response| response.status().as_u16());
            let is_refused = status == 401 || answer.as_ref().is_err_and(is_of_our_certificate);
            match (form.plainer(), &self.signer) {
                (Some(plainer), _) if status == 406 => form = plainer,
                (_, Some(signer)) if is_refused && !is_renewed => {
                    is_renewed = true;
                    if !signer.renew(&pass).await? {
                        return answer.map_err(|error| self.asking(request).failed(&error));
                    }
                }
                _ => return answer.map_err(|error| self.asking(request).failed(&error)),
            }
        }
    }

    /// Sends what was built of a request, once, and tells of it.
    async fn dispatch(
        &self,
        request: &Request,
        built: http::Request<Body>,
        pass: &Pass,
    ) -> Result<http::Response<ObservedBody>, kube::Error> {
        let stack = pass.stack.as_ref().unwrap_or(&self.inner);
        let wire = self.wire.as_ref();
        let seen = wire.map(|wire| wire.begin(request, built.headers(), &self.address));
        match (stack.send(built).await, seen) {
            (Ok(answer), Some(seen)) => Ok(seen.answered(answer)),
            (Ok(answer), None) => Ok(answer.map(ObservedBody::from)),
            (Err(error), seen) => {
                if let Some(seen) = seen {
                    seen.failed(&self.asking(request).failed(&error));
                }
                Err(error)
            }
        }
    }

    /// Signs a request, and gives what it is to be sent with.
    async fn sign<B>(&self, request: &mut http::Request<B>) -> Result<Pass, Failure> {
        let Some(signer) = &self.signer else { return Ok(Pass::default()) };
        let pass = signer.pass().await?;
        if let Some(header) = &pass.header {
            request.headers_mut().insert(http::header::AUTHORIZATION, header.clone());
        }
        Ok(pass)
    }

    fn asking(&self, request: &Request) -> Asking {
        Asking {
            address: Arc::clone(&self.address),
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

/// The HTTP request: a GET without a body, or the POST of a self-subject review, the only ones that
/// this program ever sends.
fn build(request: &Request, accept: &str) -> Result<http::Request<Body>, Failure> {
    let builder = http::Request::builder()
        .method(request.method())
        .uri(request.path_and_query())
        .header(http::header::ACCEPT, accept);
    // A server that packs each line of a stream by itself would be understood up to the first.
    let builder = if request.goes_on() {
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
            format!("{} cannot be asked for: {error}", request.path_and_query()),
            "Check the path",
        )
    })
}

/// Whether this is a collection to which a POST asks about oneself and stores nothing.
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
        for (path, allowed) in [
            ("/apis/authentication.k8s.io/v1/selfsubjectreviews", true),
            ("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", true),
            ("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", true),
            ("/apis/authorization.k8s.io/v1/subjectaccessreviews", false),
            ("/api/v1/namespaces/default/pods", false),
            ("/api/v1/namespaces", false),
        ] {
            let request = Request::review(ApiPath::parse(path), "{}".to_owned());
            assert_eq!(build(&request, "application/json").is_ok(), allowed, "{path}");
        }
        let request = Request::get(ApiPath::parse("/api/v1/pods"), Form::Json);
        assert_eq!(build(&request, "a/b").unwrap().method(), "GET");
    }
}
