//! The service account of the pod that this process runs in: mounted here, or into another container.

use std::net::Ipv6Addr;
use std::path::Path;

use super::Environment;
use super::live::Server;
use crate::k8s::failure::Failure;
use crate::k8s::names::Namespace;

/// The server to which the service account in a directory belongs, or `None` where no token is there.
///
/// As client-go's `rest.InClusterConfig`, but where the pod's environment does not name the server
/// it is `kubernetes.default.svc`.
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
    // Without one of its own, the cluster is trusted by the authorities of this machine.
    if let Ok(pem) = std::fs::read(&authority) {
        server.trust(&pem, &authority.display().to_string())?;
        server.config.root_cert_file = Some(authority);
    }
    server.token_file = Some(token);
    Ok(Some(server))
}

/// The pod's namespace, where the service account in a directory tells it.
pub(super) fn namespace(directory: &Path) -> Option<Namespace> {
    let name = std::fs::read_to_string(directory.join("namespace")).ok()?;
    Some(name.trim()).filter(|name| !name.is_empty()).map(Namespace::new)
}
