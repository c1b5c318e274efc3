//! Failures: one sentence on what failed, and a hint on what to try next.

use std::fmt;
use std::time::Duration;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use serde::Deserialize;
use serde_json::error::Category;

/// The longest part of a server's message that is shown, in bytes.
const LONGEST: usize = 4096;

/// An error worth showing, at the node or pane that it concerns, or as a line on stderr.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Failure {
    /// The class of the failure.
    pub kind: FailureKind,
    /// What failed and why, one sentence without a full stop.
    pub message: String,
    /// What to try next, one sentence; empty if there is nothing to try.
    pub hint: String,
    /// The time that the server wants between this request and the next.
    pub wait: Option<Duration>,
    /// The continue token for the rest of a list whose version expired: the rest as it is now.
    pub token: Option<Box<str>>,
}

/// The classes of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// 401.
    Unauthorized,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// The replayed recording does not have this exchange.
    NotRecorded,
    /// 406: the server does not have the answer in the requested form.
    NotAcceptable,
    /// 410: the version or the continue token has expired.
    Gone,
    /// 429.
    Throttled,
    /// 503.
    Unavailable,
    /// 504: the server behind the API server did not answer in time.
    Overdue,
    /// 504 with the cause `ResourceVersionTooLarge`: the server has not seen the requested version yet.
    NotYet,
    /// Another status of 300 or above.
    Status(u16),
    /// Nothing listens there.
    Refused,
    /// The server's name cannot be resolved.
    Dns,
    /// The server's certificate or the client's was not accepted.
    Tls,
    /// No answer in time.
    TimedOut,
    /// The connection ended before the answer did.
    Cut,
    /// Something answers there, but not a Kubernetes API server.
    NotAnApi,
    /// The answer cannot be parsed.
    Malformed,
    /// The answer is longer than the limit of `--max-response`.
    TooLong,
    /// The user's input (a flag, a file, a path) cannot be used.
    Input,
}

impl FailureKind {
    /// The HTTP status, if the server answered with one.
    #[must_use]
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Unauthorized => Some(401),
            Self::Forbidden => Some(403),
            Self::NotFound => Some(404),
            Self::NotAcceptable => Some(406),
            Self::Gone => Some(410),
            Self::Throttled => Some(429),
            Self::Unavailable => Some(503),
            Self::Overdue | Self::NotYet => Some(504),
            Self::Status(code) => Some(code),
            Self::NotRecorded
            | Self::Refused
            | Self::Dns
            | Self::Tls
            | Self::TimedOut
            | Self::Cut
            | Self::NotAnApi
            | Self::Malformed
            | Self::TooLong
            | Self::Input => None,
        }
    }

    /// True if no server answered. A server that answers with a failure is up, and is not retried
    /// automatically.
    #[must_use]
    pub fn is_unreachable(self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::TimedOut
                | Self::Dns
                | Self::Cut
                | Self::Unavailable
                | Self::Overdue
                | Self::Status(502)
        )
    }

    /// True if the failure may be over once the server is back.
    #[must_use]
    pub fn may_recover(self) -> bool {
        self.is_unreachable() || matches!(self, Self::Unauthorized | Self::Tls)
    }

    /// Formats a word or number for a tree row: `403`, `refused`, `timed out`.
    #[must_use]
    pub fn short(self) -> String {
        let word = match self {
            Self::NotRecorded => "not in this recording",
            Self::Refused => "refused",
            Self::Dns => "unknown host",
            Self::Tls => "TLS",
            Self::TimedOut => "timed out",
            Self::Cut => "cut off",
            Self::NotAnApi => "not an API server",
            Self::Malformed => "unreadable",
            Self::TooLong => "too long",
            Self::Input => "not usable",
            status => return status.status().map(|code| code.to_string()).unwrap_or_default(),
        };
        word.to_owned()
    }
}

