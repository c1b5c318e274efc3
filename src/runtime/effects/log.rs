//! The log of a container, as it goes on.

use std::time::Duration;

use bytes::BytesMut;
use futures::StreamExt as _;

use super::watch::Told;
use crate::api::client::Client;
use crate::app::message::Message;
use crate::k8s::request::Request;

/// How many chunks are taken together at the most.
const BATCH: usize = 256;
/// A line that is longer goes on in the next one.
const LONGEST: usize = 256 << 10;
/// Lines are told no more often: nobody reads faster.
const PACE: Duration = Duration::from_millis(40);

/// Follows a log until it ends.
pub(super) async fn follow(client: Client, request: Request, told: Told) {
    let chunks = match client.follow(&request).await {
        Ok(chunks) => chunks,
        Err(failure) => return told.ended(Some(failure)).await,
    };
    let lines = |text: BytesMut| Message::Log { ticket: told.ticket, text: text.freeze() };
    told.tell(lines(BytesMut::new())).await;
    let mut batches = chunks.ready_chunks(BATCH);
    let mut text = BytesMut::new();
    while let Some(batch) = batches.next().await {
        for chunk in batch {
            match chunk {
                Ok(chunk) => text.extend_from_slice(&chunk),
                Err(failure) => {
                    told.tell(lines(whole(&mut text))).await;
                    return told.ended(Some(failure)).await;
                }
            }
        }
        let whole = whole(&mut text);
        if !whole.is_empty() {
            told.tell(lines(whole)).await;
        }
        tokio::time::sleep(PACE).await;
    }
    told.tell(lines(text)).await;
    told.ended(None).await;
}

/// Takes the lines that are at their end.
fn whole(text: &mut BytesMut) -> BytesMut {
    match memchr::memrchr(b'\n', text) {
        Some(end) => text.split_to(end + 1),
        None if text.len() > LONGEST => text.split(),
        None => BytesMut::new(),
    }
}
