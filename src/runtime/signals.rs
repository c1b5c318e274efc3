//! What ends the program from outside, and what wakes it up after it was stopped.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinHandle, spawn_blocking};

/// How long the loop may take to end by itself.
const GRACE: Duration = Duration::from_millis(700);

/// Whether a stop takes effect is known after this time at the latest: where it does, the process
/// does not run until it is woken up.
const STOPPED: Duration = Duration::from_millis(200);

/// Why the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// A signal, by its number.
    Signal(u8),
    /// The other side of the terminal was closed, as when the stream of an exec is.
    Hangup,
}

impl End {
    /// As shells tell of a process that a signal ended.
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

/// The signals that end the program.
struct Signals {
    hangup: Signal,
    interrupt: Signal,
    quit: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> End {
        tokio::select! {
            _ = self.hangup.recv() => End::Signal(1),
            _ = self.interrupt.recv() => End::Signal(2),
            _ = self.quit.recv() => End::Signal(3),
            _ = self.terminate.recv() => End::Signal(15),
        }
    }
}

/// Waits for a signal that ends the program; the status that tells of it.
///
/// # Errors
///
/// What keeps signals from being listened for.
pub async fn interrupted() -> io::Result<ExitCode> {
    Ok(Signals::listen()?.next().await.into())
}

/// Listens for what ends the program on a terminal.
pub(super) struct Ends {
    signals: Signals,
    closed: JoinHandle<()>,
}

impl Ends {
    /// Listens from now on.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { signals: Signals::listen()?, closed: spawn_blocking(until_closed) })
    }

    /// Waits for one of them.
    pub(super) async fn next(&mut self) -> End {
        tokio::select! {
            end = self.signals.next() => end,
            _ = &mut self.closed => End::Hangup,
        }
    }
}

/// Waits, on a thread that sleeps, until the other side of the terminal is closed.
///
/// Not every closed terminal sends a signal, only that which controls our group of processes; and a
/// reader of a closed one turns for ever.
fn until_closed() {
    let stdin = io::stdin();
    loop {
        // A hang-up is told of without being asked for; what is typed is read elsewhere.
        match poll(&mut [PollFd::new(&stdin, PollFlags::empty())], None) {
            Ok(_) => return,
            Err(Errno::INTR) => {}
            // Then there are only the signals.
            Err(_) => std::thread::park(),
        }
    }
}

/// Ends the process where the loop does not in time: a terminal that takes no output, as over a
/// dead network, holds it up in the middle of a frame. `last` is done before.
pub(super) fn watch_over(mut ends: Ends, last: impl FnOnce() + Send + 'static) {
    tokio::spawn(async move {
        let end = ends.next().await;
        tokio::time::sleep(GRACE).await;
        tracing::warn!("the loop did not end by itself");
        last();
        std::process::exit(end.status().into());
    });
}

/// Tells when the terminal has another size.
pub(super) struct Resized(Signal);

impl Resized {
    /// Listens from now on.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::window_change())?))
    }

    /// Waits for the next change.
    pub(super) async fn next(&mut self) {
        _ = self.0.recv().await;
    }
}

/// Tells when the process goes on after it was stopped.
pub(super) struct Continued(Signal);

impl Continued {
    /// Listens from now on.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?))
    }

    /// Waits until the process goes on.
    pub(super) async fn next(&mut self) {
        _ = self.0.recv().await;
    }

    /// Stops this process and those that it started, as the shell would, until the shell lets them
    /// go on. Where there is no shell to do that, as in a container of its own, the kernel does not
    /// stop them.
    pub(super) async fn stop(&mut self) -> io::Result<()> {
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        // Another thread may take the signal, and this one run on for a moment.
        _ = tokio::time::timeout(STOPPED, self.0.recv()).await;
        Ok(())
    }
}
