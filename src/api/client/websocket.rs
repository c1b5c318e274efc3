//! Turns a GET into a WebSocket of Kubernetes' channels.
//!
//! kube can do the same, but reads a refusal to its end, however long that is, and drops its
//! headers, by which the refusal of a proxy is told from one of the server.

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

/// What is spoken, the newest first (`remotecommand/constants.go`); of one to which nothing is sent,
/// both are the same.
const PROTOCOLS: [&str; 2] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/// The hint of a failure to open a WebSocket.
pub(super) const NO_WEBSOCKET: &str =
    "A proxy in between may not pass WebSockets: connect another way";

/// A WebSocket to the server.
pub(super) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Why there is none.
pub(super) enum NoSocket {
    /// There was no answer, or none that makes sense.
    Failed(Failure),
    /// The answer was another one.
    Answered(Box<Exchange>),
}

impl From<Failure> for NoSocket {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Client {
    /// Opens a WebSocket. A message of more than `most` bytes will end it.
    pub(super) async fn open_socket(
        &self,
        request: &Request,
        most: usize,
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
            // Each of them is made of plain letters.
            if let Ok(value) = HeaderValue::from_str(value) {
                built.headers_mut().insert(name, value);
            }
        }
        let pass = self.sign(&mut built).await?;
        let asking = self.asking(request);
        let answer =
            self.dispatch(request, built, &pass).await.map_err(|error| asking.failed(&error))?;
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            let exchange = self.exchange(request, answer, started).await?;
            return Err(NoSocket::Answered(Box::new(exchange)));
        }
        if !is_ours(answer.headers(), &key) {
            let message = format!(
                "{} opens a WebSocket that speaks none of {}",
                self.address,
                PROTOCOLS.join(" and ")
            );
            return Err(Failure::new(FailureKind::NotAnApi, message, NO_WEBSOCKET).into());
        }
        let upgraded = hyper::upgrade::on(answer).await.map_err(|error| asking.failed(&error))?;
        let limits =
            WebSocketConfig::default().max_message_size(Some(most)).max_frame_size(Some(most));
        let stream = TokioIo::new(upgraded);
        Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(limits)).await)
    }
}

/// Whether the server has understood what was asked, and will speak what we do.
fn is_ours(headers: &HeaderMap, key: &str) -> bool {
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let accepts = said(SEC_WEBSOCKET_ACCEPT) == Some(&derive_accept_key(key.as_bytes()));
    accepts && said(SEC_WEBSOCKET_PROTOCOL).is_some_and(|spoken| PROTOCOLS.contains(&spoken))
}
