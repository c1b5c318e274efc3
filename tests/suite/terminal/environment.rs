//! What the program needs of its environment, and what terminals of other sizes and locales get.

use rustix::process::getuid;

use crate::support::machine::BINARY;
use crate::support::terminal::{Terminal, command};

const TERM: (&str, &str) = ("TERM", "xterm");

#[test]
fn without_any_variable_the_program_runs() {
    let mut terminal = Terminal::open(command(&[BINARY, "--demo"], &[]), (80, 24));
    terminal.wait_for_all(&["kubewalk", "demo", "apis"]);
    terminal.send("?");
    terminal.wait_for_all(&["Keys", "Open: load the row"]);
    terminal.send("qq");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn a_user_without_an_account_or_a_writable_folder_runs_the_program() {
    let has_setpriv =
        std::process::Command::new("/usr/bin/setpriv").arg("--version").output().is_ok();
    if !has_setpriv || !getuid().is_root() {
        println!("skipped: only root may become another user, with setpriv");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("kubewalk");
    std::fs::copy(BINARY, &program).unwrap();
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), everybody).unwrap();
    let user = ["--reuid", "54321", "--regid", "54321", "--clear-groups"];
    let words = [&["/usr/bin/setpriv"], &user[..], &[program.to_str().unwrap(), "--demo"]].concat();
    let mut command = command(&words, &[]);
    command.cwd("/proc");
    let mut terminal = Terminal::open(command, (80, 24));
    terminal.wait_for_all(&["kubewalk", "demo", "apis"]);
    terminal.send("q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
fn a_terminal_of_any_size_is_drawn_and_resized() {
    for size in [(0, 0), (1, 1), (2, 1), (7, 3), (20, 5), (40, 10), (300, 4)] {
        let mut terminal = Terminal::open(command(&[BINARY, "--demo"], &[TERM]), size);
        terminal.wait_for_output("\u{1b}[?2026l");
        terminal.send("jjl?q?qd");
        terminal.resize(60, 12);
        terminal.wait_for("kubewalk");
        terminal.send("q");
        terminal.wait_for_output("\u{1b}[?1049l");
        assert_eq!(terminal.ended().exit_code(), 0, "{size:?}");
    }
}

/// Opens a pod, its container view and the help, and checks that only ASCII is written.
fn writes_ascii_only(flags: &[&str], variables: &[(&str, &str)]) {
    let words = [&[BINARY, "--demo", "po/db-0", "-n", "shop"], flags].concat();
    let mut terminal = Terminal::open(command(&words, variables), (160, 40));
    terminal.wait_for_all(&["db-0", "enter open", "kind: Pod"]);
    terminal.send("d?");
    terminal.wait_for_all(&["Keys", "up"]);
    terminal.send("jjjjqq");
    assert_eq!(terminal.ended().exit_code(), 0);
    let written = terminal.written();
    assert!(written.is_ascii(), "{:?}", String::from_utf8_lossy(&written));
}

#[test]
fn the_flag_ascii_writes_ascii_only() {
    writes_ascii_only(&["--ascii"], &[TERM]);
}

#[test]
fn a_locale_without_utf8_gets_ascii_only() {
    writes_ascii_only(&[], &[TERM, ("LC_ALL", "C")]);
}

#[test]
fn the_linux_console_gets_ascii_only() {
    writes_ascii_only(&[], &[("TERM", "linux")]);
}

#[test]
fn a_dumb_terminal_gets_ascii_only() {
    writes_ascii_only(&[], &[("TERM", "dumb")]);
}

/// The parameters of all escape sequences that set a colour.
fn colours(written: &str) -> Vec<&str> {
    let sets_colour = |parameters: &str| {
        let numbers: Vec<u16> = parameters.split(';').filter_map(|n| n.parse().ok()).collect();
        numbers.iter().any(|n| matches!(n, 30..=38 | 40..=48 | 90..=107))
    };
    let sequences = written.split("\x1b[").skip(1);
    sequences
        .filter_map(|rest| rest.split_once('m').map(|(parameters, _)| parameters))
        .filter(|parameters| parameters.chars().all(|c| c.is_ascii_digit() || c == ';'))
        .filter(|parameters| sets_colour(parameters))
        .collect()
}

#[test]
fn no_color_leaves_attributes_and_removes_colours() {
    let mut terminal = Terminal::start(&["--demo"], &[("NO_COLOR", "1")]);
    terminal.wait_for("GET /  200");
    terminal.send("q");
    assert!(terminal.ended().success());
    let written = String::from_utf8_lossy(&terminal.written()).into_owned();
    assert_eq!(colours(&written), [""; 0]);
    assert!(written.contains("\x1b[7m") || written.contains(";7m"), "the cursor is reversed");
}
