//! Credential plugins: programs of the kubeconfig that give a token or a certificate
//! (`client.authentication.k8s.io`).

use std::collections::HashMap;
use std::process::{Command, Stdio};
use std::sync::Arc;

use http::HeaderValue;
use jiff::Timestamp;
use kube::config::ExecConfig;
use serde::Deserialize;
use serde_json::json;

use super::bearer;
use crate::k8s::failure::{Failure, FailureKind};

/// A plugin as the kubeconfig describes it.
#[derive(Clone)]
pub(in crate::api) struct Plugin(Arc<ExecConfig>);

/// What a plugin gave.
pub(in crate::api) struct Credential {
    /// An Authorization header.
    pub(in crate::api) token: Option<HeaderValue>,
    /// What proves who we are to TLS.
    pub(in crate::api) certificate: Option<Certificate>,
    /// Until when both hold.
    pub(in crate::api) expires: Option<Timestamp>,
}

/// A client certificate and its key, in PEM.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::api) struct Certificate {
    pub(in crate::api) chain: String,
    pub(in crate::api) key: String,
}

#[derive(Deserialize)]
struct Answer {
    status: Option<Status>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<String>,
}

impl Plugin {
    /// The plugin that a user of the kubeconfig names.
    pub(in crate::api) fn new(exec: ExecConfig) -> Self {
        Self(Arc::new(exec))
    }

    /// Runs the plugin and waits for its credential.
    ///
    /// It is never let to the terminal, which is ours: a plugin that asks questions is answered
    /// with the end of its input, and what it says is heard only where it fails.
    pub(in crate::api) fn run(&self) -> Result<Credential, Failure> {
        let exec = &*self.0;
        let Some(program) = exec.command.as_deref().filter(|program| !program.is_empty()) else {
            return Err(failed("the credential plugin has no command".to_owned()));
        };
        let failed = |why: String| failed(format!("the credential plugin {program} {why}"));
        let info = json!({
            "apiVersion": exec.api_version,
            "kind": "ExecCredential",
            "spec": { "interactive": false, "cluster": exec.cluster },
        });
        let output = Command::new(program)
            .args(exec.args.iter().flatten())
            .envs(exec.env.iter().flatten().filter_map(variable))
            .env("KUBERNETES_EXEC_INFO", info.to_string())
            .stdin(Stdio::null())
            .output()
            .map_err(|error| self.not_started(program, &error))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
            return Err(failed(format!("failed, {}: {said}", output.status)));
        }
        // Plugins may answer in YAML as well, of which JSON is a part.
        let answer = serde_saphyr::from_slice::<Answer>(&output.stdout).ok();
        let status = answer.and_then(|answer| answer.status);
        let status = status.ok_or_else(|| failed("gave no ExecCredential".to_owned()))?;
        let expires = status.expiration_timestamp.and_then(|time| time.parse().ok());
        let token = status.token.and_then(|token| bearer(&token));
        let certificate = status.client_certificate_data.zip(status.client_key_data);
        let certificate = certificate.map(|(chain, key)| Certificate { chain, key });
        if token.is_none() && certificate.is_none() {
            return Err(failed("gave neither a token nor a certificate".to_owned()));
        }
        Ok(Credential { token, certificate, expires })
    }

    fn not_started(&self, program: &str, error: &std::io::Error) -> Failure {
        let message = format!("the credential plugin {program} cannot be started: {error}");
        let hint = match &self.0.install_hint {
            Some(hint) => hint.lines().map(str::trim).collect::<Vec<_>>().join(" "),
            None => "Install it, or put it on the PATH".to_owned(),
        };
        Failure::new(FailureKind::Input, message, hint)
    }
}

fn variable(pair: &HashMap<String, String>) -> Option<(&String, &String)> {
    pair.get("name").zip(pair.get("value"))
}

fn failed(message: String) -> Failure {
    Failure::new(FailureKind::Input, message, "Log in again, as by kubectl get nodes")
}
