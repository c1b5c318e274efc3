//! Accepts connections within limits, and ends them.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::answer::Ambassador;
use super::refusal::Refusal;

/// The maximum number of connections that are served. Each may need another one to the server, and a
/// process often has no more than 1,024 of both.
const SERVED: usize = 256;

/// The maximum number of connections, with those that are only answered that there are too many.
const ACCEPTED: usize = SERVED + 32;

/// The maximum size of the head of a request, in bytes.
const MAX_HEAD: usize = 64 << 10;

/// How long a connection may be idle, and how long the head of a request may take.
const HEAD_TIMEOUT: Duration = Duration::from_mins(1);

/// How long to wait after a connection could not be accepted, as without free file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// How long the requests that are open at the end may take.
const GRACE: Duration = Duration::from_secs(5);

/// Serves connections until `ended`. Then streams end, and other open requests are still answered.
pub(super) async fn serve(
    listener: TcpListener,
    ambassador: Ambassador,
    ended: impl Future<Output = ExitCode>,
) {
    let ambassador = Arc::new(ambassador);
    let (end, is_ending) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut ended = std::pin::pin!(ended);
    loop {
        tokio::select! {
            _ = &mut ended => break,
            accepted = listener.accept(), if connections.len() < ACCEPTED => match accepted {
                Ok((stream, _)) => {
                    let of = (connections.len() < SERVED).then(|| Arc::clone(&ambassador));
                    connections.spawn(connection(stream, of, is_ending.clone()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    end.send_replace(true);
    let open = async { while connections.join_next().await.is_some() {} };
    _ = tokio::time::timeout(GRACE, open).await;
}

/// Serves a connection to its end. Without an ambassador, its first request is answered that there are
/// too many connections.
async fn connection(
    stream: TcpStream,
    ambassador: Option<Arc<Ambassador>>,
    mut is_ending: watch::Receiver<bool>,
) {
    // The events of a watch are small, and each is waited for.
    _ = stream.set_nodelay(true);
    let ending = is_ending.clone();
    let is_served = ambassador.is_some();
    let service = service_fn(move |request| {
        let (ambassador, is_ending) = (ambassador.clone(), ending.clone());
        async move {
            match ambassador {
                Some(ambassador) => ambassador.answer(request, is_ending).await,
                None => Ok(Refusal::too_many().response()),
            }
        }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD)
        .keep_alive(is_served)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        // Clients may close their connections at any time.
        _ = &mut serving => return,
        _ = is_ending.wait_for(|is_ending| *is_ending) => serving.as_mut().graceful_shutdown(),
    }
    _ = serving.await;
}
