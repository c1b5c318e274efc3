//! The variables of Services (`pkg/kubelet/envvars`).

use std::collections::BTreeMap;

use super::cluster::Service;
use super::scene::Scene;
use super::surroundings::Lookup;

/// A variable, and the Service that makes it.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) service: String,
}

/// The variables of all Services that the pod knows, and why some may be lacking. Names may repeat.
pub(super) fn variables(scene: &Scene<'_>) -> (Vec<Variable>, Option<String>) {
    let mut by_name: BTreeMap<&str, &Service> = BTreeMap::new();
    let mut lacking = None;
    match &scene.around.kubernetes {
        Lookup::Found(service) if has_address(service) => {
            by_name.insert(&service.metadata.name, service);
        }
        Lookup::Found(_) | Lookup::Missing => {}
        other => lacking = Some(format!("{}: the Service `kubernetes`", other.reason())),
    }
    if scene.pod.spec.enable_service_links == Some(true) {
        match &scene.around.services {
            Lookup::Found(services) => {
                for service in services.iter().filter(|service| has_address(service)) {
                    let name = service.metadata.name.as_str();
                    let is_known = name == "kubernetes" && service.metadata.namespace == "default";
                    if !(is_known && by_name.contains_key(name)) {
                        by_name.insert(name, service);
                    }
                }
            }
            Lookup::Missing => {}
            other => {
                lacking = Some(format!("{}: the namespace's Services", other.reason()));
            }
        }
    }
    (by_name.values().flat_map(|service| of_service(service)).collect(), lacking)
}

fn has_address(service: &Service) -> bool {
    !matches!(service.spec.cluster_ip.as_str(), "" | "None")
}

fn of_service(service: &Service) -> Vec<Variable> {
    let prefix = transformed(&service.metadata.name);
    let host = service.spec.cluster_ip.as_str();
    let mut variables = Vec::new();
    let mut add = |name: String, value: String| {
        let service = service.metadata.name.clone();
        variables.push(Variable { name, value, service });
    };
    add(format!("{prefix}_SERVICE_HOST"), host.to_owned());
    let Some(first) = service.spec.ports.first() else { return variables };
    add(format!("{prefix}_SERVICE_PORT"), first.port.to_string());
    for port in service.spec.ports.iter().filter(|port| !port.name.is_empty()) {
        add(format!("{prefix}_SERVICE_PORT_{}", transformed(&port.name)), port.port.to_string());
    }
    let in_url = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    for (at, port) in service.spec.ports.iter().enumerate() {
        let protocol = if port.protocol.is_empty() { "TCP" } else { &port.protocol };
        let lower = protocol.to_lowercase();
        let url = format!("{lower}://{in_url}:{}", port.port);
        if at == 0 {
            add(format!("{prefix}_PORT"), url.clone());
        }
        let name = format!("{prefix}_PORT_{}_{}", port.port, protocol.to_uppercase());
        add(format!("{name}_PROTO"), lower);
        add(format!("{name}_PORT"), port.port.to_string());
        add(format!("{name}_ADDR"), host.to_owned());
        add(name, url);
    }
    variables
}

fn transformed(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}
