//! Upgrades a GET to a WebSocket with Kubernetes' channels.
//!
//! kube can do the same, but reads a refusal of any length, and drops its headers, which tell the
//! refusal of a proxy from one of the server.

use std::time::Instant;

use http::header::{
    CONNECTION, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, StatusCode};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::{Client, build};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::request::{Exchange, Request};

/// The protocols, the newest first (`remotecommand/constants.go`). They differ only in what a client
/// may send.
const PROTOCOLS: [&str; 2] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/// The hint of a failure to open a WebSocket.
pub(super) const NO_WEBSOCKET: &str =
    "A proxy in between may not pass WebSockets: connect another way";

/// A WebSocket to the server.
pub(super) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Why there is no WebSocket.
pub(super) enum NoSocket {
    /// There is no answer, or no valid one.
    Failed(Failure),
    /// The server did not upgrade.
    Answered(Box<Exchange>),
}

impl From<Failure> for NoSocket {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Client {
    /// Opens a WebSocket. A message of more than `max_message` bytes ends it.
    pub(super) async fn open_socket(
        &self,
        request: &Request,
        max_message: usize,
    ) -> Result<Socket, NoSocket> {
        let started = Instant::now();
        let key = generate_key();
        let mut built = build(request, request.form.accept())?;
        for (name, value) in [
            (CONNECTION, "Upgrade"),
            (UPGRADE, "websocket"),
            (SEC_WEBSOCKET_VERSION, "13"),
            (SEC_WEBSOCKET_KEY, &key),
            (SEC_WEBSOCKET_PROTOCOL, &PROTOCOLS.join(", ")),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                built.headers_mut().insert(name, value);
            }
        }
        let credentials = self.sign(&mut built).await?;
        let label = self.label(request);
        let answer = self.dispatch(request, built, &credentials).await;
        let answer = answer.map_err(|error| label.failed(&error))?;
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            let exchange = self.exchange(request, answer, started, |_| {}).await?;
            return Err(NoSocket::Answered(Box::new(exchange)));
        }
        if !is_accepted(answer.headers(), &key) {
            let message = format!(
                "{} opens a WebSocket without the protocols {}",
                self.address,
                PROTOCOLS.join(" and ")
            );
            return Err(Failure::new(FailureKind::NotAnApi, message, NO_WEBSOCKET).into());
        }
        let upgraded = hyper::upgrade::on(answer).await.map_err(|error| label.failed(&error))?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(max_message))
            .max_frame_size(Some(max_message));
        let stream = TokioIo::new(upgraded);
        Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(limits)).await)
    }
}

/// True if the server accepts the WebSocket and one of the protocols.
fn is_accepted(headers: &HeaderMap, key: &str) -> bool {
    let value = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    value(SEC_WEBSOCKET_ACCEPT) == Some(&derive_accept_key(key.as_bytes()))
        && value(SEC_WEBSOCKET_PROTOCOL).is_some_and(|protocol| PROTOCOLS.contains(&protocol))
}
