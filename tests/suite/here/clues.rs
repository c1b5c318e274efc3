//! Clues about the own pod that need no server.

use kubewalk::downward::inside::{Clue, Found, Guess, ThisPod};

use super::faked::{Faked, pairs};

/// The files of a volume, with permission bits.
type Files<'a> = &'a [(&'a str, u32, &'a [u8])];

fn clue(clue: Option<&Clue>) -> (&str, &str) {
    clue.map_or(("", ""), |clue| (&clue.value, &clue.from))
}

fn pod(faked: &Faked) -> ThisPod {
    faked.machine().look().pod
}

#[test]
fn the_service_account_and_the_variables_name_the_pod() {
    let faked = Faked::new();
    faked.service_account("");
    faked.process("self", "0::/\n", &pairs(&[("POD_NAME", "db-0"), ("HOSTNAME", "node-1")]));
    faked.write("etc/resolv.conf", "search other.svc.cluster.local\n");
    let pod = pod(&faked);
    let from = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
    assert_eq!(clue(pod.namespace.as_ref()), ("default", from));
    let names: Vec<_> = pod.names.iter().map(|name| name.value.as_str()).collect();
    assert_eq!(names, ["db-0", "node-1"]);
    assert_eq!(pod.uid, None);
}

#[test]
fn a_mounted_file_and_the_mounts_of_the_kubelet_name_the_pod() {
    let uid = "e716e899-8ca1-4e3e-ae65-dbfc374eeacc";
    let faked = Faked::new();
    faked.process("self", "0::/\n", &pairs(&[("PATH", "/bin")]));
    faked.volume("/etc/podinfo", &[("podName", 0o644, b"db-0"), ("pod_namespace", 0o644, b"shop")]);
    faked.mount("self", "5 0 0:40 / /etc/podinfo ro,relatime - tmpfs tmpfs rw");
    let directory = format!("/var/lib/kubelet/pods/{uid}");
    faked.mount("self", &format!("6 0 8:1 {directory}/etc-hosts /etc/hosts rw - ext4 /dev/x rw"));
    let log = format!("{directory}/containers/debugger/0a1b2c3d");
    faked.mount("self", &format!("7 0 8:1 {log} /dev/termination-log rw - ext4 /dev/x rw"));
    let here = faked.machine().look();
    assert!(here.is_pod());
    assert_eq!(clue(here.pod.names.first()), ("db-0", "/etc/podinfo/podName"));
    assert_eq!(clue(here.pod.namespace.as_ref()), ("shop", "/etc/podinfo/pod_namespace"));
    assert_eq!(clue(here.pod.uid.as_ref()), (uid, "the mounts of the kubelet"));
    assert_eq!(clue(here.pod.container.as_ref()).0, "debugger");
}

#[test]
fn a_volume_is_shown_only_if_it_must_be_a_downward_api_volume() {
    let faked = Faked::new();
    faked.process("self", "0::/\n", &pairs(&[("POD_NAME", "db-0")]));
    let volumes: [(&str, Files<'_>); 3] = [
        ("/etc/podinfo", &[("labels", 0o644, b"app=\"db\""), ("cpu", 0o644, b"15")]),
        ("/etc/pin", &[("pin", 0o644, b"1234")]),
        ("/etc/mixed", &[("name", 0o644, b"db-0"), ("password", 0o400, b"hunter2")]),
    ];
    for (point, files) in volumes {
        faked.volume(point, files);
        faked.mount("self", &format!("5 0 0:40 / {point} ro,relatime - tmpfs tmpfs rw"));
    }
    // Neither a tmpfs of the container nor a directory of the node is a volume of the kubelet.
    faked.write("dev/shm/x", "x");
    faked.mount("self", "6 0 0:41 / /dev/shm rw - tmpfs tmpfs rw");
    faked.service_account("");
    let point = "/run/secrets/kubernetes.io/serviceaccount";
    faked.mount("self", &format!("7 0 0:42 / /var{point} ro - tmpfs tmpfs rw"));
    let found = faked.machine().look().volumes;
    let guesses: Vec<_> = found.iter().map(|it| (it.point.as_str(), it.guess)).collect();
    assert_eq!(
        guesses,
        [
            ("/etc/mixed", Guess::Unknown),
            ("/etc/pin", Guess::Unknown),
            ("/etc/podinfo", Guess::DownwardApi),
            (&*format!("/var{point}"), Guess::ServiceAccount)
        ]
    );
    assert_eq!(found[2].files[1].path, "labels");
    assert_eq!(found[2].files[1].bytes, Found::There(b"app=\"db\"".to_vec()));
}

#[test]
fn values_that_cannot_be_names_are_ignored() {
    let faked = Faked::new();
    let variables = [("POD_NAME", "../../secrets"), ("POD_NAMESPACE", "a/b"), ("HOSTNAME", "ok")];
    let cgroup = "0::/kubepods/pode716e899-8ca1-4e3e-ae65-dbfc374eeacc/x\n";
    faked.process("self", cgroup, &pairs(&variables));
    let pod = pod(&faked);
    assert_eq!(clue(pod.names.first()), ("ok", "HOSTNAME"));
    assert_eq!(pod.namespace, None);
}
