//! A bug report, while it is shown before it is written.

use bytes::Bytes;

use crate::k8s::endpoint::Endpoint;
use crate::k8s::failure::FailureKind;
use crate::k8s::request::{Request, Ticket};
use crate::text::wrapped;

/// What is reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The server; `None` if none was found.
    pub endpoint: Option<Endpoint>,
    /// The request that failed; `None` if only the connection did.
    pub request: Option<Request>,
    /// The failure that the screen shows; `None` if no server was found.
    pub failure: Option<FailureKind>,
}

/// A report that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportContent {
    /// What it contains, for people.
    pub lines: Vec<String>,
    /// The text of the file.
    pub document: Bytes,
}

/// The report that is shown.
#[derive(Clone, Debug)]
pub struct Report {
    /// The ticket of its requests.
    pub(in crate::app) ticket: Ticket,
    /// The report, once its requests are answered.
    pub content: Option<ReportContent>,
    /// The 0-based index of the first visible line.
    pub at: usize,
}

impl Report {
    /// The largest width of the dialog in columns, border included.
    pub const WIDEST: u16 = 100;

    /// Returns the lines inside the border for a screen of a width in columns.
    #[must_use]
    pub fn lines(&self, width: u16) -> Vec<String> {
        let Some(content) = &self.content else { return vec!["Requesting …".to_owned()] };
        let inside = usize::from(width.min(Self::WIDEST).saturating_sub(2));
        let wrapped =
            content.lines.iter().flat_map(|line| wrapped(&[(line.clone(), ())], inside, 2));
        wrapped.map(|line| line.into_iter().map(|(text, ())| text).collect()).collect()
    }

    /// Scrolls by a number of lines, on a screen of that many columns and lines.
    pub(in crate::app) fn scroll(&mut self, by: isize, (width, height): (u16, u16)) {
        let shown = usize::from(height.saturating_sub(2));
        let last = self.lines(width).len().saturating_sub(shown);
        self.at = self.at.saturating_add_signed(by).min(last);
    }
}
