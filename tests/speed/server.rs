//! The load server: answers for the cluster on a free port and its own thread, after a delay.

use std::collections::HashSet;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use kubewalk::api::replay::Replay;
use tokio::sync::{mpsc, oneshot};

use super::cluster::{Cluster, Form, SMALL, offset};

/// The content type of aggregated discovery, by which kubectl distinguishes it from the plain one.
const DISCOVERY: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The time that an API server needs for each row of a page, if answers are delayed: 11 µs, as measured
/// on one with 100,000 pods.
const PER_ROW: Duration = Duration::from_micros(11);

/// The length from which an API server compresses an answer, in bytes.
const COMPRESSED_FROM: usize = 128 << 10;

/// A part of an answer on a limited link, in bytes.
const PART: usize = 1 << 10;

/// A collection without objects.
const EMPTY: &str = r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"1000"},"columnDefinitions":[{"name":"Name","type":"string","format":"name","description":"","priority":0}],"rows":[]}"#;

/// A running server, which stops on drop.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) cluster: Arc<Cluster>,
    shared: Arc<Shared>,
    _stop: oneshot::Sender<()>,
}

struct Shared {
    cluster: Arc<Cluster>,
    delay: AtomicU64,
    /// The bytes that the link to the clients carries in a second; 0 for no limit.
    rate: AtomicU32,
    /// The link, which one part of one answer has at a time.
    link: Arc<tokio::sync::Mutex<()>>,
    traffic: Arc<Mutex<Traffic>>,
    seen: Mutex<Vec<Seen>>,
    watches: Mutex<Vec<Watch>>,
}

/// An open watch: its path and the sender of its lines.
struct Watch {
    of: String,
    lines: mpsc::UnboundedSender<Bytes>,
}

/// A request that was seen.
#[derive(Clone)]
pub(crate) struct Seen {
    /// Its path and query.
    pub(crate) path: String,
    /// Its Accept header.
    pub(crate) accept: String,
}

/// What went over the link.
#[derive(Clone, Copy, Default)]
pub(crate) struct Traffic {
    /// Requests that are not answered yet.
    open: usize,
    /// How often a request was sent while none was open.
    pub(crate) rounds: usize,
    /// The bytes of bodies.
    pub(crate) bytes: usize,
}

/// A parsed request.
struct Asked {
    /// The segments of the path.
    segments: Vec<String>,
    query: Vec<(String, String)>,
    accept: String,
}

impl Server {
    /// Starts a server for that cluster.
    pub(crate) fn start(cluster: Arc<Cluster>) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            cluster: cluster.clone(),
            delay: AtomicU64::new(0),
            rate: AtomicU32::new(0),
            link: Arc::default(),
            traffic: Arc::default(),
            seen: Mutex::default(),
            watches: Mutex::default(),
        });
        let (stop, stopped) = oneshot::channel();
        let app = Router::new().fallback(serve).with_state(shared.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
                    stream.set_nodelay(true).unwrap();
                });
                let serving = std::future::IntoFuture::into_future(axum::serve(listener, app));
                tokio::select! { _ = stopped => {}, _ = serving => {} }
            });
        });
        Self { address, cluster, shared, _stop: stop }
    }

    /// Returns its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sets the delay of every answer.
    pub(crate) fn delay(&self, delay: Duration) {
        self.shared.delay.store(u64::try_from(delay.as_millis()).unwrap(), Ordering::SeqCst);
    }

    /// Limits the link to so many bytes in a second, and compresses as an API server does.
    pub(crate) fn limit(&self, rate: u32) {
        self.shared.rate.store(rate, Ordering::SeqCst);
    }

    /// Forgets the requests that were seen, and the traffic.
    pub(crate) fn forget(&self) {
        self.shared.seen.lock().unwrap().clear();
        let mut traffic = self.shared.traffic.lock().unwrap();
        *traffic = Traffic { open: traffic.open, ..Traffic::default() };
    }

    /// Returns the traffic since `forget`.
    pub(crate) fn traffic(&self) -> Traffic {
        *self.shared.traffic.lock().unwrap()
    }

    /// Returns what was requested more than once since `forget`.
    pub(crate) fn repeated(&self) -> Vec<String> {
        let mut seen = HashSet::new();
        let requests = self.shared.seen.lock().unwrap().clone();
        let again =
            requests.into_iter().filter(|one| !seen.insert((one.path.clone(), one.accept.clone())));
        again.map(|one| one.path).collect()
    }

    /// Returns the requests since `forget`, except reviews and what only the start requests.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let is_list = |seen: &&Seen| seen.path.contains("limit=");
        self.shared.seen.lock().unwrap().iter().filter(is_list).cloned().collect()
    }

    /// Returns the number of open watches of a path; a watch of one object has the object's path.
    pub(crate) fn watches(&self, of: &str) -> usize {
        let mut watches = self.shared.watches.lock().unwrap();
        watches.retain(|watch| !watch.lines.is_closed());
        watches.iter().filter(|watch| watch.of == of).count()
    }

    /// Sends lines to the watches of a path.
    pub(crate) fn tell(&self, of: &str, lines: &Bytes) {
        for watch in self.shared.watches.lock().unwrap().iter().filter(|watch| watch.of == of) {
            // The client may have closed the watch.
            _ = watch.lines.send(lines.clone());
        }
    }
}

