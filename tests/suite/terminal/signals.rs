//! Terminals that end, stop, take nothing, or can do little.

use std::time::Duration;

use portable_pty::CommandBuilder;
use rustix::process::{Signal, kill_process};

use crate::support::pty::Pty;
use crate::support::recordings;
use crate::support::server::Server;

/// Within this time everything must be over, with what a busy machine takes on top.
const SOON: Duration = Duration::from_millis(1500);

const SIZE: (u16, u16) = (80, 24);

/// The binary over the recorded cluster, in an environment with nothing but these variables.
fn kubewalk(arguments: &[&str], variables: &[(&str, &str)]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kubewalk"));
    command.env_clear();
    command.cwd("/");
    command.args(arguments);
    for (name, value) in variables {
        command.env(name, value);
    }
    command
}

fn demo() -> CommandBuilder {
    kubewalk(&["--demo"], &[("TERM", "xterm")])
}

fn started(command: CommandBuilder) -> Pty {
    let pty = Pty::start(command, SIZE);
    pty.until_shown(&["kubewalk", "demo", "apis"]);
    pty
}

#[test]
fn signals_end_the_program_and_give_the_terminal_back() {
    for (signal, status) in
        [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)]
    {
        let mut pty = started(demo());
        assert!(pty.is_on_other_screen() && !pty.is_as_it_was());
        kill_process(pty.pid(), signal).unwrap();
        let (code, took) = pty.end();
        assert_eq!(code, status, "{signal:?}");
        assert!(took < SOON, "{took:?}");
        pty.until_written("\u{1b}[?1049l");
        assert!(!pty.is_on_other_screen() && pty.is_as_it_was());
    }
}

#[test]
fn a_closed_terminal_ends_the_program() {
    let mut pty = started(demo());
    pty.hang_up();
    let (code, took) = pty.end();
    assert_eq!(code, 129);
    assert!(took < SOON, "{took:?}");
}

#[test]
fn a_closed_terminal_ends_a_program_that_it_does_not_control() {
    // Nobody sends a signal to what setsid starts; the shell that waits for it ignores its own.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("status");
    let mut command = CommandBuilder::new("sh");
    command.env("KUBEWALK", env!("CARGO_BIN_EXE_kubewalk"));
    command.env("STATUS", &file);
    let script = "trap '' HUP; setsid --wait \"$KUBEWALK\" --demo; echo $? > \"$STATUS\"";
    command.args(["-c", script]);
    let mut pty = started(command);
    pty.hang_up();
    let (_, took) = pty.end();
    assert!(took < SOON, "{took:?}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "129\n");
}

#[test]
fn a_terminal_that_takes_nothing_holds_up_no_end() {
    // A frame of this size does not fit into what the kernel keeps for a reader.
    let mut pty = Pty::start_unread(demo(), (900, 300));
    let blocked = std::time::Instant::now();
    while pty.is_as_it_was() {
        assert!(blocked.elapsed() < Duration::from_secs(30), "the terminal was never taken over");
        std::thread::yield_now();
    }
    kill_process(pty.pid(), Signal::TERM).unwrap();
    let (code, took) = pty.end();
    assert_eq!(code, 143);
    assert!(took < SOON, "{took:?}");
    assert!(pty.is_as_it_was());
}

#[test]
fn a_hung_credential_plugin_holds_up_no_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config");
    let config = "{apiVersion: v1, kind: Config, current-context: c, clusters: [{name: k, cluster: \
                  {server: 'http://127.0.0.1:9'}}], users: [{name: u, user: {exec: {apiVersion: \
                  client.authentication.k8s.io/v1, command: sleep, args: ['60'], interactiveMode: \
                  Never}}}], contexts: [{name: c, context: {cluster: k, user: u}}]}";
    std::fs::write(&file, config).unwrap();
    let path = file.to_str().unwrap();
    let variables = [("TERM", "xterm"), ("PATH", "/usr/bin:/bin")];
    let mut pty = Pty::start(kubewalk(&["--kubeconfig", path], &variables), SIZE);
    pty.until_shown(&["looking for a server"]);
    pty.type_in("q");
    let (code, took) = pty.end();
    assert_eq!(code, 0);
    assert!(took < SOON, "{took:?}");
    assert!(pty.is_as_it_was());
}

#[test]
fn ctrl_z_stops_and_fg_goes_on() {
    // Only a shell with job control can let a program stop and go on.
    let mut command = CommandBuilder::new("sh");
    command.env("KUBEWALK", env!("CARGO_BIN_EXE_kubewalk"));
    command.env("TERM", "xterm");
    let script = "set -m; \"$KUBEWALK\" --demo; echo \"stopped $?\"; read line; fg; echo ended";
    command.args(["-c", script]);
    let mut pty = started(command);
    let before = pty.screen();
    pty.type_in("\u{1a}");
    pty.until_shown(&["stopped 148"]);
    assert!(!pty.is_on_other_screen() && pty.is_as_it_was());
    // It comes back to a smaller terminal, of whose change it was not told.
    pty.resize((70, 20));
    pty.type_in("\n");
    pty.until_shown(&["kubewalk", "demo", "apis"]);
    assert!(pty.is_on_other_screen() && !pty.is_as_it_was());
    let shown = pty.screen();
    assert_ne!(shown, before);
    pty.type_in("?");
    pty.until_shown(&["Keys"]);
    pty.type_in("qq");
    pty.until_shown(&["ended"]);
    let (code, _) = pty.end();
    assert_eq!(code, 0);
    assert!(!pty.is_on_other_screen() && pty.is_as_it_was());
}

