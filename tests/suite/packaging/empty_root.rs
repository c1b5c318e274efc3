//! The binary in an empty root directory and in its own namespaces, with only the files that a kubelet
//! adds to every container.

mod inside;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use portable_pty::CommandBuilder;

use crate::support::terminal::Terminal;
use crate::support::tls::Identity;

/// The variable that names a static binary, built for example with `RUSTFLAGS="-C
/// target-feature=+crt-static" cargo build --profile dist --target …`. Without it, the ordinary binary
/// and its libraries are copied.
const BINARY: &str = "KUBEWALK_STATIC";

const ACCOUNT: &str = "var/run/secrets/kubernetes.io/serviceaccount";

/// The user of the pod, who has no account.
const USER: &str = "--userspec=54321:54321";

/// A root directory that contains only the binary.
struct Empty {
    folder: tempfile::TempDir,
}

impl Empty {
    fn new() -> Self {
        let root = Self { folder: tempfile::tempdir().unwrap() };
        let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(root.root(), everybody).unwrap();
        let named = std::env::var(BINARY).ok();
        let binary = named.as_deref().unwrap_or(env!("CARGO_BIN_EXE_kubewalk"));
        fs::copy(binary, root.root().join("kubewalk")).unwrap();
        for library in if named.is_some() { Vec::new() } else { libraries(binary) } {
            let copy = root.root().join(library.trim_start_matches('/'));
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(library, copy).unwrap();
        }
        root
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Returns all files below.
    fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path.clone());
                }
                found.push(path);
            }
        }
        found.sort();
        found
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Returns what a command prints, in an environment with these variables only.
    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> String {
        let (code, printed, errors) = self.outcome(arguments, variables);
        assert_eq!(code, 0, "{arguments:?}: {printed}{errors}");
        printed
    }

    /// Runs a command. Returns the exit code, stdout and stderr.
    fn outcome(&self, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
        let before = self.files();
        let mut command = Command::new("/usr/sbin/chroot");
        command.env_clear().envs(variables.iter().copied());
        command.arg(USER).arg(self.root()).arg("/kubewalk").args(arguments);
        let output = command.output().unwrap();
        assert_eq!(self.files(), before, "it wrote something");
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// Opens the screen.
    fn screen(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Terminal {
        let mut command = CommandBuilder::new("/usr/sbin/chroot");
        command.env_clear();
        for (name, value) in variables {
            command.env(name, value);
        }
        command.cwd("/");
        command.args([USER, self.root().to_str().unwrap(), "/kubewalk"]);
        command.args(arguments);
        Terminal::open(command, (120, 36))
    }

    /// Makes the root that of an ephemeral container which sees the database's container as process 7.
    fn add_database_process(&self, identity: &Identity, token: &str) {
        let uid = "11111111-2222-3333-4444-555555555555";
        for (process, id) in [("self", "a"), ("7", "b")] {
            let cgroup = format!("0::/kubepods/burstable/pod{uid}/{}\n", id.repeat(64));
            self.put(&format!("proc/{process}/cgroup"), &cgroup);
        }
        let log = format!("/var/lib/kubelet/pods/{uid}/containers/db/1a2b3c4d");
        let mount = format!("1 0 8:1 {log} /dev/termination-log rw - ext4 /dev/sda1 rw\n");
        self.put("proc/7/mountinfo", &mount);
        self.put("proc/7/comm", "postgres\n");
        for (file, text) in
            [("token", token), ("ca.crt", &identity.authority), ("namespace", "shop")]
        {
            self.put(&format!("proc/7/root/{ACCOUNT}/{file}"), text);
        }
    }
}

/// Returns the libraries that a program loads.
fn libraries(program: &str) -> Vec<String> {
    let output = Command::new("ldd").arg(program).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.split_whitespace().filter(|word| word.starts_with('/')).map(str::to_owned).collect()
}

fn has(printed: &str, part: &str) {
    assert!(printed.contains(part), "{part:?} is not in\n{printed}");
}

#[test]
fn the_binary_runs_in_an_empty_root() {
    if std::env::var_os(BINARY).is_none() {
        println!("{BINARY} names no static binary: the ordinary one is copied with its libraries");
    }
    if !rustix::process::getuid().is_root() {
        println!("skipped: chroot needs root");
        return;
    }
    // The own network has no used ports, like that of a pod.
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"]);
    let permitted = command.arg("true").status();
    if !permitted.is_ok_and(|status| status.success()) {
        println!("skipped: namespaces are not permitted");
        return;
    }
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"]);
    command.arg(std::env::current_exe().unwrap());
    command.args(["--ignored", "--test-threads=1", "packaging::empty_root::inside"]);
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    has(&printed, "9 passed");
}
