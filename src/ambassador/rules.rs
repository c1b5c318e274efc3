//! What is refused before anything is forwarded.

use std::net::IpAddr;

use http::header::{HOST, UPGRADE};
use http::request::Parts;
use http::uri::Authority;
use http::{Method, StatusCode};

use super::refusal::Refusal;
use crate::k8s::path::ApiPath;

/// The hosts that `kubectl proxy` accepts (`--accept-hosts`). A page on the web cannot have one of them,
/// whatever address its name is rebound to.
const HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The subresources of pods that need an upgraded connection.
const UPGRADED: [&str; 3] = ["exec", "attach", "portforward"];

/// Returns why a request is refused because of its host, or since it needs another protocol.
/// `only_loopback` is true if nothing but a loopback address is listened on.
pub(super) fn refusal(head: &Parts, only_loopback: bool) -> Option<Refusal> {
    let forbidden =
        |message| Refusal { status: StatusCode::FORBIDDEN, reason: "Forbidden", message };
    let host = host(head);
    if !host.as_ref().is_some_and(|host| is_accepted(host.host(), only_loopback)) {
        let host = host.as_ref().map_or("", Authority::as_str);
        let accepted = HOSTS.join(", ");
        let others = if only_loopback { "" } else { " and addresses" };
        return Some(forbidden(format!(
            "the ambassador does not serve the host \"{host}\": only {accepted}{others} are accepted, \
             against DNS rebinding"
        )));
    }
    let upgraded = upgraded(&ApiPath::parse(head.uri.path()));
    if upgraded.is_some() || head.headers.contains_key(UPGRADE) {
        let what = upgraded.unwrap_or("an upgrade to another protocol");
        return Some(forbidden(format!("the ambassador only reads: {what} is refused")));
    }
    None
}

/// Returns the refusal of a request that may change something.
pub(super) fn writes(method: &Method) -> Refusal {
    Refusal {
        status: StatusCode::METHOD_NOT_ALLOWED,
        reason: "MethodNotAllowed",
        message: format!(
            "the ambassador only reads: {method} is refused, except for the POST of a self-subject \
             review"
        ),
    }
}

/// Returns the host that a request is for; `None` if it names none, or several.
fn host(head: &Parts) -> Option<Authority> {
    let mut named = head.headers.get_all(HOST).iter();
    let of_header = Authority::try_from(named.next()?.as_bytes()).ok()?;
    let is_other = head.uri.authority().is_some_and(|of_target| *of_target != of_header);
    (named.next().is_none() && !is_other).then_some(of_header)
}

fn is_accepted(host: &str, only_loopback: bool) -> bool {
    // DNS rebinding needs a name; an IP address is safe.
    let is_address = || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    HOSTS.contains(&host) || !only_loopback && is_address()
}

fn upgraded(path: &ApiPath) -> Option<&'static str> {
    let ApiPath::Subresource { object, subresource } = path else { return None };
    let is_named = |name: &&str| object.gvr.is_core("pods") && **name == **subresource;
    UPGRADED.into_iter().find(is_named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(target: &str, headers: &[(&str, &str)], only_loopback: bool) -> bool {
        let builder = http::Request::get(target);
        let builder = headers.iter().fold(builder, |it, (name, value)| it.header(*name, *value));
        refusal(&builder.body(()).unwrap().into_parts().0, only_loopback).is_some()
    }

    #[test]
    fn a_host_is_accepted_as_by_kubectl_proxy() {
        for host in ["localhost", "localhost:8001", "127.0.0.1:8001", "[::1]:8001", "[::1]"] {
            assert!(!is_refused("/api", &[("host", host)], true), "{host}");
        }
        for host in
            ["evil.example", "localhost.evil.example:8001", "10.0.0.1:8001", "127.0.0.11", "", "@"]
        {
            assert!(is_refused("/api", &[("host", host)], true), "{host}");
        }
        assert!(is_refused("/api", &[], true));
        assert!(is_refused("/api", &[("host", "localhost"), ("host", "evil.example")], true));
    }

    #[test]
    fn the_host_of_an_absolute_target_must_be_that_of_the_header() {
        let localhost = [("host", "localhost:8001")];
        assert!(!is_refused("http://localhost:8001/api", &localhost, true));
        assert!(is_refused("http://evil.example/api", &localhost, true));
        assert!(is_refused("http://localhost:8001/api", &[("host", "evil.example")], true));
    }

    #[test]
    fn addresses_are_accepted_where_more_than_loopback_is_listened_on() {
        assert!(!is_refused("/api", &[("host", "10.0.0.1:8001")], false));
        assert!(!is_refused("/api", &[("host", "[fd00::1]:8001")], false));
        assert!(is_refused("/api", &[("host", "evil.example")], false));
    }

    #[test]
    fn upgrades_are_refused_by_header_and_by_subresource() {
        let pod = "/api/v1/namespaces/shop/pods/db-0";
        let localhost = ("host", "localhost");
        assert!(is_refused("/api", &[localhost, ("upgrade", "websocket")], true));
        for name in UPGRADED {
            assert!(is_refused(&format!("{pod}/{name}?command=sh"), &[localhost], true), "{name}");
        }
        assert!(!is_refused(&format!("{pod}/log"), &[localhost], true));
    }
}
