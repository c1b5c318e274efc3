//! Credentials of requests: a header that never changes, the token in a file, or the tokens and
//! client certificates of a credential plugin.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use http::HeaderValue;
use jiff::Timestamp;

use crate::k8s::failure::{Failure, FailureKind};

use plugin::{ClientCertificate, ExecCredential, Plugin};

pub(super) mod plugin;
pub(super) mod reports;

use reports::PluginReports;

/// A plugin runs again this long before its credential expires.
const MARGIN: Duration = Duration::from_mins(1);

/// A plugin does not run more often than this for a credential that is refused: it may ask a person.
const RENEWAL_INTERVAL: Duration = Duration::from_mins(1);

/// Supplies requests with credentials. Clones share them.
#[derive(Clone)]
pub(super) struct Signer(Arc<Shelf>);

/// Builds a client that presents a client certificate.
pub(super) type ClientFactory =
    Arc<dyn Fn(&ClientCertificate) -> Result<kube::Client, Failure> + Send + Sync>;

struct Shelf {
    source: Source,
    state: Mutex<State>,
}

enum Source {
    Fixed,
    File(PathBuf),
    Plugin { plugin: Plugin, factory: ClientFactory, reports: PluginReports },
}

#[derive(Default)]
struct State {
    last: Credentials,
    /// The run of the plugin that all requests wait for. It goes on when one of them is cancelled.
    run: Option<Run>,
    /// When the plugin was last run for a credential that was refused.
    renewed: Option<Instant>,
}

type Run = Shared<BoxFuture<'static, Result<Credentials, Failure>>>;

/// What one request is sent with.
#[derive(Clone, Default)]
pub(super) struct Credentials {
    /// The Authorization header.
    pub(super) header: Option<HeaderValue>,
    /// The client with the plugin's certificate, in place of the usual one.
    pub(super) client: Option<kube::Client>,
    certificate: Option<Arc<ClientCertificate>>,
    expires: Option<Timestamp>,
}

impl Signer {
    /// Signs with a header that never changes.
    pub(super) fn fixed(header: HeaderValue) -> Self {
        Self::new(Source::Fixed, Credentials::of_header(header))
    }

    /// Signs with the token in a file.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or contains no token.
    pub(super) fn file(file: PathBuf) -> Result<Self, Failure> {
        let credentials = Credentials::of_header(read_token(&file)?);
        Ok(Self::new(Source::File(file), credentials))
    }

    /// Runs a plugin, and signs with its credentials.
    ///
    /// # Errors
    ///
    /// The plugin fails.
    pub(super) async fn plugin(
        plugin: Plugin,
        factory: ClientFactory,
        reports: PluginReports,
    ) -> Result<Self, Failure> {
        let source = Source::Plugin { plugin, factory, reports };
        let signer = Self::new(source, Credentials::default());
        signer.run_plugin().await?;
        Ok(signer)
    }

    fn new(source: Source, last: Credentials) -> Self {
        let state = Mutex::new(State { last, ..State::default() });
        Self(Arc::new(Shelf { source, state }))
    }

    /// Returns the credentials of a request that is sent now.
    ///
    /// A file is read for every request: it is small, and is replaced every hour. While it cannot be
    /// read its last token is used. A plugin runs when its credential is about to expire, once for
    /// all requests that wait for it.
    ///
    /// # Errors
    ///
    /// The plugin fails.
    pub(super) async fn current(&self) -> Result<Credentials, Failure> {
        let is_expiring = self.state().last.is_expiring();
        match &self.0.source {
            Source::File(file) => {
                if let Ok(token) = read_token(file) {
                    self.state().last = Credentials::of_header(token);
                }
            }
            Source::Plugin { .. } if is_expiring => return self.run_plugin().await,
            Source::Plugin { .. } | Source::Fixed => {}
        }
        Ok(self.state().last.clone())
    }

