//! The ambassador: a read-only `kubectl proxy`. It forwards what only reads to the server of the
//! connection, with its credentials, and streams the answers.
//!
//! ```text
//!   client ── HTTP ──▶ connections ──▶ rules ──▶ Client::forward ── TLS, credentials ──▶ API server
//!                      limits, end      403, 405
//! ```

mod answer;
mod connections;
mod refusal;
mod rules;

use std::io::Write;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::headless::{Access, Stop, note};
use crate::k8s::failure::{Failure, FailureKind};
use crate::runtime;
use answer::Ambassador;

/// Listens on an address and forwards requests until a signal ends the program. Prints the address as
/// `kubectl proxy` does, for scripts that wait for it.
///
/// # Errors
///
/// The address cannot be listened on, or signals cannot be received.
pub async fn run(access: Access, address: SocketAddr, out: &mut impl Write) -> Result<(), Stop> {
    let unusable = |error: std::io::Error| {
        let message = format!("{address} cannot be listened on: {error}");
        Failure::new(FailureKind::Input, message, "Choose another port, such as --listen 8002")
    };
    let listener = TcpListener::bind(address).await.map_err(unusable)?;
    let address = listener.local_addr()?;
    let only_loopback = address.ip().is_loopback();
    if !only_loopback {
        note(&format!(
            "kubewalk: everyone who reaches {address} can read with these credentials. For this \
             machine or pod only, use --listen {}",
            address.port()
        ));
    }
    let ended = runtime::interrupted()?;
    writeln!(out, "Starting to serve on {address}")?;
    out.flush()?;
    let ambassador = Ambassador { client: access.connection.client, only_loopback };
    connections::serve(listener, ambassador, ended).await;
    Ok(())
}