#[test]
fn where_no_shell_waits_ctrl_z_leaves_the_program_as_it_is() {
    let mut pty = started(demo());
    pty.type_in("\u{1a}");
    pty.until_written("\u{1b}[?1049l");
    pty.until_shown(&["kubewalk", "demo", "apis"]);
    pty.type_in("q");
    assert_eq!(pty.end().0, 0);
}

#[test]
fn nothing_of_the_environment_is_needed() {
    let mut pty = started(kubewalk(&["--demo"], &[]));
    pty.type_in("?");
    pty.until_shown(&["Keys", "Connected"]);
    pty.type_in("qq");
    assert_eq!(pty.end().0, 0);
}

#[test]
fn a_user_whom_nobody_knows_needs_no_folder_to_write_to() {
    let has_setpriv =
        std::process::Command::new("/usr/bin/setpriv").arg("--version").output().is_ok();
    if !has_setpriv || !rustix::process::getuid().is_root() {
        println!("skipped: only root may become another user, by setpriv");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("kubewalk");
    std::fs::copy(env!("CARGO_BIN_EXE_kubewalk"), &program).unwrap();
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), everybody).unwrap();
    let mut command = CommandBuilder::new("/usr/bin/setpriv");
    command.env_clear();
    command.cwd("/proc");
    command.args(["--reuid", "54321", "--regid", "54321", "--clear-groups"]);
    command.args([program.to_str().unwrap(), "--demo"]);
    let mut pty = started(command);
    pty.type_in("q");
    assert_eq!(pty.end().0, 0);
}

#[test]
fn a_terminal_of_any_size_is_drawn_on() {
    for size in [(0, 0), (1, 1), (2, 1), (7, 3), (20, 5), (40, 10), (300, 4)] {
        let mut pty = Pty::start(demo(), size);
        pty.until_written("\u{1b}[?2026l");
        pty.type_in("jjl?q?qd");
        pty.resize((60, 12));
        pty.until_shown(&["kubewalk"]);
        pty.type_in("q");
        pty.until_written("\u{1b}[?1049l");
        assert_eq!(pty.end().0, 0, "{size:?}");
    }
}

#[test]
fn a_locale_without_utf8_gets_ascii_alone() {
    for (arguments, variables) in [
        (&["--demo", "po/db-0", "-n", "shop", "--ascii"][..], &[("TERM", "xterm")][..]),
        (&["--demo", "po/db-0", "-n", "shop"], &[("TERM", "xterm"), ("LC_ALL", "C")]),
        (&["--demo", "po/db-0", "-n", "shop"], &[("TERM", "linux")]),
        (&["--demo", "po/db-0", "-n", "shop"], &[("TERM", "dumb")]),
    ] {
        let mut pty = Pty::start(kubewalk(arguments, variables), (160, 40));
        pty.until_shown(&["db-0", "enter open", "kind: Pod"]);
        pty.type_in("d?");
        pty.until_shown(&["Keys", "up"]);
        pty.type_in("jjjjqq");
        assert_eq!(pty.end().0, 0);
        let written = pty.written();
        assert!(written.is_ascii(), "{:?}", String::from_utf8_lossy(&written));
    }
}

#[test]
fn nothing_is_logged_unless_a_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log");
    let path = file.to_str().unwrap();
    let mut pty = started(kubewalk(&["--demo", "--log-file", path], &[("TERM", "xterm")]));
    pty.until_shown(&["apps"]);
    pty.type_in("q");
    assert_eq!(pty.end().0, 0);
    let log = std::fs::read_to_string(&file).unwrap();
    for part in ["the log begins", "demo", "GET", "/apis", "200"] {
        assert!(log.contains(part), "{part} is not in\n{log}");
    }
    let mode = std::os::unix::fs::MetadataExt::mode(&file.metadata().unwrap());
    assert_eq!(mode & 0o777, 0o600);
    let mut pty = Pty::start(kubewalk(&["--demo", "--log-file", "/nowhere/log"], &[]), SIZE);
    pty.until_shown(&["the log file cannot be written"]);
    assert_eq!(pty.end().0, 2);
}

#[test]
fn the_log_holds_neither_tokens_nor_answers() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::over(recordings::cluster());
    let config = format!(
        "{{current-context: c, clusters: [{{name: k, cluster: {{server: '{}'}}}}], \
         users: [{{name: u, user: {{token: sesame}}}}], \
         contexts: [{{name: c, context: {{cluster: k, user: u}}}}]}}",
        server.url()
    );
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("config"), config).unwrap();
    let flags = ["--kubeconfig", &path("config"), "--log-file", &path("log")];
    let secret = "/api/v1/namespaces/shop/secrets/db-credentials";
    let mut pty = started_at(&flags, secret);
    pty.until_shown(&["kind: Secret"]);
    pty.type_in("q");
    assert_eq!(pty.end().0, 0);
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_kubewalk"))
        .env_clear()
        .args(flags)
        .arg("info")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(server.seen().iter().all(|seen| seen.authorization == "Bearer sesame"));
    let log = std::fs::read_to_string(path("log")).unwrap();
    for part in [secret, "selfsubjectrulesreviews", "status=201"] {
        assert!(log.contains(part), "{part} is not in\n{log}");
    }
    for part in ["sesame", "Opaque", "password"] {
        assert!(!log.contains(part), "{part} is in\n{log}");
    }
}

fn started_at(flags: &[&str], location: &str) -> Pty {
    let arguments: Vec<_> = flags.iter().copied().chain([location]).collect();
    Pty::start(kubewalk(&arguments, &[("TERM", "xterm")]), (120, 36))
}
