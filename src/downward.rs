//! What each container of a pod sees: its environment and the files of its downwardAPI and projected
//! volumes, byte for byte as the kubelet makes them. Pure: objects in, rows out.
//!
//! The rules are those of Kubernetes 1.36; each module names the kubelet's functions that it follows.

use serde_json::Value;

pub use addresses::Family;
pub use content::Content;
pub use decode::Undecodable;
pub use surroundings::{Lookup, Needs, Surroundings, needs};
pub use view::{
    ContainerKind, ContainerView, EnvRow, FileRow, Identity, MountView, Origin, State, View,
    VolumeKind, VolumeView,
};

mod addresses;
mod content;
mod decode;
mod environment;
pub mod expansion;
mod fields;
mod files;
mod keys;
mod mounts;
mod place;
mod pod;
pub mod quoting;
pub mod resources;
mod scene;
mod services;
mod surroundings;
mod view;

/// How to compute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether to add the two annotations that the kubelet adds to every pod.
    pub kubelet_annotations: bool,
    /// The family of the kubelet's first `--node-ip`, where it is known. Else the order of the
    /// pod's addresses in the API tells it.
    pub primary_family: Option<Family>,
}

impl Default for Options {
    fn default() -> Self {
        Self { kubelet_annotations: true, primary_family: None }
    }
}

/// Computes what the containers of a pod see.
///
/// The pod is taken as it is: a manifest must have got the API's defaults before.
///
/// # Errors
/// The pod, or an object around it, has a field of a wrong type or a bad quantity: then no kubelet
/// could read it.
pub fn compute(pod: &Value, around: &Surroundings, options: &Options) -> Result<View, Undecodable> {
    let scene = scene::Scene::new(pod, around, options)?;
    let metadata = &scene.pod.metadata;
    let containers: Vec<ContainerView> = scene
        .placed()
        .into_iter()
        .map(|placed| {
            let (env, error) = match environment::of_container(&scene, placed) {
                Ok(rows) => (rows, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            ContainerView {
                name: placed.container.name.to_owned(),
                kind: placed.kind,
                path: placed.place(),
                started_at: scene.status_of(placed).and_then(|status| status.started_at()),
                error,
                env,
            }
        })
        .collect();
    let mut view = View {
        pod: Identity {
            namespace: metadata.namespace.to_owned(),
            name: metadata.name.to_owned(),
            uid: metadata.uid.to_owned(),
        },
        containers,
        volumes: Vec::new(),
        notes: Vec::new(),
    };
    for (at, volume) in scene.pod.spec.volumes.iter().enumerate() {
        let path = format!(".spec.volumes[{at}]");
        let Some((kind, outcome)) = files::of_volume(&scene, volume, &path) else { continue };
        let (files, error) = match outcome {
            Ok(files) => (files, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let name = volume.name.to_owned();
        view.volumes.push(VolumeView { name, kind, path, error, mounts: Vec::new(), files });
    }
    mounts::add(&scene, &mut view);
    Ok(view)
}
