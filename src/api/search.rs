//! Sends the requests of a search, a few at a time.

use futures::stream::{FuturesUnordered, StreamExt as _};
use jiff::Timestamp;
use tokio::time::sleep;

use crate::k8s::failure::Failure;
use crate::k8s::request::{Exchange, Request};
use crate::object::search::{Next, Search};

/// Runs a search until nothing is left to do. `fetch` sends a request, `now` is the server's time, and
/// `shown` is called before each step. Dropping the future cancels what was sent.
pub async fn drive<S: Search, F>(
    search: &mut S,
    fetch: impl Fn(Request) -> F,
    now: impl Fn() -> Timestamp,
    mut shown: impl FnMut(&S),
) where
    F: Future<Output = (Request, Result<Exchange, Failure>)>,
{
    let mut open = FuturesUnordered::new();
    loop {
        shown(search);
        let pause = match search.next() {
            Next::Send(request) => {
                open.push(fetch(request));
                continue;
            }
            Next::Wait => None,
            Next::Pause(pause) => Some(pause),
            Next::Done => return,
        };
        tokio::select! {
            biased;
            () = sleep(pause.unwrap_or_default()), if pause.is_some() => {}
            Some((request, result)) = open.next(), if pause.is_none() => {
                let result = result.as_ref().map_err(Clone::clone);
                search.answer(&request, result, now());
            }
        }
    }
}
