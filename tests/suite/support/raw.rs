//! A server that sends raw bytes, which need not be valid HTTP and need not end.

use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A running server. Its thread ends with the test.
pub(crate) struct RawServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// Starts a server on a free port. `answer` gets the head of each request and its connection, which
    /// is closed afterwards.
    pub(crate) fn start(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (heads, answer) = (seen.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            while let Ok((mut stream, _)) = listener.accept() {
                let (heads, answer) = (heads.clone(), answer.clone());
                std::thread::spawn(move || {
                    let head = head(&mut stream);
                    heads.lock().unwrap().push(head.clone());
                    answer(&head, &mut stream);
                });
            }
        });
        Self { address, seen }
    }

    /// Returns its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns its URL with an address that does not count as loopback, so that compression is requested.
    pub(crate) fn distant_url(&self) -> String {
        format!("http://0.0.0.0:{}", self.address.port())
    }

    /// Returns the heads of the requests so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// Reads the head of a request, up to the empty line.
fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Returns a whole response. `headers` are lines, each with its line break.
pub(crate) fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}
