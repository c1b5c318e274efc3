//! A proxy in front of a server that delays, cuts, replaces or drops answers, as a test injects.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use super::server::Server;

/// What is done to an answer.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Sends it after a pause.
    Delay(Duration),
    /// Sends it byte by byte, with a pause after each.
    Trickle(Duration),
    /// Closes the connection instead of sending it.
    CutBefore,
    /// Closes the connection in the middle of the body.
    CutInside,
    /// Closes the connection after the body although the head says keep-alive.
    CutAfter,
    /// Adds this to the Content-Length.
    WrongLength(isize),
    /// Sends these bytes instead.
    Raw(Vec<u8>),
    /// Sends an endless body instead, which repeats these bytes.
    Endless(&'static str),
    /// Sends nothing, ever.
    Silence,
}

/// A proxy in front of a server.
pub(crate) struct FaultyProxy {
    address: SocketAddr,
    to: SocketAddr,
    rules: Arc<Mutex<Vec<Rule>>>,
    open: Option<oneshot::Sender<()>>,
    /// The number of unanswered requests whose client closed the connection.
    given_up: watch::Sender<usize>,
}

/// Which requests get a fault, and how many more times.
struct Rule {
    path: String,
    query: String,
    fault: Fault,
    left: usize,
}

impl Fault {
    /// Another status instead of the true answer.
    pub(crate) fn status(status: u16, headers: &str, body: &str) -> Self {
        let kind = if body.starts_with('{') { "application/json" } else { "text/plain" };
        let head = format!("HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\n{headers}");
        Self::raw(&head, body.as_bytes())
    }

    /// A web page instead of the true answer.
    pub(crate) fn page(status: u16) -> Self {
        let head = format!("HTTP/1.1 {status} Page\r\nContent-Type: text/html\r\n");
        Self::raw(&head, b"<!DOCTYPE html><title>Please log in</title>")
    }

    /// A successful JSON answer with this body.
    pub(crate) fn json(body: impl AsRef<[u8]>) -> Self {
        Self::raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", body.as_ref())
    }

    /// A successful answer whose JSON is cut off.
    pub(crate) fn broken_json() -> Self {
        Self::status(200, "", r#"{"kind":"Table","rows":[{"cells":["#)
    }

    /// A successful answer with an invalid gzip body.
    pub(crate) fn broken_gzip() -> Self {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n";
        Self::raw(head, b"\x1f\x8b\x08\0\0\0\0\0\0\x03 this is not gzip")
    }

    /// A redirect to that address.
    pub(crate) fn redirect(to: &str) -> Self {
        Self::raw(&format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\n"), b"")
    }

    fn raw(head: &str, body: &[u8]) -> Self {
        let head = format!("{head}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        Self::Raw([head.as_bytes(), body].concat())
    }
}

impl FaultyProxy {
    /// Starts a proxy in front of a server on a free port, without faults.
    pub(crate) fn to(server: &Server) -> Self {
        let address = ([127, 0, 0, 1], 0).into();
        let mut proxy = Self {
            address,
            to: server.address(),
            rules: Arc::default(),
            open: None,
            given_up: watch::Sender::new(0),
        };
        proxy.open();
        proxy
    }

    /// Returns the address of the proxy.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of the proxy.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Injects a fault into every answer to a target from now on: a path, or a path and a part of the
    /// query as in `/api/v1/pods?watch=1`; `*` is any path. The last rule that matches wins.
    pub(crate) fn inject(&self, target: &str, fault: Fault) {
        self.inject_times(usize::MAX, target, fault);
    }

    /// Injects a fault into the next answers to a target.
    pub(crate) fn inject_times(&self, times: usize, target: &str, fault: Fault) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let rule = Rule { path: path.to_owned(), query: query.to_owned(), fault, left: times };
        self.rules.lock().unwrap().push(rule);
    }

    /// Removes all faults.
    pub(crate) fn clear_faults(&self) {
        self.rules.lock().unwrap().clear();
    }

    /// Waits until the clients of that many unanswered requests have closed their connections.
    pub(crate) async fn until_given_up(&self, count: usize) {
        let mut given_up = self.given_up.subscribe();
        let reached = given_up.wait_for(|given_up| *given_up == count);
        tokio::time::timeout(Duration::from_secs(20), reached).await.unwrap().unwrap();
    }

    /// Stops listening and closes all connections.
    pub(crate) fn close(&mut self) {
        self.open = None;
        // The thread closes the port at some point.
        while std::net::TcpStream::connect(self.address).is_ok() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Listens, on the same port as before.
    pub(crate) fn open(&mut self) {
        let listener = std::net::TcpListener::bind(self.address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        let (open, closed) = oneshot::channel();
        self.open = Some(open);
        let (to, rules, given_up) = (self.to, Arc::clone(&self.rules), self.given_up.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                let mut streams = JoinSet::new();
                let serving = async {
                    while let Ok((stream, _)) = listener.accept().await {
                        let (rules, given_up) = (Arc::clone(&rules), given_up.clone());
                        streams.spawn(async move { serve(stream, to, (&rules, &given_up)).await });
                    }
                };
                // The sender is dropped by `close` or with the proxy.
                tokio::select! { _ = closed => {}, () = serving => {} }
            });
        });
    }
}

/// Serves the one request of a connection.
async fn serve(
    mut stream: TcpStream,
    to: SocketAddr,
    (rules, given_up): (&Mutex<Vec<Rule>>, &watch::Sender<usize>),
) -> std::io::Result<()> {
    let Some(request) = read_request(&mut stream).await? else { return Ok(()) };
    let target = request.split(' ').nth(1).unwrap_or_default();
    let fault = next(&mut rules.lock().unwrap(), target);
    match fault {
        None => {
            let mut server = forward(&request, to).await?;
            tokio::io::copy_bidirectional(&mut stream, &mut server).await.map(|_| ())
        }
        Some(Fault::Silence) => {
            // The client sends nothing more; this waits for the end of the connection.
            _ = stream.read_u8().await;
            given_up.send_modify(|given_up| *given_up += 1);
            Ok(())
        }
        Some(fault) => answer_with(stream, &request, to, fault).await,
    }
}

/// Returns the fault for the answer to a target.
fn next(rules: &mut [Rule], target: &str) -> Option<Fault> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_for = |rule: &&mut Rule| {
        rule.left > 0 && (rule.path == "*" || rule.path == path) && query.contains(&rule.query)
    };
    let rule = rules.iter_mut().rev().find(is_for)?;
    rule.left -= 1;
    Some(rule.fault.clone())
}

