//! Signals of Unix.

use std::io;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::End;

/// How long to wait for the process to stop. If it does not stop in this time, it will not.
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

/// Blocks until the other side of the terminal is closed.
///
/// Only the terminal that controls the process group sends a signal when it is closed, and the reader
/// of a closed terminal would spin.
pub(super) fn until_closed() {
    let stdin = io::stdin();
    loop {
        // Poll always reports hang-ups. The input is read elsewhere.
        match poll(&mut [PollFd::new(&stdin, PollFlags::empty())], None) {
            Ok(_) => return,
            Err(Errno::INTR) => {}
            // Without poll, only signals end the program.
            Err(_) => std::thread::park(),
        }
    }
}

/// Receives changes of the terminal's size.
pub(in crate::runtime) struct Resized(Signal);

impl Resized {
    /// Starts to listen.
    pub(in crate::runtime) fn listen() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::window_change())?))
    }

    /// Waits for the next change.
    pub(in crate::runtime) async fn next(&mut self) {
        _ = self.0.recv().await;
    }
}

/// Receives the signal that continues a stopped process.
pub(in crate::runtime) struct Continued(Signal);

impl Continued {
    /// Starts to listen.
    pub(in crate::runtime) fn listen() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?))
    }

    /// Waits until the process is continued.
    pub(in crate::runtime) async fn next(&mut self) {
        _ = self.0.recv().await;
    }

    /// Stops this process group, as a shell does, until the shell continues it. Where there is no such
    /// shell, as for the first process of a container, the kernel does not stop it.
    pub(in crate::runtime) async fn stop(&mut self) -> io::Result<()> {
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        // Another thread may get the signal, while this one runs on for a moment.
        _ = tokio::time::timeout(STOPPED, self.0.recv()).await;
        Ok(())
    }
}