impl Failure {
    /// Returns a failure with a hint.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: hint.into(), wait: None, token: None }
    }

    /// Returns the same failure with the time that the server wants before the next request, if any.
    #[must_use]
    pub fn waiting(mut self, wait: Option<Duration>) -> Self {
        if let Some(wait) = wait {
            self.hint = format!("The server asks to wait for {} s", wait.as_secs());
            self.wait = Some(wait);
        }
        self
    }

    /// Returns the failure of an answer that cannot be parsed. `what` names it, such as `the list`. Its
    /// content is not quoted, since it may be a Secret's.
    #[must_use]
    pub fn unreadable(what: &str, error: &serde_json::Error) -> Self {
        let why = match error.classify() {
            Category::Data => {
                let (line, column) = (error.line(), error.column());
                format!("unexpected value at line {line} column {column}")
            }
            _ => error.to_string(),
        };
        let kind = FailureKind::Malformed;
        Self::new(kind, format!("{what} cannot be read: {why}"), advice(kind))
    }

    /// Decodes an answer with a status of 400 or above. Its message is that of a `Status` object, else
    /// the first line of the body; of another API object only the kind.
    #[must_use]
    pub fn from_answer(code: u16, body: &[u8]) -> Self {
        let object = kind_of_object(body);
        let status = match object.as_str() {
            "Status" => serde_json::from_slice::<Status>(body).unwrap_or_default(),
            _ => Status::default(),
        };
        let kind = kind_of(code, &status);
        let said = match (&*object, status.message.filter(|message| !message.is_empty())) {
            ("Status", Some(message)) => message,
            ("" | "Status", _) => first_line(body),
            (other, _) => format!("the answer is {other}, not a Status"),
        };
        let said = &said[..said.floor_char_boundary(LONGEST)];
        let message = if said.is_empty() {
            format!("the server answered {code}")
        } else {
            format!("{code}: {said}")
        };
        let wait = status.details.and_then(|details| details.retry_after_seconds);
        let wait = wait.and_then(|seconds| u64::try_from(seconds).ok()).filter(|it| *it > 0);
        let token = status.metadata.continue_.filter(|token| !token.is_empty());
        let failure = Self {
            token: token.map(String::into_boxed_str),
            ..Self::new(kind, message, advice(kind))
        };
        failure.waiting(wait.map(Duration::from_secs))
    }

    /// Returns the same failure with the document that it concerns:
    /// `metrics.k8s.io/v1beta1 answered 503: …`.
    #[must_use]
    pub fn of(mut self, document: &str) -> Self {
        self.message = match self.kind.status() {
            Some(status) => {
                let prefix = format!("{status}: ");
                let said = self.message.strip_prefix(&prefix);
                let said = said.map(|said| format!(": {said}")).unwrap_or_default();
                format!("{document} answered {status}{said}")
            }
            None => format!("{document}: {}", self.message),
        };
        self
    }

    /// Returns the failure of a redirect, which is not followed.
    #[must_use]
    pub fn redirected(code: u16, location: Option<&str>) -> Self {
        let location = location.unwrap_or("an unnamed location");
        Self::new(
            FailureKind::Status(code),
            format!("{code}: the server redirects to {location}, and redirects are not followed"),
            "If that is the API server, give its address with --server",
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, ". {}", self.hint) }
    }
}

/// The kind of a JSON object; empty for anything else.
fn kind_of_object(body: &[u8]) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Object {
        kind: String,
    }
    serde_json::from_slice::<Object>(body).unwrap_or_default().kind
}

fn kind_of(code: u16, status: &Status) -> FailureKind {
    let is_not_yet = || {
        let details = status.details.as_ref().and_then(|details| details.causes.as_ref());
        let mut causes = details.into_iter().flatten();
        causes.any(|cause| cause.reason.as_deref() == Some("ResourceVersionTooLarge"))
    };
    match code {
        401 => FailureKind::Unauthorized,
        403 => FailureKind::Forbidden,
        404 if status.reason.as_deref() == Some("NotRecorded") => FailureKind::NotRecorded,
        404 => FailureKind::NotFound,
        406 => FailureKind::NotAcceptable,
        410 => FailureKind::Gone,
        429 => FailureKind::Throttled,
        503 => FailureKind::Unavailable,
        504 if is_not_yet() => FailureKind::NotYet,
        504 => FailureKind::Overdue,
        other => FailureKind::Status(other),
    }
}

