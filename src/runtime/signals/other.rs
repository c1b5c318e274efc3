//! Systems where the keyboard and the window are told of in place of signals.

use std::future::pending;
use std::io;

use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown,
};

use super::End;

/// What ends the program.
pub(super) struct Signals {
    close: CtrlClose,
    interrupt: CtrlC,
    quit: CtrlBreak,
    shutdown: CtrlShutdown,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            close: ctrl_close()?,
            interrupt: ctrl_c()?,
            quit: ctrl_break()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    pub(super) async fn next(&mut self) -> End {
        tokio::select! {
            _ = self.close.recv() => End::Hangup,
            _ = self.interrupt.recv() => End::Signal(2),
            _ = self.quit.recv() => End::Signal(3),
            _ = self.shutdown.recv() => End::Signal(15),
        }
    }
}

/// A window that is closed is told of otherwise.
pub(super) fn until_closed() {
    loop {
        std::thread::park();
    }
}

/// Tells when the terminal has another size: here that comes with the keys.
pub(in crate::runtime) struct Resized;

impl Resized {
    /// Listens from now on.
    pub(in crate::runtime) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for the next change.
    pub(in crate::runtime) async fn next(&mut self) {
        pending().await
    }
}

/// Tells when the process goes on after it was stopped, which is not known here.
pub(in crate::runtime) struct Continued;

impl Continued {
    /// Listens from now on.
    pub(in crate::runtime) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits until the process goes on.
    pub(in crate::runtime) async fn next(&mut self) {
        pending().await
    }

    /// There is no shell that would let the process go on.
    pub(in crate::runtime) async fn stop(&mut self) -> io::Result<()> {
        Ok(())
    }
}