async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let accept = head.headers.get(ACCEPT).map_or("", |value| value.to_str().unwrap());
    let path = head.uri.path_and_query().unwrap().to_string();
    shared.seen.lock().unwrap().push(Seen { path, accept: accept.to_owned() });
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let asked = Asked::read(&head);
    let started = tokio::time::Instant::now();
    let open = (!asked.has("watch")).then(|| Open::new(&shared.traffic));
    let delay = Duration::from_millis(shared.delay.load(Ordering::SeqCst));
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let Some(open) = open else { return shared.watch(&asked) };
    let made = shared.answer(&asked);
    if !delay.is_zero() && made.is_some() {
        let rows = u32::try_from(shared.rows(&asked)).unwrap();
        // Making the answer counts.
        tokio::time::sleep_until(started + delay + PER_ROW * rows).await;
    }
    let answer = match made {
        Some(body) if asked.segments.len() == 1 => typed(DISCOVERY, body),
        Some(body) => json(body),
        None => Replay::new(shared.cluster.recording.clone()).answer(&head, &body).map(Body::new),
    };
    match shared.rate.load(Ordering::SeqCst) {
        0 => answer,
        rate => shared.slowly(answer, &head, (rate, open)).await,
    }
}

/// A request that is not answered yet.
struct Open(Arc<Mutex<Traffic>>);

impl Open {
    fn new(traffic: &Arc<Mutex<Traffic>>) -> Self {
        let mut now = traffic.lock().unwrap();
        now.rounds += usize::from(now.open == 0);
        now.open += 1;
        drop(now);
        Self(Arc::clone(traffic))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.lock().unwrap().open -= 1;
    }
}

