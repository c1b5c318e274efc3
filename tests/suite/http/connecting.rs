//! Which endpoint is used, and what is reported about the others.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use kubewalk::api::endpoint::{Connected, Environment, NotConnected, Options, connect};
use kubewalk::k8s::endpoint::{Attempt, EndpointKind, NoEndpoint};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::names::Namespace;
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};
use tempfile::TempDir;

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::Identity;

/// A machine without any configuration, with a home and a directory for a service account.
pub(super) struct Machine {
    pub(super) folder: TempDir,
    pub(super) environment: Environment,
}

impl Machine {
    pub(super) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let environment = Environment {
            home: Some(folder.path().join("home")),
            service_account: folder.path().join("serviceaccount"),
            ..Environment::empty()
        };
        Self { folder, environment }
    }

    /// Writes a file below the machine's directory.
    pub(super) fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
        file
    }

    fn with_proxy(mut self, server: &Server) -> Self {
        self.environment.proxy_address = server.address().to_string();
        self
    }

    pub(super) async fn connect(&self, options: Options) -> Result<Connected, NotConnected> {
        connect(&options, &self.environment).await
    }

    pub(super) async fn connection(&self) -> Connected {
        self.connect(Options::default()).await.unwrap()
    }

    pub(super) async fn unusable(&self, options: Options) -> Failure {
        match self.connect(options).await {
            Err(NotConnected::Unusable(failure)) => failure,
            other => panic!("{other:?} is not an input failure"),
        }
    }

    async fn nothing(&self) -> NoEndpoint {
        match self.connect(Options::default()).await {
            Err(NotConnected::Absent(absent)) => absent,
            other => panic!("{other:?} is an endpoint"),
        }
    }
}

/// Returns a kubeconfig with one context.
pub(super) fn kubeconfig(context: &str, server: &str) -> String {
    format!(
        "apiVersion: v1
kind: Config
current-context: {context}
contexts:
- {{name: {context}, context: {{cluster: c, user: u, namespace: team-{context}}}}}
clusters:
- {{name: c, cluster: {{server: '{server}'}}}}
users:
- {{name: u, user: {{token: 'sesame'}}}}
"
    )
}

/// The same kubeconfig, which verifies no certificate.
pub(super) fn unverified(kubeconfig: &str) -> String {
    kubeconfig.replace("{server", "{insecure-skip-tls-verify: true, server")
}

pub(super) async fn version(connection: &Connected) -> Result<u16, Failure> {
    let request = Request::get(ApiPath::parse("/version"), Form::Json);
    connection.client.send(&request).await.map(|answer| answer.status)
}

fn ways(tried: &[Attempt]) -> Vec<(String, String)> {
    tried.iter().map(|attempt| (attempt.way.to_string(), attempt.outcome.clone())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(way, outcome)| ((*way).to_owned(), (*outcome).to_owned())).collect()
}

fn namespaces(names: &[&str]) -> Vec<Namespace> {
    names.iter().map(|name| Namespace::new(name)).collect()
}

#[tokio::test]
async fn the_demo_needs_no_environment() {
    let options = Options { demo: true, ..Options::default() };
    let connection = Machine::new().connect(options).await.unwrap();
    assert_eq!(connection.endpoint.kind, EndpointKind::Demo);
    assert_eq!(connection.endpoint.reason, "--demo was given");
    assert_eq!(connection.endpoint.address, "http://127.0.0.1:8001");
    assert!(connection.endpoint.recorded_at.is_some());
    assert_eq!(version(&connection).await, Ok(200));
}

#[tokio::test]
async fn a_recording_is_replayed_from_its_file() {
    let machine = Machine::new();
    let har = r#"{"log":{"entries":[{"request":{"method":"GET","url":"/version"},"response":{"status":200}}]}}"#;
    let file = machine.write("one.har", har);
    let options = Options { replay: Some(file.clone()), ..Options::default() };
    let connection = machine.connect(options).await.unwrap();
    let expected = EndpointKind::Recording { file: file.display().to_string() };
    assert_eq!(connection.endpoint.kind, expected);
    assert_eq!(connection.tried[0].outcome, "contains 1 exchanges");
    assert_eq!(version(&connection).await, Ok(200));
}

