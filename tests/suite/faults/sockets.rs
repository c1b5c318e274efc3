//! Faults of real servers, with the whole program but its terminal.

use std::time::{Duration, Instant};

use kubewalk::api::client::Client;
use kubewalk::api::endpoint::{Environment, Flags, Options, connect};
use kubewalk::k8s::path::ApiPath;
use kubewalk::k8s::request::{Form, Request};
use serde_json::Value;

use crate::support::fault::{Fault, FaultyProxy};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::tls::Identity;
use crate::support::walker::Walker;

const PODS: &str = "/api/v1/namespaces/shop/pods";
const SIZE: (u16, u16) = (140, 36);

/// Starts a server with that certificate at the address of an earlier one.
fn restarted(identity: &Identity, before: Server) -> Server {
    let address = before.address();
    drop(before);
    // The thread closes the port at some point.
    while std::net::TcpStream::connect(address).is_ok() {
        std::thread::sleep(Duration::from_millis(1));
    }
    Server::setup(recordings::cluster()).tls(identity).start_at(address)
}

#[tokio::test]
async fn an_invalid_certificate_is_reported_and_a_valid_one_is_accepted_without_a_restart() {
    let good = Identity::signed_for("127.0.0.1");
    let server = Server::setup(recordings::cluster()).tls(&good).start();
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("ca.crt");
    std::fs::write(&authority, &good.authority).unwrap();
    let options = Options {
        server: Some(server.url()),
        flags: Flags { certificate_authority: Some(authority), ..Flags::default() },
        ..Options::default()
    };
    let mut walker = Walker::start(options, SIZE);
    walker.settle().await;
    walker.walk(":po space -n space shop enter j").await;
    let mut server = server;
    for (name, year, message) in [
        ("127.0.0.1", 2020, "its certificate expired on 2020-01-01"),
        ("other", 2999, "its certificate is for other, not for 127.0.0.1"),
    ] {
        server = restarted(&good.again_for(name, year), server);
        walker.press("r");
        walker.wait_for("server TLS, retrying").await;
        walker.walk("r").await;
        assert!(walker.screen().contains(message), "{}", walker.screen());
        assert!(walker.screen().contains("name: db-0"), "the document stays");
        assert!(walker.screen().contains(" 6 old"), "{}", walker.screen());
        server = restarted(&good, server);
        walker.wait_for_no("retrying").await;
        walker.settle().await;
        assert!(!walker.screen().contains("certificate"), "{}", walker.screen());
        assert!(!walker.line("shop 6").contains("old"), "{}", walker.screen());
    }
}

#[tokio::test]
async fn a_custom_resource_removed_from_the_server_leaves_the_tree_with_a_notice() {
    let server = Server::over(recordings::cluster());
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(":factories enter").await;
    assert!(walker.selected().contains("factories"), "{}", walker.screen());
    let options = Options { server: Some(server.url()), ..Options::default() };
    let client: Client = connect(&options, &Environment::empty()).await.unwrap().client;
    let apis = Request::get(ApiPath::parse("/apis"), Form::Discovery);
    let apis = client.send(&apis).await.unwrap();
    let mut apis: Value = serde_json::from_slice(&apis.body).unwrap();
    for group in apis["items"].as_array_mut().unwrap() {
        for version in group["versions"].as_array_mut().unwrap() {
            if let Some(resources) = version["resources"].as_array_mut() {
                resources.retain(|resource| resource["resource"] != "factories");
            }
        }
    }
    server.answer("/apis", 200, &apis.to_string());
    for path in ["", "/namespaces/default", "/namespaces/shop", "/namespaces/team-a"] {
        let path = format!("/apis/factory.example.com/v1{path}/factories");
        server.answer(&path, 404, "404 page not found");
    }
    walker.press("r");
    walker.wait_for("No longer served: factories").await;
    walker.settle().await;
    assert!(!walker.screen().contains("▸ factories"), "{}", walker.screen());
    assert!(walker.screen().contains("factory.example.com"), "{}", walker.screen());
}

#[tokio::test]
async fn a_retry_after_header_is_shown_and_respected() {
    let server = Server::over(recordings::cluster());
    for code in [429, 503] {
        let proxy = FaultyProxy::to(&server);
        let busy = Fault::status(code, "Retry-After: 1\r\n", "busy");
        proxy.inject_times(1, &format!("{PODS}?limit=500"), busy);
        let mut walker = Walker::server(&proxy.url(), SIZE).await;
        walker.press(":po space -n space shop enter");
        walker.wait_for(&format!("shop ✗ {code}, retry in 1 s")).await;
        let refused = Instant::now();
        walker.wait_for("shop 6").await;
        assert!(refused.elapsed() > Duration::from_millis(800), "{:?}", refused.elapsed());
    }
}

#[tokio::test]
async fn closing_a_node_closes_its_connection_to_the_server() {
    let server = Server::over(recordings::cluster());
    let proxy = FaultyProxy::to(&server);
    let mut walker = Walker::server(&proxy.url(), SIZE).await;
    walker.walk(":po space -n space shop enter").await;
    let path = "/api/v1/namespaces/kube-system/pods?limit=500";
    proxy.inject(path, Fault::Silence);
    walker.press("k enter");
    walker.wait_for("kube-system … 1 s").await;
    walker.press("h");
    walker.meanwhile(proxy.until_given_up(1)).await;
    assert!(!walker.screen().contains("kube-system …"), "{}", walker.screen());
    proxy.clear_faults();
    walker.walk("enter").await;
    walker.wait_for("kube-system 0").await;
}
