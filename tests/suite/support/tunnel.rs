//! A proxy that connects every client to the same server, whatever name was requested: by HTTP
//! CONNECT, SOCKS 5, or a Unix socket.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

/// A running proxy. It runs until the test process ends.
pub(crate) struct Tunnel {
    pub(crate) address: SocketAddr,
    requested: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    /// Starts a proxy for HTTP CONNECT.
    pub(crate) fn http(to: SocketAddr) -> Self {
        Self::start(to, |client| {
            let mut lines = BufReader::new(client.try_clone()?).lines();
            let first = lines.next().unwrap_or(Ok(String::new()))?;
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            Ok(first)
        })
    }

    /// Starts a proxy for SOCKS 5 without a password (RFC 1928).
    pub(crate) fn socks(to: SocketAddr) -> Self {
        Self::start(to, |client| {
            let [_, methods] = read(client)?;
            io::copy(&mut client.take(methods.into()), &mut io::sink())?;
            client.write_all(&[5, 0])?;
            let [_, command, _, kind] = read(client)?;
            let host = if kind == 1 {
                read::<4>(client)?.map(|byte| byte.to_string()).join(".")
            } else {
                let [length] = read(client)?;
                let mut name = String::new();
                client.take(length.into()).read_to_string(&mut name)?;
                name
            };
            let port = u16::from_be_bytes(read(client)?);
            client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
            Ok(format!("SOCKS {command} {host}:{port}"))
        })
    }

    /// Listens on a Unix socket.
    pub(crate) fn unix(path: &Path, to: SocketAddr) {
        let listener = UnixListener::bind(path).unwrap();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(to).unwrap();
                let (answers, requests) =
                    (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || carry(client, requests));
                thread::spawn(move || carry(server, answers));
            }
        });
    }

    fn start(
        to: SocketAddr,
        greet: impl Fn(&mut TcpStream) -> io::Result<String> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requested: Arc<Mutex<Vec<String>>> = Arc::default();
        let received = Arc::clone(&requested);
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                // Connections with an invalid request are closed.
                let Ok(wanted) = greet(&mut client) else { continue };
                received.lock().unwrap().push(wanted);
                let server = TcpStream::connect(to).unwrap();
                let (answers, requests) =
                    (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || carry(client, requests));
                thread::spawn(move || carry(server, answers));
            }
        });
        Self { address, requested }
    }

    /// Returns the requests so far.
    pub(crate) fn requested(&self) -> Vec<String> {
        self.requested.lock().unwrap().clone()
    }
}

fn read<const N: usize>(from: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Copies bytes until one side closes.
fn carry(mut from: impl Read, mut to: impl Write) {
    _ = io::copy(&mut from, &mut to);
}
