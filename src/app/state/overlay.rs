//! What covers the panes, and the notice in the footer.

use jiff::Timestamp;

use crate::app::state::containers::Proposal;
use crate::app::state::prompt::Prompt;
use crate::app::state::trace::TraceCursor;

/// What covers the panes.
#[derive(Clone, Debug, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The keys, scrolled by a number of lines.
    Help(u16),
    /// What can be copied.
    Copy,
    /// The question whether to run an exec in a pod's containers.
    Exec(Box<Proposal>),
    /// HTTP requests and open watches.
    Trace(TraceCursor),
    /// The list of problems.
    Problems,
    /// The list of events.
    Events,
    /// A line to type.
    Prompt(Prompt),
    /// A prompt that was refused. The keys that were meant for it are ignored until ⏎ or esc.
    Refused,
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
