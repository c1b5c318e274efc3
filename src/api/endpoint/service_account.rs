//! The service account of a pod, mounted here or in another container.

use std::net::Ipv6Addr;
use std::path::Path;

use super::Environment;
use super::server::{HeaderSource, Server, UserCredentials};
use crate::api::tls::Trust;
use crate::k8s::failure::Failure;
use crate::k8s::names::Namespace;

/// Returns the server of the service account in a directory; `None` where there is no token.
///
/// As client-go's `rest.InClusterConfig`, except that where the pod's environment does not name the
/// server it is `kubernetes.default.svc`.
///
/// # Errors
///
/// The address or the authority cannot be used.
pub(super) fn server(
    directory: &Path,
    environment: &Environment,
) -> Result<Option<Server>, Failure> {
    let token = directory.join("token");
    if !token.is_file() {
        return Ok(None);
    }
    let host = environment.service_host.as_deref().unwrap_or("kubernetes.default.svc");
    let host = if host.parse::<Ipv6Addr>().is_ok() { format!("[{host}]") } else { host.to_owned() };
    let port = environment.service_port.as_deref().unwrap_or("443");
    let mut server = Server::at(&format!("https://{host}:{port}"), environment)?;
    let authority = directory.join("ca.crt");
    // Without an authority of its own, the authorities of this machine are trusted.
    if let Ok(pem) = std::fs::read(&authority) {
        let name = authority.display().to_string();
        server.set_trust(Trust::authorities(&pem, &name, Some(&authority))?);
    }
    let header = HeaderSource::File(token);
    server.set_credentials(|| Ok(UserCredentials { header, identity: None }))?;
    Ok(Some(server))
}

/// Returns the pod's namespace, if the service account in a directory names it.
pub(super) fn namespace(directory: &Path) -> Option<Namespace> {
    let name = std::fs::read_to_string(directory.join("namespace")).ok()?;
    Some(name.trim()).filter(|name| !name.is_empty()).map(Namespace::new)
}