#[tokio::test]
async fn a_file_that_is_not_a_recording_is_refused() {
    let machine = Machine::new();
    let file = machine.write("kubeconfig", &kubeconfig("dev", "http://h"));
    let failure = machine.unusable(Options { replay: Some(file), ..Options::default() }).await;
    assert_eq!(failure.kind, FailureKind::Input);
    assert!(failure.message.contains("kubeconfig is not a HAR: it is not JSON"), "{failure}");
    let missing = Some(machine.folder.path().join("missing.har"));
    let failure = machine.unusable(Options { replay: missing, ..Options::default() }).await;
    assert!(failure.message.starts_with("cannot read the recording "), "{failure}");
}

#[tokio::test]
async fn a_given_url_is_used_even_if_it_does_not_answer() {
    let machine = Machine::new();
    let options = |server: &str| Options {
        server: Some(server.to_owned()),
        namespace: Some(Namespace::new("shop")),
        ..Options::default()
    };
    let url = format!("http://{}", machine.environment.proxy_address);
    let connection = machine.connect(options(&url)).await.unwrap();
    assert_eq!(connection.endpoint.kind, EndpointKind::Url);
    assert_eq!(connection.endpoint.address, url);
    assert_eq!(connection.endpoint.default_namespace, Some(Namespace::new("shop")));
    assert_eq!(connection.endpoint.known_namespaces, namespaces(&["shop"]));
    assert_eq!(version(&connection).await.unwrap_err().kind, FailureKind::Refused);
    let failure = machine.unusable(options("ftp://localhost:8001")).await;
    assert_eq!(failure.message, "ftp://localhost:8001 is not the address of a server");
    assert_eq!(failure.hint, "Begin the address with http://, https:// or unix://");
    // As kubectl: without a scheme it is plain http.
    let url = machine.connect(options("localhost:8001")).await.unwrap().endpoint.address;
    assert_eq!(url, "http://localhost:8001");
}

#[tokio::test]
async fn flags_that_name_different_servers_are_refused() {
    let options = Options { demo: true, server: Some("http://h".into()), ..Options::default() };
    let failure = Machine::new().unusable(options).await;
    assert_eq!(failure.message, "--demo and --server name different servers");
}

#[tokio::test]
async fn outside_a_pod_the_kubeconfig_comes_before_a_proxy() {
    let (config_server, proxy) =
        (Server::secure(recordings::cluster()), Server::over(recordings::cluster()));
    let mut machine = Machine::new().with_proxy(&proxy);
    machine.write("home/.kube/config", &kubeconfig("home", "http://127.0.0.1:1"));
    let connection = machine.connection().await;
    assert_eq!(connection.endpoint.kind, EndpointKind::Context { name: "home".into() });
    assert_eq!(connection.endpoint.reason, "current context of ~/.kube/config");
    // Its server does not answer, and no other endpoint is used instead.
    assert!(version(&connection).await.is_err());

    let file = machine.write("dev", &unverified(&kubeconfig("dev", &config_server.url())));
    machine.environment.kubeconfig = Some(file.clone().into());
    let connection = machine.connection().await;
    assert_eq!(connection.endpoint.kind, EndpointKind::Context { name: "dev".into() });
    assert_eq!(connection.endpoint.default_namespace, Some(Namespace::new("team-dev")));
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!(config_server.seen()[0].authorization, "Bearer sesame");
    assert_eq!(proxy.seen(), []);
}

