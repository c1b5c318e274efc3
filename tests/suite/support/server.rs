//! An API server on a free port that answers from a recording, with the changes that a test makes.
//!
//! It runs on its own thread, so that tests with and without an async runtime can use it, and stops
//! when it is dropped.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures::StreamExt as _;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT, WARNING};
use kubewalk::api::har::Recording;
use kubewalk::api::replay::Replay;
use tokio::sync::{oneshot, watch};

use super::exec::{self, Container};
use super::tls::{Identity, TlsListener};
use super::watch::Script;

/// The configuration of a server.
pub(crate) struct Setup {
    recording: Arc<Recording>,
    plain_only: bool,
    base: String,
    identity: Option<Identity>,
}

/// A running server.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: oneshot::Sender<()>,
}

/// A request that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) accept: String,
    pub(crate) user_agent: String,
    pub(crate) authorization: String,
    /// The impersonated user and groups.
    pub(crate) impersonated: Vec<String>,
}

struct Shared {
    plain_only: bool,
    base: String,
    is_tls: bool,
    replay: Mutex<Replay>,
    seen: watch::Sender<Vec<Seen>>,
    changes: Mutex<Changes>,
    handshakes: Arc<AtomicUsize>,
}

/// The changes that a test made, by path.
#[derive(Default)]
struct Changes {
    answers: HashMap<String, (u16, &'static str, String)>,
    cuts: HashMap<String, Bytes>,
    warnings: HashMap<String, HeaderValue>,
    gates: HashMap<String, watch::Receiver<bool>>,
    scripts: Vec<Script>,
    containers: Option<Container>,
}

/// Delays the answers of a path until it is opened or dropped.
pub(crate) struct Gate(watch::Sender<bool>);

impl Gate {
    /// Sends the delayed answers.
    pub(crate) fn open(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Starts a server that answers from a recording.
    pub(crate) fn over(recording: Arc<Recording>) -> Self {
        Self::setup(recording).start()
    }

    /// Starts a server like [`Server::over`], with TLS and an untrusted certificate.
    pub(crate) fn secure(recording: Arc<Recording>) -> Self {
        Self::setup(recording).tls(&Identity::signed_for("127.0.0.1")).start()
    }

    /// Returns the configuration of such a server.
    pub(crate) fn setup(recording: Arc<Recording>) -> Setup {
        Setup { recording, plain_only: false, base: String::new(), identity: None }
    }

    /// Returns its URL, with the base path.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.shared.is_tls { "https" } else { "http" };
        format!("{scheme}://{}{}", self.address, self.shared.base)
    }

    /// Returns its address.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.shared.seen.borrow().clone()
    }

    /// Returns the number of requests for a path so far.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.seen().iter().filter(|seen| seen.path == path).count()
    }

    /// Returns the number of TLS connections so far.
    pub(crate) fn handshakes(&self) -> usize {
        self.shared.handshakes.load(Ordering::SeqCst)
    }

    /// Waits for a request for that path.
    pub(crate) async fn until_requested(&self, path: &str) {
        self.until(1, |seen| seen.path == path).await;
    }

    /// Waits until there were that many such requests.
    pub(crate) async fn until(&self, count: usize, is_such: impl Fn(&Seen) -> bool) {
        let mut seen = self.shared.seen.subscribe();
        let requested =
            seen.wait_for(|seen| seen.iter().filter(|seen| is_such(seen)).count() >= count);
        tokio::time::timeout(Duration::from_secs(20), requested).await.unwrap().unwrap();
    }

    /// Answers a path with this JSON from now on.
    pub(crate) fn answer(&self, path: &str, status: u16, body: &str) {
        let answer = (status, "application/json", body.to_owned());
        self.change(|changes| changes.answers.insert(path.to_owned(), answer));
    }

    /// Answers a path with this web page from now on.
    pub(crate) fn page(&self, path: &str, status: u16, body: &str) {
        let answer = (status, "text/html", body.to_owned());
        self.change(|changes| changes.answers.insert(path.to_owned(), answer));
    }

    /// Answers a path from the recording again.
    pub(crate) fn restore(&self, path: &str) {
        self.change(|changes| changes.answers.remove(path));
    }

    /// Adds a Warning header to the recorded answers of a path.
    pub(crate) fn warn(&self, path: &str, text: &str) {
        let header = HeaderValue::from_str(&format!("299 - \"{text}\"")).unwrap();
        self.change(|changes| changes.warnings.insert(path.to_owned(), header));
    }

    /// Answers a path with these bytes and then closes the connection in the middle of the body.
    pub(crate) fn cut(&self, path: &str, after: &'static str) {
        self.change(|changes| {
            changes.cuts.insert(path.to_owned(), Bytes::from_static(after.as_bytes()))
        });
    }

    /// Delays the answers of a path until the gate is opened.
    pub(crate) fn hold(&self, path: &str) -> Gate {
        let (sender, receiver) = watch::channel(false);
        self.change(|changes| changes.gates.insert(path.to_owned(), receiver));
        Gate(sender)
    }

    /// Lets a test write the watches of a path. With a query, only those with all of its parameters,
    /// such as `/api/v1/namespaces/shop/pods?fieldSelector=metadata.name=db-0`; the last one added wins.
    pub(crate) fn watch(&self, path: &str) -> Script {
        let script = Script::new(path);
        self.change(|changes| changes.scripts.push(script.clone()));
        script
    }

    /// Runs the programs of execs in this container.
    pub(crate) fn set_container(&self, container: Container) {
        self.change(|changes| changes.containers = Some(container));
    }

    fn change<T>(&self, change: impl FnOnce(&mut Changes) -> T) {
        change(&mut self.shared.changes.lock().unwrap());
    }
}

