//! Transports and their flags: Unix sockets, proxies, impersonation, tokens and certificates.

use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubewalk::api::endpoint::{Flags, Options};
use kubewalk::k8s::failure::FailureKind;

use super::connecting::{Machine, kubeconfig, unverified, version};
use crate::support::kubectl;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::Identity;
use crate::support::tunnel::Tunnel;

const NAME: &str = "kube.example.com";

fn with(flags: Flags, url: String) -> Options {
    Options { server: Some(url), flags, ..Options::default() }
}

fn socket(path: &Path) -> Options {
    with(Flags::default(), format!("unix://{}", path.display()))
}

#[tokio::test]
async fn a_unix_socket_reaches_the_server() {
    let server = Server::over(recordings::cluster());
    let machine = Machine::new();
    let path = machine.folder.path().join("proxy.sock");
    Tunnel::unix(&path, server.address());
    let connection = machine.connect(socket(&path)).await.unwrap();
    assert_eq!(connection.endpoint.address, format!("unix://{}", path.display()));
    for _ in 0..2 {
        assert_eq!(version(&connection).await, Ok(200));
    }
    assert!(server.seen()[0].user_agent.starts_with("kubewalk/"));
}

#[tokio::test]
async fn a_missing_unix_socket_is_named_by_its_path() {
    let machine = Machine::new();
    let path = machine.folder.path().join("nobody.sock");
    let connection = machine.connect(socket(&path)).await.unwrap();
    let failure = version(&connection).await.unwrap_err();
    assert!(failure.message.contains("nobody.sock"), "{failure}");
    assert_eq!(failure.kind, FailureKind::Refused, "{failure}");
    let relative = with(Flags::default(), "unix://proxy.sock".to_owned());
    assert!(machine.unusable(relative).await.hint.contains("unix:///run/proxy.sock"));
}

#[tokio::test]
async fn a_kubectl_proxy_on_a_unix_socket_is_used() {
    let server = Server::over(recordings::cluster());
    let machine = Machine::new();
    let path = machine.folder.path().join("kubectl.sock");
    let config = kubectl::kubeconfig(&server);
    let proxy = Command::new("kubectl")
        .arg("--kubeconfig")
        .arg(config.path())
        .arg("proxy")
        .arg(format!("--unix-socket={}", path.display()))
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut proxy) = proxy else {
        println!("skipped: there is no kubectl");
        return;
    };
    let mut line = String::new();
    let stdout = proxy.stdout.take().unwrap();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).unwrap();
    let connection = machine.connect(socket(&path)).await.unwrap();
    let answer = version(&connection).await;
    proxy.kill().unwrap();
    proxy.wait().unwrap();
    assert_eq!(answer, Ok(200), "{line}");
}

#[tokio::test]
async fn impersonation_is_sent_over_every_transport() {
    let server = Server::over(recordings::cluster());
    let machine = Machine::new();
    let flags = Flags {
        impersonate: Some("jane".to_owned()),
        impersonate_groups: vec!["dev".to_owned(), "ops".to_owned()],
        ..Flags::default()
    };
    let path = machine.folder.path().join("proxy.sock");
    Tunnel::unix(&path, server.address());
    for url in [server.url(), format!("unix://{}", path.display())] {
        let connection = machine.connect(with(flags.clone(), url)).await.unwrap();
        assert_eq!(version(&connection).await, Ok(200));
        assert_eq!(server.seen().last().unwrap().impersonated, ["jane", "dev", "ops"]);
    }
    let config = machine.write("config", &kubeconfig("dev", &server.url()));
    let options = Options { kubeconfig: Some(config), flags, ..Options::default() };
    version(&machine.connect(options).await.unwrap()).await.unwrap();
    assert_eq!(server.seen().last().unwrap().impersonated, ["jane", "dev", "ops"]);
}

#[tokio::test]
async fn the_flag_token_file_overrides_the_kubeconfig_and_is_read_again() {
    let server = Server::secure(recordings::cluster());
    let machine = Machine::new();
    let token = machine.write("token", "first\n");
    let config = machine.write("config", &unverified(&kubeconfig("dev", &server.url())));
    let flags = Flags { token_file: Some(token), ..Flags::default() };
    let options = Options { kubeconfig: Some(config), flags, ..Options::default() };
    let connection = machine.connect(options).await.unwrap();
    version(&connection).await.unwrap();
    machine.write("token", "second\n");
    version(&connection).await.unwrap();
    let shown: Vec<_> = server.seen().into_iter().map(|seen| seen.authorization).collect();
    assert_eq!(shown, ["Bearer first", "Bearer second"]);
}

