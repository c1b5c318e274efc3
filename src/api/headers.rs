//! Parses the response headers that the program understands.

use std::time::Duration;

use http::header::{HeaderMap, RETRY_AFTER, WARNING};
use jiff::Timestamp;

/// Returns the texts of the Warning headers.
pub(super) fn warnings(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(WARNING).iter();
    values.map(|value| warning_text(&String::from_utf8_lossy(value.as_bytes()))).collect()
}

/// Returns how long the Retry-After header asks to wait: a number of seconds, or the time until a
/// date. `None` where there is no such header, or the time is over.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    parse_retry_after(headers.get(RETRY_AFTER)?.to_str().ok()?)
}

fn parse_retry_after(header: &str) -> Option<Duration> {
    let seconds = header.trim().parse().ok().or_else(|| {
        let until = jiff::fmt::rfc2822::parse(header.trim()).ok()?.timestamp();
        u64::try_from(until.as_second() - Timestamp::now().as_second()).ok()
    });
    seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs)
}

/// Returns the quoted text of a Warning header, `299 - "text"` (RFC 7234 section 5.5).
fn warning_text(header: &str) -> String {
    let quoted = header.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"'));
    let Some((quoted, _)) = quoted else { return header.to_owned() };
    let mut text = String::with_capacity(quoted.len());
    let mut is_escaped = false;
    for c in quoted.chars() {
        is_escaped = c == '\\' && !is_escaped;
        if !is_escaped {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(parse_retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(parse_retry_after("0"), None);
        assert_eq!(parse_retry_after("soon"), None);
        assert_eq!(parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), None, "a date in the past");
        assert!(parse_retry_after("Mon, 21 Oct 2115 07:28:00 GMT").is_some());
    }

    #[test]
    fn a_warning_is_its_quoted_text() {
        assert_eq!(
            warning_text(r#"299 - "v1 \"old\" is deprecated""#),
            r#"v1 "old" is deprecated"#
        );
        assert_eq!(warning_text("odd"), "odd");
    }
}