#[tokio::test]
async fn outside_a_pod_without_a_kubeconfig_a_proxy_is_used() {
    let proxy = Server::over(recordings::cluster());
    let machine = Machine::new().with_proxy(&proxy);
    let connection = machine.connection().await;
    let endpoint = &connection.endpoint;
    assert_eq!(endpoint.kind, EndpointKind::Proxy);
    assert_eq!(endpoint.address, proxy.url());
    assert_eq!(endpoint.default_namespace, None);
    let way = format!("proxy on {}", proxy.address());
    assert_eq!(
        ways(&connection.tried),
        pairs(&[
            ("KUBECONFIG", "it is not set"),
            ("~/.kube/config", "no such file"),
            (&way, &format!("connects to {}", proxy.url())),
        ])
    );
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!(proxy.count("/version"), 2, "the probe and the request");
}

#[tokio::test]
async fn without_a_server_every_attempt_is_listed_with_a_hint() {
    let machine = Machine::new();
    let text = kubeconfig("dev", "http://h").replace("current-context: dev", "");
    machine.write("home/.kube/config", &text);
    let absent = machine.nothing().await;
    let way = format!("proxy on {}", machine.environment.proxy_address);
    assert_eq!(
        ways(&absent.tried),
        pairs(&[
            ("KUBECONFIG", "it is not set"),
            ("~/.kube/config", "it has no current context"),
            (&way, "nothing listens there"),
        ])
    );
    assert!(absent.tried.iter().all(|attempt| !attempt.hint.is_empty()));
    assert_eq!(absent.contexts, ["dev"]);
}

#[tokio::test]
async fn a_kubeconfig_variable_without_an_existing_file_is_a_failure() {
    let proxy = Server::over(recordings::cluster());
    let mut machine = Machine::new().with_proxy(&proxy);
    machine.write("home/.kube/config", &kubeconfig("home", &proxy.url()));
    let gone = machine.folder.path().join("home/gone");
    let joined = std::env::join_paths([gone.as_path(), "/nowhere/b".as_ref()]).unwrap();
    machine.environment.kubeconfig = Some(joined);
    let message = "KUBECONFIG names no file that exists: ~/gone, /nowhere/b";
    for context in [None, Some("home".to_owned())] {
        let options = Options { context, ..Options::default() };
        assert_eq!(machine.unusable(options).await.message, message);
    }
    // In a pod, neither the ambassador nor the service account is used instead.
    machine.environment.service_host = Some("10.0.0.1".to_owned());
    assert_eq!(machine.unusable(Options::default()).await.message, message);
    assert_eq!(proxy.seen(), []);
    machine.environment.kubeconfig = Some(":".into());
    assert!(machine.connect(Options::default()).await.is_ok(), "only separators count as unset");
}

#[tokio::test]
async fn a_service_other_than_a_kubernetes_api_is_not_used() {
    let stranger = Server::over(recordings::cluster());
    for (status, body) in [(200, "{\"version\":1}"), (404, "not found"), (200, "[]"), (302, "")] {
        stranger.answer("/version", status, body);
        let absent = Machine::new().with_proxy(&stranger).nothing().await;
        let last = absent.tried.last().unwrap();
        assert_eq!(last.outcome, "the service there is not a Kubernetes API", "{status} {body}");
    }
    // A server that forbids the request is a Kubernetes API.
    let forbidden = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","code":403}"#;
    stranger.answer("/version", 403, forbidden);
    assert!(Machine::new().with_proxy(&stranger).connect(Options::default()).await.is_ok());
}

#[tokio::test]
async fn a_silent_port_delays_the_search_by_the_probe_limit() {
    let silent = Server::over(recordings::cluster());
    let _gate = silent.hold("/version");
    let machine = Machine::new().with_proxy(&silent);
    let started = Instant::now();
    let absent = machine.nothing().await;
    let took = started.elapsed();
    assert_eq!(absent.tried.last().unwrap().outcome, "no answer within 300 ms");
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(2), "{took:?}");
}

/// A pod with a service account for that server.
fn pod(server: &Server, identity: &Identity) -> Machine {
    let mut machine = Machine::new();
    machine.write("serviceaccount/token", "first\n");
    machine.write("serviceaccount/ca.crt", &identity.authority);
    machine.write("serviceaccount/namespace", "shop\n");
    machine.environment.service_host = Some("127.0.0.1".to_owned());
    machine.environment.service_port = Some(server.address().port().to_string());
    machine
}

