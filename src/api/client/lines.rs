//! Cuts a stream of chunks into lines.

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt as _};

use super::Chunks;
use crate::k8s::failure::{Failure, FailureKind};

/// Returns the lines of a stream without their line feeds. Empty lines are skipped, and so is a last
/// line without a line feed: it was cut off. A line of more than `max_line` bytes is a failure.
pub(super) fn split(
    chunks: Chunks,
    max_line: usize,
) -> impl Stream<Item = Result<Bytes, Failure>> + Send {
    let state = Some(Lines { chunks, buffer: BytesMut::new(), searched: 0 });
    futures::stream::unfold(state, move |state| async move {
        let mut lines = state?;
        match lines.next(max_line).await? {
            Ok(line) => Some((Ok(line), Some(lines))),
            Err(failure) => Some((Err(failure), None)),
        }
    })
}

struct Lines {
    chunks: Chunks,
    buffer: BytesMut,
    /// How many bytes of the buffer are known to have no line feed.
    searched: usize,
}

impl Lines {
    async fn next(&mut self, max_line: usize) -> Option<Result<Bytes, Failure>> {
        loop {
            while let Some(length) = self.line_feed() {
                let mut line = self.buffer.split_to(length + 1);
                line.truncate(length);
                if line.iter().any(|byte| !byte.is_ascii_whitespace()) {
                    return Some(Ok(line.freeze()));
                }
            }
            if self.buffer.len() > max_line {
                return Some(Err(Failure::new(
                    FailureKind::TooLong,
                    format!("a line of the watch is longer than {} MiB", max_line >> 20),
                    "Refresh to read the list again",
                )));
            }
            match self.chunks.next().await? {
                Ok(chunk) => self.buffer.extend_from_slice(&chunk),
                Err(failure) => return Some(Err(failure)),
            }
        }
    }

    /// Returns the offset of the next line feed. Bytes that were searched are not searched again.
    fn line_feed(&mut self) -> Option<usize> {
        let found = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n');
        let found = found.map(|offset| self.searched + offset);
        self.searched = if found.is_some() { 0 } else { self.buffer.len() };
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(chunks: &[&str], max_line: usize) -> Vec<Result<String, FailureKind>> {
        let chunks: Vec<_> = chunks.iter().map(|c| Ok(Bytes::from((*c).to_owned()))).collect();
        split(futures::stream::iter(chunks).boxed(), max_line)
            .map(|line| line.map(|l| String::from_utf8_lossy(&l).into_owned()).map_err(|f| f.kind))
            .collect()
            .await
    }

    #[tokio::test]
    async fn lines_are_the_same_wherever_the_chunks_are_cut() {
        let text = "{\"a\":1}\n\n{\"b\":\"ü\"}\r\n{\"c\":3}\n";
        let whole = lines(&[text], 100).await;
        assert_eq!(whole.len(), 3);
        let cut: Vec<String> = text.chars().map(String::from).collect();
        let cut: Vec<&str> = cut.iter().map(String::as_str).collect();
        assert_eq!(lines(&cut, 100).await, whole);
    }

    #[tokio::test]
    async fn a_line_without_its_line_feed_is_skipped() {
        assert_eq!(lines(&["one\ntw"], 100).await, [Ok("one".to_owned())]);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_a_failure() {
        let endless = lines(&["ok\n", "aaaaaa", "aaaaaa", "more"], 10).await;
        assert_eq!(endless, [Ok("ok".to_owned()), Err(FailureKind::TooLong)]);
    }
}
