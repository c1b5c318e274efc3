//! Secrets stay secret: canary values are put wherever a secret may be, and searched for in everything
//! that the program writes: the terminal, files, logs and recordings.

mod canaries;
mod changed;
mod decoded;
mod inside;
mod quoted;

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubewalk::api::endpoint::Options;
use kubewalk::k8s::names::Namespace;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::Terminal;
use crate::support::tls::Identity;
use crate::support::walker::Walker;

/// Secret values that nobody requests. None is part of another.
const CANARIES: [&str; 9] = [
    "canary-of-data-4711",
    "canary-of-string-data-4712",
    "canary-of-last-applied-4713",
    "canary-of-env-from-4714",
    "canary-of-a-token-4716",
    "canary-of-a-password-4717",
    "canary-inside-a-variable-4718",
    "canary-inside-a-file-4719",
    "canary-of-a-claim-4720",
];

const TOKEN: &str = CANARIES[4];
const PASSWORD: &str = CANARIES[5];
const SECRET: &str = "/api/v1/namespaces/shop/secrets/hidden";
const POD: &str = "/api/v1/namespaces/shop/pods/canary";
const CONTAINER: &str = "4711cafe4711cafe4711cafe4711cafe4711cafe4711cafe4711cafe4711cafe";

/// A server with a Secret and a pod that uses it in every way, and its kubeconfig.
struct Fixture {
    folder: tempfile::TempDir,
    server: Server,
    kubeconfig: PathBuf,
    /// The client key, without its first and last line.
    key: String,
}

