//! `/etc/resolv.conf` (`GetPodDNS`, `formDNSConfigFitsLimits`).

use std::fmt::Write as _;

use super::{OF_RUNTIME, ProcessField, ProcessRow, text, without};
use crate::downward::kubelet::Kubelet;
use crate::downward::pod::DnsConfig;
use crate::downward::resolved::Resolved;
use crate::downward::view::{OriginKind, State};

/// The maximum number of name servers.
const MAX_NAMESERVERS: usize = 3;
/// The maximum number of search domains, and of the bytes of them all.
const MAX_SEARCHES: usize = 32;
const MAX_SEARCH_BYTES: usize = 2048;

/// Returns `/etc/resolv.conf` as the runtime writes it for the pod.
pub(super) fn conf(kubelet: &Kubelet<'_>) -> ProcessRow {
    let field = ProcessField::ResolvConf;
    let spec = &kubelet.pod.spec;
    if spec.dns_policy != "None" {
        let base = match spec.dns_policy.as_str() {
            "Default" => "the node's file",
            _ if spec.host_network && spec.dns_policy != "ClusterFirstWithHostNet" => {
                "the node's file, as the pod is on the network of its node"
            }
            _ => "the cluster's name server and domain, which are settings of the kubelet",
        };
        let more = if spec.dns_config.is_empty() { "" } else { ", and spec.dnsConfig" };
        return without(field, OF_RUNTIME, "kubelet", format!("made of {base}{more}"));
    }
    let config = &spec.dns_config;
    let mut options = config.options.iter().map(|option| option.name.as_str());
    let first = options.next();
    if options.any(|name| Some(name) != first) {
        let note = "the kubelet writes several options in a random order";
        return without(field, (State::Unknown, OriginKind::Several), "spec.dnsConfig", note);
    }
    let resolved = Resolved::known(OriginKind::Field, "field spec.dnsConfig", lines(config))
        .explained("the pod's `spec.dnsConfig` alone, as its DNS policy is None");
    text(field, resolved, ".spec.dnsConfig".to_owned())
}

impl DnsConfig {
    fn is_empty(&self) -> bool {
        self.nameservers.is_empty() && self.searches.is_empty() && self.options.is_empty()
    }
}

fn lines(config: &DnsConfig) -> String {
    let mut searches = once_each(&config.searches);
    searches.truncate(MAX_SEARCHES);
    let size = |searches: &[&str]| searches.iter().map(|it| it.len() + 1).sum::<usize>();
    while size(&searches).saturating_sub(1) > MAX_SEARCH_BYTES {
        searches.pop();
    }
    let mut lines = String::new();
    if !searches.is_empty() {
        _ = writeln!(lines, "search {}", searches.join(" "));
    }
    for server in once_each(&config.nameservers).into_iter().take(MAX_NAMESERVERS) {
        _ = writeln!(lines, "nameserver {server}");
    }
    if let Some(option) = config.options.last() {
        let value = option.value.as_deref().filter(|value| !value.is_empty());
        let value = value.map(|value| format!(":{value}")).unwrap_or_default();
        _ = writeln!(lines, "options {}{value}", option.name);
    }
    lines
}

fn once_each(all: &[String]) -> Vec<&str> {
    let mut once: Vec<&str> = Vec::new();
    for one in all {
        if !once.contains(&one.as_str()) {
            once.push(one);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_an_option_the_last_value_counts_and_nothing_is_repeated() {
        let config: DnsConfig = serde_json::from_value(json!({
            "nameservers": ["1.1.1.1", "1.1.1.1", "8.8.8.8", "9.9.9.9", "4.4.4.4"],
            "searches": ["a", "b", "a"],
            "options": [{"name": "ndots", "value": "1"}, {"name": "ndots", "value": "5"}]}))
        .unwrap();
        assert_eq!(
            lines(&config),
            "search a b\nnameserver 1.1.1.1\nnameserver 8.8.8.8\nnameserver 9.9.9.9\n\
             options ndots:5\n"
        );
        assert_eq!(lines(&DnsConfig::default()), "");
    }

    #[test]
    fn search_domains_beyond_the_limit_are_dropped() {
        let long = |at: usize| format!("{at:02}{}", "x".repeat(198));
        let searches: Vec<String> = (0..12).map(long).collect();
        let config = DnsConfig { searches, ..DnsConfig::default() };
        assert_eq!(lines(&config).split(' ').count(), 1 + 10);
    }
}
