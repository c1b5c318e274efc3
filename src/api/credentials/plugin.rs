//! Credential plugins: programs named by the kubeconfig that print a token or a certificate
//! (`client.authentication.k8s.io`).

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use jiff::Timestamp;
use kube::config::ExecConfig;
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::{Instant, interval_at, timeout};

use super::bearer;
use super::reports::{PATIENCE, PluginReports, RunReporter, StderrLines};
use crate::k8s::failure::{Failure, FailureKind};
use crate::text::visible_within;

/// No credential is longer than this, in bytes.
const MAX_OUTPUT: usize = 4 << 20;

/// How long the output of a plugin that has ended is waited for: a program that it leaves behind may
/// keep it open.
const DRAIN: Duration = Duration::from_millis(500);

/// How many columns of unexpected output are quoted.
const QUOTED: usize = 300;

/// Words of this length or more may be tokens, and are not quoted.
const TOKEN_LENGTH: usize = 32;

const LOG_IN: &str = "Log in again, as by kubectl get nodes";

/// A plugin, as the kubeconfig describes it.
#[derive(Clone)]
pub(in crate::api) struct Plugin(Arc<ExecConfig>);

/// The credential that a plugin printed.
pub(in crate::api) struct ExecCredential {
    /// The Authorization header.
    pub(in crate::api) header: Option<HeaderValue>,
    /// The client certificate.
    pub(in crate::api) certificate: Option<ClientCertificate>,
    /// When both expire.
    pub(in crate::api) expires: Option<Timestamp>,
}

/// A client certificate and its key, in PEM.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::api) struct ClientCertificate {
    pub(in crate::api) chain: String,
    pub(in crate::api) key: String,
}

/// The `ExecCredential` document.
#[derive(Deserialize)]
struct Document {
    status: Option<DocumentStatus>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct DocumentStatus {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
    expiration_timestamp: Option<String>,
}

/// What a run left behind.
struct Output {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: StderrLines,
}

impl Plugin {
    /// The plugin that a user of the kubeconfig names.
    pub(in crate::api) fn new(exec: ExecConfig) -> Self {
        Self(Arc::new(exec))
    }

    /// Runs the plugin and waits for its credential. Cancelling ends the plugin.
    ///
    /// It gets no access to the terminal, which is ours: a plugin that reads its input finds its end,
    /// and what it prints on stderr is only reported.
    ///
    /// # Errors
    ///
    /// The plugin cannot be started, fails, or prints no credential.
    pub(in crate::api) async fn run(
        &self,
        reports: &PluginReports,
    ) -> Result<ExecCredential, Failure> {
        let exec = &*self.0;
        let Some(program) = exec.command.as_deref().filter(|program| !program.is_empty()) else {
            return Err(failed("the credential plugin has no command".to_owned()));
        };
        let failed = |why: NoCredential| Failure {
            hint: why.hint.to_owned(),
            ..failed(format!("the credential plugin {program} {}", why.why))
        };
        let info = json!({
            "apiVersion": exec.api_version,
            "kind": "ExecCredential",
            "spec": { "interactive": false, "cluster": exec.cluster },
        });
        let child = Command::new(program)
            .args(exec.args.iter().flatten())
            .envs(exec.env.iter().flatten().filter_map(variable))
            .env("KUBERNETES_EXEC_INFO", info.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| self.not_started(program, &error))?;
        let name = Path::new(program).file_name().map(|name| name.to_string_lossy());
        let name = name.as_deref().unwrap_or(program);
        let output = wait(child, RunReporter::start(reports, name)).await;
        let output = output
            .map_err(|error| failed(NoCredential::new(format!("cannot be read: {error}"))))?;
        read(&output).map_err(failed)
    }

    fn not_started(&self, program: &str, error: &io::Error) -> Failure {
        let message = format!("the credential plugin {program} cannot be started: {error}");
        let hint = match &self.0.install_hint {
            Some(hint) => hint.lines().map(str::trim).collect::<Vec<_>>().join(" "),
            None => "Install it, or put it on the PATH".to_owned(),
        };
        Failure::new(FailureKind::Input, message, hint)
    }
}

/// Why a plugin gave no credential.
struct NoCredential {
    /// What it did, for the end of a sentence.
    why: String,
    hint: &'static str,
}

impl NoCredential {
    fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), hint: LOG_IN }
    }
}

