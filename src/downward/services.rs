//! The variables of Services (`pkg/kubelet/envvars`).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use super::cluster::{Metadata, Service};
use super::kubelet::Kubelet;
use super::pod::Pod;
use super::surroundings::{Lookup, Surroundings};

/// A variable, and the Service that makes it.
pub(super) struct Variable<'a> {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) service: &'a Service,
}

/// The variables of all Services of a pod. Names may repeat.
pub(super) struct Variables<'a> {
    pub(super) all: Vec<Variable<'a>>,
    /// Why some may be missing.
    pub(super) lacking: Option<String>,
}

/// Returns the title of a Service: `service web`, with its namespace if that is not the pod's.
pub(super) fn title(kubelet: &Kubelet<'_>, service: &Service) -> String {
    let Metadata { name, namespace, .. } = &service.metadata;
    if namespace.is_empty() || *namespace == kubelet.pod.metadata.namespace {
        format!("service {name}")
    } else {
        format!("service {namespace}/{name}")
    }
}

/// Returns the variables of all Services of a pod.
pub(super) fn variables<'a>(pod: &Pod, around: &'a Surroundings) -> Variables<'a> {
    let mut by_name: BTreeMap<&str, &'a Service> = BTreeMap::new();
    let mut lacking = None;
    match &around.kubernetes {
        Lookup::Found(service) if has_address(service) => {
            by_name.insert(&service.metadata.name, service);
        }
        Lookup::Found(_) | Lookup::Missing => {}
        other => lacking = Some(format!("{}: the Service `kubernetes`", other.reason())),
    }
    if pod.spec.enable_service_links == Some(true) {
        match &around.services {
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
    Variables { all: by_name.values().flat_map(|service| of_service(service)).collect(), lacking }
}

fn has_address(service: &Service) -> bool {
    !matches!(service.spec.cluster_ip.as_str(), "" | "None")
}

fn of_service(service: &Service) -> Vec<Variable<'_>> {
    let prefix = transformed(&service.metadata.name);
    let host = service.spec.cluster_ip.as_str();
    let mut variables = Vec::new();
    let mut add = |name: String, value: String| variables.push(Variable { name, value, service });
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

/// True if a variable has the name and the value of one that a Service makes.
pub(super) fn has_shape(name: &str, value: &[u8]) -> bool {
    let Ok(value) = std::str::from_utf8(value) else { return false };
    let is_name = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    if !name.bytes().all(is_name) || name.starts_with('_') {
        return false;
    }
    let is_address = |text: &str| text.parse::<IpAddr>().is_ok();
    let is_port = |text: &str| text.parse::<u16>().is_ok();
    let is_protocol = |text: &str| matches!(text, "tcp" | "udp" | "sctp");
    let is_url = |text: &str| {
        let Some((protocol, address)) = text.split_once("://") else { return false };
        is_protocol(protocol) && address.parse::<SocketAddr>().is_ok()
    };
    let of_port = |rest: &str| {
        let mut parts = rest.splitn(3, '_');
        let (port, protocol, what) = (parts.next(), parts.next(), parts.next());
        port.is_some_and(is_port)
            && protocol.is_some_and(|protocol| is_protocol(&protocol.to_ascii_lowercase()))
            && match what {
                None => is_url(value),
                Some("PROTO") => is_protocol(value),
                Some("PORT") => is_port(value),
                Some("ADDR") => is_address(value),
                Some(_) => false,
            }
    };
    name.ends_with("_SERVICE_HOST") && is_address(value)
        || (name.ends_with("_SERVICE_PORT") || name.contains("_SERVICE_PORT_")) && is_port(value)
        || name.ends_with("_PORT") && is_url(value)
        || name.match_indices("_PORT_").any(|(at, word)| of_port(&name[at + word.len()..]))
}

fn transformed(name: &str) -> String {
    name.to_uppercase().replace('-', "_")
}
