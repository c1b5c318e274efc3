//! The flags of `downward`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::shared::Secrets;
use crate::downward::render::{self, Display};
use crate::downward::{self, DigestKey, Masker};
use crate::headless::downward::against::Place;
use crate::headless::downward::{ViewForm, Wanted};
use crate::k8s::names::Namespace;

/// The options of `downward`.
#[derive(Args, Debug)]
pub struct Downward {
    /// A pod's name, or a workload such as deploy/web
    #[arg(required_unless_present_any = ["file", "this", "verify"])]
    pub pod: Option<String>,
    /// Manifests instead of a server; - is stdin
    ///
    /// Read the pod and its objects from YAML or JSON files, or from directories of such files, instead
    /// of a server; - is stdin
    #[arg(short, long, value_name = "FILE")]
    pub file: Vec<PathBuf>,
    /// Compare with the actual values of this pod
    ///
    /// Compare the pod that kubewalk runs in: predicted and actual values; exits with 3 if they
    /// differ
    #[arg(long = "self", conflicts_with = "file")]
    pub this: bool,
    /// Compare with actual values, read by `cat`
    ///
    /// Compare the named pod, or else the one that kubewalk runs in; the containers of a named pod
    /// are read by execs of `cat`
    #[arg(long, conflicts_with = "file")]
    pub verify: bool,
    /// Compare with another pod, workload or file
    ///
    /// Compare with what the containers of this pod or workload see, or of the one in a file
    /// (./pod.yaml); exits with 3 if they differ
    #[arg(long, value_name = "POD", conflicts_with_all = ["this", "verify"])]
    pub against: Option<String>,
    /// Only this container
    #[arg(short, long, value_name = "NAME")]
    pub container: Option<String>,
    /// text (default), json, yaml, env, files=DIR
    ///
    /// env prints lines for env -i, and files=DIR writes the files of the volumes
    #[arg(short, long, value_name = "FORM", default_value = "text", hide_default_value = true,
          value_parser = parse_form)]
    pub output: ViewForm,
    /// Replace existing files, with -o files=DIR
    #[arg(long)]
    pub force: bool,
    /// Those of the kubelet: add (default) or omit
    ///
    /// Whether to show the two annotations that the kubelet adds to every pod: add, as in the
    /// container; omit, as in the API
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value = "add",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub kubelet_annotations: KubeletAnnotations,
    /// What is shown of Secrets.
    #[command(flatten)]
    pub secrets: Secrets,
}

/// Whether the annotations of the kubelet are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KubeletAnnotations {
    /// As in the container
    Add,
    /// As in the API
    Omit,
}

impl Downward {
    /// Takes the two sides of a comparison, if one was requested.
    #[must_use]
    pub fn sides(&mut self) -> Option<(Place, Place)> {
        let right = Place::read(&self.against.take()?);
        let left = match std::mem::take(&mut self.file) {
            files if files.is_empty() => Place::read(self.pod.as_deref().unwrap_or_default()),
            files => Place::Files { files, name: self.pod.clone() },
        };
        Some((left, right))
    }

    /// Returns what to compute and to show. The namespace is that of `-n`; the key makes the tags of masked
    /// values.
    #[must_use]
    pub fn wanted(self, namespace: Option<Namespace>, key: Option<DigestKey>) -> Wanted {
        let kubelet_annotations = self.kubelet_annotations == KubeletAnnotations::Add;
        Wanted {
            name: self.pod,
            namespace,
            options: downward::Options { kubelet_annotations, ..downward::Options::default() },
            display: Display {
                container: self.container,
                show_secrets: self.secrets.show_secrets,
                masker: key.map_or_else(Masker::new, Masker::with_key),
            },
            form: self.output,
            replaces: self.force,
        }
    }
}

fn parse_form(text: &str) -> Result<ViewForm, String> {
    Ok(match text.split_once('=').unwrap_or((text, "")) {
        ("text", "") => ViewForm::Printed(render::Output::Text),
        ("env", "") => ViewForm::Printed(render::Output::Env),
        ("json", "") => ViewForm::Printed(render::Output::Json),
        ("yaml", "") => ViewForm::Printed(render::Output::Yaml),
        ("files", directory) if !directory.is_empty() => ViewForm::Files(directory.into()),
        _ => return Err("expected text, env, json, yaml or files=DIR".to_owned()),
    })
}