/// Checks that no request could have changed anything.
impl Drop for Server {
    fn drop(&mut self) {
        let writes: Vec<_> = self.seen().into_iter().filter(|seen| !seen.is_read_only()).collect();
        assert!(writes.is_empty() || std::thread::panicking(), "{writes:#?}");
    }
}

impl Seen {
    /// True for a GET or a HEAD, and for the POST of a self-subject review.
    pub(crate) fn is_read_only(&self) -> bool {
        let reviews = [
            "/apis/authentication.k8s.io/v1/selfsubjectreviews",
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        ];
        match self.method.as_str() {
            // CONNECT asks a proxy for a tunnel; the API server does not get it.
            "GET" | "HEAD" | "CONNECT" => true,
            "POST" => reviews.contains(&self.path.as_str()) && self.query.is_empty(),
            _ => false,
        }
    }
}

impl Setup {
    /// Answers with plain documents instead of aggregated discovery, Tables and metadata.
    pub(crate) fn plain_only(mut self) -> Self {
        self.plain_only = true;
        self
    }

    /// Serves everything below a base path, such as `/clusters/one`.
    pub(crate) fn below(mut self, base: &str) -> Self {
        base.clone_into(&mut self.base);
        self
    }

    /// Serves TLS with that certificate.
    pub(crate) fn tls(mut self, identity: &Identity) -> Self {
        self.identity = Some(identity.clone());
        self
    }

    /// Accepts only clients with a certificate of the same authority.
    pub(crate) fn only_known_clients(mut self) -> Self {
        self.identity = self.identity.map(Identity::only_known_clients);
        self
    }

    /// Starts the server on a free port.
    pub(crate) fn start(self) -> Server {
        self.start_at(([127, 0, 0, 1], 0).into())
    }

    /// Starts the server at an address.
    pub(crate) fn start_at(self, address: SocketAddr) -> Server {
        let listener = std::net::TcpListener::bind(address).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            plain_only: self.plain_only,
            base: self.base,
            is_tls: self.identity.is_some(),
            replay: Mutex::new(Replay::new(self.recording)),
            seen: watch::Sender::new(Vec::new()),
            changes: Mutex::default(),
            handshakes: Arc::default(),
        });
        let handshakes = Arc::clone(&shared.handshakes);
        let (stop, stopped) = oneshot::channel();
        let app = Router::new().fallback(serve).with_state(shared.clone());
        let identity = self.identity;
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let serving: futures::future::BoxFuture<'_, _> = match identity {
                    Some(identity) => Box::pin(
                        axum::serve(TlsListener::new(listener, &identity, handshakes), app)
                            .into_future(),
                    ),
                    None => Box::pin(axum::serve(listener, app).into_future()),
                };
                // The sender is dropped with the server, and the open connections with this thread.
                tokio::select! { _ = stopped => {}, _ = serving => {} }
            });
        });
        Server { address, shared, _stop: stop }
    }
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let Some(path) = head.uri.path().strip_prefix(&shared.base).map(str::to_owned) else {
        return answer(404, "text/plain", "404 page not found");
    };
    let query = head.uri.query().unwrap_or_default().to_owned();
    if let Ok(uri) = format!("{path}?{query}").trim_end_matches('?').parse() {
        head.uri = uri;
    }
    let header =
        |name| head.headers.get(name).map(|v: &HeaderValue| v.to_str().unwrap().to_owned());
    let seen = Seen {
        method: head.method.to_string(),
        path: path.clone(),
        query: query.clone(),
        accept: header(ACCEPT).unwrap_or_default(),
        user_agent: header(USER_AGENT).unwrap_or_default(),
        authorization: header(AUTHORIZATION).unwrap_or_default(),
        impersonated: ["impersonate-user", "impersonate-group"]
            .iter()
            .flat_map(|name| head.headers.get_all(*name))
            .map(|value| value.to_str().unwrap().to_owned())
            .collect(),
    };
    shared.seen.send_modify(|all| all.push(seen));
    let gate = shared.changes.lock().unwrap().gates.get(&path).cloned();
    if let Some(mut gate) = gate {
        // A dropped gate is open.
        let _ = gate.wait_for(|open| *open).await;
    }
    if let Some(response) = shared.changes.lock().unwrap().respond(&path, &query) {
        return response;
    }
    let container = shared.changes.lock().unwrap().containers.clone();
    if let Some(container) = container.filter(|_| path.ends_with("/exec")) {
        return exec::begin(&mut head, &container);
    }
    if shared.plain_only
        && head.headers.get(ACCEPT).is_some_and(|v| v.to_str().unwrap().contains("as="))
    {
        head.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    }
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let response = shared.replay.lock().unwrap().answer(&head, &body);
    let mut response = response.map(Body::new);
    if let Some(warning) = shared.changes.lock().unwrap().warnings.get(&path) {
        response.headers_mut().insert(WARNING, warning.clone());
    }
    response
}

impl Changes {
    fn respond(&self, path: &str, query: &str) -> Option<Response> {
        if let Some(script) = self.scripts.iter().rev().find(|script| script.is_for(path, query)) {
            return Some(script.open(query));
        }
        if let Some((status, content_type, body)) = self.answers.get(path) {
            return Some(answer(*status, content_type, body.clone()));
        }
        let beginning = self.cuts.get(path)?.clone();
        let broken = Err(std::io::Error::other("cut by the test"));
        // The pause lets the beginning be sent before the connection is torn down.
        let chunks = futures::stream::iter([Ok(beginning)]).chain(futures::stream::once(async {
            tokio::task::yield_now().await;
            broken
        }));
        Some(answer(200, "application/json", Body::from_stream(chunks)))
    }
}

pub(super) fn answer(status: u16, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status.try_into().unwrap();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
