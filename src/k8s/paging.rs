//! How many objects the pages of a list have: few at first, so that rows appear at once, then as many as
//! the server delivers quickly.

use std::time::Duration;

use super::failure::{Failure, FailureKind};
use super::request::{Exchange, Request};

/// The largest number of objects per page. More would keep a key waiting while they are added to the tree.
const MOST: usize = 2_000;

/// A page that takes longer is followed by a smaller one: progress stays smooth.
const SLOW: Duration = Duration::from_millis(250);

/// The expected size of a page in bytes, unless it has only as many objects as the first one. Two pages
/// are in memory at a time: one is parsed while the next one arrives.
const BYTES: usize = 2 << 20;

/// The number of objects per page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageSize(usize);

impl Default for PageSize {
    fn default() -> Self {
        Self::FIRST
    }
}

impl PageSize {
    /// That of the first page, and the smallest one: the chunk size of kubectl.
    pub const FIRST: Self = Self(500);

    /// Returns the number of objects.
    #[must_use]
    pub fn objects(self) -> usize {
        self.0
    }

    /// Returns the size of the page after an answer, by how long the answer took and how long it is.
    #[must_use]
    pub fn after(exchange: &Exchange) -> Self {
        Self::requested(&exchange.request).followed_by(exchange.body.len(), exchange.elapsed)
    }

    /// Returns the size of the page after one of that many bytes that took that long.
    fn followed_by(self, bytes: usize, elapsed: Duration) -> Self {
        let wanted = if elapsed < SLOW { self.0.saturating_mul(2) } else { self.0 / 2 };
        let fitting = BYTES.saturating_mul(self.0) / bytes.max(1);
        Self(wanted.min(fitting).clamp(Self::FIRST.0, MOST))
    }

    /// Returns the size of the page that is requested next after this one failed: a server that is busy
    /// or slow is asked for less.
    #[must_use]
    pub fn after_failure(self, failure: &Failure) -> Self {
        if is_too_much(failure) { Self((self.0 / 2).max(Self::FIRST.0)) } else { self }
    }

    /// Returns the size in which a page that failed is requested again at once, if it may have failed
    /// because of its size: it is too long, or took too long, which is waited for once only.
    #[must_use]
    pub fn retried(self, failure: &Failure) -> Option<Self> {
        let smaller = match failure.kind {
            FailureKind::TooLong => self.after_failure(failure),
            FailureKind::Overdue | FailureKind::TimedOut => Self::FIRST,
            _ => return None,
        };
        (smaller < self).then_some(smaller)
    }

    /// Limits a list request to a page; the first one without a token.
    #[must_use]
    pub fn page(self, list: Request, token: Option<String>) -> Request {
        let request = list.with("limit", self.0.to_string());
        match token {
            Some(token) => request.with("continue", token),
            None => request,
        }
    }

    /// Returns the request for the page with that token after an answer.
    #[must_use]
    pub fn next_page(exchange: &Exchange, token: String) -> Request {
        let mut list = exchange.request.clone();
        list.query.retain(|(name, _)| name != "limit" && name != "continue");
        Self::after(exchange).page(list, Some(token))
    }

    fn requested(request: &Request) -> Self {
        let limit = request.query.iter().find(|(name, _)| name == "limit");
        limit.and_then(|(_, limit)| limit.parse().ok()).map_or(Self::FIRST, Self)
    }
}

/// True for failures that a smaller page may avoid.
fn is_too_much(failure: &Failure) -> bool {
    use FailureKind::{Overdue, Throttled, TimedOut, TooLong, Unavailable};
    matches!(failure.kind, Throttled | Unavailable | Overdue | TimedOut | TooLong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k8s::path::ApiPath;
    use crate::k8s::request::Form;

    #[test]
    fn pages_grow_while_they_are_fast_and_shrink_when_they_are_slow() {
        let row = 120;
        for (size, milliseconds, next) in [
            (500, 25, 1_000),
            (1_000, 249, 2_000),
            (1_000, 250, 500),
            (2_000, 100, 2_000),
            (4_000, 100, 2_000),
            (4_000, 2_000, 2_000),
            (700, 1_000, 500),
            (500, 60_000, 500),
            // The limit of another list.
            (20, 1, 500),
        ] {
            let elapsed = Duration::from_millis(milliseconds);
            let found = PageSize(size).followed_by(size * row, elapsed);
            assert_eq!(found, PageSize(next), "{size} in {milliseconds} ms");
        }
    }

    #[test]
    fn pages_of_long_rows_stay_within_the_memory_budget() {
        for (size, bytes_per_row, next) in [
            (500, 100, 1_000),
            (500, 3_000, 699),
            (500, 10_000, 500),
            (2_000, 1_000, 2_000),
            (4_000, 2_000, 1_048),
            (500, 0, 1_000),
        ] {
            let found = PageSize(size).followed_by(size * bytes_per_row, Duration::ZERO);
            assert_eq!(found, PageSize(next), "{size} of {bytes_per_row} bytes");
        }
    }

    #[test]
    fn a_failure_of_a_busy_or_slow_server_halves_the_page() {
        use FailureKind::{Forbidden, Gone, Overdue, Throttled, TimedOut, TooLong, Unavailable};
        for (kind, after, retried) in [
            (Throttled, 2_000, None),
            (Unavailable, 2_000, None),
            (Overdue, 2_000, Some(500)),
            (TimedOut, 2_000, Some(500)),
            (TooLong, 2_000, Some(2_000)),
            (Gone, 4_000, None),
            (Forbidden, 4_000, None),
        ] {
            let failure = Failure::new(kind, "", "");
            assert_eq!(PageSize(4_000).after_failure(&failure), PageSize(after), "{kind:?}");
            assert_eq!(PageSize(4_000).retried(&failure), retried.map(PageSize), "{kind:?}");
            assert_eq!(PageSize::FIRST.after_failure(&failure), PageSize::FIRST, "{kind:?}");
            assert_eq!(PageSize::FIRST.retried(&failure), None, "{kind:?}");
        }
    }

    #[test]
    fn the_next_page_has_the_same_parameters_and_another_size() {
        let list = Request::get(ApiPath::parse("/api/v1/pods"), Form::Table).with("x", "y");
        let request = PageSize::FIRST.page(list.clone(), None);
        assert_eq!(request.path_and_query(), "/api/v1/pods?x=y&limit=500");
        let exchange = Exchange {
            request,
            status: 200,
            content_type: String::new(),
            warnings: Vec::new(),
            audited: true,
            location: None,
            retry_after: None,
            body: "{}".into(),
            cut_at: None,
            elapsed: Duration::from_millis(20),
        };
        let next = PageSize::next_page(&exchange, "a".to_owned());
        assert_eq!(next, PageSize(1_000).page(list, Some("a".to_owned())));
    }
}
