//! A proxy that connects whoever asks to one server, whatever name was asked for: by the CONNECT of
//! HTTP, by SOCKS 5, or by a socket of this machine, which has no names at all.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

/// A running proxy. It ends with the test's process.
pub(crate) struct Tunnel {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    /// By HTTP.
    pub(crate) fn http(to: SocketAddr) -> Self {
        Self::start(to, |client| {
            let mut lines = BufReader::new(client.try_clone()?).lines();
            let first = lines.next().unwrap_or(Ok(String::new()))?;
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
            Ok(first)
        })
    }

    /// By SOCKS 5 without a password (RFC 1928).
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

    /// Listens on a socket of this machine.
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
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = Arc::clone(&asked);
        thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                // Who does not speak like a client of a proxy is let go.
                let Ok(wanted) = greet(&mut client) else { continue };
                told.lock().unwrap().push(wanted);
                let server = TcpStream::connect(to).unwrap();
                let (answers, requests) =
                    (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || carry(client, requests));
                thread::spawn(move || carry(server, answers));
            }
        });
        Self { address, asked }
    }

    /// What was asked for so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn read<const N: usize>(from: &mut TcpStream) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Hands bytes on until one of both sides has enough.
fn carry(mut from: impl Read, mut to: impl Write) {
    _ = io::copy(&mut from, &mut to);
}
