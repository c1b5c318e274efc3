//! On a node, and in pods that see its files, volumes of other pods do not count as own ones.

use kubewalk::downward::inside::{Guess, Here};
use kubewalk::downward::render::Output;
use kubewalk::headless::Stop;

use super::faked::{Faked, pairs};
use super::verify::{run, wanted};

const OTHER: &str = "0c5ac1e4-51cb-44cc-8d80-e9d8485253fc";
const OURS: &str = "e716e899-8ca1-4e3e-ae65-dbfc374eeacc";

/// Adds the volumes of another pod below the root directory of the node.
fn add_other_pod(faked: &Faked, node: &str) {
    let volumes = format!("{node}/var/lib/kubelet/pods/{OTHER}/volumes");
    let token = format!("{volumes}/kubernetes.io~projected/kube-api-access-x");
    let info = format!("{volumes}/kubernetes.io~downward-api/v");
    let secret = format!("{volumes}/kubernetes.io~secret/db");
    faked.volume(&token, &[("token", 0o644, b"hunter2"), ("namespace", 0o644, b"dw-a")]);
    let files: [(&str, u32, &[u8]); 3] = [
        ("name", 0o400, b"hostusers"),
        ("uid", 0o400, OTHER.as_bytes()),
        ("labels", 0o400, b"a=\"1\""),
    ];
    faked.volume(&info, &files);
    faked.volume(&secret, &[("password", 0o400, b"hunter2")]);
    for point in [token, info, secret] {
        faked.mount("self", &format!("5 0 0:40 / {point} rw,relatime - tmpfs tmpfs rw"));
    }
}

/// Adds a Downward API volume to the own root.
fn add_own_volume(faked: &Faked, uid: &str) {
    let files: [(&str, u32, &[u8]); 2] =
        [("podName", 0o644, b"agent"), ("podUid", 0o644, uid.as_bytes())];
    faked.volume("/etc/podinfo", &files);
    faked.mount("self", "5 0 0:40 / /etc/podinfo ro,relatime - tmpfs tmpfs rw");
}

fn names(here: &Here) -> Vec<&str> {
    here.pod.names.iter().map(|clue| clue.value.as_str()).collect()
}

#[test]
fn a_node_with_the_volumes_of_pods_is_not_a_pod() {
    let faked = Faked::new();
    faked.process("self", "0::/system.slice/ssh.service\n", &pairs(&[("HOSTNAME", "node1")]));
    add_other_pod(&faked, "");
    let here = faked.machine().look();
    assert!(!here.is_pod());
    assert_eq!((here.volumes.len(), names(&here).len()), (0, 0));
    let (text, outcome) = run(&faked, &wanted(Output::Text), true);
    let Err(Stop::Failed(failure)) = outcome else { panic!("{outcome:?}\n{text}") };
    assert!(failure.message.starts_with("this is no pod"), "{failure}");
    assert_eq!(text, "");
}

#[test]
fn variables_do_not_make_a_node_a_pod() {
    let faked = Faked::new();
    let variables =
        [("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("POD_NAME", "x"), ("POD_UID", OTHER)];
    faked.process("self", "0::/\n", &pairs(&variables));
    add_other_pod(&faked, "");
    assert!(!faked.machine().look().is_pod());
}

#[test]
fn a_debug_pod_of_a_node_reads_its_own_files_only() {
    for node in ["/host", "/host/run/media/x", ""] {
        let faked = Faked::new();
        faked.process("self", &format!("4:memory:/kubepods/besteffort/pod{OURS}/x\n"), &pairs(&[]));
        add_other_pod(&faked, node);
        let here = faked.machine().look();
        assert_eq!(here.pod.uid.as_ref().map(|clue| clue.value.as_str()), Some(OURS), "{node}");
        assert_eq!(
            here.pod.namespace, None,
            "the only namespace is in the other pod's token volume"
        );
        assert!(here.volumes.is_empty() && names(&here).is_empty(), "{:?}", here.volumes);
        let (text, _) = run(&faked, &wanted(Output::Json), false);
        assert!(!text.contains("hunter2") && !text.contains("hostusers"), "{text}");
    }
}

#[test]
fn an_agent_with_its_own_volume_is_distinguished_from_the_pods_of_its_node() {
    let faked = Faked::new();
    faked.process("self", "0::/\n", &pairs(&[("PATH", "/bin")]));
    add_other_pod(&faked, "");
    add_own_volume(&faked, OURS);
    let here = faked.machine().look();
    assert_eq!(names(&here), ["agent"]);
    assert_eq!(here.pod.uid.as_ref().map(|clue| clue.value.as_str()), Some(OURS));
    let volumes: Vec<_> = here.volumes.iter().map(|it| (it.point.as_str(), it.guess)).collect();
    assert_eq!(volumes, [("/etc/podinfo", Guess::DownwardApi)]);
}

#[test]
fn the_hosts_file_of_another_pod_does_not_identify_this_pod() {
    let faked = Faked::new();
    faked.process("self", "0::/\n", &pairs(&[("PATH", "/bin")]));
    let directory = format!("/var/lib/kubelet/pods/{OTHER}");
    faked.mount("self", &format!("6 0 8:1 {directory}/etc-hosts /mnt/hosts rw - ext4 /dev/x rw"));
    let log = format!("{directory}/containers/db/0a1b2c3d /host{directory}/containers/db/log");
    faked.mount("self", &format!("7 0 8:1 {log} rw - ext4 /dev/x rw"));
    let here = faked.machine().look();
    assert!(!here.is_pod() && here.pod.container.is_none(), "{here:?}");
}

#[test]
fn clues_for_two_pods_identify_none() {
    let faked = Faked::new();
    faked.process("self", &format!("4:memory:/kubepods/pod{OURS}/x\n"), &pairs(&[]));
    add_own_volume(&faked, OTHER);
    let here = faked.machine().look();
    assert!(!here.is_pod() && names(&here).is_empty(), "{here:?}");
}

#[test]
fn files_of_a_secret_do_not_identify_a_pod() {
    let faked = Faked::new();
    faked.process("self", &format!("4:memory:/kubepods/pod{OURS}/x\n"), &pairs(&[]));
    let files: [(&str, u32, &[u8]); 3] =
        [("name", 0o400, b"hunter2"), ("uid", 0o400, b"hunter2"), ("password", 0o400, b"hunter2")];
    faked.volume("/etc/db", &files);
    faked.mount("self", "5 0 0:40 / /etc/db ro,relatime - tmpfs tmpfs rw");
    let here = faked.machine().look();
    assert!(names(&here).is_empty(), "{:?}", here.pod.names);
    assert_eq!(here.pod.uid.map(|clue| clue.value), Some(OURS.to_owned()));
}
