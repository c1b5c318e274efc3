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
pub use surroundings::{Lookup, Surroundings};
pub use view::{
    ContainerKind, ContainerView, EnvRow, EnvVia, FileRow, Identity, MountView, Origin, State,
    View, VolumeKind, VolumeView,
};

mod addresses;
mod age;
pub mod alone;
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
mod mask;
mod mounts;
mod needs;
mod object;
mod place;
pub mod plan;
mod pod;
pub mod quoting;
pub mod render;
pub mod resources;
mod scene;
mod services;
pub mod sources;
mod surroundings;
mod view;

/// How to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether to add the two annotations that the kubelet adds to every pod.
    pub kubelet_annotations: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { kubelet_annotations: true }
    }
}

/// Computes what the containers of a pod see, or those of a workload's future pods.
#[must_use]
pub fn compute(object: &PodObject, around: &Surroundings, options: Options) -> View {
    let scene = scene::Scene::new(object, around, options.kubelet_annotations);
    let mut view = View {
        pod: object.identity().clone(),
        containers: scene.placed().into_iter().map(|placed| container(&scene, placed)).collect(),
        volumes: Vec::new(),
        notes: object.notes().to_vec(),
    };
    if view.pod.namespace.is_empty() {
        scene.pod.metadata.namespace.clone_into(&mut view.pod.namespace);
    }
    for (at, volume) in scene.pod.spec.volumes.iter().enumerate() {
        let path = format!(".spec.volumes[{at}]");
        let Some((kind, outcome)) = files::of_volume(&scene, volume, &path) else { continue };
        let (files, error) = match outcome {
            Ok(files) => (files, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let name = volume.name.clone();
        view.volumes.push(VolumeView { name, kind, path, error, mounts: Vec::new(), files });
    }
    mounts::add(&scene, &mut view);
    age::mark_frozen(&mut view, object.pod_value());
    place::move_below(&mut view, object.place());
    view
}

fn container(scene: &scene::Scene<'_>, placed: scene::Placed<'_>) -> ContainerView {
    let (env, error) = match environment::of_container(scene, placed) {
        Ok(rows) => (rows, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    ContainerView {
        name: placed.container.name.clone(),
        kind: placed.kind,
        path: placed.place(),
        started_at: scene.status_of(placed).and_then(pod::ContainerStatus::started_at),
        error,
        env,
    }
}
