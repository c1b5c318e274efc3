//! Which objects outside of a pod its view needs.

use std::collections::BTreeSet;

use serde_json::Value;

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
    /// Those of the `ConfigMap`s without which the kubelet refuses a container or a volume.
    pub required_config_maps: BTreeSet<String>,
    /// Those of the Secrets without which the kubelet refuses a container or a volume.
    pub required_secrets: BTreeSet<String>,
    /// `PersistentVolumeClaim`s of the pod's namespace by name.
    pub claims: BTreeSet<String>,
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
            needs.config_map(source.config_map_ref.as_ref().map(|it| (&*it.name, it.optional)));
            needs.secret(source.secret_ref.as_ref().map(|it| (&*it.name, it.optional)));
        }
        for source in container.env.iter().filter_map(|var| var.value_from.as_ref()) {
            needs.config_map(source.config_map_key_ref.as_ref().map(|it| (&*it.name, it.optional)));
            needs.secret(source.secret_key_ref.as_ref().map(|it| (&*it.name, it.optional)));
        }
    }
    for source in pod.projections() {
        needs.config_map(source.config_map.as_ref().map(|it| (&*it.name, it.optional)));
        needs.secret(source.secret.as_ref().map(|it| (&*it.name, it.optional)));
    }
    for volume in &pod.spec.volumes {
        needs.config_map(volume.config_map.as_ref().map(|it| (&*it.name, it.optional)));
        needs.secret(volume.secret.as_ref().map(|it| (&*it.secret_name, it.optional)));
    }
    let volumes = object.pod_value()["spec"]["volumes"].as_array();
    let claims = volumes.into_iter().flatten();
    needs.claims.extend(claims.filter_map(|volume| claim_of(volume, &pod.metadata.name)));
    needs
}

/// Returns the name of the claim of a volume: the named one, or the one that is made for the pod.
pub(super) fn claim_of(volume: &Value, pod: &str) -> Option<String> {
    let named = volume["persistentVolumeClaim"]["claimName"].as_str();
    let own = || {
        let name = volume["name"].as_str().filter(|_| volume["ephemeral"].is_object())?;
        (!pod.is_empty()).then(|| format!("{pod}-{name}"))
    };
    named.filter(|name| !name.is_empty()).map(str::to_owned).or_else(own)
}

impl Needs {
    fn config_map(&mut self, reference: Option<(&str, bool)>) {
        let Some((name, is_optional)) = reference else { return };
        self.config_maps.insert(name.to_owned());
        if !is_optional {
            self.required_config_maps.insert(name.to_owned());
        }
    }

    fn secret(&mut self, reference: Option<(&str, bool)>) {
        let Some((name, is_optional)) = reference else { return };
        self.secrets.insert(name.to_owned());
        if !is_optional {
            self.required_secrets.insert(name.to_owned());
        }
    }

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
