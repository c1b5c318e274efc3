//! What the `downward` subcommand does once the objects are at hand.

use std::path::PathBuf;
use std::str::FromStr;

use super::inputs::{InputError, objects, view_of};
use super::render::{Display, Output, RenderError, WriteError, files, render, write_files};
use super::{Options, View};
use crate::text::visible;

/// Where a view goes: the value of `-o`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `text`, `env`, `json` or `yaml`, to be printed.
    Print(Output),
    /// `files=DIR`: the volumes' files below a directory, as `DIR/VOLUME/PATH`.
    Files(PathBuf),
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "text" => Ok(Self::Print(Output::Text)),
            "env" => Ok(Self::Print(Output::Env)),
            "json" => Ok(Self::Print(Output::Json)),
            "yaml" => Ok(Self::Print(Output::Yaml)),
            _ => match text.strip_prefix("files=") {
                Some(directory) if !directory.is_empty() => Ok(Self::Files(directory.into())),
                _ => Err("use text, env, json, yaml or files=DIR".to_owned()),
            },
        }
    }
}

/// Why there is no report. Each is one sentence.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The objects give no view.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The view cannot be shown in this way.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The files cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ReportError {
    /// The exit status: 2 for what the user must ask differently, 1 for all else.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_)
            | Self::Render(RenderError::NoContainer { .. } | RenderError::SeveralContainers(_)) => {
                2
            }
            _ => 1,
        }
    }
}

/// The view of files alone: each source is a name and its text.
///
/// # Errors
/// See [`view_of`].
pub fn view_of_files(
    sources: &[(String, String)],
    name: Option<&str>,
    namespace: Option<&str>,
    options: Options,
) -> Result<View, InputError> {
    let mut all = Vec::new();
    for (file, text) in sources {
        all.extend(objects(file, text)?);
    }
    view_of(&all, name, namespace, options)
}

/// Carries a view to its target and returns what to print. For files that is a line for each one
/// written, and a comment for each that has no bytes to write.
///
/// # Errors
/// No such container, one that the kubelet refuses, or the files cannot be written.
pub fn report(view: &View, target: &Target, display: &Display) -> Result<Vec<u8>, ReportError> {
    let directory = match target {
        Target::Print(output) => return Ok(render(view, *output, display)?),
        Target::Files(directory) => directory,
    };
    let (to_write, skipped) = files(view, display);
    write_files(directory, &to_write)?;
    let written = to_write.iter().map(|file| {
        let path = directory.join(&file.path);
        format!("{:04o} {}\n", file.mode, visible(&path.display().to_string()))
    });
    let comments = view.notes.iter().chain(&skipped).map(|line| format!("# {}\n", visible(line)));
    Ok(written.chain(comments).collect::<String>().into_bytes())
}
