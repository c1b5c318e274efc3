//! Computes what each container of a pod sees: its environment and the files of its downwardAPI,
//! projected, configMap and secret volumes, byte for byte as the kubelet makes them. Pure: objects
//! in, rows out.
//!
//! [`PodObject`] is the decoded pod or workload, [`sources::Sources`] loads the objects around it
//! into [`Surroundings`], [`compute`] returns the [`View`], and [`compare`] compares it with what
//! is inside. The rules are those of Kubernetes 1.36; each module names the kubelet's functions
//! that it follows.

use std::cell::LazyCell;

pub use crate::object::mask::{DigestKey, Masker};
pub use age::mark_fresh;
pub use cluster::{Claim, ConfigMap, Node, Secret, Service, Volume};
pub use content::Content;
pub use decode::Undecodable;
pub use history::keep_frozen;
pub use needs::{Needs, needs};
pub use object::{PodObject, Unreadable, has_containers};
pub use secrets::{SecretNames, SecretPaths, SecretValues};
pub use surroundings::{Lookup, Names, Surroundings};
pub use view::{
    ContainerKind, ContainerView, EnvRow, EnvVia, FileRow, Identity, MountView, Origin, OriginKind,
    SourceObject, State, View, VolumeKind, VolumeView,
};

mod addresses;
mod age;
pub mod alone;
mod amounts;
pub mod catalogue;
mod cluster;
pub mod compare;
mod content;
mod decode;
mod defaults;
mod environment;
pub mod expansion;
mod fields;
mod files;
mod history;
pub mod inputs;
pub mod inside;
mod keys;
mod kubelet;
mod lookup;
mod mounts;
mod needs;
mod object;
mod path;
mod place;
pub mod plan;
mod pod;
pub mod process;
pub mod quoting;
pub mod render;
mod resolved;
pub mod resources;
mod secrets;
mod services;
pub mod sources;
mod status;
mod surroundings;
pub mod unresolved;
mod view;

/// Options of the computation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// True to add the two annotations that the kubelet adds to every pod.
    pub kubelet_annotations: bool,
    /// True to expand references to pending values as empty texts, as the kubelet's code does with
    /// the object as it is; false if a value with such a reference is pending too.
    pub pending_is_empty: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { kubelet_annotations: true, pending_is_empty: false }
    }
}

/// Computes what the containers of a pod see, or those of a workload's future pods.
#[must_use]
pub fn compute(object: &PodObject, around: &Surroundings, options: Options) -> View {
    compute_with(object, around, options, |_| true)
}

/// Computes the same, with the processes only of the containers for whose names `wants_process` is true.
#[must_use]
pub fn compute_with(
    object: &PodObject,
    around: &Surroundings,
    options: Options,
    wants_process: impl Fn(&str) -> bool,
) -> View {
    let kubelet = kubelet::Kubelet::new(object, around, options);
    let shared = LazyCell::new(|| process::Shared::of(&kubelet));
    let containers = kubelet.placed().into_iter().map(|placed| {
        let wants_process = wants_process(&placed.container.name);
        let (mut view, command) = container(&kubelet, placed, wants_process);
        if wants_process {
            let process = process::of_container(&kubelet, &shared, placed, command, &view);
            view.process = Some(process);
        }
        view
    });
    let mut view = View {
        pod: object.identity().clone(),
        containers: containers.collect(),
        volumes: Vec::new(),
        notes: object.notes().to_vec(),
        rejected: kubelet.rejection(),
        secrets: SecretValues::of(around),
    };
    if view.pod.namespace.is_empty() {
        kubelet.pod.metadata.namespace.clone_into(&mut view.pod.namespace);
    }
    let volumes = kubelet.pod.spec.volumes.iter().enumerate();
    view.volumes.extend(volumes.filter_map(|(at, volume)| {
        files::of_volume(&kubelet, volume, format!(".spec.volumes[{at}]"))
    }));
    mounts::add(&kubelet, &mut view);
    if let Some(reason) = view.rejected.clone() {
        reject(&mut view, &reason);
    }
    view.move_below(object.place());
    view
}

/// Removes all rows of a pod that its node rejected: no container starts, and no volume is set up.
fn reject(view: &mut View, reason: &str) {
    view.notes.push(reason.to_owned());
    for container in &mut view.containers {
        container.error = Some(reason.to_owned());
        container.env.clear();
        container.process = None;
    }
    for volume in &mut view.volumes {
        volume.error = Some(reason.to_owned());
        volume.files.clear();
    }
}

/// Returns a container without its process, and its command line if that is wanted.
fn container(
    kubelet: &kubelet::Kubelet<'_>,
    placed: kubelet::Placed<'_>,
    wants_command: bool,
) -> (ContainerView, Vec<process::ProcessRow>) {
    let (built, error) = match environment::of_container(kubelet, placed, wants_command) {
        Ok(built) => (built, None),
        Err(error) => {
            let command = environment::refused_command(placed, &error);
            (environment::Built { command, ..environment::Built::default() }, Some(error))
        }
    };
    let environment::Built { rows: env, warning, command } = built;
    let status = kubelet.status_of(placed);
    let view = ContainerView {
        name: placed.container.name.clone(),
        kind: placed.kind,
        path: placed.place(),
        started_at: status.and_then(status::ContainerStatus::started_at).map(str::to_owned),
        error,
        warning,
        env,
        secret_names: SecretNames::of(kubelet.pod, placed.container),
        process: None,
    };
    (view, command)
}
