//! Longer walks: through a real `kubectl proxy`, and on any cluster.

use std::path::PathBuf;

use kubewalk::api::endpoint::{Environment, Options};

use crate::support::kubectl::{Proxy, kubeconfig};
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::Terminal;
use crate::support::walker::Walker;

/// Wide enough for the whole header.
const SIZE: (u16, u16) = (200, 36);

#[tokio::test]
async fn a_job_is_reached_from_the_root_through_kubectl_proxy() {
    let server = Server::over(recordings::cluster());
    let Some(proxy) = Proxy::before(&server, &[]) else {
        println!("skipped: there is no kubectl");
        return;
    };
    let mut environment = Environment::empty();
    environment.proxy_address.clone_from(&proxy.address);
    let mut walker = Walker::start_at(Options::default(), environment, SIZE, None);
    walker.wait_for("v1.36.2 · as kubernetes-admin").await;
    let header = walker.line(" kubewalk ");
    for part in [" proxy ", &proxy.address, "a Kubernetes API answers there"] {
        assert!(header.contains(part), "{part} in {header}");
    }
    walker.wait_for("batch").await;

    for (keys, title) in [
        (":batch enter", "GET /apis/batch  200"),
        ("j enter", "GET /apis/batch/v1  200"),
        ("j j enter j", "GET /apis/batch/v1/jobs"),
        ("j enter", "GET /apis/batch/v1/namespaces/default/jobs"),
        ("j enter", "my-job  200"),
    ] {
        walker.walk(keys).await;
        walker.wait_for(title).await;
    }
    walker.wait_for("kind: Job").await;
    assert!(walker.selected().contains("my-job"), "{}", walker.selected());
    let seen = server.seen();
    let job = "/apis/batch/v1/namespaces/default/jobs/my-job";
    let requested = seen.iter().find(|seen| seen.path == job).unwrap();
    assert_eq!((requested.method.as_str(), requested.accept.as_str()), ("GET", "application/json"));
}

#[test]
fn the_binary_opens_a_job_through_kubectl_proxy() {
    let server = Server::over(recordings::cluster());
    let Some(proxy) = Proxy::before(&server, &[]) else {
        println!("skipped: there is no kubectl");
        return;
    };
    let url = format!("http://{}", proxy.address);
    let arguments = ["-s", &url, "job/my-job", "-n", "default"];
    let mut terminal = Terminal::start(&arguments, &[]);
    terminal.wait_for("kind: Job");
    terminal.send("q");
    assert!(terminal.ended().success());
}

#[tokio::test]
#[ignore = "needs a cluster: KUBEWALK_LIVE_KUBECONFIG names its kubeconfig"]
async fn any_cluster_is_walked() {
    let file = std::env::var_os("KUBEWALK_LIVE_KUBECONFIG").unwrap();
    walk_any(PathBuf::from(file)).await;
}

#[tokio::test]
async fn the_demo_cluster_is_walked_like_any_cluster() {
    let server = Server::over(recordings::cluster());
    let kubeconfig = kubeconfig(&server);
    walk_any(kubeconfig.path().to_owned()).await;
}

/// Walks a cluster. Asserts only what holds on every cluster and for every user.
async fn walk_any(kubeconfig: PathBuf) {
    let options = Options { kubeconfig: Some(kubeconfig), ..Options::default() };
    let mut walker = Walker::start(options, SIZE);
    walker.wait_for("context ").await;
    walker.settle().await;
    walker.wait_for("▾ apis").await;
    for group in ["apps", "batch"] {
        walker.wait_for(&format!("▸ {group}")).await;
    }
    walker.walk(":/version enter").await;
    walker.wait_for("gitVersion").await;
    walker.walk(":/api/v1 enter").await;
    walker.wait_for("kind: APIResourceList").await;
    walker.wait_for("▸ configmaps").await;
    // There are rows, or a failure with a hint.
    walker.walk(":ns enter").await;
    let screen = walker.screen();
    assert!(screen.contains("kube-system") || screen.contains("403"), "{screen}");
    walker.walk(":po space -n space kube-system enter").await;
    walker.wait_for("GET /api/v1/namespaces/kube-system/pods").await;
    let screen = walker.screen();
    assert!(["No pods", "rows", "403"].iter().any(|text| screen.contains(text)), "{screen}");
    walker.walk(":/apis/nonsense enter").await;
    walker.wait_for("the server has no").await;
    walker.press("q");
    assert!(walker.quit);
}
