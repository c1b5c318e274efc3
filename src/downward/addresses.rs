//! The addresses of the node and of the pod, as the kubelet chooses and prints them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::cluster::Node;
use super::kubelet::Kubelet;
use super::resolved::{Resolution, Resolved};
use super::status::PodIp;
use super::surroundings::Lookup;
use super::view::{OriginKind, State};

/// Resolves `status.hostIP` and `status.hostIPs`: from the Node if it is known, not from the pod's
/// status (`GetNodeHostIPs`).
pub(super) fn host_ips(kubelet: &Kubelet<'_>, path: &str) -> Resolution {
    let from = format!("field {path}");
    let status = &kubelet.pod.status;
    let reason = match &kubelet.around.node {
        Lookup::Found(node) => {
            let list = of_node(node);
            if list.is_empty() {
                return Err(format!("host IP unknown; known addresses: {}", all(node)).into());
            }
            return Ok(Resolved::known(OriginKind::Address, from, pick(path, &list))
                .explained("the node's own addresses: internal before external ones")
                .at(format!(".{path}")));
        }
        _ => kubelet.why_no_node(),
    };
    let stored = parsed(&status.host_ips, &status.host_ip);
    if !stored.is_empty() {
        return Ok(Resolved::known(
            OriginKind::Address,
            from,
            pick(path, &one_per_family(&stored)),
        )
        .explained("the kubelet reads the Node; the pod's status has the same value")
        .at(format!(".{path}")));
    }
    if !kubelet.is_scheduled() {
        return Ok(Resolved::without(
            State::Pending,
            OriginKind::Address,
            from,
            "set when scheduled",
        ));
    }
    let note = format!("{reason}: the value is the node's address");
    Ok(Resolved::without(State::Unknown, OriginKind::Address, from, note))
}

/// Resolves `status.podIP` and `status.podIPs`: at most one address of each family.
pub(super) fn pod_ips(kubelet: &Kubelet<'_>, path: &str) -> Resolved {
    let from = format!("field {path}");
    let status = &kubelet.pod.status;
    let list = one_per_family(&parsed(&status.pod_ips, &status.pod_ip));
    let raw = status.pod_ips.first().map_or(&status.pod_ip, |ip| &ip.ip);
    let known = |value: String| {
        Resolved::known(OriginKind::Address, &from, value)
            .explained(format!("the pod's `{path}`"))
            .at(format!(".{path}"))
    };
    match &kubelet.around.node {
        _ if !list.is_empty() => known(pick(path, &list)),
        _ if !raw.is_empty() => {
            known(if path.ends_with('s') { String::new() } else { raw.clone() })
                .noted("the pod's addresses are not valid")
        }
        Lookup::Found(node) if kubelet.pod.spec.host_network && kubelet.is_scheduled() => {
            known(pick(path, &of_node(node)))
                .explained("the pod is on the network of its node: the node's address")
        }
        _ if !kubelet.is_scheduled() => {
            Resolved::without(State::Pending, OriginKind::Address, &from, "set when scheduled")
                .at(format!(".{path}"))
        }
        _ => {
            let note = "the pod has no address yet";
            Resolved::without(State::Pending, OriginKind::Address, &from, note)
                .at(format!(".{path}"))
        }
    }
}

fn pick(path: &str, list: &[IpAddr]) -> String {
    let wanted = if path.ends_with('s') { list.len() } else { 1 };
    list.iter().take(wanted).map(IpAddr::to_string).collect::<Vec<_>>().join(",")
}

fn parsed(ips: &[PodIp], single: &str) -> Vec<IpAddr> {
    let of_list: Vec<IpAddr> = ips.iter().filter_map(|ip| parse(&ip.ip)).collect();
    if ips.is_empty() { parse(single).into_iter().collect() } else { of_list }
}

/// Returns the first of all internal and then all external addresses, and the first of the other
/// family.
fn of_node(node: &Node) -> Vec<IpAddr> {
    let of = |kind| {
        node.status
            .addresses
            .iter()
            .filter(move |a| a.r#type == kind)
            .filter_map(|a| parse(&a.address))
    };
    one_per_family(&of("InternalIP").chain(of("ExternalIP")).collect::<Vec<_>>())
}

/// Returns the first address and the first one of the other family (`sortPodIPs`). The kubelet's
/// primary family is that of its own first address; the API's lists are already sorted by it.
fn one_per_family(list: &[IpAddr]) -> Vec<IpAddr> {
    let Some(first) = list.first() else { return Vec::new() };
    let other = list.iter().find(|ip| ip.is_ipv4() != first.is_ipv4());
    [Some(first), other].into_iter().flatten().copied().collect()
}

/// Renders node addresses as Go's `%v` does.
fn all(node: &Node) -> String {
    let one = |a: &super::cluster::Address| format!("{{{} {}}}", a.r#type, a.address);
    format!("[{}]", node.status.addresses.iter().map(one).collect::<Vec<_>>().join(" "))
}

/// Parses an address (`ParseIPSloppy`): octets may have leading zeros but are decimal. An IPv4
/// address in IPv6 form is an IPv4 address.
fn parse(text: &str) -> Option<IpAddr> {
    if !text.contains(':') {
        return parse_v4(text).map(IpAddr::V4);
    }
    let ip: Ipv6Addr = match text.rsplit_once(':') {
        Some((head, tail)) if tail.contains('.') => {
            format!("{head}:{}", parse_v4(tail)?).parse().ok()?
        }
        _ => text.parse().ok()?,
    };
    Some(ip.to_ipv4_mapped().map_or(IpAddr::V6(ip), IpAddr::V4))
}

fn parse_v4(text: &str) -> Option<Ipv4Addr> {
    let octet = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| part.trim_start_matches('0'))
            .and_then(|part| if part.is_empty() { Some(0) } else { part.parse::<u8>().ok() })
    };
    let octets: Vec<u8> = text.split('.').map(octet).collect::<Option<_>>()?;
    <[u8; 4]>::try_from(octets).ok().map(Ipv4Addr::from)
}
