//! A broken way to a server: requests are handed on, and what comes back is delayed, cut, replaced
//! or lost, as a test tells it to.

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
    /// It comes later.
    Delay(Duration),
    /// It comes a byte at a time, so far apart.
    Trickle(Duration),
    /// The connection is closed in its place.
    CutBefore,
    /// The connection is closed in the middle of its body.
    CutInside,
    /// The connection is closed behind its body, though its head promised to keep it.
    CutAfter,
    /// Its head promises so many more bytes than there are, or fewer.
    WrongLength(isize),
    /// These bytes come in its place.
    Raw(Vec<u8>),
    /// A body without an end comes in its place: these bytes again and again.
    Endless(&'static str),
    /// Nothing ever comes.
    Silence,
}

/// The way to a server.
pub(crate) struct Way {
    address: SocketAddr,
    to: SocketAddr,
    told: Arc<Mutex<Vec<Told>>>,
    open: Option<oneshot::Sender<()>>,
    /// How many requests that got no answer were given up.
    given_up: watch::Sender<usize>,
}

/// What a test told: a path, a part of its query, what to do, and how often.
struct Told {
    path: String,
    query: String,
    fault: Fault,
    left: usize,
}

impl Fault {
    /// An answer of that status in place of the true one.
    pub(crate) fn status(status: u16, headers: &str, body: &str) -> Self {
        let kind = if body.starts_with('{') { "application/json" } else { "text/plain" };
        let head = format!("HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\n{headers}");
        Self::raw(&head, body.as_bytes())
    }

    /// A web page in place of the true answer.
    pub(crate) fn page(status: u16) -> Self {
        let head = format!("HTTP/1.1 {status} Page\r\nContent-Type: text/html\r\n");
        Self::raw(&head, b"<!DOCTYPE html><title>Please log in</title>")
    }

    /// These bytes as a good answer in JSON.
    pub(crate) fn json(body: impl AsRef<[u8]>) -> Self {
        Self::raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", body.as_ref())
    }

    /// A good answer with JSON that ends too early.
    pub(crate) fn broken_json() -> Self {
        Self::status(200, "", r#"{"kind":"Table","rows":[{"cells":["#)
    }

    /// A good answer that is packed wrongly.
    pub(crate) fn broken_gzip() -> Self {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n";
        Self::raw(head, b"\x1f\x8b\x08\0\0\0\0\0\0\x03 this is not packed at all")
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

impl Way {
    /// A way to that server on a port of its own, which does nothing wrong yet.
    pub(crate) fn to(server: &Server) -> Self {
        let address = ([127, 0, 0, 1], 0).into();
        let mut way = Self {
            address,
            to: server.address(),
            told: Arc::default(),
            open: None,
            given_up: watch::Sender::new(0),
        };
        way.open();
        way
    }

    /// The URL at this end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Does that to all answers to a target from now on: a path, or a path and a part of the query
    /// as in `/api/v1/pods?watch=1`; `*` is any path. What was told last counts.
    pub(crate) fn tell(&self, target: &str, fault: Fault) {
        self.tell_times(usize::MAX, target, fault);
    }

    /// Does that to the next answers to a target.
    pub(crate) fn tell_times(&self, times: usize, target: &str, fault: Fault) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let told = Told { path: path.to_owned(), query: query.to_owned(), fault, left: times };
        self.told.lock().unwrap().push(told);
    }

    /// Does nothing wrong any more.
    pub(crate) fn mend(&self) {
        self.told.lock().unwrap().clear();
    }

    /// Waits until so many requests that got no answer were given up.
    pub(crate) async fn until_given_up(&self, count: usize) {
        let mut given_up = self.given_up.subscribe();
        let reached = given_up.wait_for(|given_up| *given_up == count);
        tokio::time::timeout(Duration::from_secs(20), reached).await.unwrap().unwrap();
    }

    /// Takes the way away: nothing listens, and what was open is closed.
    pub(crate) fn close(&mut self) {
        self.open = None;
        // The thread closes its port; nothing tells when.
        while std::net::TcpStream::connect(self.address).is_ok() {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Opens it again, on the same port.
    pub(crate) fn open(&mut self) {
        let listener = std::net::TcpListener::bind(self.address).unwrap();
        listener.set_nonblocking(true).unwrap();
        self.address = listener.local_addr().unwrap();
        let (open, closed) = oneshot::channel();
        self.open = Some(open);
        let (to, told, given_up) = (self.to, Arc::clone(&self.told), self.given_up.clone());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                let mut streams = JoinSet::new();
                let serving = async {
                    while let Ok((stream, _)) = listener.accept().await {
                        let (told, given_up) = (Arc::clone(&told), given_up.clone());
                        streams.spawn(async move { serve(stream, to, (&told, &given_up)).await });
                    }
                };
                // The sender is dropped with the way.
                tokio::select! { _ = closed => {}, () = serving => {} }
            });
        });
    }
}

/// Serves the one request of a connection.
async fn serve(
    mut stream: TcpStream,
    to: SocketAddr,
    (told, given_up): (&Mutex<Vec<Told>>, &watch::Sender<usize>),
) -> std::io::Result<()> {
    let Some(request) = read_request(&mut stream).await? else { return Ok(()) };
    let target = request.split(' ').nth(1).unwrap_or_default();
    let fault = next(&mut told.lock().unwrap(), target);
    match fault {
        None => {
            let mut server = ask(&request, to).await?;
            tokio::io::copy_bidirectional(&mut stream, &mut server).await.map(|_| ())
        }
        Some(Fault::Silence) => {
            // Nothing more is sent but the end of the connection.
            _ = stream.read_u8().await;
            given_up.send_modify(|given_up| *given_up += 1);
            Ok(())
        }
        Some(fault) => spoil(stream, &request, to, fault).await,
    }
}

/// What is to be done to the answer to a target.
fn next(told: &mut [Told], target: &str) -> Option<Fault> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_for = |told: &&mut Told| {
        told.left > 0 && (told.path == "*" || told.path == path) && query.contains(&told.query)
    };
    let told = told.iter_mut().rev().find(is_for)?;
    told.left -= 1;
    Some(told.fault.clone())
}

async fn spoil(
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
    ask(request, to).await?.read_to_end(&mut answer).await?;
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

/// Hands a request on. The server closes the connection behind its answer.
async fn ask(request: &str, to: SocketAddr) -> std::io::Result<TcpStream> {
    let mut server = TcpStream::connect(to).await?;
    let request = request.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    server.write_all(request.as_bytes()).await?;
    Ok(server)
}

/// A whole request; `None` where the connection ends before it.
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
