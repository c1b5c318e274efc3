//! Systems with signals.

use std::io;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::End;

/// Whether a stop takes effect is known after this time at the latest: where it does, the process
/// does not run until it is woken up.
const STOPPED: Duration = Duration::from_millis(200);

/// The signals that end the program.
pub(super) struct Signals {
    hangup: Signal,
    interrupt: Signal,
    quit: Signal,
    terminate: Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    pub(super) async fn next(&mut self) -> End {
        tokio::select! {
            _ = self.hangup.recv() => End::Signal(1),
            _ = self.interrupt.recv() => End::Signal(2),
            _ = self.quit.recv() => End::Signal(3),
            _ = self.terminate.recv() => End::Signal(15),
        }
    }
}

/// Waits, on a thread that sleeps, until the other side of the terminal is closed.
///
/// Not every closed terminal sends a signal, only that which controls our group of processes; and a
/// reader of a closed one turns for ever.
pub(super) fn until_closed() {
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

/// Tells when the terminal has another size.
pub(in crate::runtime) struct Resized(Signal);

impl Resized {
    /// Listens from now on.
    pub(in crate::runtime) fn listen() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::window_change())?))
    }

    /// Waits for the next change.
    pub(in crate::runtime) async fn next(&mut self) {
        _ = self.0.recv().await;
    }
}

/// Tells when the process goes on after it was stopped.
pub(in crate::runtime) struct Continued(Signal);

impl Continued {
    /// Listens from now on.
    pub(in crate::runtime) fn listen() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?))
    }

    /// Waits until the process goes on.
    pub(in crate::runtime) async fn next(&mut self) {
        _ = self.0.recv().await;
    }

    /// Stops this process and those that it started, as the shell would, until the shell lets them
    /// go on. Where there is no shell to do that, as in a container of its own, the kernel does not
    /// stop them.
    pub(in crate::runtime) async fn stop(&mut self) -> io::Result<()> {
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        // Another thread may take the signal, and this one run on for a moment.
        _ = tokio::time::timeout(STOPPED, self.0.recv()).await;
        Ok(())
    }
}
