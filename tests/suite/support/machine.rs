//! Keeps the machine out of the tests: its files, processes, variables and ports.

use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Stdio};

use kubewalk::here::{Machine, Root};

/// The program that is tested.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_kubewalk");

/// The variables that keep the machine's files and its port 8001 from the binary.
pub(crate) const ISOLATED: [(&str, &str); 2] =
    [("KUBEWALK_ROOT", "/dev/null"), ("KUBEWALK_PROXY", "127.0.0.1:0")];

/// Returns the binary with arguments, isolated from the machine and without input. More variables may
/// be added.
pub(crate) fn binary(arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.env_clear().envs(ISOLATED).args(arguments).stdin(Stdio::null());
    command
}

/// Returns a machine without any file or process.
pub(crate) fn nothing() -> Machine {
    Machine::at(Root::at("/dev/null"))
}

/// Returns an address that refuses connections.
pub(crate) fn refusing_address() -> SocketAddr {
    // All other tests listen on 127.0.0.1, so none of them is given this port.
    TcpListener::bind("127.0.0.9:0").unwrap().local_addr().unwrap()
}