/// Returns the hint for a failure of that kind.
#[must_use]
pub fn advice(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Unauthorized => "Log in again, or choose other credentials",
        FailureKind::Forbidden => "Ask for the right to read this, or try another namespace",
        FailureKind::NotFound => "It may be gone, or in another namespace: list the level above",
        FailureKind::NotRecorded => "Open what was recorded, or connect to a cluster",
        FailureKind::NotAcceptable => "The server has no answer in this form",
        FailureKind::Gone => "List again",
        FailureKind::Throttled => "The server is busy; retry in a moment",
        FailureKind::Unavailable => "The server behind this path is down; refresh to retry",
        FailureKind::Overdue => "The server behind this path is slow or down; refresh to retry",
        FailureKind::NotYet => "This server has older data than another; refresh to retry",
        FailureKind::Status(_) | FailureKind::Cut => "Refresh to retry",
        FailureKind::Refused => "Check that the server runs and that the address is right",
        FailureKind::Dns => "Check the server's name and this machine's resolver",
        FailureKind::Tls => {
            "Check the certificate authority in the kubeconfig and the server's name"
        }
        FailureKind::TimedOut => "Refresh to retry, or raise --request-timeout",
        FailureKind::NotAnApi => "Give the address of a Kubernetes API server",
        FailureKind::Malformed => "Read it with `kubewalk get -o raw`, or refresh to retry",
        FailureKind::TooLong => "Raise --max-response, or read all of it with `kubewalk get`",
        FailureKind::Input => "",
    }
}

/// The first line that is not empty and does not repeat credentials of the request; the title of a web
/// page.
fn first_line(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(400)]);
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    if let Some((title, _)) = title {
        return title.trim().to_owned();
    }
    let is_shown = |line: &&str| {
        let line = line.to_ascii_lowercase();
        !line.trim().is_empty() && !["authorization", "bearer "].iter().any(|w| line.contains(w))
    };
    text.lines().find(is_shown).unwrap_or("").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_that_of_the_status() {
        let body = br#"{"kind":"Status","status":"Failure","message":"pods \"nope\" not found","reason":"NotFound","code":404}"#;
        let failure = Failure::from_answer(404, body);
        assert_eq!(failure.kind, FailureKind::NotFound);
        assert_eq!(failure.message, "404: pods \"nope\" not found");
    }

    #[test]
    fn the_message_of_a_plain_body_is_its_first_line() {
        let failure = Failure::from_answer(503, b"\nservice unavailable\nmore\n");
        assert_eq!(failure.kind, FailureKind::Unavailable);
        assert_eq!(failure.message, "503: service unavailable");
        assert!(!failure.hint.is_empty());
    }

    #[test]
    fn values_that_may_be_secret_are_not_quoted() {
        let secret = br#"{"kind":"Secret","data":{"a":"hunter2"},"message":"hunter2"}"#;
        let failure = Failure::from_answer(500, secret);
        assert_eq!(failure.message, "500: the answer is Secret, not a Status");
        let echo = b"Authorization: Bearer hunter2\nno such host\n";
        assert_eq!(Failure::from_answer(502, echo).message, "502: no such host");
        let error = serde_json::from_str::<Vec<u8>>(r#"["hunter2"]"#).unwrap_err();
        assert!(error.to_string().contains("hunter2"), "serde quotes: {error}");
        let failure = Failure::unreadable("the list", &error);
        let expected = "the list cannot be read: unexpected value at line 1 column 10";
        assert_eq!(failure.message, expected);
    }

    #[test]
    fn the_time_to_wait_is_that_of_the_status_or_of_the_header() {
        let body = br#"{"kind":"Status","message":"Too large resource version: 9, current: 7","reason":"Timeout","details":{"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}],"retryAfterSeconds":1},"code":504}"#;
        let failure = Failure::from_answer(504, body);
        assert_eq!(
            (failure.kind, failure.wait),
            (FailureKind::NotYet, Some(Duration::from_secs(1)))
        );
        let plain = Failure::from_answer(504, b"upstream request timeout");
        assert_eq!((plain.kind, plain.wait), (FailureKind::Overdue, None));
        assert_eq!(plain.kind.short(), "504");
        let throttled = Failure::from_answer(429, b"").waiting(Some(Duration::from_secs(7)));
        assert_eq!(
            throttled.to_string(),
            "the server answered 429. The server asks to wait for 7 s"
        );
    }

    #[test]
    fn an_expired_page_has_the_token_of_the_rest() {
        let body =
            br#"{"kind":"Status","metadata":{"continue":"fresh"},"reason":"Expired","code":410}"#;
        assert_eq!(Failure::from_answer(410, body).token.as_deref(), Some("fresh"));
        assert_eq!(Failure::from_answer(410, br#"{"kind":"Status","code":410}"#).token, None);
    }

    #[test]
    fn a_missing_recording_is_not_a_missing_object() {
        let body = br#"{"kind":"Status","message":"not in this recording","reason":"NotRecorded"}"#;
        assert_eq!(Failure::from_answer(404, body).kind, FailureKind::NotRecorded);
    }
}
