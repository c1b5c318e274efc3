//! `kubewalk downward`: shows what the containers of a pod see, from a server or from files.

use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Access, Stop, note};
use crate::downward::inputs::{self, InputError};
use crate::downward::render::{self, Display, Output};
use crate::downward::{Options, PodObject, View, compute_with, has_containers};
use crate::k8s::failure::{Failure, FailureKind};
use crate::k8s::names::Namespace;
use crate::k8s::request::{Form, Request};

pub mod against;
mod around;
pub mod verify;

/// What to compute, and how to show it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The pod or workload: words of a location; a bare name is that of a pod. With files it may be
    /// omitted.
    pub name: Option<String>,
    /// The namespace given by `-n`.
    pub namespace: Option<Namespace>,
    /// The options of the computation.
    pub options: Options,
    /// What to show.
    pub display: Display,
    /// The output form.
    pub form: ViewForm,
    /// True if existing files are replaced.
    pub replaces: bool,
}

impl Wanted {
    /// True if a container is to be shown.
    fn wants(&self, container: &str) -> bool {
        self.display.container.as_deref().is_none_or(|name| name == container)
    }

    /// True if the process of a container is to be shown.
    fn wants_process(&self, container: &str) -> bool {
        let shows_processes =
            !matches!(self.form, ViewForm::Printed(Output::Env) | ViewForm::Files(_));
        shows_processes && self.wants(container)
    }
}

/// The output forms of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewForm {
    /// Printed to stdout.
    Printed(Output),
    /// The files of the volumes, written below this directory.
    Files(PathBuf),
}

/// Shows what the containers of a pod of the server see. Objects that cannot be read leave their
/// rows unknown.
///
/// # Errors
///
/// The pod does not exist or is not a pod, the server fails, or the output cannot be written.
pub async fn run(access: &Access, wanted: &Wanted, out: &mut impl Write) -> Result<(), Stop> {
    show(&view_of(access, wanted).await?, wanted, out)
}

/// Computes what the containers of a pod of the server see.
async fn view_of(access: &Access, wanted: &Wanted) -> Result<View, Stop> {
    let path = access.find_pod(wanted.name.as_deref().unwrap_or_default()).await?;
    let answer = access.fetch_named(&Request::get(path.clone(), Form::Json)).await?;
    let value: Value = serde_json::from_slice(&answer.body)
        .map_err(|error| unusable(&format!("{path} is not JSON: {error}"), ""))?;
    if !has_containers(&value) {
        let kind = value["kind"].as_str().unwrap_or_default();
        let message = format!("{path} is a {kind}, neither a pod nor a workload");
        return Err(unusable(&message, "Name a pod, or a workload as in deploy/web").into());
    }
    let object = decoded(value)?;
    let around = around::load(access, &object).await;
    Ok(compute_with(&object, &around, wanted.options, |name| wanted.wants_process(name)))
}

/// Shows the same from files and directories: they are the whole cluster. `-` is stdin.
///
/// # Errors
///
/// A file cannot be read, the files hold no pod or several, or the output cannot be written.
pub fn run_files(files: &[PathBuf], wanted: &Wanted, out: &mut impl Write) -> Result<(), Stop> {
    show(&view_of_files(files, wanted)?, wanted, out)
}

/// Computes what the containers of a pod in files see.
fn view_of_files(files: &[PathBuf], wanted: &Wanted) -> Result<View, Failure> {
    let mut objects = Vec::new();
    let unreadable = |file: &Path, error: io::Error| {
        unusable(&format!("{} cannot be read: {error}", file.display()), "Check its name")
    };
    let mut manifests = Vec::new();
    for file in files {
        manifests.extend(expanded(file).map_err(|error| unreadable(file, error))?);
    }
    for file in &manifests {
        let (name, text) = read(file).map_err(|error| unreadable(file, error))?;
        objects.extend(inputs::objects(&name, &text).map_err(|error| refused(&error))?);
    }
    let namespace = wanted.namespace.as_ref().map(Namespace::as_str);
    inputs::view_of(&objects, wanted.name.as_deref(), namespace, wanted.options)
        .map_err(|error| refused(&error))
}

fn show(view: &View, wanted: &Wanted, out: &mut impl Write) -> Result<(), Stop> {
    // Text and lines for a shell contain the notes; documents for programs do not.
    if !matches!(wanted.form, ViewForm::Printed(Output::Text | Output::Env)) {
        view.notes.iter().for_each(|line| note(line));
    }
    match &wanted.form {
        ViewForm::Printed(form) => {
            let text = render::render(view, *form, &wanted.display)
                .map_err(|error| unusable(&error.to_string(), ""))?;
            out.write_all(&text)?;
            out.flush()?;
        }
        ViewForm::Files(directory) => {
            let (files, left_out) = render::files(view, &wanted.display);
            render::write_files(directory, &files, wanted.replaces).map_err(io::Error::other)?;
            for line in left_out {
                note(&format!("not written: {line}"));
            }
        }
    }
    Ok(())
}

/// Returns a file, or the manifests in a directory, sorted by name, as kubectl takes them.
fn expanded(file: &Path) -> io::Result<Vec<PathBuf>> {
    if !file.is_dir() {
        return Ok(vec![file.to_owned()]);
    }
    let entries = std::fs::read_dir(file)?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    files.retain(|file| {
        let extension = file.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("json" | "yaml" | "yml")) && file.is_file()
    });
    if files.is_empty() {
        return Err(io::Error::other("the directory has no .yaml, .yml or .json file"));
    }
    files.sort();
    Ok(files)
}

/// Returns the name and the text of a file.
fn read(file: &Path) -> io::Result<(String, String)> {
    let mut bytes = Vec::new();
    let name = if file.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes)?;
        "stdin".to_owned()
    } else {
        bytes = std::fs::read(file)?;
        file.display().to_string()
    };
    let text = String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8"))?;
    Ok((name, text))
}

fn decoded(value: Value) -> Result<PodObject, Failure> {
    PodObject::new(value).map_err(|error| unusable(&error.to_string(), ""))
}

fn refused(error: &InputError) -> Failure {
    unusable(&error.to_string(), "")
}

fn unusable(message: &str, hint: &str) -> Failure {
    Failure::new(FailureKind::Input, message, hint)
}