impl Fixture {
    fn new() -> Self {
        let identity = Identity::signed_for("127.0.0.1");
        let server = Server::setup(recordings::cluster()).tls(&identity).start();
        let secret = secret();
        server.answer(SECRET, 200, &secret.to_string());
        let list = json!({"kind": "SecretList", "apiVersion": "v1",
            "metadata": {"resourceVersion": "7"},
            "items": [secret]});
        server.answer("/api/v1/namespaces/shop/secrets", 200, &list.to_string());
        let list = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [pod()]});
        server.answer("/api/v1/namespaces/shop/pods", 200, &list.to_string());
        server.answer(POD, 200, &pod().to_string());
        let folder = tempfile::tempdir().unwrap();
        let pair = rcgen::generate_simple_self_signed(vec!["me".to_owned()]).unwrap();
        let pem = pair.signing_key.serialize_pem();
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "it",
            "clusters": [{"name": "it", "cluster": {
                "server": server.url(),
                "certificate-authority-data": STANDARD.encode(&identity.authority)}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "me"}}],
            "users": [{"name": "me", "user": {
                "token": TOKEN,
                "client-certificate-data": STANDARD.encode(pair.cert.pem()),
                "client-key-data": STANDARD.encode(&pem)}}],
        });
        let kubeconfig = folder.path().join("config");
        fs::write(&kubeconfig, config.to_string()).unwrap();
        let key = pem.lines().nth(1).unwrap().to_owned();
        Self { folder, server, kubeconfig, key }
    }

    /// Opens a large screen on the server.
    async fn walker(&self) -> Walker {
        let mut walker = Walker::start(self.options(), (140, 44));
        walker.settle().await;
        walker
    }

    fn options(&self) -> Options {
        Options {
            kubeconfig: Some(self.kubeconfig.clone()),
            namespace: Some(Namespace::new("shop")),
            ..Options::default()
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Returns the arguments with those for the connection and the log.
    fn with<'a>(&'a self, arguments: &[&'a str]) -> Vec<String> {
        let (config, log) = (self.kubeconfig.display(), self.log());
        let connect = [format!("--kubeconfig={config}"), format!("--log-file={}", log.display())];
        arguments.iter().map(|word| (*word).to_owned()).chain(connect).collect()
    }

    /// Runs the program. Returns stdout and stderr.
    fn run(&self, arguments: &[&str]) -> String {
        let arguments = self.with(arguments);
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = binary(&words).output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }

    /// Fails if a text contains a canary, as it is or in base64.
    fn is_clean(&self, what: &str, text: &str) {
        let encoded = STANDARD.encode(&self.key);
        for canary in CANARIES.into_iter().chain([self.key.as_str(), encoded.as_str()]) {
            for form in forms(canary) {
                assert!(!text.contains(&form), "{what} has {canary} as {form}:\n{text}");
            }
        }
    }
}

/// Returns a text, and its base64 at each of the three offsets within another text.
fn forms(canary: &str) -> Vec<String> {
    let within = |skip: usize| {
        let padded = STANDARD.encode(format!("{}{canary}", "x".repeat(skip)));
        // Characters that depend on neighbouring bytes are omitted.
        padded[if skip == 0 { 0 } else { 4 }..padded.len() / 4 * 4 - 4].to_owned()
    };
    let mut forms: Vec<String> = (0..3).map(within).collect();
    forms.push(canary.to_owned());
    forms
}

fn secret() -> Value {
    let applied = json!({"kind": "Secret", "stringData": {"pw": CANARIES[2]}}).to_string();
    json!({
        "kind": "Secret", "apiVersion": "v1", "type": "Opaque",
        "metadata": {"name": "hidden", "namespace": "shop", "uid": "s", "resourceVersion": "7",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": applied}},
        "data": {"pw": STANDARD.encode(CANARIES[0]), "FROM": STANDARD.encode(CANARIES[3])},
        "stringData": {"other": CANARIES[1]},
    })
}

fn pod() -> Value {
    json!({
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": "canary", "namespace": "shop", "uid": "p", "resourceVersion": "8"},
        "spec": {
            "enableServiceLinks": false,
            "containers": [{
                "name": "main", "image": "x",
                "envFrom": [{"secretRef": {"name": "hidden"}}],
                "env": [
                    {"name": "PW", "valueFrom": {"secretKeyRef": {"name": "hidden", "key": "pw"}}},
                    {"name": "URL", "value": "http://me:$(PW)@db and $(FROM)"},
                ],
                "volumeMounts": [
                    {"name": "plain", "mountPath": "/plain"},
                    {"name": "projected", "mountPath": "/projected"}],
            }],
            "volumes": [
                {"name": "plain", "secret": {"secretName": "hidden", "defaultMode": 420}},
                {"name": "projected", "projected": {
                    "defaultMode": 420, "sources": [{"secret": {"name": "hidden"}}]}}],
        },
        "status": {"phase": "Running", "containerStatuses": [{
            "name": "main", "containerID": format!("containerd://{CONTAINER}"),
            "state": {"running": {"startedAt": "2026-11-23T06:10:20Z"}}}]},
    })
}

/// Returns the files below a directory.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn no_command_prints_secrets_without_a_request() {
    let fixture = Fixture::new();
    let written = fixture.folder.path().join("files");
    let into = format!("files={}", written.display());
    for arguments in [
        &["info"][..],
        &["tree", "/api/v1/namespaces/shop/secrets", "--depth", "3"],
        &["tree", SECRET],
        &["downward", "canary", "-n", "shop"],
        &["downward", "canary", "-n", "shop", "-o", "json"],
        &["downward", "canary", "-n", "shop", "-o", "yaml"],
        &["downward", "canary", "-n", "shop", "-o", "env"],
        &["downward", "canary", "-n", "shop", "-o", &into],
        &["get", "/api/v1/namespaces/shop/nonsense"],
        &["diff", SECRET, POD],
        &["diff", POD, SECRET, "-o", "json", "--all"],
        &["diff", SECRET, "-o", "unified"],
    ] {
        let printed = fixture.run(arguments);
        assert!(!printed.is_empty(), "{arguments:?}");
        fixture.is_clean(&arguments.join(" "), &printed);
    }
    for file in files(&written) {
        fixture.is_clean("a file", &fs::read_to_string(file).unwrap());
    }
    let log = fs::read_to_string(fixture.log()).unwrap();
    assert!(log.contains("GET /api/v1/namespaces/shop/secrets/hidden"), "{log}");
    fixture.is_clean("the log", &log);
    assert_eq!(mode(&fixture.log()), 0o600);
}

#[test]
fn requested_secrets_are_printed_but_never_logged() {
    let fixture = Fixture::new();
    let written = fixture.folder.path().join("files");
    let into = format!("files={}", written.display());
    assert!(fixture.run(&["get", SECRET]).contains(CANARIES[1]));
    let shown = fixture.run(&["downward", "canary", "-n", "shop", "--show-secrets"]);
    assert!(shown.contains(&format!("http://me:{}@db", CANARIES[0])), "{shown}");
    fixture.run(&["downward", "canary", "-n", "shop", "--show-secrets", "-o", &into]);
    let files = files(&written);
    assert_eq!(files.len(), 4, "the files of the projected and the plain volume: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
        assert_eq!(mode(file.parent().unwrap()), 0o700);
    }
    fixture.is_clean("the log", &fs::read_to_string(fixture.log()).unwrap());
}

#[test]
fn no_screen_shows_secrets_without_a_request() {
    let fixture = Fixture::new();
    let arguments = fixture.with(&[SECRET]);
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut terminal = Terminal::start(&words, &[]);
    terminal.wait_for("•••••");
    let mut shown = vec![terminal.text()];
    // The document in each format, unfolded, searched and copied.
    for (keys, text) in [
        ("\tE", "•••••"),
        ("y", "\"kind\": \"Secret\""),
        ("y", "Secret"),
        ("co", "was sent"),
        ("y", "kind: Secret"),
        ("/canary\r", "no match for"),
        ("H", "No changes since"),
        ("\x1b", "kind: Secret"),
        (":/api/v1/namespaces/shop/pods/canary\r", "uid: p"),
        ("d\t", "What the containers see"),
        ("jj", "URL"),
    ] {
        terminal.send(keys);
        terminal.wait_for(text);
        shown.push(terminal.text());
    }
    terminal.send("q");
    terminal.ended();
    let written = String::from_utf8_lossy(&terminal.written()).into_owned();
    // The copied text is base64 itself.
    let copies = written
        .split("\x1b]52;c;")
        .skip(1)
        .filter_map(|rest| STANDARD.decode(rest.split(['\x07', '\x1b']).next()?).ok());
    shown.extend(copies.map(|copy| String::from_utf8_lossy(&copy).into_owned()));
    shown.push(written);
    shown.push(fs::read_to_string(fixture.log()).unwrap());
    for text in shown {
        fixture.is_clean("the screen", &text);
    }
}

/// Returns the decompressed text of a recording.
fn recorded(file: &Path) -> String {
    assert_eq!(mode(file), 0o600);
    let mut text = String::new();
    let packed = fs::File::open(file).unwrap();
    flate2::read::MultiGzDecoder::new(packed).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn no_recording_has_credentials_or_secret_values() {
    let fixture = Fixture::new();
    let applied = secret()["metadata"]["annotations"].clone();
    let metadata = json!({"name": "hidden", "namespace": "shop", "annotations": applied});
    let in_table = json!({"kind": "PartialObjectMetadata", "metadata": metadata});
    let list = "/api/v1/secrets";
    let table = json!({"kind": "Table", "rows": [{"cells": [], "object": in_table}]});
    fixture.server.answer(list, 200, &table.to_string());
    for (index, arguments) in [
        &["get", SECRET][..],
        &["get", list],
        &["get", "/api/v1/namespaces/shop/secrets"],
        &["tree", "/api/v1/namespaces/shop/secrets", "--depth", "3"],
        &["downward", "canary", "-n", "shop", "--show-secrets"],
        &["info"],
    ]
    .into_iter()
    .enumerate()
    {
        let file = fixture.folder.path().join(format!("{index}.har.gz"));
        let record = format!("--record={}", file.display());
        fixture.run(&[arguments, &[record.as_str()]].concat());
        let text = recorded(&file);
        assert!(text.contains("\"startedDateTime\""), "{arguments:?}");
        fixture.is_clean(&arguments.join(" "), &text);
    }
    let file = fixture.folder.path().join("all.har.gz");
    let record = format!("--record={}", file.display());
    fixture.run(&["get", SECRET, &record, "--record-secrets"]);
    let text = recorded(&file);
    assert!(text.contains(CANARIES[1]) && text.contains(CANARIES[2]), "it was requested");
    assert!(!text.contains(TOKEN) && !text.contains(&fixture.key));
}

/// Starts the program with a recording, and opens the Secret.
fn recorded_walk(fixture: &Fixture, file: &Path) -> Terminal {
    let record = format!("--record={}", file.display());
    let arguments = fixture.with(&[SECRET, &record]);
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut terminal = Terminal::start(&words, &[]);
    terminal.wait_for("•••••");
    terminal.send("\r");
    terminal
}

#[test]
fn no_recording_has_secret_values_from_watches() {
    let fixture = Fixture::new();
    let script = fixture.server.watch("/api/v1/namespaces/shop/secrets");
    let file = fixture.folder.path().join("walk.har.gz");
    let mut terminal = recorded_walk(&fixture, &file);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(script.until_open(2));
    let mut changed = secret();
    changed["type"] = "a-type-that-is-new".into();
    script.line(&json!({"type": "MODIFIED", "object": changed}).to_string());
    terminal.send("f\t");
    terminal.wait_for("a-type-that-is-new");
    terminal.send("T\r");
    terminal.wait_for("credentials are never shown");
    fixture.is_clean("the trace", &terminal.text());
    terminal.send("qq");
    terminal.ended();
    let text = recorded(&file);
    assert!(text.contains("a-type-that-is-new") && text.contains("watch=1"), "{text}");
    fixture.is_clean("the recording", &text);
}

#[test]
fn an_incomplete_recording_has_no_secret_values() {
    let fixture = Fixture::new();
    let script = fixture.server.watch("/api/v1/namespaces/shop/secrets");
    let file = fixture.folder.path().join("walk.har.gz");
    let mut terminal = recorded_walk(&fixture, &file);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(script.until_open(2));
    // In the middle of an answer, and of a watch with an event.
    let _gate = fixture.server.hold(POD);
    script.bytes(&json!({"type": "MODIFIED", "object": secret()}).to_string());
    terminal.send(":po/canary -n shop\r");
    runtime.block_on(fixture.server.until_requested(POD));
    terminal.signal(Signal::KILL);
    terminal.ended();
    let mut text = String::new();
    let packed = fs::File::open(&file).unwrap();
    assert_eq!(mode(&file), 0o600);
    // Anything after the last complete exchange may be missing.
    _ = flate2::read::MultiGzDecoder::new(packed).read_to_string(&mut text);
    assert!(text.contains(SECRET) && text.contains("hidden"), "{text}");
    fixture.is_clean("the recording", &text);
    fixture.is_clean("the log", &fs::read_to_string(fixture.log()).unwrap());
}

#[test]
fn an_invalid_kubeconfig_is_not_quoted() {
    let fixture = Fixture::new();
    let with = |server: &str, user: &str| {
        format!(
            "current-context: a\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n\
             clusters: [{{name: a, cluster: {{server: '{server}'}}}}]\n\
             users: [{{name: a, user: {user}}}]\n"
        )
    };
    let here = "https://127.0.0.1:1";
    for text in [
        with(here, &format!("{{token: [{TOKEN}]}}")),
        with(here, &format!("{{token: {{a: {TOKEN}}}}}")),
        with(here, &format!("{{token: \"{TOKEN}\\n\"}}")),
        with(here, &format!("{{client-key-data: {TOKEN}, client-certificate-data: {TOKEN}}}")),
        with(here, &format!("{{client-key-data: '{}'}}", STANDARD.encode(TOKEN))),
        with(here, &format!("{{username: me, password: [{PASSWORD}]}}")),
        with(here, &format!("{{exec: {TOKEN}}}")),
        with(here, TOKEN),
        with(&format!("https://me:{PASSWORD}@127.0.0.1:1/?x"), "{}"),
        with(&format!("https://me:{PASSWORD}@127.0.0.1:x"), "{}"),
        with(&format!("https://me:{PASSWORD}@127.0.0.1:1"), "{}"),
        with(here, "{}")
            .replace("server:", &format!("proxy-url: 'ftp://me:{PASSWORD}@h', server:")),
        format!("users: {TOKEN}"),
        format!("{{{TOKEN}"),
    ] {
        fs::write(&fixture.kubeconfig, &text).unwrap();
        let printed = fixture.run(&["get", "/version"]);
        assert!(printed.starts_with("kubewalk: "), "{printed}");
        fixture.is_clean(&text, &printed);
        fixture.is_clean(&text, &fs::read_to_string(fixture.log()).unwrap());
    }
}

#[test]
fn an_existing_log_file_becomes_private() {
    let fixture = Fixture::new();
    fs::write(fixture.log(), "a line of before\n").unwrap();
    for (before, then) in [(0o644, 0o600), (0o660, 0o600), (0o600, 0o600), (0o200, 0o200)] {
        fs::set_permissions(fixture.log(), fs::Permissions::from_mode(before)).unwrap();
        fixture.run(&["get", "/version"]);
        assert_eq!(mode(&fixture.log()), then, "{before:o}");
    }
    fs::set_permissions(fixture.log(), fs::Permissions::from_mode(0o600)).unwrap();
    let log = fs::read_to_string(fixture.log()).unwrap();
    assert!(log.starts_with("a line of before\n"), "{log}");
    assert_eq!(log.matches("GET /version").count(), 4, "{log}");
    // The rights of other files, such as pipes, are not changed.
    let config = format!("--kubeconfig={}", fixture.kubeconfig.display());
    let output = binary(&["get", "/version", "--log-file=/dev/stderr", &config]).output().unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(printed.contains("GET /version") && !printed.contains("WARN"), "{printed}");
}
