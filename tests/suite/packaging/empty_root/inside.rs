//! The tests in an empty root, which the module above runs in their own namespaces.

use std::net::{SocketAddr, UdpSocket};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{ACCOUNT, Empty, has};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::Identity;

#[test]
#[ignore = "needs namespaces of its own"]
fn a_server_is_reached_by_address_and_by_name() {
    let root = Empty::new();
    let server = Server::over(recordings::cluster());
    let port = server.address().port();
    root.put("etc/hosts", "127.0.0.1 localhost api.example.com\n");
    for host in ["127.0.0.1", "localhost", "api.example.com"] {
        let printed = root.run(&["info", "-s", &format!("http://{host}:{port}")], &[]);
        has(&printed, "version    v1.36.2");
        has(&printed, "lists      in the cluster: pods, nodes, namespaces");
    }
}

#[test]
#[ignore = "needs namespaces of its own"]
fn a_server_is_reached_through_the_dns_of_the_cluster() {
    let root = Empty::new();
    let server = Server::over(recordings::cluster());
    let dns = UdpSocket::bind("127.0.0.9:53").unwrap();
    std::thread::spawn(move || resolve(&dns));
    root.put(
        "etc/resolv.conf",
        "search shop.svc.cluster.local svc.cluster.local cluster.local\n\
         nameserver 127.0.0.9\noptions ndots:5\n",
    );
    let url = format!("http://kubernetes.default.svc:{}", server.address().port());
    has(&root.run(&["info", "-s", &url], &[]), "version    v1.36.2");
}

#[test]
#[ignore = "needs namespaces of its own"]
fn a_service_account_works_without_system_authorities() {
    let root = Empty::new();
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let token = token();
    root.put(&format!("{ACCOUNT}/token"), &token);
    root.put(&format!("{ACCOUNT}/ca.crt"), &identity.authority);
    root.put(&format!("{ACCOUNT}/namespace"), "shop");
    let port = server.address().port().to_string();
    let service = [("KUBERNETES_SERVICE_HOST", "127.0.0.1"), ("KUBERNETES_SERVICE_PORT", &*port)];
    let printed = root.run(&["info"], &service);
    for part in [
        "endpoint   service account",
        "namespace  shop",
        "ambassador on 127.0.0.1:8001: nothing listens there",
        "pod        debug (from its token), in namespace shop",
        "account    system:serviceaccount:shop:debug",
        "at 2100-01-01T00:00:00Z, for https://kubernetes.default.svc",
        "version    v1.36.2",
    ] {
        has(&printed, part);
    }
    let secret = token.split('.').nth(2).unwrap();
    assert!(!printed.contains(secret), "{printed}");
    assert!(server.seen().iter().all(|seen| seen.authorization == format!("Bearer {token}")));
}

#[test]
#[ignore = "needs namespaces of its own"]
fn another_https_server_needs_a_given_authority() {
    let root = Empty::new();
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let url = format!("https://127.0.0.1:{}", server.address().port());
    let (code, _, errors) = root.outcome(&["info", "-s", &url], &[]);
    assert_eq!(code, 2);
    has(&errors, "this machine has no certificate authorities");
    has(&errors, "--certificate-authority");
    root.put("ca.crt", &identity.authority);
    let named = ["info", "-s", &url, "--certificate-authority", "/ca.crt"];
    has(&root.run(&named, &[]), "version    v1.36.2");
}

#[test]
#[ignore = "needs namespaces of its own"]
fn a_token_of_another_container_is_borrowed_on_request() {
    let root = Empty::new();
    let identity = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&identity).start();
    let token = token();
    root.add_database_process(&identity, &token);
    let port = server.address().port().to_string();
    let service = [("KUBERNETES_SERVICE_HOST", "127.0.0.1"), ("KUBERNETES_SERVICE_PORT", &*port)];
    let (code, printed, errors) = root.outcome(&["info"], &service);
    assert_eq!(code, 2, "{printed}{errors}");
    has(&printed, "token      none mounted");
    has(&errors, "--borrow-token");
    let printed = root.run(&["info", "--borrow-token"], &service);
    for part in [
        "endpoint   token of container db",
        "why        borrowed on request, through process 7",
        "namespace  shop",
        "pod        debug (from its token)",
        "at 2100-01-01T00:00:00Z, for https://kubernetes.default.svc",
        "version    v1.36.2",
    ] {
        has(&printed, part);
    }
    let requested = server.seen().len();
    let before = root.files();
    let mut terminal = root.screen(&[], &service);
    terminal.wait_for("b connect with the token of container db, through process 7");
    assert_eq!(server.seen().len(), requested, "no token is borrowed without a request");
    terminal.send("b");
    terminal.wait_for_all(&["token of container db", "as kubernetes-admin", "apps", "batch"]);
    terminal.send("q");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert_eq!(root.files(), before, "the program wrote a file");
    assert!(server.seen().iter().all(|seen| seen.authorization == format!("Bearer {token}")));
}

