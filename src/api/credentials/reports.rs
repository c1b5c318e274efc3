//! Reports a credential plugin that takes long, with the lines that it prints on stderr.

use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::k8s::plugin::PluginReport;
use crate::text::visible_within;

/// A plugin is reported after this time.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How many lines are kept, and how many columns of each.
const MAX_LINES: usize = 100;
const MAX_COLUMNS: usize = 400;

/// Where plugins are reported. Clones report to the same receiver; the default reports nowhere.
#[derive(Clone, Debug, Default)]
pub struct PluginReports(Option<UnboundedSender<PluginReport>>);

impl PluginReports {
    /// Returns a sender of reports and their receiver.
    #[must_use]
    pub fn channel() -> (Self, UnboundedReceiver<PluginReport>) {
        let (sender, receiver) = unbounded_channel();
        (Self(Some(sender)), receiver)
    }

    fn send(&self, report: PluginReport) {
        if let Some(sender) = &self.0 {
            // Nobody reads the reports any more.
            _ = sender.send(report);
        }
    }
}

/// Reports one run of a plugin. Dropping it reports the end.
pub(super) struct RunReporter<'a> {
    reports: &'a PluginReports,
    name: &'a str,
    started: Instant,
    is_reported: bool,
}

impl<'a> RunReporter<'a> {
    /// The plugin was started now.
    pub(super) fn start(reports: &'a PluginReports, name: &'a str) -> Self {
        Self { reports, name, started: Instant::now(), is_reported: false }
    }

    /// Reports that it is still running, if it takes long already.
    pub(super) fn report(&mut self, stderr: &StderrLines) {
        let elapsed = self.started.elapsed();
        if elapsed < PATIENCE {
            return;
        }
        self.is_reported = true;
        self.reports.send(PluginReport::Running {
            name: self.name.to_owned(),
            seconds: elapsed.as_secs(),
            stderr: stderr.lines.clone(),
        });
    }
}

impl Drop for RunReporter<'_> {
    fn drop(&mut self) {
        if self.is_reported {
            self.reports.send(PluginReport::Ended);
        }
    }
}

/// The lines that a plugin printed on stderr, without control characters.
#[derive(Default)]
pub(super) struct StderrLines {
    /// The first lines.
    lines: Vec<String>,
    /// The last line that says something, for the failure message.
    last: String,
    unfinished: Vec<u8>,
}

impl StderrLines {
    /// Appends bytes of stderr.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.unfinished.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.finish_line();
            }
        }
    }

    /// Ends a line without a line feed, such as a prompt.
    pub(super) fn finish_line(&mut self) {
        let line = std::mem::take(&mut self.unfinished);
        let line = String::from_utf8_lossy(&line);
        let line = visible_within(line.trim_end(), MAX_COLUMNS);
        if line.trim().is_empty() {
            return;
        }
        line.trim().clone_into(&mut self.last);
        if self.lines.len() < MAX_LINES {
            self.lines.push(line.into_owned());
        }
    }

    /// The last line that says something; empty where there is none.
    pub(super) fn last(&self) -> &str {
        &self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_complete_and_have_no_control_characters() {
        let mut stderr = StderrLines::default();
        stderr.push(b"To sign in, op");
        assert!(stderr.lines.is_empty());
        stderr.push(b"en \x1b]0;x\x07 https://login\r\n\n\xffcode: ");
        assert_eq!(stderr.lines, ["To sign in, open \\x1b]0;x\\x07 https://login"]);
        stderr.finish_line();
        assert_eq!(stderr.last(), "\u{fffd}code:");
    }

    #[test]
    fn a_plugin_that_floods_stderr_fills_no_memory() {
        let mut stderr = StderrLines::default();
        for _ in 0..1000 {
            stderr.push(&[b'x'; 1000]);
            stderr.push(b"\n");
        }
        stderr.push(b"the end\n");
        assert_eq!((stderr.lines.len(), stderr.last()), (MAX_LINES, "the end"));
        assert!(stderr.lines.iter().all(|line| line.len() <= MAX_COLUMNS + 3));
    }

    #[test]
    fn a_run_is_reported_after_two_seconds_and_its_end_once() {
        let (reports, mut receiver) = PluginReports::channel();
        let mut stderr = StderrLines::default();
        stderr.push(b"code 42\n");
        let mut quick = RunReporter::start(&reports, "quick");
        quick.report(&stderr);
        drop(quick);
        assert!(receiver.try_recv().is_err());
        let mut slow = RunReporter::start(&reports, "slow");
        slow.started = slow.started.checked_sub(Duration::from_secs(3)).unwrap();
        slow.report(&stderr);
        drop(slow);
        let running = PluginReport::Running {
            name: "slow".to_owned(),
            seconds: 3,
            stderr: vec!["code 42".to_owned()],
        };
        assert_eq!(receiver.try_recv(), Ok(running));
        assert_eq!(receiver.try_recv(), Ok(PluginReport::Ended));
        assert!(receiver.try_recv().is_err());
    }
}
