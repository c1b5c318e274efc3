//! The proxy of the environment, chosen as Go programs choose it (`golang.org/x/net/http/httpproxy`):
//! `HTTPS_PROXY` or `HTTP_PROXY` by the server's scheme, never for this machine, and not for the
//! servers of `NO_PROXY`.

use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

use super::Environment;
use crate::api::transport::{Proxy, ProxySetting};
use crate::k8s::failure::Failure;

/// Returns the proxy to a server; `None` for a direct connection.
///
/// # Errors
///
/// The variable has no address of a proxy.
pub(super) fn of(server: &Uri, environment: &Environment) -> Result<Option<Proxy>, Failure> {
    let (proxy, setting, port) = if server.scheme() == Some(&Scheme::HTTPS) {
        (&environment.https_proxy, ProxySetting::HttpsVariable, 443)
    } else {
        (&environment.http_proxy, ProxySetting::HttpVariable, 80)
    };
    let Some(proxy) = proxy else { return Ok(None) };
    let host = server.host().unwrap_or_default().trim_matches(['[', ']']);
    let port = server.port_u16().unwrap_or(port);
    let is_exempt = || {
        let list = environment.no_proxy.as_deref();
        list.is_some_and(|list| is_exempt(list, host, port))
    };
    if is_this_machine(host) || is_exempt() {
        return Ok(None);
    }
    Proxy::parse(proxy, setting).map(Some)
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// True if a list such as `10.0.0.0/8,.example.com,host:6443` names that server.
fn is_exempt(list: &str, host: &str, port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    list.split(',').map(|entry| entry.trim().to_ascii_lowercase()).any(|entry| {
        if entry.is_empty() {
            return false;
        }
        if let Some((network, bits)) = entry.split_once('/') {
            return is_within(&host, network, bits);
        }
        let (name, wanted_port) = split_port(&entry);
        if wanted_port.is_some_and(|wanted| wanted != port) {
            return false;
        }
        if let (Ok(named), Ok(host)) = (name.parse::<IpAddr>(), host.parse::<IpAddr>()) {
            return named == host;
        }
        // `example.com` also names its subdomains; `.example.com` names only those.
        let suffix = name.strip_prefix('*').unwrap_or(name);
        name == "*"
            || host == suffix
            || host.strip_suffix(suffix).is_some_and(|rest| {
                suffix.starts_with('.') && !rest.is_empty() || rest.ends_with('.')
            })
    })
}

fn split_port(entry: &str) -> (&str, Option<u16>) {
    let is_bracketed = |name: &'_ str| name.len() - name.trim_matches(['[', ']']).len() == 2;
    match entry.rsplit_once(':') {
        // The last colon of a bare IPv6 address does not precede a port.
        Some((name, port)) if !name.contains(':') || is_bracketed(name) => match port.parse() {
            Ok(port) => (name.trim_matches(['[', ']']), Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry.trim_matches(['[', ']']), None),
    }
}

/// True if an address is in a network such as `10.0.0.0/8`.
fn is_within(host: &str, network: &str, bits: &str) -> bool {
    let (Ok(host), Ok(network), Ok(bits)) =
        (host.parse::<IpAddr>(), network.parse::<IpAddr>(), bits.parse::<u32>())
    else {
        return false;
    };
    match (host, network) {
        (IpAddr::V4(host), IpAddr::V4(network)) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            host.to_bits() & mask == network.to_bits() & mask
        }
        (IpAddr::V6(host), IpAddr::V6(network)) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            host.to_bits() & mask == network.to_bits() & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(for_tls: &str, for_plain: &str, exempt: &str) -> Environment {
        let set = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Environment {
            https_proxy: set(for_tls),
            http_proxy: set(for_plain),
            no_proxy: set(exempt),
            ..Environment::empty()
        }
    }

    fn chosen(server: &str, environment: &Environment) -> Option<String> {
        of(&server.parse().unwrap(), environment).unwrap().map(|proxy| proxy.to_string())
    }

    #[test]
    fn the_variable_of_the_scheme_names_the_proxy_of_servers_elsewhere() {
        let both = environment("proxy:3128", "plain:3128", "");
        let proxy = |address: &str| Some(format!("the proxy http://{address}"));
        assert_eq!(chosen("https://host", &both), proxy("proxy:3128"));
        assert_eq!(chosen("http://host", &both), proxy("plain:3128"));
        assert_eq!(chosen("http://host", &environment("proxy:3128", "", "")), None);
        for local in [
            "https://127.0.0.1:6443",
            "https://localhost",
            "https://[::1]:6443",
            "http://127.0.0.2",
        ] {
            assert_eq!(chosen(local, &both), None, "{local}");
        }
    }

    #[test]
    fn exempt_servers_are_reached_directly() {
        for (host, list, exempt) in [
            ("a.example.com", "example.com", true),
            ("example.com", "example.com,", true),
            ("notexample.com", "example.com", false),
            ("example.com", ".example.com", false),
            ("a.example.com", " .Example.com ", true),
            ("a.example.com", "*.example.com", true),
            ("a", "*", true),
            ("10.1.2.3", "10.0.0.0/8", true),
            ("11.1.2.3", "10.0.0.0/8", false),
            ("10.1.2.3", "0.0.0.0/0", true),
            ("10.1.2.3", "10.1.2.3:443", true),
            ("10.1.2.3", "10.1.2.3:6443", false),
            ("[fd00::1]", "fd00::/8", true),
            ("[fd00::1]", "fd00::1", true),
            ("[fd00::1]", "[fd00::1]:443", true),
            ("a", "b,,c", false),
        ] {
            let environment = environment("proxy:3128", "", list);
            let chosen = chosen(&format!("https://{host}"), &environment);
            assert_eq!(chosen.is_none(), exempt, "{host} {list}");
        }
        let plain = environment("", "proxy:3128", "10.1.2.3:80");
        assert_eq!(chosen("http://10.1.2.3", &plain), None, "80 is the port of plain HTTP");
    }
}
