//! The end of the program: signals, closed terminals, ctrl-z, and what may not delay it.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::machine::BINARY;
use crate::support::terminal::{Terminal, command};

/// Within this time the program must have ended, including what a busy machine adds.
const SOON: Duration = Duration::from_millis(1500);

const SIZE: (u16, u16) = (80, 24);

const TERM: (&str, &str) = ("TERM", "xterm");

/// Starts the demo in an environment with `TERM` only, and waits for its first screen.
fn demo() -> Terminal {
    started(&[BINARY, "--demo"])
}

/// Starts a program that runs the demo, and waits for its first screen.
fn started(words: &[&str]) -> Terminal {
    let terminal = Terminal::open(command(words, &[TERM]), SIZE);
    wait_for_demo(&terminal);
    terminal
}

fn wait_for_demo(terminal: &Terminal) {
    terminal.wait_for_all(&["kubewalk", "demo", "apis"]);
}

/// Waits for the end of the program, which must be soon. Returns its exit code.
fn ends_soon(terminal: &mut Terminal) -> u32 {
    let start = Instant::now();
    let code = terminal.ended().exit_code();
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    code
}

fn signal_ends_the_program(signal: Signal, code: u32) {
    let mut terminal = demo();
    assert!(terminal.is_taken_over());
    terminal.signal(signal);
    assert_eq!(ends_soon(&mut terminal), code);
    assert!(terminal.is_restored());
}

#[test]
fn sigterm_ends_the_program_and_restores_the_terminal() {
    signal_ends_the_program(Signal::TERM, 143);
}

#[test]
fn sighup_ends_the_program_and_restores_the_terminal() {
    signal_ends_the_program(Signal::HUP, 129);
}

#[test]
fn sigint_ends_the_program_and_restores_the_terminal() {
    signal_ends_the_program(Signal::INT, 130);
}

#[test]
fn sigquit_ends_the_program_and_restores_the_terminal() {
    signal_ends_the_program(Signal::QUIT, 131);
}

#[test]
fn closing_the_terminal_ends_the_program() {
    let mut terminal = demo();
    terminal.hang_up();
    assert_eq!(ends_soon(&mut terminal), 129);
}

#[test]
fn closing_a_terminal_that_does_not_control_the_program_ends_it() {
    // A program started by setsid gets no signal; the shell that waits for it ignores its own.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("status");
    let script = "trap '' HUP; setsid --wait \"$0\" --demo; echo $? > \"$1\"";
    let mut terminal = started(&["/bin/sh", "-c", script, BINARY, file.to_str().unwrap()]);
    terminal.hang_up();
    ends_soon(&mut terminal);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "129\n");
}

#[test]
fn a_terminal_that_is_not_read_does_not_delay_the_end() {
    // A frame of this size does not fit into the kernel's buffer.
    let words = [BINARY, "--demo"];
    let mut terminal = Terminal::open_unread(command(&words, &[TERM]), (900, 300));
    let start = Instant::now();
    while terminal.is_line_mode() {
        assert!(start.elapsed() < Duration::from_secs(30), "the terminal was never taken over");
        std::thread::yield_now();
    }
    terminal.signal(Signal::TERM);
    assert_eq!(ends_soon(&mut terminal), 143);
    assert!(terminal.is_line_mode());
}

#[test]
fn a_hung_credential_plugin_does_not_delay_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    let config = "{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: k, cluster: \
                  {server: 'https://127.0.0.1:9'}}], users: [{name: u, user: {exec: {apiVersion: \
                  client.authentication.k8s.io/v1, command: sleep, args: ['60'], interactiveMode: \
                  Never}}}], contexts: [{name: c, context: {cluster: k, user: u}}]}";
    std::fs::write(&file, config).unwrap();
    let words = [BINARY, "--kubeconfig", file.to_str().unwrap()];
    let mut terminal = Terminal::open(command(&words, &[TERM, ("PATH", "/usr/bin:/bin")]), SIZE);
    terminal.wait_for("plugin sleep");
    terminal.send("q");
    assert_eq!(ends_soon(&mut terminal), 0);
    assert!(terminal.is_restored());
}

#[test]
fn ctrl_z_stops_the_program_and_fg_draws_it_again_at_the_new_size() {
    // Only a shell with job control can stop and continue a program.
    let script = "set -m; \"$0\" --demo; echo \"stopped $?\"; read line; fg; echo ended";
    let mut terminal = started(&["/bin/sh", "-c", script, BINARY]);
    let before = terminal.text();
    terminal.send("\u{1a}");
    terminal.wait_for("stopped 148");
    assert!(terminal.is_restored());
    // A stopped program gets no signal of the new size.
    terminal.resize(70, 20);
    terminal.send("\n");
    wait_for_demo(&terminal);
    assert!(terminal.is_taken_over());
    assert_ne!(terminal.text(), before);
    terminal.send("?");
    terminal.wait_for("Keys");
    terminal.send("qq");
    terminal.wait_for("ended");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert!(terminal.is_restored());
}

#[test]
fn ctrl_z_without_a_shell_redraws_the_screen() {
    let mut terminal = demo();
    terminal.send("\u{1a}");
    terminal.wait_for_output("\u{1b}[?1049l");
    wait_for_demo(&terminal);
    terminal.send("q");
    assert_eq!(terminal.ended().exit_code(), 0);
}
