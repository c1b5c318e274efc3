//! `kubewalk info` inside a pod.

use kubewalk::api::endpoint::{Environment, Options};
use kubewalk::headless::{Access, Stop, info};
use kubewalk::k8s::endpoint::NoEndpoint;

use super::faked::{Faked, pairs};
use crate::support::recordings;
use crate::support::server::Server;

const REVIEWS: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";

/// A container with the cgroup of a pod and variables that name the pod.
fn debug_pod() -> Faked {
    let faked = Faked::new();
    let cgroup = "0::/kubepods/pode716e899-8ca1-4e3e-ae65-dbfc374eeacc/x\n";
    faked.process("self", cgroup, &pairs(&[("POD_NAME", "debug")]));
    faked
}

/// Returns what the command prints, with or without a server.
async fn printed(faked: &Faked, server: Option<&Server>) -> String {
    let mut environment = Environment::empty();
    environment.service_account = faked.at("/var/run/secrets/kubernetes.io/serviceaccount");
    let access = match server {
        Some(server) => {
            let options = Options { server: Some(server.url()), ..Options::default() };
            Access::open(&options, &environment, false).await
        }
        None => Err(Stop::Nowhere(NoEndpoint::default())),
    };
    let mut out = Vec::new();
    _ = info::run(access, &environment, &faked.machine(), "", &mut out).await;
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn credentials_of_another_pod_give_a_warning() {
    let server = Server::over(recordings::cluster());
    let user = |pod: &str| {
        format!(
            r#"{{"kind":"SelfSubjectReview","status":{{"userInfo":{{
            "username":"system:serviceaccount:shop:debug","extra":{{
            "authentication.kubernetes.io/pod-name":["{pod}"]}}}}}}}}"#
        )
    };
    let pod = debug_pod();
    server.answer(REVIEWS, 201, &user("debug"));
    let ours = printed(&pod, Some(&server)).await;
    assert!(ours.contains("pod        debug (from POD_NAME), in namespace "), "{ours}");
    assert!(ours.contains("token      none mounted, or none that can be parsed\n"), "{ours}");
    assert!(ours.contains("rights     those of this pod\n"), "{ours}");
    server.answer(REVIEWS, 201, &user("node-agent"));
    let others = printed(&pod, Some(&server)).await;
    let warning = "warning    these are the rights of another pod, node-agent, and not of debug";
    assert!(others.contains(warning), "{others}");
}

#[tokio::test]
async fn without_a_server_the_pod_is_named() {
    let printed = printed(&debug_pod(), None).await;
    assert!(printed.starts_with("pod        debug (from POD_NAME), in namespace "), "{printed}");
    assert!(printed.contains("token      none mounted, or none that can be parsed\n"), "{printed}");
}

#[tokio::test]
async fn variables_alone_do_not_make_a_pod() {
    let faked = Faked::new();
    let variables = [("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("POD_NAME", "debug")];
    faked.process("self", "0::/user.slice\n", &pairs(&variables));
    assert_eq!(printed(&faked, None).await, "");
}
