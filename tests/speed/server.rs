//! The load server: answers for the cluster on a free port and its own thread, after a delay.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Parts;
use kubewalk::api::replay::Replay;
use tokio::sync::{mpsc, oneshot};

use super::cluster::{Cluster, Form, SMALL, offset};

/// The content type of aggregated discovery, by which kubectl distinguishes it from the plain one.
const DISCOVERY: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The time that an API server needs for each row of a page, if answers are delayed: 11 µs, as measured
/// on one with 100,000 pods.
const PER_ROW: Duration = Duration::from_micros(11);

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

    /// Forgets the requests that were seen.
    pub(crate) fn forget(&self) {
        self.shared.seen.lock().unwrap().clear();
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
    let started = tokio::time::Instant::now();
    let delay = Duration::from_millis(shared.delay.load(Ordering::SeqCst));
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let asked = Asked::read(&head);
    if asked.has("watch") {
        return shared.watch(&asked);
    }
    let answer = shared.answer(&asked);
    if !delay.is_zero() && answer.is_some() {
        let rows = u32::try_from(shared.rows(&asked)).unwrap();
        // Making the answer counts.
        tokio::time::sleep_until(started + delay + PER_ROW * rows).await;
    }
    match answer {
        Some(body) if asked.segments.len() == 1 => typed(DISCOVERY, body),
        Some(body) => json(body),
        None => Replay::new(shared.cluster.recording.clone()).answer(&head, &body).map(Body::new),
    }
}

impl Shared {
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