/// Waits for the end of a plugin, and reports while it takes long.
async fn wait(mut child: Child, mut reporter: RunReporter<'_>) -> io::Result<Output> {
    let (mut stdout, mut stderr) = (Vec::new(), StderrLines::default());
    let (Some(mut out), Some(mut err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let mut ticks = interval_at(Instant::now() + PATIENCE, Duration::from_secs(1));
    let (mut is_out_open, mut is_err_open) = (true, true);
    let mut chunk = [0; 4096];
    let status = loop {
        tokio::select! {
            status = child.wait() => break status?,
            read = out.read_buf(&mut stdout), if is_out_open => {
                is_out_open = read? > 0;
                if stdout.len() > MAX_OUTPUT {
                    return Err(io::Error::other("it prints more than any credential has"));
                }
            }
            read = err.read(&mut chunk), if is_err_open => {
                let read = read?;
                is_err_open = read > 0;
                stderr.push(&chunk[..read]);
                reporter.report(&stderr);
            }
            _ = ticks.tick() => {
                stderr.finish_line();
                reporter.report(&stderr);
            }
        }
    };
    drain(&mut out, |bytes| stdout.extend_from_slice(bytes)).await;
    drain(&mut err, |bytes| stderr.push(bytes)).await;
    stderr.finish_line();
    Ok(Output { status, stdout, stderr })
}

/// Reads what is left in the pipe of a plugin that has ended.
async fn drain(pipe: &mut (impl AsyncRead + Unpin), mut take: impl FnMut(&[u8])) {
    let mut chunk = [0; 4096];
    while let Ok(Ok(read @ 1..)) = timeout(DRAIN, pipe.read(&mut chunk)).await {
        take(&chunk[..read]);
    }
}

/// Reads the credential in the output of a plugin, or explains why there is none.
fn read(output: &Output) -> Result<ExecCredential, NoCredential> {
    let Output { status, stdout, stderr } = output;
    if !status.success() {
        let how = match status.code() {
            Some(code) => format!("failed with exit code {code}"),
            None => "was ended by a signal".to_owned(),
        };
        let why = match (stderr.last(), quoted(before_document(stdout)).as_str()) {
            ("", "") => how,
            ("", said) | (said, "") => format!("{how}: {}", said.trim_end_matches('.')),
            (said, before) => format!("{how}: {said} (and on stdout: {before})"),
        };
        return Err(NoCredential::new(why));
    }
    // Plugins may print YAML as well, of which JSON is a part.
    let document = serde_saphyr::from_slice::<Document>(stdout).ok();
    let Some(status) = document.and_then(|document| document.status) else {
        let before = before_document(stdout);
        return Err(match quoted(before).as_str() {
            "" => NoCredential::new("printed no ExecCredential"),
            said if before.len() < stdout.len() => NoCredential {
                why: format!("printed something before its ExecCredential: {said}"),
                hint: "Let the plugin print nothing else on stdout",
            },
            said => NoCredential::new(format!("printed no ExecCredential but: {said}")),
        });
    };
    let expires = status.expiration_timestamp.and_then(|time| time.parse().ok());
    let header = status.token.and_then(|token| bearer(&token));
    let certificate = status.client_certificate_data.zip(status.client_key_data);
    let certificate = certificate.map(|(chain, key)| ClientCertificate { chain, key });
    if header.is_none() && certificate.is_none() {
        return Err(NoCredential::new("printed neither a token nor a certificate"));
    }
    Ok(ExecCredential { header, certificate, expires })
}

/// The part of stdout before the first line that begins with a brace.
fn before_document(stdout: &[u8]) -> &[u8] {
    let mut end = 0;
    for line in stdout.split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii_start().starts_with(b"{") {
            break;
        }
        end += line.len();
    }
    &stdout[..end]
}

/// Quotes output on one line without control characters and without what may be a token.
fn quoted(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(&output[..output.len().min(4 * QUOTED)]);
    let is_token = |word: &&str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c);
        word.len() >= TOKEN_LENGTH && word.chars().all(is_plain)
    };
    let words = text.split_whitespace();
    let words: Vec<&str> = words.map(|word| if is_token(&word) { "…" } else { word }).collect();
    let text = visible_within(&words.join(" "), QUOTED).into_owned();
    text.trim_end_matches('.').to_owned()
}

fn variable(pair: &HashMap<String, String>) -> Option<(&String, &String)> {
    pair.get("name").zip(pair.get("value"))
}

fn failed(message: String) -> Failure {
    Failure::new(FailureKind::Input, message, LOG_IN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn ended(code: i32, stdout: &str, stderr: &str) -> Result<ExecCredential, String> {
        use std::os::unix::process::ExitStatusExt as _;
        let mut lines = StderrLines::default();
        lines.push(stderr.as_bytes());
        lines.finish_line();
        let status = ExitStatus::from_raw(code << 8);
        let output = Output { status, stdout: stdout.as_bytes().to_vec(), stderr: lines };
        read(&output).map_err(|failure| failure.why)
    }

    #[test]
    #[cfg(unix)]
    fn output_before_the_credential_is_part_of_the_failure() {
        let credential = "{\"status\":{\"token\":\"secret-token\"}}\n";
        let failure = |code, stdout: &str, stderr| ended(code, stdout, stderr).err();
        let before = format!("Opening \u{1b}[1mbrowser\nfor login\n{credential}");
        assert_eq!(
            failure(0, &before, "").as_deref(),
            Some("printed something before its ExecCredential: Opening \\x1b[1mbrowser for login")
        );
        assert_eq!(
            failure(0, "Please run: az login\n", "").as_deref(),
            Some("printed no ExecCredential but: Please run: az login")
        );
        assert_eq!(failure(0, "", "").as_deref(), Some("printed no ExecCredential"));
        assert_eq!(
            failure(3, "", "log in first\n").as_deref(),
            Some("failed with exit code 3: log in first")
        );
        assert_eq!(
            failure(1, "session over\n", "").as_deref(),
            Some("failed with exit code 1: session over")
        );
        assert_eq!(
            ended(0, credential, "hello\n").ok().and_then(|it| it.header),
            bearer("secret-token")
        );
    }

    #[test]
    #[cfg(unix)]
    fn what_may_be_a_token_is_not_quoted() {
        let token = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl";
        let failure = ended(0, &format!("token {token}\n"), "").err().unwrap();
        assert_eq!(failure, "printed no ExecCredential but: token …");
        let url = "https://login.example.com/device?code=ABCDEF-123456";
        assert!(ended(0, &format!("open {url}\n"), "").err().unwrap().ends_with(url));
    }
}