#[tokio::test]
async fn in_a_pod_the_service_account_is_used() {
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let machine = pod(&server, &identity);
    machine.write("home/.kube/config", &kubeconfig("home", "http://127.0.0.1:1"));
    let connection = machine.connection().await;
    let endpoint = &connection.endpoint;
    assert_eq!(endpoint.kind, EndpointKind::ServiceAccount);
    assert_eq!(endpoint.address, server.url());
    assert_eq!(endpoint.default_namespace, Some(Namespace::new("shop")));
    assert_eq!(endpoint.known_namespaces, namespaces(&["shop"]));
    let way = format!("ambassador on {}", machine.environment.proxy_address);
    assert_eq!(
        ways(&connection.tried)[..2],
        pairs(&[("KUBECONFIG", "it is not set"), (&way, "nothing listens there")])
    );
    assert_eq!(version(&connection).await, Ok(200));
    // The kubelet replaces the token before it expires.
    machine.write("serviceaccount/token", "second\n");
    assert_eq!(version(&connection).await, Ok(200));
    std::fs::remove_file(machine.environment.service_account.join("token")).unwrap();
    assert_eq!(version(&connection).await, Ok(200));
    let sent: Vec<_> = server.seen().into_iter().map(|seen| seen.authorization).collect();
    assert_eq!(sent, ["Bearer first", "Bearer second", "Bearer second"]);
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_not_trusted() {
    let server =
        Server::setup(recordings::cluster()).tls(&Identity::signed_for("127.0.0.1")).start();
    let connection = pod(&server, &Identity::signed_for("127.0.0.1")).connection().await;
    let failure = version(&connection).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Tls, "{failure}");
    assert!(failure.message.starts_with("no TLS connection to https://127.0.0.1:"), "{failure}");
}

#[tokio::test]
async fn in_a_pod_the_ambassador_comes_before_the_service_account() {
    let ambassador = Server::over(recordings::cluster());
    let identity = Identity::signed_for("127.0.0.1");
    let machine = pod(&ambassador, &identity).with_proxy(&ambassador);
    let connection = machine.connection().await;
    assert_eq!(connection.endpoint.kind, EndpointKind::Ambassador);
    assert_eq!(connection.endpoint.default_namespace, Some(Namespace::new("shop")));
    assert_eq!(version(&connection).await, Ok(200));
    assert!(ambassador.seen().iter().all(|seen| seen.authorization.is_empty()));
}

#[tokio::test]
async fn in_a_pod_the_variable_kubeconfig_comes_first() {
    let ambassador = Server::over(recordings::cluster());
    let mut machine = pod(&ambassador, &Identity::signed_for("h")).with_proxy(&ambassador);
    let file = machine.write("dev", &kubeconfig("dev", "http://127.0.0.1:1"));
    machine.environment.kubeconfig = Some(file.into());
    let kind = machine.connection().await.endpoint.kind;
    assert_eq!(kind, EndpointKind::Context { name: "dev".into() });
    assert_eq!(ambassador.seen(), []);
}

#[tokio::test]
async fn in_a_pod_without_a_token_the_kubeconfig_of_the_home_comes_last() {
    let mut machine = Machine::new();
    machine.environment.service_host = Some("10.0.0.1".to_owned());
    machine.write("home/.kube/config", &kubeconfig("home", "http://127.0.0.1:1"));
    let connection = machine.connection().await;
    assert_eq!(connection.endpoint.kind, EndpointKind::Context { name: "home".into() });
    let ways: Vec<_> = connection.tried.iter().map(|attempt| attempt.way.to_string()).collect();
    let ambassador = format!("ambassador on {}", machine.environment.proxy_address);
    assert_eq!(ways, ["KUBECONFIG", &*ambassador, "service account", "~/.kube/config"]);
}
