//! Execs through a real `kubectl proxy`, which rejects them by default.

use kubewalk::api::client::{Client, Content};
use kubewalk::api::endpoint::{Environment, Options, connect};
use kubewalk::k8s::failure::FailureKind;

use super::{cat, cluster, requested};
use crate::support::kubectl::Proxy;

async fn client(proxy: &Proxy) -> Client {
    let url = format!("http://{}", proxy.address);
    let options = Options { server: Some(url), ..Options::default() };
    connect(&options, &Environment::empty()).await.unwrap().client
}

#[tokio::test]
async fn an_exec_rejected_by_kubectl_proxy_is_explained() {
    let server = cluster();
    let Some(proxy) = Proxy::before(&server, &[]) else {
        println!("skipped: there is no kubectl");
        return;
    };
    let labels = cat("downward", "main", "/etc/downward/labels");
    let failure = client(&proxy).await.cat(&labels).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Forbidden);
    assert!(failure.message.starts_with("403: the proxy refuses GET "), "{failure}");
    assert!(failure.message.ends_with("and does not forward it"), "{failure}");
    assert!(failure.hint.contains("--reject-paths=^$ or --disable-filter"), "{failure}");
    assert_eq!(requested(&server).len(), 0);
}

#[tokio::test]
async fn a_kubectl_proxy_that_accepts_execs_forwards_them() {
    let server = cluster();
    let Some(proxy) = Proxy::before(&server, &["--reject-paths=^$"]) else {
        println!("skipped: there is no kubectl");
        return;
    };
    let labels = cat("downward", "main", "/etc/downward/labels");
    let content = client(&proxy).await.cat(&labels).await;
    assert_eq!(content, Ok(Content::Bytes(b"foo=\"bar\"".to_vec())));
}
