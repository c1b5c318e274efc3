//! A line that is being typed.

use tui_input::Input;

use crate::tree::NodeId;

/// A line that is being typed.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What it is for.
    pub kind: PromptKind,
    /// The text and the cursor in it.
    pub input: Input,
    /// The completions of the text.
    pub candidates: Vec<String>,
    /// The index of the candidate that was chosen last.
    pub chosen: Option<usize>,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// To go somewhere.
    GoTo,
    /// To filter what is below a node.
    Filter(NodeId),
    /// To sort the collection of a node.
    Sort(NodeId),
    /// To search in the document.
    Search,
    /// To name a namespace of the resource of a node.
    Namespace(NodeId),
    /// To name the namespace of the pod that this process runs in.
    ThisPod,
    /// To connect to a server.
    Url,
}

impl Prompt {
    /// A prompt with a text to start with.
    #[must_use]
    pub fn new(kind: PromptKind, text: &str) -> Self {
        Self { kind, input: Input::new(text.to_owned()), candidates: Vec::new(), chosen: None }
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
