//! Which objects outside of a pod its view needs.

use std::collections::BTreeSet;

use super::object::PodObject;
use super::pod::Pod;
use super::resources;

/// The objects that a pod's view needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The pod's namespace, in which its Services, `ConfigMap`s and Secrets are.
    pub namespace: String,
    /// The node by name.
    pub node: Option<String>,
    /// The Services of the pod's namespace.
    pub services: bool,
    /// The Service `kubernetes` of the namespace `default`. Every container has its variables.
    pub kubernetes: bool,
    /// `ConfigMap`s of the pod's namespace by name.
    pub config_maps: BTreeSet<String>,
    /// Secrets of the pod's namespace by name.
    pub secrets: BTreeSet<String>,
}

/// Returns what the view of a pod, or of a workload's template, needs: a node only if a value of
/// the view derives from it.
#[must_use]
pub fn needs(object: &PodObject) -> Needs {
    let pod = object.pod();
    let namespace = pod.metadata.namespace.as_str();
    let mut needs = Needs {
        namespace: if namespace.is_empty() { "default" } else { namespace }.to_owned(),
        node: object.node_name().filter(|_| needs_node(pod)).map(str::to_owned),
        services: pod.spec.enable_service_links == Some(true),
        kubernetes: true,
        ..Needs::default()
    };
    for container in pod.containers() {
        for source in &container.env_from {
            needs.config_maps.extend(source.config_map_ref.iter().map(|r| r.name.clone()));
            needs.secrets.extend(source.secret_ref.iter().map(|r| r.name.clone()));
        }
        for source in container.env.iter().filter_map(|var| var.value_from.as_ref()) {
            needs.config_maps.extend(source.config_map_key_ref.iter().map(|r| r.name.clone()));
            needs.secrets.extend(source.secret_key_ref.iter().map(|r| r.name.clone()));
        }
    }
    for source in pod.projections() {
        needs.config_maps.extend(source.config_map.iter().map(|r| r.name.clone()));
        needs.secrets.extend(source.secret.iter().map(|r| r.name.clone()));
    }
    for volume in &pod.spec.volumes {
        needs.config_maps.extend(volume.config_map.iter().map(|v| v.name.clone()));
        needs.secrets.extend(volume.secret.iter().map(|v| v.secret_name.clone()));
    }
    needs
}

impl Needs {
    /// Adds what the [`catalogue`](super::catalogue::catalogue) and the processes of the containers
    /// need besides: the node.
    #[must_use]
    pub fn with_node(self, object: &PodObject) -> Self {
        Self { node: object.node_name().map(str::to_owned), ..self }
    }
}

fn needs_node(pod: &Pod) -> bool {
    let of_field = |path: &str| path.starts_with("status.hostIP");
    let of_network = |path: &str| pod.spec.host_network && path.starts_with("status.podIP");
    let by_env =
        pod.containers().flat_map(|c| &c.env).filter_map(|var| var.value_from.as_ref()).any(
            |source| {
                source
                    .field_ref
                    .as_ref()
                    .is_some_and(|f| of_field(&f.field_path) || of_network(&f.field_path))
                    || source
                        .resource_field_ref
                        .as_ref()
                        .is_some_and(|r| resources::may_fall_back(&r.resource))
            },
        );
    let in_volumes = pod.spec.volumes.iter().filter_map(|v| v.downward_api.as_ref());
    let in_projections = pod.projections().filter_map(|p| p.downward_api.as_ref());
    by_env
        || in_volumes
            .chain(in_projections)
            .flat_map(|source| &source.items)
            .filter_map(|item| item.resource_field_ref.as_ref())
            .any(|r| resources::may_fall_back(&r.resource))
}
