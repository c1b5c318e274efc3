//! Events of the console on systems without signals.

use std::future::pending;
use std::io;

use tokio::signal::windows::{
    CtrlBreak, CtrlC, CtrlClose, CtrlShutdown, ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown,
};

use super::End;

/// The events that end the program.
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

/// Blocks for ever: closing the window is an event of its own.
pub(super) fn until_closed() {
    loop {
        std::thread::park();
    }
}

/// Receives changes of the terminal's size: never, because they arrive with the keys.
pub(in crate::runtime) struct Resized;

impl Resized {
    /// Starts to listen.
    pub(in crate::runtime) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for the next change.
    pub(in crate::runtime) async fn next(&mut self) {
        pending().await
    }
}

/// Receives the continuation of a stopped process: never on this system.
pub(in crate::runtime) struct Continued;

impl Continued {
    /// Starts to listen.
    pub(in crate::runtime) fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits until the process is continued.
    pub(in crate::runtime) async fn next(&mut self) {
        pending().await
    }

    /// Does nothing: there is no shell that could continue the process.
    pub(in crate::runtime) async fn stop(&mut self) -> io::Result<()> {
        Ok(())
    }
}
