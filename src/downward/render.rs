//! Renders views: for people, for programs, for a shell, and as files.

use super::content::Content;
use super::view::{ContainerKind, ContainerView, EnvRow, State, View};
use crate::object::mask::Masker;

mod document;
mod files;
mod process;
mod shell;
mod text;

pub use files::{FileToWrite, WriteError, write_files};

/// The output forms of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Text for people.
    Text,
    /// Lines for `env -i`, of one container.
    Env,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// What to show of a view.
#[derive(Clone, Debug, Default)]
pub struct Display {
    /// Only this container; needed for [`Output::Env`] if there are several.
    pub container: Option<String>,
    /// True if values that derive from Secrets are shown.
    pub show_secrets: bool,
    /// Makes the masks.
    pub masker: Masker,
}

/// Why a view cannot be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// There is no such container.
    #[error("no container {wanted:?}: the pod has {}", .has.join(", "))]
    NoContainer {
        /// The requested name.
        wanted: String,
        /// The names of the pod's containers.
        has: Vec<String>,
    },
    /// There are several containers, and none was chosen.
    #[error("several containers, choose one with -c: {}", .0.join(", "))]
    SeveralContainers(Vec<String>),
    /// The kubelet refuses the container, so it has no environment.
    #[error("the kubelet refuses container {container}: {message}")]
    Refused {
        /// The container's name.
        container: String,
        /// The kubelet's message.
        message: String,
    },
    /// The document cannot be written.
    #[error("the view cannot be written: {0}")]
    Serialize(String),
}

/// Renders a view. The text ends with a line break.
///
/// # Errors
/// There is no such container, none is chosen, or the kubelet refuses it.
pub fn render(view: &View, output: Output, display: &Display) -> Result<Vec<u8>, RenderError> {
    let shown: Vec<&ContainerView> = match &display.container {
        None => view.containers.iter().collect(),
        Some(wanted) => vec![find(view, wanted)?],
    };
    match output {
        Output::Text => Ok(text::render(view, &shown, display).into_bytes()),
        Output::Env => shell::render(one(view, &shown)?, &view.notes, display),
        Output::Json => document::json(view, &shown, display),
        Output::Yaml => document::yaml(view, &shown, display),
    }
}

/// Returns the files to write for `-o files=DIR`, and a line for each file that cannot be written.
#[must_use]
pub fn files(view: &View, display: &Display) -> (Vec<FileToWrite>, Vec<String>) {
    files::of(view, display)
}

fn find<'v>(view: &'v View, wanted: &str) -> Result<&'v ContainerView, RenderError> {
    view.containers.iter().find(|container| container.name == wanted).ok_or_else(|| {
        RenderError::NoContainer { wanted: wanted.to_owned(), has: names(&view.containers) }
    })
}

/// Returns the chosen container, or the only regular one.
fn one<'v>(view: &'v View, shown: &[&'v ContainerView]) -> Result<&'v ContainerView, RenderError> {
    let regular = |c: &&&ContainerView| c.kind == ContainerKind::Container;
    match shown {
        [one] => Ok(one),
        several if several.iter().filter(regular).count() == 1 => {
            several.iter().find(regular).copied().ok_or(RenderError::SeveralContainers(Vec::new()))
        }
        _ => Err(RenderError::SeveralContainers(names(&view.containers))),
    }
}

fn names(containers: &[ContainerView]) -> Vec<String> {
    containers.iter().map(|container| container.name.clone()).collect()
}

/// A value as it is shown.
enum Shown<'c> {
    Value(&'c Content),
    /// The text with masks in place of all parts of Secrets.
    Masked(String),
    Nothing(State),
}

impl Display {
    fn shown<'c>(&self, content: Option<&'c Content>, state: State, is_secret: bool) -> Shown<'c> {
        match content {
            None => Shown::Nothing(state),
            Some(content) if is_secret && !self.show_secrets => {
                Shown::Masked(content.masked(&self.masker))
            }
            Some(content) => Shown::Value(content),
        }
    }

    /// Returns the text of a content, with masks unless Secrets are shown.
    #[must_use]
    pub fn text(&self, content: &Content) -> String {
        if self.show_secrets {
            String::from_utf8_lossy(&content.bytes).into_owned()
        } else {
            content.masked(&self.masker)
        }
    }

    fn of_row<'r>(&self, row: &'r EnvRow) -> Shown<'r> {
        self.shown(row.content.as_ref(), row.origin.state, row.origin.secret)
    }
}

/// Returns the word for a state.
fn word(state: State) -> &'static str {
    match state {
        State::Known => "known",
        State::Pending => "pending",
        State::Unknown => "unknown",
        State::Skipped => "skipped",
    }
}
