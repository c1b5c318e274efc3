//! What covers the panes, and the notice in the footer.

use jiff::Timestamp;

use crate::app::state::containers::Proposal;
use crate::app::state::prompt::Prompt;
use crate::app::state::report::Report;
use crate::app::state::timeline::Timeline;
use crate::app::state::trace::TraceCursor;
use crate::app::state::words::Words;
use crate::keymap::Mode;

/// What covers the panes.
#[derive(Clone, Debug, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The keys.
    Help(Help),
    /// What can be copied.
    Copy,
    /// The question whether to run an exec in a pod's containers.
    Exec(Box<Proposal>),
    /// HTTP requests and open watches.
    Trace(TraceCursor),
    /// The list of problems.
    Problems,
    /// The list of objects that were found.
    Find,
    /// The list of events.
    Events,
    /// What happened to the open object.
    History(Timeline),
    /// What a field means.
    Explain,
    /// The comparison of two objects.
    Comparison,
    /// What a report contains.
    Report(Report),
    /// A line to type.
    Prompt(Prompt),
    /// A prompt that was refused. The keys that were meant for it are ignored until ⏎ or esc.
    Refused,
}

/// The state of the help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Help {
    /// The mode whose keys come first: the one in which the help was opened.
    pub of: Mode,
    /// The 0-based index of the first visible line.
    pub line: usize,
    /// Only keys that match are shown.
    pub words: Words,
}

impl Help {
    /// Shows all keys, those of a mode first.
    #[must_use]
    pub fn of(mode: Mode) -> Self {
        Self { of: mode, line: 0, words: Words::default() }
    }
}

/// A credential plugin that takes long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlowPlugin {
    /// The name of its program, without the folder.
    pub name: String,
    /// Seconds since it was started.
    pub seconds: u64,
    /// The lines that it printed on stderr, such as the code of a device login.
    pub stderr: Vec<String>,
}

/// A sentence that is shown for a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// True if it reports a failure.
    pub is_failure: bool,
    /// When it is hidden.
    pub(in crate::app) until: Timestamp,
}
