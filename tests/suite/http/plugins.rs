//! Credential plugins that keep somebody waiting, and users of the kubeconfig that kubectl gave up.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use kubewalk::api::endpoint::{Options, PluginReports, connect_reporting};
use kubewalk::k8s::failure::FailureKind;
use kubewalk::k8s::plugin::PluginReport;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::connecting::{Machine, kubeconfig, unverified, version};
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;

/// Writes a plugin with that script, and a kubeconfig whose user it is.
fn kubeconfig_with(machine: &Machine, server: &Server, script: &str) -> PathBuf {
    let plugin = machine.write("login-plugin", &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(plugin, std::fs::Permissions::from_mode(0o755)).unwrap();
    let exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./login-plugin, \
                interactiveMode: IfAvailable}";
    let text = unverified(&kubeconfig("dev", &server.url())).replace("token: 'sesame'", exec);
    machine.write("config", &text)
}

/// Makes a named pipe: who opens it waits for the other side.
fn pipe(machine: &Machine, name: &str) -> PathBuf {
    let path = machine.folder.path().join(name);
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    path
}

/// Waits for a writer of a named pipe, and reads until the last one has closed it.
async fn read_pipe(path: PathBuf) -> String {
    tokio::task::spawn_blocking(move || std::fs::read_to_string(path).unwrap()).await.unwrap()
}

/// A plugin that prints a code, and ends when something is written to the pipe `entered`.
const DEVICE_LOGIN: &str = r#"printf 'Open https://login.test and enter \033[1mAB-12\033[0m\n' >&2
read -r code < "$(dirname "$0")/entered"
echo '{"status":{"token":"plugged"}}'"#;

#[tokio::test]
async fn a_plugin_that_takes_long_is_reported_with_its_stderr() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    let kubeconfig = kubeconfig_with(&machine, &server, DEVICE_LOGIN);
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    let (reports, mut received) = PluginReports::channel();
    let entered = pipe(&machine, "entered");
    let connecting = connect_reporting(&options, &machine.environment, reports);
    let enter = async {
        let first = received.recv().await.unwrap();
        std::fs::write(entered, "42\n").unwrap();
        first
    };
    let (connection, first) = tokio::join!(connecting, enter);
    let PluginReport::Running { name, seconds, stderr } = first else { panic!("{first:?}") };
    assert_eq!(name, "login-plugin");
    assert!((2..10).contains(&seconds), "{seconds}");
    assert_eq!(stderr, ["Open https://login.test and enter \\x1b[1mAB-12\\x1b[0m"]);
    assert_eq!(version(&connection.unwrap()).await, Ok(200));
    let mut last = received.recv().await.unwrap();
    while let PluginReport::Running { .. } = last {
        last = received.recv().await.unwrap();
    }
    assert_eq!(last, PluginReport::Ended);
}

#[tokio::test]
async fn a_plugin_that_is_quick_is_not_reported() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    let script = "echo hello >&2; echo '{\"status\":{\"token\":\"t\"}}'";
    let kubeconfig = kubeconfig_with(&machine, &server, script);
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    let (reports, mut received) = PluginReports::channel();
    connect_reporting(&options, &machine.environment, reports).await.unwrap();
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn a_plugin_ends_with_the_search_that_waits_for_it() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    let script = "exec 3> \"$(dirname \"$0\")/life\"; exec sleep 600";
    let life = pipe(&machine, "life");
    let kubeconfig = kubeconfig_with(&machine, &server, script);
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    // The pipe is open from the start of the plugin to its end.
    let started = tokio::task::spawn_blocking(move || std::fs::File::open(life).unwrap());
    let mut life = tokio::select! {
        _ = machine.connect(options) => panic!("a plugin without a credential"),
        life = started => life.unwrap(),
    };
    let ended = tokio::task::spawn_blocking(move || life.read_to_string(&mut String::new()));
    assert_eq!(ended.await.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn a_request_that_is_cancelled_does_not_end_the_plugin_for_the_others() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    let script = r#"cd "$(dirname "$0")"; echo run >> runs
[ "$(wc -l < runs)" = 1 ] || { echo > started; read -r code < entered; }
echo '{"status":{"token":"'$(wc -l < runs)'","expirationTimestamp":"2020-01-01T00:00:00Z"}}'"#;
    let kubeconfig = kubeconfig_with(&machine, &server, script);
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    let connection = machine.connect(options).await.unwrap();
    let runs =
        || std::fs::read_to_string(machine.folder.path().join("runs")).unwrap().lines().count();
    let (started, entered) = (pipe(&machine, "started"), pipe(&machine, "entered"));
    tokio::select! {
        _ = version(&connection) => panic!("the plugin has not printed anything"),
        _ = read_pipe(started) => {}
    }
    let enter = tokio::task::spawn_blocking(move || std::fs::write(entered, "42\n").unwrap());
    assert_eq!(tokio::join!(version(&connection), enter).0, Ok(200));
    assert_eq!(runs(), 2, "the run that was started goes on");
}

#[test]
fn a_command_shows_on_stderr_that_it_waits_for_a_plugin() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    let config = kubeconfig_with(&machine, &server, DEVICE_LOGIN);
    let config = format!("--kubeconfig={}", config.display());
    let entered = pipe(&machine, "entered");
    let mut command = binary(&["get", "/version", "-o", "raw", &config]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
    let waiting = lines.next().unwrap().unwrap();
    assert!(
        waiting.starts_with("kubewalk: waiting for the credential plugin login-plugin, "),
        "{waiting}"
    );
    assert!(waiting.ends_with(" s so far"), "{waiting}");
    let code = lines.next().unwrap().unwrap();
    assert_eq!(code, "login-plugin: Open https://login.test and enter \\x1b[1mAB-12\\x1b[0m");
    std::fs::write(entered, "42\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("gitVersion"));
}

#[tokio::test]
async fn output_before_the_credential_is_part_of_the_failure() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    let script = "echo 'Opening a browser ...'; echo '{\"status\":{\"token\":\"secret-token\"}}'";
    let kubeconfig = kubeconfig_with(&machine, &server, script);
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    let failure = machine.unusable(options).await;
    let expected = "login-plugin printed something before its ExecCredential: Opening a browser";
    assert!(failure.message.contains(expected), "{failure}");
    assert!(!failure.message.contains("secret-token"), "{failure}");
    assert_eq!(failure.hint, "Let the plugin print nothing else on stdout");
}

#[tokio::test]
async fn a_legacy_auth_provider_is_refused_with_its_replacement_and_nothing_is_run() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    let script = machine.write("helper", "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    for (provider, replacement) in [
        ("gcp", "gke-gcloud-auth-plugin"),
        ("azure", "kubelogin convert-kubeconfig"),
        ("oidc", "oidc-login"),
        ("mine", "credential plugin"),
    ] {
        let user = format!(
            "auth-provider: {{name: {provider}, config: {{cmd-path: '{}', id-token: x, \
             expiry: '2020-01-01T00:00:00Z'}}}}",
            script.display()
        );
        let text = unverified(&kubeconfig("dev", &server.url())).replace("token: 'sesame'", &user);
        let kubeconfig = Some(machine.write("config", &text));
        let failure = machine.unusable(Options { kubeconfig, ..Options::default() }).await;
        assert_eq!(failure.kind, FailureKind::Input);
        let expected = format!("has the legacy auth-provider {provider}, which is not supported");
        assert!(failure.message.starts_with("user u in ") && failure.message.ends_with(&expected));
        assert!(failure.hint.contains(replacement), "{failure}");
    }
    assert!(!machine.folder.path().join("ran").exists());
    assert_eq!(server.seen(), []);
}