impl Shared {
    /// Sends an answer over the link in small parts. As of an API server, a long body is compressed.
    async fn slowly(&self, answer: Response, head: &Parts, (rate, open): (u32, Open)) -> Response {
        let (mut parts, body) = answer.into_parts();
        let mut body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let takes_gzip = head.headers.get(ACCEPT_ENCODING).is_some_and(|value| value == "gzip");
        if takes_gzip && body.len() > COMPRESSED_FROM {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
            gzip.write_all(&body).unwrap();
            body = gzip.finish().unwrap().into();
            parts.headers.remove(CONTENT_LENGTH);
            parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let link = Arc::clone(&self.link);
        let rest = futures::stream::unfold((body, open), move |(mut rest, open)| {
            let link = Arc::clone(&link);
            async move {
                if rest.is_empty() {
                    return None;
                }
                let part = rest.split_to(rest.len().min(PART));
                let turn = link.lock().await;
                let length = u32::try_from(part.len()).unwrap();
                tokio::time::sleep(Duration::from_secs(1) * length / rate).await;
                drop(turn);
                open.0.lock().unwrap().bytes += part.len();
                Some((Ok::<_, std::io::Error>(part), (rest, open)))
            }
        });
        Response::from_parts(parts, Body::from_stream(rest))
    }

    /// Returns the number of pods on the requested page; 0 for anything else.
    fn rows(&self, asked: &Asked) -> usize {
        let is_list = asked.segments.last().is_some_and(|last| last == "pods");
        if !is_list || asked.selected().is_some() {
            return 0;
        }
        let (offset, limit) = asked.range();
        limit.min(self.pods(asked).saturating_sub(offset))
    }

    /// Returns the number of pods in the requested namespace.
    fn pods(&self, asked: &Asked) -> usize {
        let is_small = asked.segments.get(3).is_some_and(|namespace| namespace == "few");
        if is_small { SMALL } else { self.cluster.pods }
    }

    /// Returns the answer; `None` if it is in the recording.
    fn answer(&self, asked: &Asked) -> Option<Bytes> {
        let cluster = &self.cluster;
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        let all = self.pods(asked);
        match segments[..] {
            ["api"] if asked.accept.contains("APIGroupDiscoveryList") => Some(cluster.api.clone()),
            ["apis"] if asked.accept.contains("APIGroupDiscoveryList") => {
                Some(cluster.apis.clone())
            }
            ["api", "v1", "namespaces", "load" | "few", kind @ ("pods" | "configmaps")]
                if let Some(name) = asked.selected() =>
            {
                let item = if kind == "pods" { cluster.pod(name) } else { cluster.big.clone() };
                Some(list_of(&item))
            }
            ["api", "v1", "namespaces", "load" | "few", "pods"] => {
                Some(cluster.page(all, asked.range(), asked.form()))
            }
            ["api", "v1", "namespaces", "load" | "few", "pods", name] => Some(cluster.pod(name)),
            ["api", "v1", "namespaces", "load", "configmaps", "big"] => Some(cluster.big.clone()),
            ["api", "v1", "namespaces", "load", "configmaps", "big-changed"] => {
                Some(cluster.changed.clone())
            }
            ["api", "v1", "namespaces", "load", "configmaps"] => Some(
                r#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"1000"},"columnDefinitions":[{"name":"Name","type":"string","format":"name","description":"","priority":0}],"rows":[{"cells":["big"],"object":null}]}"#.into(),
            ),
            ["apis", group, .., kind]
                if group.starts_with("group-") && kind.starts_with("widgets") =>
            {
                Some(EMPTY.into())
            }
            _ => None,
        }
    }

    /// Opens a watch, which sends the lines of the bench and never ends.
    fn watch(&self, asked: &Asked) -> Response {
        let mut of = format!("/{}", asked.segments.join("/"));
        if let Some(name) = asked.selected() {
            of = format!("{of}/{name}");
        }
        let (lines, receiver) = mpsc::unbounded_channel();
        self.watches.lock().unwrap().push(Watch { of, lines });
        let lines = futures::stream::unfold(receiver, |mut receiver| async {
            let line = receiver.recv().await?;
            Some((Ok::<_, std::io::Error>(line), receiver))
        });
        json(Body::from_stream(lines))
    }
}

impl Asked {
    fn read(head: &Parts) -> Self {
        let query = head.uri.query().unwrap_or_default().split('&');
        let query = query.filter_map(|pair| pair.split_once('='));
        Self {
            segments: head.uri.path().split('/').skip(1).map(str::to_owned).collect(),
            query: query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            accept: head.headers.get(ACCEPT).map_or("", |v| v.to_str().unwrap()).to_owned(),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Returns the name of the only selected object.
    fn selected(&self) -> Option<&str> {
        self.get("fieldSelector")?.strip_prefix("metadata.name%3D")
    }

    fn range(&self) -> (usize, usize) {
        let limit =
            self.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX / 2);
        (self.get("continue").map_or(0, offset), limit)
    }

    fn form(&self) -> Form {
        match (self.accept.contains("as=Table"), self.get("includeObject")) {
            (false, _) => Form::Json,
            (true, Some("None")) => Form::Bare,
            (true, _) => Form::Metadata,
        }
    }
}

/// Returns a list with one object.
fn list_of(item: &[u8]) -> Bytes {
    let head =
        r#"{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1000"},"items":["#;
    [head.as_bytes(), item, b"]}"].concat().into()
}

fn json(body: impl Into<Body>) -> Response {
    typed("application/json", body)
}

fn typed(content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    response
}
