//! What is here without a server: every container whose processes can be seen.

use kubewalk::downward::View;
use kubewalk::downward::alone::view;

use super::faked::{Faked, pairs};

const UID: &str = "e716e899-8ca1-4e3e-ae65-dbfc374eeacc";

fn cgroup(id: char) -> String {
    format!("0::/kubepods/pod{UID}/{}\n", id.to_string().repeat(64))
}

/// The mount of the termination log, which names the container.
fn log(container: &str) -> String {
    let root = format!("/var/lib/kubelet/pods/{UID}/containers/{container}/0a1b2c3d");
    format!("9 1 8:1 {root} /dev/termination-log rw - ext4 /dev/sda1 rw")
}

/// A debug container beside its target, which has process 1, and another container.
fn debugging() -> Faked {
    let faked = Faked::new();
    faked.process("self", &cgroup('a'), &pairs(&[("PATH", "/bin"), ("OWN", "here")]));
    faked.mount("self", &log("debugger"));
    let of_service = [
        ("KUBERNETES_PORT", "tcp://10.0.0.1:443"),
        ("KUBERNETES_PORT_443_TCP", "tcp://10.0.0.1:443"),
        ("KUBERNETES_PORT_443_TCP_PROTO", "tcp"),
        ("KUBERNETES_SERVICE_PORT_HTTPS", "443"),
        ("DB_PASSWORD", "hunter2"),
    ];
    faked.process("1", &cgroup('b'), &pairs(&of_service));
    faked.mount("1", &log("web"));
    faked.process("31", &cgroup('c'), &pairs(&[("ROLE", "sidecar")]));
    faked.mount("31", &log("proxy"));
    faked.process("32", &cgroup('c'), &pairs(&[("ROLE", "child")]));
    faked
}

fn seen() -> View {
    view(&debugging().machine().look(), "why")
}

#[test]
fn every_container_whose_processes_can_be_seen_is_shown_the_target_first() {
    let view = seen();
    let names: Vec<&str> = view.containers.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["web", "debugger", "proxy"]);
    let role = view.containers[2].env.iter().find(|row| row.name == "ROLE").unwrap();
    assert_eq!(role.content.as_ref().unwrap().bytes, b"sidecar", "of its first process");
}

#[test]
fn the_variables_of_the_service_kubernetes_are_shown_and_others_masked() {
    let view = seen();
    for row in &view.containers[0].env {
        assert_eq!(row.origin.secret, row.name == "DB_PASSWORD", "{}", row.name);
    }
}

#[test]
fn a_container_whose_environment_cannot_be_read_shows_the_reason() {
    let faked = debugging();
    faked.write("proc/31/environ", "");
    let view = view(&faked.machine().look(), "why");
    let proxy = view.containers.iter().find(|it| it.name == "proxy").unwrap();
    assert!(proxy.error.as_deref().unwrap().contains("no environment"), "{:?}", proxy.error);
    assert!(proxy.env.is_empty());
}

#[test]
fn processes_of_other_pods_are_not_shown() {
    let faked = debugging();
    faked.process("40", &cgroup('d').replace("e716e899", "00000000"), &pairs(&[("A", "b")]));
    assert_eq!(view(&faked.machine().look(), "why").containers.len(), 3);
}
