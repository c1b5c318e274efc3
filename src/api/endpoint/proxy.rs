//! The proxy of the environment, chosen as Go programs choose it (`golang.org/x/net/http/httpproxy`):
//! `HTTPS_PROXY` for https servers, never for this machine, and not for those of `NO_PROXY`.

use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

use super::Environment;
use crate::k8s::failure::{Failure, FailureKind};

/// The proxy to a server, or `None` for the direct way.
pub(super) fn of(server: &Uri, environment: &Environment) -> Result<Option<Uri>, Failure> {
    let Some(proxy) = &environment.https_proxy else { return Ok(None) };
    let host = host(server);
    let port = server.port_u16().unwrap_or(443);
    if server.scheme() != Some(&Scheme::HTTPS)
        || is_this_machine(host)
        || environment.no_proxy.as_deref().is_some_and(|list| is_exempt(list, host, port))
    {
        return Ok(None);
    }
    parse(proxy, "HTTPS_PROXY").map(Some)
}

/// Reads the address of a proxy, an http one where no scheme is given. `name` is what a failure
/// calls it.
pub(super) fn parse(proxy: &str, name: &str) -> Result<Uri, Failure> {
    let address = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    // To Go both mean that the proxy resolves the server's name.
    let address = address.replacen("socks5h://", "socks5://", 1);
    let uri = address.parse::<Uri>().ok().filter(|uri| {
        uri.host().is_some_and(|host| !host.is_empty())
            && matches!(uri.scheme_str(), Some("http" | "https" | "socks5"))
    });
    uri.ok_or_else(|| {
        Failure::new(
            FailureKind::Input,
            format!("{name} is not the address of a proxy"),
            "Give an address that begins with http://, https:// or socks5://",
        )
    })
}

fn host(uri: &Uri) -> &str {
    uri.host().unwrap_or_default().trim_matches(['[', ']'])
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a list such as `10.0.0.0/8,.example.com,host:6443` names that server.
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
        // `example.com` also means what lies below it; `.example.com` means only that.
        let suffix = name.strip_prefix('*').unwrap_or(name);
        name == "*"
            || host == suffix
            || host.strip_suffix(suffix).is_some_and(|rest| {
                suffix.starts_with('.') && !rest.is_empty() || rest.ends_with('.')
            })
    })
}

fn split_port(entry: &str) -> (&str, Option<u16>) {
    let bare = |name: &'_ str| name.len() - name.trim_matches(['[', ']']).len() == 2;
    match entry.rsplit_once(':') {
        // The colons of a bare IPv6 address are not before a port.
        Some((name, port)) if !name.contains(':') || bare(name) => match port.parse() {
            Ok(port) => (name.trim_matches(['[', ']']), Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry.trim_matches(['[', ']']), None),
    }
}

/// Whether an address lies in a network such as `10.0.0.0/8`.
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

    fn chosen(server: &str, proxy: &str, no_proxy: &str) -> Option<String> {
        let environment = Environment {
            https_proxy: Some(proxy.to_owned()),
            no_proxy: Some(no_proxy.to_owned()),
            ..Environment::empty()
        };
        of(&server.parse().unwrap(), &environment).unwrap().map(|uri| uri.to_string())
    }

    #[test]
    fn only_https_servers_elsewhere_are_reached_by_the_proxy() {
        let proxy = "http://proxy:3128/";
        assert_eq!(chosen("https://host", "proxy:3128", ""), Some(proxy.to_owned()));
        assert_eq!(chosen("http://host", "proxy:3128", ""), None);
        for local in ["https://127.0.0.1:6443", "https://localhost", "https://[::1]:6443"] {
            assert_eq!(chosen(local, "proxy:3128", ""), None, "{local}");
        }
        assert_eq!(chosen("https://h", "socks5h://p:1", ""), Some("socks5://p:1/".to_owned()));
    }

    #[test]
    fn the_exempt_are_reached_directly() {
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
            let chosen = chosen(&format!("https://{host}"), "proxy:3128", list);
            assert_eq!(chosen.is_none(), exempt, "{host} {list}");
        }
    }

    #[test]
    fn a_proxy_that_is_none_is_said_so() {
        assert!(parse("ftp://p", "HTTPS_PROXY").is_err());
        assert!(parse("http://", "HTTPS_PROXY").is_err());
    }
}
