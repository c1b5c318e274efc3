//! What each container of a pod sees: its environment and the files of its downwardAPI and projected
//! volumes, byte for byte as the kubelet makes them. Pure: objects in, rows out.
//!
//! The rules are those of Kubernetes 1.36; each module names the kubelet's functions that it follows.

pub use age::mark_fresh;
pub use cluster::{ConfigMap, Node, Secret, Service};
pub use content::Content;
pub use decode::Undecodable;
pub use mask::Masker;
pub use needs::{Needs, needs};
pub use object::{PodObject, Unreadable, has_containers};
pub use secrets::{SecretNames, SecretPaths, SecretValues};
pub use surroundings::{Lookup, Surroundings};
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
pub mod inputs;
pub mod inside;
mod keys;
mod lookup;
mod mask;
mod mounts;
mod needs;
mod object;
mod path;
mod place;
pub mod plan;
mod pod;
pub mod quoting;
pub mod render;
mod resolved;
pub mod resources;
mod scene;
mod secrets;
mod services;
pub mod sources;
mod status;
mod surroundings;
mod view;

/// How to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// True if the two annotations are added that the kubelet adds to every pod.
    pub kubelet_annotations: bool,
    /// True if references to values that are not set yet are replaced by the empty text, which is what
    /// the kubelet's code makes of the object as it is. Else what refers to them is not set yet.
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
    let scene = scene::Scene::new(object, around, options);
    let mut view = View {
        pod: object.identity().clone(),
        containers: scene.placed().into_iter().map(|placed| container(&scene, placed)).collect(),
        volumes: Vec::new(),
        notes: object.notes().to_vec(),
        rejected: scene.rejection(),
        secrets: SecretValues::of(around),
    };
    if view.pod.namespace.is_empty() {
        scene.pod.metadata.namespace.clone_into(&mut view.pod.namespace);
    }
    let volumes = scene.pod.spec.volumes.iter().enumerate();
    view.volumes.extend(volumes.filter_map(|(at, volume)| {
        files::of_volume(&scene, volume, format!(".spec.volumes[{at}]"))
    }));
    mounts::add(&scene, &mut view);
    if let Some(reason) = view.rejected.clone() {
        reject(&mut view, &reason);
    }
    place::move_below(&mut view, object.place());
    view
}

/// No container of a pod that its node rejected starts, and no volume is set up.
fn reject(view: &mut View, reason: &str) {
    view.notes.push(reason.to_owned());
    for container in &mut view.containers {
        container.error = Some(reason.to_owned());
        container.env.clear();
    }
    for volume in &mut view.volumes {
        volume.error = Some(reason.to_owned());
        volume.files.clear();
    }
}

fn container(scene: &scene::Scene<'_>, placed: scene::Placed<'_>) -> ContainerView {
    let (built, error) = match environment::of_container(scene, placed) {
        Ok(built) => (Some(built), None),
        Err(error) => (None, Some(error)),
    };
    let (env, warning) = built.map(|built| (built.rows, built.warning)).unwrap_or_default();
    let status = scene.status_of(placed);
    ContainerView {
        name: placed.container.name.clone(),
        kind: placed.kind,
        path: placed.place(),
        started_at: status.and_then(status::ContainerStatus::started_at).map(str::to_owned),
        error,
        warning,
        env,
        secret_names: SecretNames::of(scene.pod, placed.container),
    }
}