#[tokio::test]
async fn the_authority_of_a_url_is_chosen_by_flags() {
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let machine = Machine::new();
    let authority = machine.write("ca.crt", &identity.authority);
    let trusting = Flags { certificate_authority: Some(authority), ..Flags::default() };
    let connection = machine.connect(with(trusting, server.url())).await.unwrap();
    assert_eq!(version(&connection).await, Ok(200));
    assert!(!connection.endpoint.insecure);
    let careless = Flags { insecure_skip_tls_verify: true, ..Flags::default() };
    let connection = machine.connect(with(careless, server.url())).await.unwrap();
    assert_eq!(version(&connection).await, Ok(200));
    assert!(connection.endpoint.insecure);
    let missing = Some(machine.folder.path().join("none.crt"));
    let missing = Flags { certificate_authority: missing, ..Flags::default() };
    let failure = machine.unusable(with(missing, server.url())).await;
    assert!(failure.message.contains("none.crt cannot be read"), "{failure}");
}

#[tokio::test]
async fn a_server_behind_a_proxy_is_verified() {
    let identity = Identity::signed_for(NAME);
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let machine = Machine::new();
    machine.write("ca.crt", &identity.authority);
    let (http, socks) = (Tunnel::http(server.address()), Tunnel::socks(server.address()));
    for (tunnel, scheme, requested) in [
        (&http, "http", format!("CONNECT {NAME}:6443 HTTP/1.1")),
        (&socks, "socks5", format!("SOCKS 1 {NAME}:6443")),
    ] {
        let proxy = format!("{scheme}://{}", tunnel.address);
        let text = kubeconfig("dev", &format!("https://{NAME}:6443")).replace(
            "cluster: {server",
            &format!("cluster: {{certificate-authority: ca.crt, proxy-url: '{proxy}', server"),
        );
        let config = machine.write("config", &text);
        let options = Options { kubeconfig: Some(config), ..Options::default() };
        let connection = machine.connect(options).await.unwrap();
        assert_eq!(version(&connection).await, Ok(200), "{proxy}");
        assert_eq!(tunnel.requested(), [requested]);
        assert_eq!(server.seen().last().unwrap().authorization, "Bearer sesame");
    }
}

#[tokio::test]
async fn https_proxy_is_used_except_for_hosts_in_no_proxy() {
    let identity = Identity::signed_for(NAME);
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let tunnel = Tunnel::http(server.address());
    let mut machine = Machine::new();
    let authority = machine.write("ca.crt", &identity.authority);
    machine.environment.https_proxy = Some(format!("http://{}", tunnel.address));
    let flags = Flags { certificate_authority: Some(authority), ..Flags::default() };
    let options = with(flags, format!("https://{NAME}"));
    let connection = machine.connect(options.clone()).await.unwrap();
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!(tunnel.requested(), [format!("CONNECT {NAME}:443 HTTP/1.1")]);
    machine.environment.no_proxy = Some("example.com".to_owned());
    let connection = machine.connect(options).await.unwrap();
    // The host does not exist, so the failure shows whether the proxy was used.
    assert!(version(&connection).await.is_err());
    assert_eq!(tunnel.requested().len(), 1);
}

#[tokio::test]
async fn a_client_certificate_is_read_from_a_file_or_from_data() {
    let identity = Identity::signed_for("127.0.0.1");
    let client = identity.client("jane");
    let server = Server::setup(recordings::cluster()).tls(&identity).only_known_clients().start();
    let machine = Machine::new();
    machine.write("ca.crt", &identity.authority);
    machine.write("jane.crt", &client.certificate);
    machine.write("jane.key", &client.key);
    let data = |pem: &str| STANDARD.encode(pem);
    for (user, accepted) in [
        ("client-certificate: jane.crt, client-key: jane.key".to_owned(), true),
        (
            format!(
                "client-certificate-data: {}, client-key-data: {}",
                data(&client.certificate),
                data(&client.key)
            ),
            true,
        ),
        ("token: sesame".to_owned(), false),
    ] {
        let text = kubeconfig("dev", &server.url())
            .replace("{server", "{certificate-authority: ca.crt, server")
            .replace("token: 'sesame'", &user);
        let config = machine.write("config", &text);
        let options = Options { kubeconfig: Some(config), ..Options::default() };
        let connection = machine.connect(options).await.unwrap();
        let answer = version(&connection).await;
        assert_eq!(answer.is_ok(), accepted, "{user}: {answer:?}");
    }
}

#[tokio::test]
async fn a_base_path_is_kept_over_every_transport() {
    let server = Server::setup(recordings::cluster()).below("/k8s/clusters/c-1").start();
    let machine = Machine::new();
    let connection = machine.connect(with(Flags::default(), server.url())).await.unwrap();
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!(server.seen()[0].path, "/version");
}
