//! A real `kubectl proxy`, if kubectl is installed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::NamedTempFile;

use super::server::Server;

/// A running `kubectl proxy`.
pub(crate) struct Proxy {
    child: Child,
    pub(crate) address: String,
}

impl Proxy {
    /// Starts a proxy in front of a server, with more flags. Returns `None` if there is no kubectl.
    pub(crate) fn before(server: &Server, flags: &[&str]) -> Option<Self> {
        let kubeconfig = kubeconfig(server);
        let mut child = Command::new("kubectl")
            .arg("--kubeconfig")
            .arg(kubeconfig.path())
            .args(["proxy", "--port=0"])
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Starting to serve on ").unwrap().to_owned();
        Some(Self { child, address })
    }
}

/// Writes a kubeconfig whose current context is that server.
pub(crate) fn kubeconfig(server: &Server) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    let config = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "it",
        "clusters": [{"name": "it", "cluster": {"server": server.url()}}],
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": ""}}],
    });
    std::fs::write(file.path(), config.to_string()).unwrap();
    file
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The proxy may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}
