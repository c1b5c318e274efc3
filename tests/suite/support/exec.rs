//! The kubelet's side of an exec over a WebSocket: a container whose programs a test defines.

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use futures::SinkExt as _;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY};
use http::header::{SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use http::request::Parts;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use kubewalk::k8s::path::decode_segment;
use serde_json::{Value, json};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// What a program does.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// Writes this and exits with 0.
    Writes(Vec<u8>),
    /// Exits with that code after writing to stderr.
    Fails(i32, &'static str),
    /// Cannot be started: the message of the status.
    NotStarted(&'static str),
    /// Writes this; then the connection is closed.
    Cut(&'static str),
    /// Writes without end.
    Flood,
    /// Does nothing, ever.
    Silent,
}

/// A program to run, and where.
pub(crate) struct Run {
    /// The path of the exec request.
    pub(crate) path: String,
    /// The container's name.
    pub(crate) container: String,
    /// The program and its arguments.
    pub(crate) command: Vec<String>,
}

/// Runs programs.
#[derive(Clone)]
pub(crate) struct Container {
    play: Arc<dyn Fn(&Run) -> Fate + Send + Sync>,
    protocol: &'static str,
}

impl Container {
    /// A container that speaks the newest protocol.
    pub(crate) fn new(play: impl Fn(&Run) -> Fate + Send + Sync + 'static) -> Self {
        Self { play: Arc::new(play), protocol: "v5.channel.k8s.io" }
    }

    /// A container in which all programs do the same.
    pub(crate) fn always(fate: Fate) -> Self {
        Self::new(move |_| fate.clone())
    }

    /// Speaks another protocol, and first sends an empty message on each channel, as servers with
    /// only `v4.channel.k8s.io` did.
    pub(crate) fn speaking(mut self, protocol: &'static str) -> Self {
        self.protocol = protocol;
        self
    }
}

/// The API server's answer if a container has no such program, from containerd and runc.
pub(crate) const NO_CAT: &str = "Internal error occurred: error executing command in container: \
    failed to exec in container: failed to start exec \"0af1\": OCI runtime exec failed: exec \
    failed: unable to start container process: exec: \"cat\": executable file not found in $PATH";

/// Answers an exec request.
pub(super) fn begin(head: &mut Parts, container: &Container) -> Response {
    let Some(upgrade) = head.extensions.remove::<OnUpgrade>() else {
        return super::server::answer(400, "text/plain", "Upgrade request required");
    };
    let key = head.headers[SEC_WEBSOCKET_KEY].as_bytes();
    let offered = head.headers[SEC_WEBSOCKET_PROTOCOL].to_str().unwrap();
    assert!(offered.contains("v5.channel.k8s.io") && offered.contains("v4.channel.k8s.io"));
    let response = Response::builder()
        .status(101)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_ACCEPT, derive_accept_key(key))
        .header(SEC_WEBSOCKET_PROTOCOL, container.protocol)
        .body(Body::empty())
        .unwrap();
    let query = head.uri.query().unwrap_or_default();
    let all = |name: &str| -> Vec<String> {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| decode_segment(value)).collect()
    };
    assert_eq!((all("stdin"), all("tty")), (Vec::new(), Vec::new()), "{query}");
    let fate = (container.play)(&Run {
        path: head.uri.path().to_owned(),
        container: all("container").concat(),
        command: all("command"),
    });
    let is_old = container.protocol.starts_with("v4");
    tokio::spawn(async move {
        let stream = TokioIo::new(upgrade.await.unwrap());
        let socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
        // The client may close the connection at any time.
        _ = play(socket, fate, is_old).await;
    });
    response
}

type Socket = WebSocketStream<TokioIo<hyper::upgrade::Upgraded>>;

async fn play(
    mut socket: Socket,
    fate: Fate,
    is_old: bool,
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    if is_old {
        for channel in 0..=4 {
            socket.send(message(channel, b"")).await?;
        }
    }
    match fate {
        Fate::Writes(bytes) => {
            // The size of the API server's copy buffer.
            for part in bytes.chunks(32 << 10) {
                socket.send(message(1, part)).await?;
            }
            end(&mut socket, &json!({"metadata": {}, "status": "Success"})).await?;
        }
        Fate::Fails(code, complaint) => {
            socket.send(message(2, complaint.as_bytes())).await?;
            let status = json!({"metadata": {}, "status": "Failure", "reason": "NonZeroExitCode",
                "message": format!("command terminated with non-zero exit code: exit status {code}"),
                "details": {"causes": [{"reason": "ExitCode", "message": code.to_string()}]}});
            end(&mut socket, &status).await?;
        }
        Fate::NotStarted(message) => {
            let status = json!({"metadata": {}, "status": "Failure", "reason": "InternalError",
                "message": message, "details": {"causes": [{"message": message}]}, "code": 500});
            end(&mut socket, &status).await?;
        }
        Fate::Cut(beginning) => socket.send(message(1, beginning.as_bytes())).await?,
        Fate::Flood => loop {
            socket.send(message(1, &vec![b'x'; 32 << 10])).await?;
        },
        Fate::Silent => std::future::pending().await,
    }
    Ok(())
}

async fn end(
    socket: &mut Socket,
    status: &Value,
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    socket.send(message(3, status.to_string().as_bytes())).await?;
    socket.close(None).await
}

fn message(channel: u8, part: &[u8]) -> Message {
    Message::Binary([&[channel], part].concat().into())
}
