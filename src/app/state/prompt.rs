//! The prompt: one line of input at the bottom of the screen.

use tui_input::Input;

use crate::tree::NodeId;

/// An open prompt.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What it is for.
    pub kind: PromptKind,
    /// The text and its cursor.
    pub input: Input,
    /// The completions of the text.
    pub candidates: Vec<String>,
    /// The 0-based index of the selected candidate; `None` after typing.
    pub selected: Option<usize>,
    /// How many lines back in the history the text is from; `None` for a new line.
    pub(in crate::app) recalled: Option<usize>,
}

/// What a prompt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// To go to a location or switch the context.
    GoTo,
    /// To filter the rows below a node.
    Filter(NodeId),
    /// To sort the collection of a node.
    Sort(NodeId),
    /// To search in the document.
    Search,
    /// To name a namespace that is not listed; the node is the row that prompts for it.
    Namespace(NodeId),
    /// To name the namespace of the pod that this process runs in.
    ThisPod,
    /// To enter the URL of a server.
    Url,
}

impl Prompt {
    /// Creates a prompt with an initial text.
    #[must_use]
    pub fn new(kind: PromptKind, text: &str) -> Self {
        let input = Input::new(text.to_owned());
        Self { kind, input, candidates: Vec::new(), selected: None, recalled: None }
    }

    /// Returns the label before the text.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self.kind {
            PromptKind::GoTo => ":",
            PromptKind::Filter(_) | PromptKind::Search => "/",
            PromptKind::Sort(_) => "sort by: ",
            PromptKind::Namespace(_) => "namespace: ",
            PromptKind::ThisPod => "namespace of this pod: ",
            PromptKind::Url => "server: ",
        }
    }
}
