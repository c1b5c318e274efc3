//! Reads a file in a container by an exec of `cat` over a WebSocket.
//!
//! The messages are those of `v4.channel.k8s.io` and `v5.channel.k8s.io`: a byte that names the
//! channel, then its data. Nothing is ever sent.

use std::time::Instant;

use futures::StreamExt as _;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

use super::failures::RequestLabel;
use super::websocket::{NO_WEBSOCKET, NoSocket, Socket};
use super::{Client, within};
use crate::k8s::exec::Cat;
use crate::k8s::failure::{Failure, FailureKind};

const STDOUT: u8 = 1;
const STDERR: u8 = 2;
/// It carries a `Status` when the program has ended.
const STATUS: u8 = 3;

/// The longest file, in bytes: environments and API objects are shorter.
const MAX_FILE: usize = 4 << 20;
/// The longest error output of `cat`, in bytes.
const MAX_STDERR: usize = 64 << 10;
/// The rule that an exec needs: servers since 1.35 want `create` whatever the method, and all want
/// `get` for the GET that begins a WebSocket.
const MISSING_RULE: &str = "Ask for a rule with the verbs create and get on pods/exec; servers \
    before 1.35 want get alone";
const REJECTED: &str = "kubectl proxy rejects exec unless it is started with --reject-paths=^$ or \
    --disable-filter; a kubeconfig or a service account needs no proxy";
/// The outcome of reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// There is no such file.
    Absent,
    /// It cannot be read, and why in a few words.
    Unreadable(String),
}

impl Client {
    /// Reads a file in a container.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]; or nothing can be run in the container: exec is forbidden or rejected on
    /// the way, the container does not run, or it has no `cat`.
    pub async fn cat(&self, cat: &Cat) -> Result<Content, Failure> {
        let request = cat.request();
        let started = Instant::now();
        let exec = Exec { label: self.label(&request), cat };
        let outcome = within(self.timeout, async {
            let socket = self.open_socket(&request, MAX_FILE).await;
            exec.read(socket.map_err(|why| exec.refused(why))?).await
        });
        let outcome = outcome.await.unwrap_or_else(|| Err(exec.label.timed_out(self.timeout)));
        let (path, ms) = (request.path_and_query(), started.elapsed().as_millis());
        match &outcome {
            Ok(_) => tracing::info!(ms, "exec {path}"),
            Err(failure) => tracing::warn!(failure = %failure.message, "exec {path}"),
        }
        outcome
    }
}

/// The output of one exec so far.
#[derive(Default)]
struct Output {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

struct Exec<'a> {
    label: RequestLabel,
    cat: &'a Cat,
}

impl Exec<'_> {
    /// Reads the output until the program has ended. The status is the last message.
    async fn read(&self, mut messages: Socket) -> Result<Content, Failure> {
        let mut output = Output::default();
        while let Some(message) = messages.next().await {
            let message = match message {
                Ok(message) => message,
                Err(WsError::Capacity(_)) => return Ok(too_long()),
                Err(WsError::Io(error)) => return Err(self.label.failed(&error)),
                Err(_) => break,
            };
            let Message::Binary(message) = message else { continue };
            // Some servers begin with an empty message on each channel.
            let Some((channel, part)) = message.split_first().filter(|(_, part)| !part.is_empty())
            else {
                continue;
            };
            match *channel {
                STDOUT => output.stdout.extend_from_slice(part),
                STDERR => output.stderr.extend_from_slice(part),
                STATUS => return self.ended(output, part),
                _ => {}
            }
            if output.stdout.len() > MAX_FILE || output.stderr.len() > MAX_STDERR {
                return Ok(too_long());
            }
        }
        Err(self.label.cut())
    }

    /// Interprets the status of a program that has ended, or was never started.
    fn ended(&self, output: Output, status: &[u8]) -> Result<Content, Failure> {
        let status: Status = serde_json::from_slice(status).map_err(|error| {
            Failure::unreadable(&format!("the exit status of {}", self.cat), &error)
        })?;
        if status.status.as_deref() == Some("Success") {
            return Ok(Content::Bytes(output.stdout));
        }
        let message = status.message.as_deref().unwrap_or_default();
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stderr = stderr.trim().lines().next().unwrap_or_default();
        match exit_code(&status) {
            // Some container runtimes report in this way that there is no such program.
            Some(126 | 127) => Err(self.no_cat(if stderr.is_empty() { message } else { stderr })),
            Some(_) if stderr.ends_with("No such file or directory") => Ok(Content::Absent),
            Some(_) if stderr.is_empty() => Ok(Content::Unreadable(message.to_owned())),
            Some(_) => Ok(Content::Unreadable(stderr.to_owned())),
            None if is_no_program(message) => Err(self.no_cat(message)),
            None => {
                let code = status.code.and_then(|code| u16::try_from(code).ok()).unwrap_or(500);
                let message = format!("nothing can be run in {}: {message}", self.cat.container());
                Err(Failure::new(FailureKind::Status(code), message, "See whether it runs"))
            }
        }
    }

    fn no_cat(&self, why: &str) -> Failure {
        let container = self.cat.container();
        // The innermost cause is the last one.
        let why = why.find("exec: \"").and_then(|at| why.get(at..)).unwrap_or(why);
        Failure::new(
            FailureKind::NotFound,
            format!(
                "there is no `cat` in {container}, or none in its PATH, to read its files with: {why}"
            ),
            format!(
                "Look from beside it: kubectl debug -it POD --image=kubewalk --target={container} \
                 -- kubewalk"
            ),
        )
    }

    /// The failure to begin an exec.
    fn refused(&self, why: NoSocket) -> Failure {
        let exchange = match why {
            NoSocket::Failed(failure) => return failure,
            NoSocket::Answered(exchange) => exchange,
        };
        match exchange.good() {
            Err(failure) if failure.kind == FailureKind::Forbidden => {
                let hint = if exchange.is_json() { MISSING_RULE } else { REJECTED };
                Failure::new(failure.kind, failure.message, hint)
            }
            Err(failure) => failure,
            Ok(_) => {
                let RequestLabel { address, path, .. } = &self.label;
                let message = format!("{address} opens no WebSocket for {path}, as an exec needs");
                Failure::new(FailureKind::NotAnApi, message, NO_WEBSOCKET)
            }
        }
    }
}

fn too_long() -> Content {
    Content::Unreadable(
        "it is longer than 4 MiB, or the error output of `cat` does not end".to_owned(),
    )
}

/// Returns the exit code of a program that ran (`NonZeroExitCodeReason` of the kubelet).
fn exit_code(status: &Status) -> Option<i32> {
    let causes = status.details.as_ref()?.causes.as_ref()?;
    let code = causes.iter().find(|cause| cause.reason.as_deref() == Some("ExitCode"))?;
    code.message.as_ref()?.parse().ok()
}

/// True if a container runtime reports that there is no such program, as runc and crun do.
fn is_no_program(message: &str) -> bool {
    message.contains("executable file")
        || message.contains("exec: \"cat\"")
        || message.ends_with("no such file or directory")
}
