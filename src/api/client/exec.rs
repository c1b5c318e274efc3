//! Reads a file in a container: `cat`, run by an exec over a WebSocket.
//!
//! The messages are those of `v4.channel.k8s.io` and `v5.channel.k8s.io`: a byte that names the
//! channel, then what came on it. Nothing is ever sent.

use std::time::Instant;

use futures::StreamExt as _;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

use super::trouble::Asking;
use super::websocket::{NO_WEBSOCKET, NoSocket, Socket};
use super::{Client, within};
use crate::k8s::exec::Cat;
use crate::k8s::failure::{Failure, FailureKind};

const STDOUT: u8 = 1;
const STDERR: u8 = 2;
/// A `Status` comes on it when the program has ended.
const STATUS: u8 = 3;

/// No more than this is taken of a file, in bytes: an environment and what the API stores are less.
const MOST_BYTES: usize = 4 << 20;
/// Nor of what a program complains.
const MOST_COMPLAINTS: usize = 64 << 10;
/// The rule that an exec takes: servers since 1.35 want `create` whatever the method, and all want
/// `get` of a GET, as each WebSocket begins with one.
const MISSING_RULE: &str = "Ask for a rule with the verbs create and get on pods/exec; servers \
    before 1.35 want get alone";
const REJECTED: &str = "kubectl proxy rejects exec unless it is started with --reject-paths=^$ or \
    --disable-filter; a kubeconfig or a service account needs no proxy";
/// What `cat` made of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// There is no such file.
    Absent,
    /// Why it cannot be read, a few words.
    Unreadable(String),
}

impl Client {
    /// Reads a file in a container.
    ///
    /// # Errors
    ///
    /// As [`Client::send`]; and where nothing can be run in the container: exec is forbidden or
    /// rejected on the way, the container does not run, or there is no `cat` in it.
    pub async fn cat(&self, cat: &Cat) -> Result<Content, Failure> {
        let request = cat.request();
        let started = Instant::now();
        let exec = Exec { asking: self.asking(&request), cat };
        let outcome = within(self.timeout, async {
            let socket = self.open_socket(&request, MOST_BYTES).await;
            exec.read(socket.map_err(|why| exec.refused(why))?).await
        });
        let outcome = outcome.await.unwrap_or_else(|| Err(exec.asking.timed_out(self.timeout)));
        let (path, ms) = (request.path_and_query(), started.elapsed().as_millis());
        match &outcome {
            Ok(_) => tracing::info!(ms, "exec {path}"),
            Err(failure) => tracing::warn!(failure = %failure.message, "exec {path}"),
        }
        outcome
    }
}

/// What one exec has written so far.
#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    complaints: Vec<u8>,
}

struct Exec<'a> {
    asking: Asking,
    cat: &'a Cat,
}

impl Exec<'_> {
    /// Takes in what is written until the program has ended. The status comes last.
    async fn read(&self, mut messages: Socket) -> Result<Content, Failure> {
        let mut written = Written::default();
        while let Some(message) = messages.next().await {
            let message = match message {
                Ok(message) => message,
                Err(WsError::Capacity(_)) => return Ok(too_long()),
                Err(WsError::Io(error)) => return Err(self.asking.failed(&error)),
                Err(_) => break,
            };
            let Message::Binary(message) = message else { continue };
            // Some servers begin with an empty message on each channel.
            let Some((channel, part)) = message.split_first().filter(|(_, part)| !part.is_empty())
            else {
                continue;
            };
            match *channel {
                STDOUT => written.bytes.extend_from_slice(part),
                STDERR => written.complaints.extend_from_slice(part),
                STATUS => return self.ended(written, part),
                _ => {}
            }
            if written.bytes.len() > MOST_BYTES || written.complaints.len() > MOST_COMPLAINTS {
                return Ok(too_long());
            }
        }
        Err(self.asking.cut())
    }

    /// What a status says of a program that has ended, or was never started.
    fn ended(&self, written: Written, status: &[u8]) -> Result<Content, Failure> {
        let status: Status = serde_json::from_slice(status)
            .map_err(|error| Failure::unreadable(&format!("how {} ended", self.cat), &error))?;
        if status.status.as_deref() == Some("Success") {
            return Ok(Content::Bytes(written.bytes));
        }
        let message = status.message.as_deref().unwrap_or_default();
        let complaint = String::from_utf8_lossy(&written.complaints);
        let complaint = complaint.trim().lines().next().unwrap_or_default();
        match exit_code(&status) {
            // The runtimes of some nodes tell in this way that there is no such program.
            Some(126 | 127) => {
                Err(self.no_cat(if complaint.is_empty() { message } else { complaint }))
            }
            Some(_) if complaint.ends_with("No such file or directory") => Ok(Content::Absent),
            Some(_) if complaint.is_empty() => Ok(Content::Unreadable(message.to_owned())),
            Some(_) => Ok(Content::Unreadable(complaint.to_owned())),
            None if is_no_program(message) => Err(self.no_cat(message)),
            None => {
                let code = status.code.and_then(|code| u16::try_from(code).ok()).unwrap_or(500);
                let message = format!("nothing can be run in {}: {message}", self.cat.container());
                Err(Failure::new(FailureKind::Status(code), message, "See whether it runs"))
            }
        }
    }

    fn no_cat(&self, said: &str) -> Failure {
        let container = self.cat.container();
        // The innermost cause is the last one.
        let said = said.find("exec: \"").and_then(|at| said.get(at..)).unwrap_or(said);
        Failure::new(
            FailureKind::NotFound,
            format!("there is no `cat` in {container} to read its files with: {said}"),
            format!(
                "Look from beside it: kubectl debug -it POD --image=kubewalk --target={container} \
                 -- kubewalk"
            ),
        )
    }

    /// Why no exec was begun.
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
                let Asking { address, path, .. } = &self.asking;
                let message = format!("{address} opens no WebSocket for {path}, as an exec needs");
                Failure::new(FailureKind::NotAnApi, message, NO_WEBSOCKET)
            }
        }
    }
}

fn too_long() -> Content {
    Content::Unreadable(
        "it is longer than 4 MiB, or what `cat` complains is without end".to_owned(),
    )
}

/// The exit code of a program that ran (`NonZeroExitCodeReason` of the kubelet).
fn exit_code(status: &Status) -> Option<i32> {
    let causes = status.details.as_ref()?.causes.as_ref()?;
    let code = causes.iter().find(|cause| cause.reason.as_deref() == Some("ExitCode"))?;
    code.message.as_ref()?.parse().ok()
}

/// Whether a runtime says that it found no such program, as runc and crun do.
fn is_no_program(message: &str) -> bool {
    message.contains("executable file")
        || message.contains("exec: \"cat\"")
        || message.ends_with("no such file or directory")
}
