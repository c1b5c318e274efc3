//! Tokens that change while the program runs: those of a file, and those of a credential plugin.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderValue;
use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::k8s::failure::{Failure, FailureKind};

use plugin::Plugin;

pub(super) mod plugin;

/// A plugin is asked again so long before its token expires.
const MARGIN: Duration = Duration::from_mins(1);

/// A plugin is not run again for a refused token more often than this: it may ask a person.
const PATIENCE: Duration = Duration::from_mins(1);

/// Signs requests with the token of the moment. Clones share it.
#[derive(Clone)]
pub(super) struct Signer {
    source: Source,
    last: Arc<Mutex<Token>>,
    /// When a plugin was last run for a token that was refused.
    renewed: Arc<Mutex<Option<Instant>>>,
}

#[derive(Clone)]
enum Source {
    File(PathBuf),
    Plugin(Plugin),
}

/// A token as the value of an Authorization header.
#[derive(Clone)]
pub(super) struct Token {
    header: HeaderValue,
    expires: Option<Timestamp>,
}

impl Signer {
    /// Signs with the token in a file.
    pub(super) fn file(file: PathBuf) -> Result<Self, Failure> {
        let token = read(&file)?;
        Ok(Self::new(Source::File(file), token))
    }

    /// Signs with the tokens of a plugin that has just given one.
    pub(super) fn plugin(plugin: Plugin, token: Token) -> Self {
        Self::new(Source::Plugin(plugin), token)
    }

    fn new(source: Source, token: Token) -> Self {
        Self { source, last: Arc::new(Mutex::new(token)), renewed: Arc::default() }
    }

    /// The Authorization header for a request that is sent now.
    ///
    /// A file is read for every request: it is small, and is replaced every hour. While it cannot
    /// be read its last token holds. A plugin runs when its token is about to expire, once for all
    /// who wait for it.
    pub(super) async fn header(&self) -> Result<HeaderValue, Failure> {
        let mut last = self.last.lock().await;
        match &self.source {
            Source::File(file) => {
                if let Ok(token) = read(file) {
                    *last = token;
                }
            }
            Source::Plugin(plugin) if last.is_expiring() => {
                if let Some(token) = run(plugin).await? {
                    *last = token;
                }
            }
            Source::Plugin(_) => {}
        }
        Ok(last.header.clone())
    }

    /// The server refused this header: whether there is another one by now. A file is read again,
    /// and a plugin runs again.
    pub(super) async fn renew(&self, refused: &HeaderValue) -> Result<bool, Failure> {
        let mut last = self.last.lock().await;
        if last.header != *refused {
            return Ok(true);
        }
        let token = match &self.source {
            Source::File(file) => read(file).ok(),
            Source::Plugin(plugin) => {
                let mut renewed = self.renewed.lock().await;
                if renewed.is_some_and(|at| at.elapsed() < PATIENCE) {
                    return Ok(false);
                }
                *renewed = Some(Instant::now());
                run(plugin).await.map_err(|failure| {
                    let message = format!("401: the token was refused, and {}", failure.message);
                    Failure::new(FailureKind::Unauthorized, message, failure.hint)
                })?
            }
        };
        let Some(token) = token.filter(|token| token.header != *refused) else { return Ok(false) };
        *last = token;
        Ok(true)
    }
}

impl Token {
    /// A token and when it expires; `None` for one that no header can carry.
    pub(super) fn new(token: &str, expires: Option<Timestamp>) -> Option<Self> {
        let mut header = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        header.set_sensitive(true);
        Some(Self { header, expires }).filter(|_| !token.is_empty())
    }

    fn is_expiring(&self) -> bool {
        self.expires.is_some_and(|expires| Timestamp::now() + MARGIN >= expires)
    }
}

/// Runs a plugin beside the tasks of the runtime.
async fn run(plugin: &Plugin) -> Result<Option<Token>, Failure> {
    let plugin = plugin.clone();
    let run = tokio::task::spawn_blocking(move || plugin.run()).await;
    let credential = run.map_err(|error| {
        let message = format!("the credential plugin was given up: {error}");
        Failure::new(FailureKind::Unauthorized, message, "")
    })??;
    Ok(credential.token)
}

/// Reads a token file. Editors end files with a line feed, which is no part of the token.
fn read(file: &Path) -> Result<Token, Failure> {
    let unusable = |why: String| {
        let message = format!("the token file {} {why}", file.display());
        Failure::new(FailureKind::Input, message, "Check the token file of the kubeconfig's user")
    };
    let token = std::fs::read_to_string(file)
        .map_err(|error| unusable(format!("cannot be read: {error}")))?;
    Token::new(token.trim(), None).ok_or_else(|| unusable("holds no token".to_owned()))
}