#[test]
#[ignore = "needs namespaces of its own"]
fn an_ambassador_is_used_and_named() {
    let root = Empty::new();
    let server = Server::setup(recordings::cluster());
    let _server = server.start_at(SocketAddr::from(([127, 0, 0, 1], 8001)));
    let printed = root.run(&["info"], &[("KUBERNETES_SERVICE_HOST", "10.0.0.1")]);
    has(&printed, "endpoint   ambassador");
    has(&printed, "rights     those of the user kubernetes-admin");
    let tree = root.run(&["tree", "/apis/batch"], &[("KUBERNETES_SERVICE_HOST", "10.0.0.1")]);
    has(&tree, "/apis/batch/v1\t");
}

#[test]
#[ignore = "needs namespaces of its own"]
fn an_ambassador_that_starts_later_is_used_and_one_key_opens_the_pod() {
    let root = Empty::new();
    root.put("proc/self/cgroup", "0::/kubepods/pod11111111-2222-3333-4444-555555555555/x\n");
    let pod =
        [("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("POD_NAME", "db-0"), ("POD_NAMESPACE", "shop")];
    let mut terminal = root.screen(&[], &pod);
    terminal.wait_for_all(&["ambassador on 127.0.0.1:8001: nothing listens there", "retrying"]);
    let server = Server::setup(recordings::cluster());
    let _server = server.start_at(SocketAddr::from(([127, 0, 0, 1], 8001)));
    terminal.wait_for_all(&["as kubernetes-admin", "db-0 this pod", "apps", "batch"]);
    terminal.send(".");
    terminal.wait_for_all(&["kind: Pod", "name: db-0"]);
    terminal.send("q");
    assert_eq!(terminal.ended().exit_code(), 0);
}

#[test]
#[ignore = "needs namespaces of its own"]
fn a_configured_server_that_does_not_answer_is_not_replaced() {
    let root = Empty::new();
    let config = "{current-context: c, clusters: [{name: k, cluster: {server: \
                  'http://127.0.0.1:9'}}], contexts: [{name: c, context: {cluster: k}}]}";
    root.put("config", config);
    let server = Server::setup(recordings::cluster());
    let server = server.start_at(SocketAddr::from(([127, 0, 0, 1], 8001)));
    let pod = [("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("KUBECONFIG", "/config")];
    let (code, printed, errors) = root.outcome(&["info"], &pod);
    assert_eq!(code, 1, "{printed}{errors}");
    has(&printed, "address    http://127.0.0.1:9");
    has(&errors, "http://127.0.0.1:9");
    let mut terminal = root.screen(&[], &pod);
    terminal.wait_for_all(&["context c", "refused, retrying"]);
    terminal.send("q");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert!(server.seen().is_empty());
}

#[test]
#[ignore = "needs namespaces of its own"]
fn the_screen_needs_neither_terminfo_nor_a_home() {
    let root = Empty::new();
    let before = root.files();
    let mut terminal = root.screen(&["--demo", "po/db-0", "-n", "shop"], &[]);
    terminal.wait_for_all(&["as kubernetes-admin", "kind: Pod"]);
    terminal.send("d");
    terminal.wait_for_all(&["What the containers see", "ORDINAL"]);
    terminal.send("q");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert_eq!(root.files(), before, "the program wrote a file");
}

/// Returns a token as a kubelet mounts it.
fn token() -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let head = part(r#"{"alg":"RS256","kid":"x"}"#);
    let payload = part(
        r#"{"aud":["https://kubernetes.default.svc"],"exp":4102444800,
        "iss":"https://kubernetes.default.svc","kubernetes.io":{"namespace":"shop",
        "pod":{"name":"debug","uid":"11111111-2222-3333-4444-555555555555"},
        "serviceaccount":{"name":"debug","uid":"a"}},"sub":"system:serviceaccount:shop:debug"}"#,
    );
    format!("{head}.{payload}.{}", part("a signature that nobody may see"))
}

/// Answers DNS queries for the API server's name in its cluster.
fn resolve(socket: &UdpSocket) {
    const KNOWN: &[u8] = b"\x0akubernetes\x07default\x03svc\x07cluster\x05local\0";
    let mut query = [0; 512];
    while let Ok((count, from)) = socket.recv_from(&mut query) {
        let question = &query[12..count];
        let end = question.iter().position(|byte| *byte == 0).unwrap() + 1;
        let (name, kind) = (&question[..end], question[end + 1]);
        let is_known = name == KNOWN;
        let has_address = is_known && kind == 1;
        // The header: the same ID, an answer with recursion, and NXDOMAIN for other names.
        let mut answer = vec![query[0], query[1], 0x81, if is_known { 0x80 } else { 0x83 }];
        answer.extend([0, 1, 0, u8::from(has_address), 0, 0, 0, 0]);
        answer.extend(&question[..end + 4]);
        if has_address {
            answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 127, 0, 0, 1]);
        }
        socket.send_to(&answer, from).unwrap();
    }
}
