//! Prints on stderr what a credential plugin says while it keeps a command waiting.

use tokio::sync::mpsc::UnboundedReceiver;

use super::note;
use crate::k8s::plugin::PluginReport;

/// A plugin that runs on is mentioned again after this many seconds.
const REPEAT: u64 = 30;

/// Prints the reports of credential plugins until their sender is gone: that a plugin takes long, and
/// each line of its stderr.
pub async fn print_reports(mut reports: UnboundedReceiver<PluginReport>) {
    let mut run = Run::default();
    while let Some(report) = reports.recv().await {
        run.sentences(report).iter().for_each(|sentence| note(sentence));
    }
}

/// What was printed of the run of a plugin so far.
#[derive(Default)]
struct Run {
    /// When it is mentioned next, in seconds since its start.
    next: u64,
    lines: usize,
}

impl Run {
    /// Returns the sentences to print now.
    fn sentences(&mut self, report: PluginReport) -> Vec<String> {
        let PluginReport::Running { name, seconds, stderr } = report else {
            *self = Self::default();
            return Vec::new();
        };
        let mut sentences = Vec::new();
        if seconds >= self.next {
            self.next = seconds + REPEAT;
            sentences.push(format!(
                "kubewalk: waiting for the credential plugin {name}, {seconds} s so far"
            ));
        }
        sentences.extend(stderr.iter().skip(self.lines).map(|line| format!("{name}: {line}")));
        self.lines = stderr.len();
        sentences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_mentioned_every_half_minute_and_each_of_its_lines_once() {
        let running = |seconds, lines: &[&str]| PluginReport::Running {
            name: "login".to_owned(),
            seconds,
            stderr: lines.iter().map(|line| (*line).to_owned()).collect(),
        };
        let mut run = Run::default();
        let waiting = "kubewalk: waiting for the credential plugin login, 2 s so far";
        assert_eq!(run.sentences(running(2, &["a"])), [waiting, "login: a"]);
        assert_eq!(run.sentences(running(3, &["a"])), [""; 0]);
        assert_eq!(run.sentences(running(4, &["a", "b"])), ["login: b"]);
        assert_eq!(run.sentences(running(32, &["a", "b"])).len(), 1);
        assert_eq!(run.sentences(PluginReport::Ended), [""; 0]);
        assert_eq!(run.sentences(running(2, &[])), [waiting]);
    }
}
