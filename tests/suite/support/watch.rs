//! Watches written by a test: every open stream gets what the test sends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::response::Response;
use futures::StreamExt as _;
use tokio::sync::{mpsc, watch};

use super::server::answer;

/// The watches of one path. Clones share the streams.
#[derive(Clone)]
pub(crate) struct Script {
    path: String,
    query: Vec<String>,
    state: Arc<Mutex<State>>,
    open: Arc<watch::Sender<usize>>,
}

#[derive(Default)]
struct State {
    streams: Vec<mpsc::UnboundedSender<std::io::Result<Bytes>>>,
    queries: Vec<String>,
    refusal: Option<(u16, String)>,
}

impl Script {
    pub(super) fn new(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            path: path.to_owned(),
            query: query.split('&').filter(|pair| !pair.is_empty()).map(str::to_owned).collect(),
            state: Arc::default(),
            open: Arc::new(watch::Sender::new(0)),
        }
    }

    /// Sends a line to every open stream.
    pub(crate) fn line(&self, line: &str) {
        self.bytes(&format!("{line}\n"));
    }

    /// Sends bytes to every open stream, as one chunk.
    pub(crate) fn bytes(&self, bytes: &str) {
        for stream in &self.state.lock().unwrap().streams {
            // The client may have closed the stream.
            let _ = stream.send(Ok(Bytes::from(bytes.to_owned())));
        }
    }

    /// Ends every open stream, as a server does at its timeout.
    pub(crate) fn end(&self) {
        self.state.lock().unwrap().streams.clear();
    }

    /// Breaks every open stream.
    pub(crate) fn cut(&self) {
        for stream in self.state.lock().unwrap().streams.drain(..) {
            let _ = stream.send(Err(std::io::Error::other("cut by the test")));
        }
    }

    /// Answers the next watches with that status and body, until `accept` is called.
    pub(crate) fn refuse(&self, status: u16, body: &str) {
        self.state.lock().unwrap().refusal = Some((status, body.to_owned()));
    }

    /// Accepts the next watches.
    pub(crate) fn accept(&self) {
        self.state.lock().unwrap().refusal = None;
    }

    /// Returns the decoded queries of all watches so far.
    pub(crate) fn queries(&self) -> Vec<String> {
        self.state.lock().unwrap().queries.clone()
    }

    /// Waits until exactly that many streams are open.
    pub(crate) async fn until_open(&self, count: usize) {
        let mut open = self.open.subscribe();
        let reached = open.wait_for(|open| *open == count);
        tokio::time::timeout(Duration::from_secs(20), reached).await.unwrap().unwrap();
    }

    pub(super) fn is_for(&self, path: &str, query: &str) -> bool {
        let pairs: Vec<_> = query.split('&').map(decode).collect();
        path == self.path
            && (self.path.ends_with("/log")
                || pairs.iter().any(|pair| pair == "watch=1" || pair == "watch=true"))
            && self.query.iter().all(|pair| pairs.contains(pair))
    }

    pub(super) fn open(&self, query: &str) -> Response {
        let mut state = self.state.lock().unwrap();
        state.queries.push(decode(query));
        if let Some((status, body)) = &state.refusal {
            return answer(*status, "application/json", body.clone());
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        state.streams.push(sender);
        let counted = Counted::new(&self.open);
        let chunks =
            futures::stream::unfold((receiver, counted), |(mut receiver, counted)| async {
                receiver.recv().await.map(|chunk| (chunk, (receiver, counted)))
            });
        // Logs are plain text.
        let is_log = self.path.ends_with("/log");
        let content_type = if is_log { "text/plain" } else { "application/json" };
        answer(200, content_type, Body::from_stream(chunks.fuse()))
    }
}

/// Counts a stream for as long as it is open.
struct Counted(Arc<watch::Sender<usize>>);

impl Counted {
    fn new(open: &Arc<watch::Sender<usize>>) -> Self {
        open.send_modify(|open| *open += 1);
        Self(open.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open -= 1);
    }
}

fn decode(text: &str) -> String {
    kubewalk::k8s::path::decode_segment(&text.replace('+', " "))
}
