//! Proxies in front of a server: the requests they get, and whose failure is reported.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kubewalk::api::endpoint::{Connected, Options};
use kubewalk::k8s::failure::{Failure, FailureKind};

use super::connecting::{Machine, kubeconfig, unverified, version};
use crate::support::machine::refusing_address;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::Identity;
use crate::support::tunnel::Tunnel;

/// An HTTP proxy that answers every request alike, and records the heads.
struct Canned {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Canned {
    fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&heads);
        std::thread::spawn(move || {
            for mut client in listener.incoming().flatten() {
                let lines = BufReader::new(client.try_clone().unwrap()).lines();
                let head: Vec<String> =
                    lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                kept.lock().unwrap().push(head.join("\n"));
                _ = client.write_all(answer.as_bytes());
            }
        });
        Self { address, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

const VERSION: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                       Content-Length: 24\r\nConnection: close\r\n\r\n{\"gitVersion\":\"v1.36.2\"}\n";

/// Connects to a server, which is not verified, by the `proxy-url` of a kubeconfig.
async fn by_proxy(machine: &Machine, server: &str, proxy: &str) -> Connected {
    let text = kubeconfig("dev", server);
    let text = unverified(&text).replace("server:", &format!("proxy-url: '{proxy}', server:"));
    let config = machine.write("config", &text);
    machine.connect(Options { kubeconfig: Some(config), ..Options::default() }).await.unwrap()
}

#[tokio::test]
async fn an_http_proxy_gets_requests_for_plain_http_in_absolute_form() {
    let proxy = Canned::answering(VERSION);
    let mut machine = Machine::new();
    let by_kubeconfig =
        by_proxy(&machine, "http://api.example.test", &format!("http://{}", proxy.address)).await;
    machine.environment.http_proxy = Some(proxy.address.to_string());
    let url = "http://api.example.test:8080/base".to_owned();
    let by_variable = Options { server: Some(url), ..Options::default() };
    let by_variable = machine.connect(by_variable).await.unwrap();
    assert_eq!(version(&by_kubeconfig).await, Ok(200));
    assert_eq!(version(&by_variable).await, Ok(200));
    let heads = proxy.heads();
    for (head, line, host) in [
        (&heads[0], "GET http://api.example.test/version HTTP/1.1", "api.example.test"),
        (
            &heads[1],
            "GET http://api.example.test:8080/base/version HTTP/1.1",
            "api.example.test:8080",
        ),
    ] {
        assert_eq!(head.lines().next(), Some(line));
        assert!(head.contains(&format!("\nhost: {host}")), "{head}");
        assert!(!head.to_lowercase().contains("authorization"), "{head}");
    }
}

#[tokio::test]
async fn the_login_of_a_proxy_is_sent_to_the_proxy() {
    let login = format!("Basic {}", STANDARD.encode("me:p@ss"));
    let proxy = Canned::answering(VERSION);
    let machine = Machine::new();
    let url = format!("http://me:p%40ss@{}", proxy.address);
    let plain = by_proxy(&machine, "http://api.example.test", &url).await;
    assert_eq!(version(&plain).await, Ok(200));
    assert!(proxy.heads()[0].contains(&format!("proxy-authorization: {login}")));
    let tunneled = by_proxy(&machine, "https://api.example.test", &url).await;
    assert!(version(&tunneled).await.is_err());
    let head = &proxy.heads()[1];
    assert!(head.starts_with("CONNECT api.example.test:443 HTTP/1.1\n"), "{head}");
    assert!(head.contains(&format!("Proxy-Authorization: {login}")), "{head}");
}

#[tokio::test]
async fn a_socks_proxy_connects_to_the_port_of_plain_http() {
    let server = Server::over(recordings::cluster());
    let socks = Tunnel::socks(server.address());
    let machine = Machine::new();
    let proxy = format!("socks5://{}", socks.address);
    let connection = by_proxy(&machine, "http://api.example.test", &proxy).await;
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!(socks.requested(), ["SOCKS 1 api.example.test:80"]);
}

#[tokio::test]
async fn a_proxy_may_speak_tls_itself() {
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let tunnel = Tunnel::http(server.address());
    let proxy = crate::support::tls::terminate(&identity, tunnel.address);
    let machine = Machine::new();
    machine.write("ca.crt", &identity.authority);
    let text = kubeconfig("dev", &format!("https://127.0.0.1:{}", server.address().port()))
        .replace(
            "{server",
            &format!("{{certificate-authority: ca.crt, proxy-url: 'https://{proxy}', server"),
        );
    let config = machine.write("config", &text);
    let options = Options { kubeconfig: Some(config), ..Options::default() };
    let connection = machine.connect(options).await.unwrap();
    assert_eq!(version(&connection).await, Ok(200));
    assert_eq!(tunnel.requested().len(), 1);
}

async fn failure(server: &str, proxy: &str) -> Failure {
    let machine = Machine::new();
    version(&by_proxy(&machine, server, proxy).await).await.unwrap_err()
}

#[tokio::test]
async fn a_dead_proxy_is_reported_and_not_the_server() {
    let closed = refusing_address();
    for scheme in ["http", "https", "socks5"] {
        for server in ["http://api.example.test", "https://api.example.test"] {
            let failure = failure(server, &format!("{scheme}://me:secret@{closed}")).await;
            let expected = format!("the proxy {scheme}://{closed} refused the connection");
            assert_eq!(failure.message, expected, "{server}");
            assert_eq!(failure.kind, FailureKind::Refused);
            assert_eq!(failure.hint, "Check proxy-url in the kubeconfig");
        }
    }
}

#[tokio::test]
async fn the_hint_names_the_variable_that_names_the_proxy() {
    let mut machine = Machine::new();
    let closed = refusing_address().to_string();
    machine.environment.http_proxy = Some(closed.clone());
    machine.environment.https_proxy = Some(closed);
    for (server, variable) in [("http://h.test", "HTTP_PROXY"), ("https://h.test", "HTTPS_PROXY")] {
        let authority = machine.write("ca.crt", &Identity::signed_for("h.test").authority);
        let mut options = Options { server: Some(server.to_owned()), ..Options::default() };
        options.flags.certificate_authority = Some(authority);
        let connection = machine.connect(options).await.unwrap();
        let hint = version(&connection).await.unwrap_err().hint;
        assert_eq!(hint, format!("Check {variable}, or exempt the server by NO_PROXY"));
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_a_tunnel_is_a_failure_with_its_reason() {
    for (answer, why) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "it answered 403 Forbidden"),
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "it wants a login (407)"),
        ("SSH-2.0-OpenSSH\r\n\r\n", "it does not answer as an HTTP proxy"),
        ("", "it closed the connection"),
    ] {
        let proxy = Canned::answering(answer);
        let failure =
            failure("https://api.example.test", &format!("http://{}", proxy.address)).await;
        let expected = format!(
            "the proxy http://{} does not connect to api.example.test:443: {why}",
            proxy.address
        );
        assert_eq!(failure.message, expected);
        assert!(failure.hint.contains("proxy-url"), "{failure}");
    }
}

#[tokio::test]
async fn a_proxy_that_forwards_may_want_a_login() {
    let answer = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 5\r\n\r\nlogin";
    let proxy = Canned::answering(answer);
    let failure = failure("http://api.example.test", &format!("http://{}", proxy.address)).await;
    let expected = format!(
        "the proxy http://{} does not connect to api.example.test: it wants a login (407)",
        proxy.address
    );
    assert_eq!(failure.message, expected);
    assert!(failure.hint.starts_with("Give a login in proxy-url"), "{failure}");
}

#[tokio::test]
async fn a_silent_proxy_is_named_beside_the_server() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let machine = Machine::new();
    for scheme in ["http", "socks5"] {
        let proxy = format!("{scheme}://{}", silent.local_addr().unwrap());
        let text = kubeconfig("dev", "https://api.example.test");
        let text = unverified(&text).replace("server:", &format!("proxy-url: '{proxy}', server:"));
        let request_timeout = Some(std::time::Duration::from_millis(50));
        let kubeconfig = Some(machine.write("config", &text));
        let options = Options { kubeconfig, request_timeout, ..Options::default() };
        let failure = version(&machine.connect(options).await.unwrap()).await.unwrap_err();
        let expected = format!(
            "https://api.example.test did not answer GET /version through the proxy {proxy} within \
             50 ms"
        );
        assert_eq!(failure.message, expected);
    }
}
