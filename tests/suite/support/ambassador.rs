//! The binary as an ambassador, and a client that sends raw requests to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::machine::binary;
use super::server::Server;

/// How long an answer may take before its test fails.
const LIMIT: Duration = Duration::from_secs(20);

/// A running ambassador on a free port.
pub(crate) struct Ambassador {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// An answer: its head and its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Ambassador {
    /// Starts an ambassador with these arguments.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = binary(&["ambassador", "--listen", "127.0.0.1:0"]);
        let command = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Starting to serve on ").unwrap();
        Self { address: address.parse().unwrap(), child }
    }

    /// Starts an ambassador of a server.
    pub(crate) fn of(server: &Server) -> Self {
        Self::start(&["-s", &server.url()])
    }

    /// Returns its URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends a request with these lines of headers and reads the answer, for which the connection is
    /// closed.
    pub(crate) fn send(&self, method_and_target: &str, headers: &str, body: &str) -> Answer {
        let mut stream = self.open(method_and_target, &format!("{headers}Connection: close\r\n"));
        // An answer may come before the body was read.
        _ = stream.write_all(body.as_bytes());
        let mut answer = Vec::new();
        // It may be reset for the same reason.
        _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        Answer { head: head.to_owned(), body: body.to_owned() }
    }

    /// Sends a GET.
    pub(crate) fn get(&self, target: &str) -> Answer {
        self.send(&format!("GET {target}"), "", "")
    }

    /// Sends the head of a request, and returns its connection.
    pub(crate) fn open(&self, method_and_target: &str, headers: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let host = if headers.contains("Host:") { "" } else { "Host: localhost\r\n" };
        let head = format!("{method_and_target} HTTP/1.1\r\n{host}{headers}\r\n");
        // A head that is too large is answered before it was read.
        _ = stream.write_all(head.as_bytes());
        stream
    }

    /// Sends it a SIGTERM.
    pub(crate) fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    /// Waits for its end. Returns the exit status and what it printed on stderr.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        (self.child.wait().unwrap(), errors)
    }
}

impl Answer {
    /// Returns the status.
    pub(crate) fn status(&self) -> u16 {
        self.head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }
}

impl Drop for Ambassador {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
