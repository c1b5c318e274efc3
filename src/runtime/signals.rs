//! Signals and hang-ups that end the program, and the signal that continues it.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use tokio::task::spawn_blocking;

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(super) use other::{Continued, Resized};
#[cfg(not(unix))]
use other::{Signals, until_closed};
#[cfg(unix)]
pub(super) use unix::{Continued, Resized};
#[cfg(unix)]
use unix::{Signals, until_closed};

/// How long the loop may take to end.
const GRACE: Duration = Duration::from_millis(700);

/// Why the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A signal, by its number.
    Signal(u8),
    /// The other side of the terminal was closed, such as the stream of an exec.
    Hangup,
}

impl End {
    /// Returns the exit status, as shells report a process that was ended by a signal.
    fn status(self) -> u8 {
        match self {
            Self::Signal(number) => 128 + number,
            Self::Hangup => 128 + 1,
        }
    }
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(end.status())
    }
}

/// Listens for the signals that end the program. The future waits for one and returns the exit code.
///
/// # Errors
///
/// Signals cannot be received.
pub fn interrupted() -> io::Result<impl Future<Output = ExitCode>> {
    let mut signals = Signals::listen()?;
    Ok(async move { signals.next().await.into() })
}

/// Receives the signals and hang-ups that end the program on a terminal.
pub(super) struct Ends {
    signals: Signals,
    closed: Shared<BoxFuture<'static, ()>>,
}

impl Ends {
    /// Starts to listen.
    pub(super) fn listen() -> io::Result<Self> {
        let closed = async { _ = spawn_blocking(until_closed).await }.boxed().shared();
        Ok(Self { signals: Signals::listen()?, closed })
    }

    /// Returns another listener for the same signals and hang-up.
    fn again(&self) -> io::Result<Self> {
        Ok(Self { signals: Signals::listen()?, closed: self.closed.clone() })
    }

    /// Waits for the first.
    pub(super) async fn next(&mut self) -> End {
        tokio::select! {
            end = self.signals.next() => end,
            () = self.closed.clone() => End::Hangup,
        }
    }
}

/// Ends the process if the loop does not end in time: a terminal that accepts no output, as over a
/// dead network, blocks it in the middle of a frame. `last` runs before the end.
///
/// # Errors
///
/// Signals cannot be received.
pub(super) fn watch_over(ends: &Ends, last: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let mut ends = ends.again()?;
    tokio::spawn(async move {
        let end = ends.next().await;
        tokio::time::sleep(GRACE).await;
        tracing::warn!("the loop did not end by itself");
        last();
        std::process::exit(end.status().into());
    });
    Ok(())
}
