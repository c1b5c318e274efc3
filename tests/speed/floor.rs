//! The floor: a bare HTTP client that fetches the same bytes and ignores them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;

use super::server::Seen;

/// The Accept header of tables.
pub(crate) const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
/// The Accept header of aggregated discovery.
pub(crate) const DISCOVERY: &str =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

/// One connection.
pub(crate) struct Connection(SendRequest<Empty<Bytes>>);

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    pub(crate) async fn get(&mut self, path: &str, accept: &str) -> Bytes {
        let request = http::Request::get(path)
            .header("host", "localhost")
            .header("accept", accept)
            .body(Empty::new())
            .unwrap();
        let answer = self.0.send_request(request).await.unwrap();
        // What the server does not have was requested all the same.
        assert!(answer.status() != http::StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        answer.into_body().collect().await.unwrap().to_bytes()
    }
}

/// Runs a future on this thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(future)
}

/// Measures `/api` and `/apis`, requested at the same time on new connections.
pub(crate) fn discovery(address: SocketAddr) -> Duration {
    block_on(async {
        let started = Instant::now();
        let fetch = async |path| Connection::open(address).await.get(path, DISCOVERY).await;
        tokio::join!(fetch("/api"), fetch("/apis"));
        started.elapsed()
    })
}

/// Measures one answer on an open connection.
pub(crate) fn fetch(address: SocketAddr, path: &str, accept: &str) -> Duration {
    block_on(async {
        let mut connection = Connection::open(address).await;
        connection.get("/healthz", "*/*").await;
        let started = Instant::now();
        connection.get(path, accept).await;
        started.elapsed()
    })
}

/// Measures the pages of a list after the first, one after the other.
pub(crate) fn pages(address: SocketAddr, path: &str) -> Duration {
    block_on(async {
        let mut connection = Connection::open(address).await;
        let mut page = connection.get(path, TABLE).await;
        let started = Instant::now();
        while let Some(token) = token(&page) {
            page = connection.get(&format!("{path}&continue={token}"), TABLE).await;
        }
        started.elapsed()
    })
}

/// Measures requests that were seen: some one after the other, the rest beside them, a few at a time.
pub(crate) fn together(
    address: SocketAddr,
    chain: Vec<Seen>,
    others: Vec<Seen>,
    at_once: usize,
) -> Duration {
    block_on(async {
        let started = Instant::now();
        let others = RefCell::new(VecDeque::from(others));
        let lane = async || {
            let mut connection = Connection::open(address).await;
            loop {
                let Some(next) = others.borrow_mut().pop_front() else { return };
                connection.get(&next.path, &next.accept).await;
            }
        };
        let pages = async {
            let mut connection = Connection::open(address).await;
            for page in chain {
                connection.get(&page.path, &page.accept).await;
            }
        };
        let lanes = futures::future::join_all((0..at_once).map(|_| lane()));
        tokio::join!(pages, lanes);
        started.elapsed()
    })
}

/// Returns the token of the next page, which is searched for without parsing.
fn token(page: &[u8]) -> Option<String> {
    let key = br#""continue":""#;
    let start = page.windows(key.len()).position(|window| window == key)? + key.len();
    let length = page[start..].iter().position(|byte| *byte == b'"')?;
    Some(String::from_utf8_lossy(&page[start..start + length]).into_owned())
}
