//! What belongs to objects of a real cluster: `kubewalk tree --related`.

use super::on;
use crate::support::machine::binary;
use crate::support::recordings;
use crate::support::server::Server;

/// The object, and the beginnings of its lists: the request and the row.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "deploy/gateway -n payments",
        &[
            "/apis/apps/v1/namespaces/payments/replicasets?labelSelector=app%3Dgateway\treplicasets  2 of 2",
            "/api/v1/namespaces/payments/pods?labelSelector=app%3Dgateway\tpods  4 of 4",
        ],
    ),
    (
        "sts/db -n shop",
        &[
            "/api/v1/namespaces/shop/pods?labelSelector=app%3Ddb\tpods  2 of 2",
            "/apis/apps/v1/namespaces/shop/controllerrevisions?labelSelector=app%3Ddb\tcontrollerrevisions  1 of 1",
        ],
    ),
    ("cj/report -n shop", &["/apis/batch/v1/namespaces/shop/jobs\tjobs  1 of 1"]),
    (
        "svc/ledger -n payments",
        &[
            "/apis/discovery.k8s.io/v1/namespaces/payments/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dledger\tendpointslices  1",
            "/api/v1/namespaces/payments/pods?labelSelector=app%3Dledgr\tpods  0",
        ],
    ),
    (
        "svc/gateway -n payments",
        &["/apis/networking.k8s.io/v1/namespaces/payments/ingresses\tingresses  1 of 1"],
    ),
    ("no/node1", &["/api/v1/pods?fieldSelector=spec.nodeName%3Dnode1\tpods  27"]),
    (
        "cm/ledger-config -n payments",
        &[
            "/api/v1/namespaces/payments/pods\tpods  3 of 14",
            "/apis/apps/v1/namespaces/payments/deployments\tdeployments  1 of 2",
        ],
    ),
    (
        "sa/ledger -n payments",
        &[
            "/api/v1/namespaces/payments/pods?fieldSelector=spec.serviceAccountName%3Dledger\tpods  2",
            "/apis/rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings\trolebindings  1 of 1",
            "/apis/rbac.authorization.k8s.io/v1/rolebindings\trolebindings of all namespaces  1 of 9",
        ],
    ),
    ("pvc/archive -n payments", &["/api/v1/namespaces/payments/pods\tpods  1 of 14"]),
    ("secret/db-credentials -n shop", &["/api/v1/namespaces/shop/pods\tpods  3 of 6"]),
    (
        "netpol/db-from-frontend -n shop",
        &["/api/v1/namespaces/shop/pods?labelSelector=app%3Ddb\tpods  2"],
    ),
    (
        "prioritylevelconfiguration/workload-high",
        &["/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas\tflowschemas  3 of 11"],
    ),
    (
        "po/db-0 -n shop",
        &["/apis/apps/v1/namespaces/shop/statefulsets?fieldSelector=metadata.name%3Ddb\towner  1"],
    ),
];

#[test]
fn each_list_has_what_belongs_to_the_object() {
    for (object, lists) in EXAMPLES {
        let (code, out, err) = on("trouble", &format!("tree {object} --related"));
        assert_eq!((code, err.as_str()), (0, ""), "{object}\n{out}");
        for list in *lists {
            assert!(out.lines().any(|line| line.starts_with(list)), "{object}: {list}\n{out}");
        }
    }
}

#[test]
fn the_instances_of_a_custom_resource_are_listed_for_each_version() {
    let crd = "tree crd/widgets.factory.example.com --related --depth 2";
    let (_, out, _) = on("cluster", crd);
    assert!(out.contains("/apis/factory.example.com/v1/widgets\twidgets v1  1\n"), "{out}");
    assert!(
        out.contains("/apis/factory.example.com/v1/namespaces/shop/widgets/sprocket\t"),
        "{out}"
    );
}

#[test]
fn without_the_flag_nothing_more_is_requested() {
    let server = Server::over(recordings::named("trouble"));
    let url = server.url();
    binary(&["tree", "deploy/gateway", "-n", "payments", "-s", &url]).output().unwrap();
    let seen = server.seen();
    assert!(seen.iter().all(|seen| !seen.path.ends_with("/pods")), "{seen:?}");
}

#[test]
fn the_lists_of_a_secret_need_its_metadata_only() {
    let server = Server::over(recordings::named("trouble"));
    let url = server.url();
    let words = ["tree", "secret/db-credentials", "-n", "shop", "--related", "-s", &url];
    binary(&words).output().unwrap();
    let seen = server.seen();
    let secrets = seen.iter().filter(|seen| seen.path.contains("/secrets/"));
    assert!(secrets.clone().count() > 0);
    assert!(secrets.clone().all(|seen| seen.accept.contains("as=")), "{seen:?}");
}
