//! Credentials that change while the program runs: the token of a file, and the tokens and client
//! certificates of a credential plugin.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderValue;
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::k8s::failure::{Failure, FailureKind};

use plugin::{Certificate, Credential, Plugin};

pub(super) mod plugin;

/// A plugin is asked again so long before its credential expires.
const MARGIN: Duration = Duration::from_mins(1);

/// A plugin is not run again for a refused credential more often than this: it may ask a person.
const PATIENCE: Duration = Duration::from_mins(1);

/// Gives requests the credentials of the moment. Clones share them.
#[derive(Clone)]
pub(super) struct Signer {
    source: Source,
    last: Arc<Mutex<Pass>>,
    /// When a plugin was last run for a credential that was refused.
    renewed: Arc<Mutex<Option<Instant>>>,
}

/// Makes kube's stack with a client certificate.
pub(super) type Stack = Arc<dyn Fn(&Certificate) -> Result<kube::Client, Failure> + Send + Sync>;

#[derive(Clone)]
enum Source {
    File(PathBuf),
    Plugin(Plugin, Stack),
}

/// What a request is sent with.
#[derive(Clone, Default)]
pub(super) struct Pass {
    /// The Authorization header.
    pub(super) header: Option<HeaderValue>,
    /// kube's stack with the client certificate of the plugin, which takes the place of any other.
    pub(super) stack: Option<kube::Client>,
    certificate: Option<Arc<Certificate>>,
    expires: Option<Timestamp>,
}

impl Signer {
    /// Signs with the token in a file.
    pub(super) fn file(file: PathBuf) -> Result<Self, Failure> {
        let pass = Pass::of_token(read(&file)?);
        Ok(Self::new(Source::File(file), pass))
    }

    /// Runs a plugin, and signs with what it gives. This may take a while.
    pub(super) fn plugin(plugin: Plugin, stack: Stack) -> Result<Self, Failure> {
        let pass = Pass::default().followed_by(plugin.run()?, &stack)?;
        Ok(Self::new(Source::Plugin(plugin, stack), pass))
    }

    fn new(source: Source, pass: Pass) -> Self {
        Self { source, last: Arc::new(Mutex::new(pass)), renewed: Arc::default() }
    }

    /// What a request that is sent now is sent with.
    ///
    /// A file is read for every request: it is small, and is replaced every hour. While it cannot
    /// be read its last token holds. A plugin runs when its credential is about to expire, once for
    /// all who wait for it.
    pub(super) async fn pass(&self) -> Result<Pass, Failure> {
        let mut last = self.last.lock().await;
        match &self.source {
            Source::File(file) => {
                if let Ok(token) = read(file) {
                    *last = Pass::of_token(token);
                }
            }
            Source::Plugin(plugin, stack) if last.is_expiring() => {
                *last = run(plugin, stack, &last).await?;
            }
            Source::Plugin(..) => {}
        }
        Ok(last.clone())
    }

    /// The server refused this: whether there is something else by now. A file is read again, and a
    /// plugin runs again.
    pub(super) async fn renew(&self, refused: &Pass) -> Result<bool, Failure> {
        let mut last = self.last.lock().await;
        if !last.is_like(refused) {
            return Ok(true);
        }
        let pass = match &self.source {
            Source::File(file) => read(file).ok().map(Pass::of_token),
            Source::Plugin(plugin, stack) => {
                let mut renewed = self.renewed.lock().await;
                if renewed.is_some_and(|at| at.elapsed() < PATIENCE) {
                    return Ok(false);
                }
                *renewed = Some(Instant::now());
                let pass = run(plugin, stack, &last).await.map_err(|failure| {
                    let message = format!("the credentials were refused, and {}", failure.message);
                    Failure::new(FailureKind::Unauthorized, message, failure.hint)
                });
                Some(pass?)
            }
        };
        let Some(pass) = pass.filter(|pass| !pass.is_like(refused)) else { return Ok(false) };
        *last = pass;
        Ok(true)
    }
}

impl Pass {
    fn of_token(header: HeaderValue) -> Self {
        Self { header: Some(header), ..Self::default() }
    }

    /// What comes after this. The connections stay where the certificate does.
    fn followed_by(&self, credential: Credential, stack: &Stack) -> Result<Self, Failure> {
        let Credential { token, certificate, expires } = credential;
        if certificate == self.certificate.as_deref().cloned() {
            return Ok(Self { header: token, expires, ..self.clone() });
        }
        let stack = certificate.as_ref().map(|certificate| stack(certificate)).transpose()?;
        Ok(Self { header: token, stack, certificate: certificate.map(Arc::new), expires })
    }

    fn is_like(&self, other: &Self) -> bool {
        self.header == other.header && self.certificate == other.certificate
    }

    fn is_expiring(&self) -> bool {
        self.expires.is_some_and(|expires| Timestamp::now() + MARGIN >= expires)
    }
}

/// A token as the value of an Authorization header; `None` for one that no header can carry.
pub(super) fn bearer(token: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
    header.set_sensitive(true);
    Some(header).filter(|_| !token.is_empty())
}

/// Runs a plugin beside the tasks of the runtime.
async fn run(plugin: &Plugin, stack: &Stack, last: &Pass) -> Result<Pass, Failure> {
    let (plugin, stack, last) = (plugin.clone(), Arc::clone(stack), last.clone());
    let run = move || last.followed_by(plugin.run()?, &stack);
    tokio::task::spawn_blocking(run).await.unwrap_or_else(|error| {
        let message = format!("the credential plugin was given up: {error}");
        Err(Failure::new(FailureKind::Unauthorized, message, ""))
    })
}

/// Reads a token file. Editors end files with a line feed, which is no part of the token.
fn read(file: &Path) -> Result<HeaderValue, Failure> {
    let unusable = |why: String| {
        let message = format!("the token file {} {why}", file.display());
        Failure::new(FailureKind::Input, message, "Check the token file of the kubeconfig's user")
    };
    let token = std::fs::read_to_string(file)
        .map_err(|error| unusable(format!("cannot be read: {error}")))?;
    bearer(token.trim()).ok_or_else(|| unusable("holds no token".to_owned()))
}