async fn answer_with(
    mut stream: TcpStream,
    request: &str,
    to: SocketAddr,
    fault: Fault,
) -> std::io::Result<()> {
    match fault {
        Fault::CutBefore => return Ok(()),
        Fault::Raw(bytes) => return stream.write_all(&bytes).await,
        Fault::Endless(part) => {
            let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";
            stream.write_all(head).await?;
            loop {
                stream.write_all(part.as_bytes()).await?;
                tokio::task::yield_now().await;
            }
        }
        Fault::Delay(pause) => tokio::time::sleep(pause).await,
        _ => {}
    }
    let mut answer = Vec::new();
    forward(request, to).await?.read_to_end(&mut answer).await?;
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").map_or(0, |at| at + 4);
    match fault {
        Fault::CutInside => stream.write_all(&answer[..usize::midpoint(body, answer.len())]).await,
        Fault::CutAfter => {
            let head = String::from_utf8_lossy(&answer[..body]);
            let head = head.replace("connection: close", "connection: keep-alive");
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&answer[body..]).await
        }
        Fault::WrongLength(more) => {
            let length = (answer.len() - body).saturating_add_signed(more);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&answer[body..]).await
        }
        Fault::Trickle(pause) => {
            for byte in answer {
                stream.write_all(&[byte]).await?;
                match pause {
                    Duration::ZERO => tokio::task::yield_now().await,
                    pause => tokio::time::sleep(pause).await,
                }
            }
            Ok(())
        }
        _ => stream.write_all(&answer).await,
    }
}

/// Forwards a request. The server closes the connection after its answer.
async fn forward(request: &str, to: SocketAddr) -> std::io::Result<TcpStream> {
    let mut server = TcpStream::connect(to).await?;
    let request = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    server.write_all(request.as_bytes()).await?;
    Ok(server)
}

/// Reads a whole request. Returns `None` if the connection ends before it.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lengths = head.lines().filter_map(|line| line.split_once(": "));
            let mut lengths =
                lengths.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length = lengths.next().map_or(0, |(_, length)| length.parse().unwrap());
            if body.len() >= length {
                return Ok(Some(text));
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await? {
            0 => return Ok(None),
            read => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}
