//! The host name and `/etc/hosts` (`GeneratePodHostNameAndDomain`, `ensureHostsFile`).

use std::fmt::Write as _;

use super::{OF_RUNTIME, ProcessField, ProcessRow, text, without};
use crate::downward::content::Content;
use crate::downward::kubelet::Kubelet;
use crate::downward::resolved::Resolved;
use crate::downward::status::PodIp;
use crate::downward::view::{OriginKind, State};

/// The maximum length of a host name, in bytes: the kernel takes 64 with the zero byte.
const LONGEST: usize = 63;

/// The maximum length of a host name with its domain, in bytes.
const LONGEST_FQDN: usize = 64;

/// The lines of `/etc/hosts` before those of the pod.
const HOSTS: &str = "# Kubernetes-managed hosts file.\n\
                     127.0.0.1\tlocalhost\n\
                     ::1\tlocalhost ip6-localhost ip6-loopback\n\
                     fe00::0\tip6-localnet\n\
                     fe00::0\tip6-mcastprefix\n\
                     fe00::1\tip6-allnodes\n\
                     fe00::2\tip6-allrouters\n";

/// Returns the host name that the processes of a pod see.
pub(super) fn name(kubelet: &Kubelet<'_>) -> Resolved {
    let spec = &kubelet.pod.spec;
    if spec.host_network {
        let note = "the pod is on the network of its node: the host name is the node's own, which \
                    need not be the name of the Node";
        return Resolved::without(State::Unknown, OriginKind::Runtime, "node", note);
    }
    let name = short_name(kubelet);
    if name.content.is_none()
        || spec.subdomain.is_empty()
        || !spec.set_hostname_as_fqdn
        || spec.hostname_override.is_some()
    {
        return name;
    }
    let host = name.content.as_ref().and_then(|content| content.text()).unwrap_or_default();
    let fqdn = format!("{host}.{}.{}.svc.", spec.subdomain, kubelet.pod.metadata.namespace);
    let from = "field spec.setHostnameAsFQDN";
    let note = if fqdn.len() > LONGEST_FQDN {
        format!(
            "the pod cannot be set up: failed to construct FQDN from pod hostname and cluster \
             domain, FQDN {fqdn} is too long ({LONGEST_FQDN} characters is the max, at least {} \
             characters requested)",
            fqdn.len()
        )
    } else {
        format!("{fqdn} with the cluster domain behind it, which is a setting of the kubelet")
    };
    Resolved::without(State::Unknown, OriginKind::Runtime, from, note)
}

/// Returns the path of the field that sets the host name.
pub(super) fn declared_at(kubelet: &Kubelet<'_>) -> String {
    let spec = &kubelet.pod.spec;
    if spec.host_network {
        ".spec.hostNetwork"
    } else if spec.hostname_override.is_some() {
        ".spec.hostnameOverride"
    } else if spec.set_hostname_as_fqdn && !spec.subdomain.is_empty() {
        ".spec.setHostnameAsFQDN"
    } else if !spec.hostname.is_empty() {
        ".spec.hostname"
    } else {
        ".metadata.name"
    }
    .to_owned()
}

/// Returns the host name without a domain, or why it is not known.
fn short_name(kubelet: &Kubelet<'_>) -> Resolved {
    let (spec, metadata) = (&kubelet.pod.spec, &kubelet.pod.metadata);
    let known = |from: &str, name: &str, why: &str| {
        Resolved::known(OriginKind::Field, from, name).explained(why)
    };
    if let Some(name) = &spec.hostname_override {
        return known("field spec.hostnameOverride", name, "the pod's `spec.hostnameOverride`");
    }
    if !spec.hostname.is_empty() {
        return known("field spec.hostname", cut(&spec.hostname), "the pod's `spec.hostname`");
    }
    let from = "field metadata.name";
    if metadata.name.is_empty() {
        let note = "set when the pod is created";
        return Resolved::without(State::Pending, OriginKind::Field, from, note);
    }
    let name = cut(&metadata.name);
    let why = if name.len() < metadata.name.len() {
        "the pod's name, cut to 63 characters"
    } else {
        "the pod's name"
    };
    known(from, name, why)
}

/// Cuts a host name that is too long (`truncatePodHostnameIfNeeded`).
fn cut(name: &str) -> &str {
    match name.get(..LONGEST) {
        Some(start) if name.len() > LONGEST => start.trim_end_matches(['-', '.']),
        _ => name,
    }
}

/// Returns `/etc/hosts` as the kubelet writes it before each start of a container.
pub(super) fn hosts(kubelet: &Kubelet<'_>) -> ProcessRow {
    let field = ProcessField::Hosts;
    let (spec, status) = (&kubelet.pod.spec, &kubelet.pod.status);
    if spec.host_network {
        let note = "the pod is on the network of its node: the node's file, and the host aliases";
        return without(field, OF_RUNTIME, "node", note);
    }
    let name = short_name(kubelet);
    let Some(host) = name.content.as_ref().and_then(Content::text) else {
        return text(field, name, String::new());
    };
    let ips: Vec<&str> = status.pod_ips.iter().map(|PodIp { ip }| ip.as_str()).collect();
    let ips = if ips.is_empty() { vec![status.pod_ip.as_str()] } else { ips };
    if ips.iter().all(|ip| ip.is_empty()) {
        let note = "the pod has no address yet";
        return without(field, (State::Pending, OriginKind::Address), "kubelet", note);
    }
    let has_domain = !spec.subdomain.is_empty() && spec.hostname_override.is_none();
    if has_domain {
        let note = format!(
            "the line of the pod has the name {host}.{}.{}.svc. with the cluster domain behind \
             it, which is a setting of the kubelet",
            spec.subdomain, kubelet.pod.metadata.namespace
        );
        return without(field, OF_RUNTIME, "kubelet", note);
    }
    let mut lines = HOSTS.to_owned();
    for ip in ips {
        _ = writeln!(lines, "{ip}\t{host}");
    }
    if !spec.host_aliases.is_empty() {
        lines += "\n# Entries added by HostAliases.\n";
        for alias in &spec.host_aliases {
            _ = writeln!(lines, "{}\t{}", alias.ip, alias.hostnames.join("\t"));
        }
    }
    let resolved = Resolved::known(OriginKind::Address, "kubelet", lines)
        .explained("the kubelet writes it: fixed lines, the pod's addresses, the host aliases");
    text(field, resolved, String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_does_not_end_with_a_separator() {
        let long = format!("{}.-x{}", "a".repeat(60), "b".repeat(9));
        assert_eq!(cut(&long), format!("{}.-x", "a".repeat(60)));
        let ends = format!("{}.-{}", "a".repeat(61), "b".repeat(9));
        assert_eq!(cut(&ends), "a".repeat(61));
        assert_eq!(cut(&"a".repeat(63)), "a".repeat(63));
    }
}