    /// Replaces credentials that the server refused. Returns true if there are others now: a file is
    /// read again, and a plugin runs again.
    ///
    /// # Errors
    ///
    /// The plugin fails.
    pub(super) async fn renew(&self, refused: &Credentials) -> Result<bool, Failure> {
        if !self.state().last.is_like(refused) {
            return Ok(true);
        }
        let new = match &self.0.source {
            Source::Fixed => return Ok(false),
            Source::File(file) => match read_token(file) {
                Ok(token) => Credentials::of_header(token),
                Err(_) => return Ok(false),
            },
            Source::Plugin { .. } => {
                if !self.state().may_renew() {
                    return Ok(false);
                }
                self.run_plugin().await.map_err(|failure| {
                    let message = format!("the credentials were refused, and {}", failure.message);
                    Failure::new(FailureKind::Unauthorized, message, failure.hint)
                })?
            }
        };
        let is_new = !new.is_like(refused);
        self.state().last = new;
        Ok(is_new)
    }

    /// Waits for the plugin, which is started if it does not run already.
    async fn run_plugin(&self) -> Result<Credentials, Failure> {
        let Source::Plugin { plugin, factory, reports } = &self.0.source else {
            return Ok(self.state().last.clone());
        };
        let run = {
            let mut state = self.state();
            let last = state.last.clone();
            let start = || {
                let (plugin, factory) = (plugin.clone(), Arc::clone(factory));
                let reports = reports.clone();
                let run = async move { last.followed_by(plugin.run(&reports).await?, &factory) };
                run.boxed().shared()
            };
            state.run.get_or_insert_with(start).clone()
        };
        let outcome = run.clone().await;
        let mut state = self.state();
        if state.run.as_ref().is_some_and(|current| current.ptr_eq(&run)) {
            state.run = None;
            if let Ok(credentials) = &outcome {
                state.last = credentials.clone();
            }
        }
        outcome
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// True if a plugin may run for a credential that was refused: it runs already, or has not for
    /// a while.
    fn may_renew(&mut self) -> bool {
        if self.run.is_none() {
            if self.renewed.is_some_and(|at| at.elapsed() < RENEWAL_INTERVAL) {
                return false;
            }
            self.renewed = Some(Instant::now());
        }
        true
    }
}

impl Credentials {
    fn of_header(header: HeaderValue) -> Self {
        Self { header: Some(header), ..Self::default() }
    }

    /// The credentials that a plugin gave after these. The connections are kept where the
    /// certificate is the same.
    fn followed_by(
        &self,
        credential: ExecCredential,
        factory: &ClientFactory,
    ) -> Result<Self, Failure> {
        let ExecCredential { header, certificate, expires } = credential;
        if certificate == self.certificate.as_deref().cloned() {
            return Ok(Self { header, expires, ..self.clone() });
        }
        let client = certificate.as_ref().map(|certificate| factory(certificate)).transpose()?;
        Ok(Self { header, client, certificate: certificate.map(Arc::new), expires })
    }

    fn is_like(&self, other: &Self) -> bool {
        self.header == other.header && self.certificate == other.certificate
    }

    fn is_expiring(&self) -> bool {
        self.expires.is_some_and(|expires| Timestamp::now() + MARGIN >= expires)
    }
}

/// Returns a user's name and password as the value of an Authorization header.
pub(super) fn basic(user: &str, password: &str) -> HeaderValue {
    let login = STANDARD.encode(format!("{user}:{password}"));
    // Base64 has only characters that a header may have.
    let header = HeaderValue::try_from(format!("Basic {login}"));
    let mut header = header.unwrap_or_else(|_| HeaderValue::from_static("Basic"));
    header.set_sensitive(true);
    header
}

/// Returns a token as the value of an Authorization header; `None` if no header can carry it.
pub(super) fn bearer(token: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
    header.set_sensitive(true);
    Some(header).filter(|_| !token.is_empty())
}

/// Reads a token file. Editors end files with a line feed, which is no part of the token.
fn read_token(file: &Path) -> Result<HeaderValue, Failure> {
    let unusable = |why: String| {
        let message = format!("the token file {} {why}", file.display());
        Failure::new(FailureKind::Input, message, "Check the token file of the kubeconfig's user")
    };
    let token = std::fs::read_to_string(file)
        .map_err(|error| unusable(format!("cannot be read: {error}")))?;
    bearer(token.trim()).ok_or_else(|| unusable("contains no token".to_owned()))
}
