//! A shared PID namespace: what an ephemeral container sees of its target container.

use kubewalk::downward::View;
use kubewalk::downward::compare::{Verdict, compare};
use kubewalk::downward::inside::{Certainty, Found, Pid};
use kubewalk::here::{Machine, Process, Root, borrowable, observe, service_account};
use serde_json::{Value, json};

use super::faked::{Faked, lay_out, pairs, recorded, view};
use crate::downward::support::object;

const SELF: &str = include_str!("../../fixtures/here/self.cgroup");
const FIRST: &str = include_str!("../../fixtures/here/pid1.cgroup");
const MOUNTS: &str = include_str!("../../fixtures/here/pid1.mountinfo");
const STATUS: &str = include_str!("../../fixtures/here/shared-process-namespace.json");

/// The pod `downward`, seen from its ephemeral container `dbg1`. Process 1 belongs to the target `main`.
fn debugging() -> (Faked, Value, View) {
    let mut recorded = recorded().into_iter().nth(1).unwrap();
    let status: Value = serde_json::from_str(STATUS).unwrap();
    recorded["pod"]["spec"]["ephemeralContainers"] = status["ephemeralContainers"].clone();
    let statuses = status["ephemeralContainerStatuses"].clone();
    recorded["pod"]["status"]["ephemeralContainerStatuses"] = statuses;
    recorded["pod"]["status"]["containerStatuses"][0]["containerID"] =
        status["containerStatuses"][0]["containerID"].clone();
    assert_eq!(recorded["pod"]["metadata"]["uid"], status["uid"]);
    let faked = Faked::new();
    faked.process("self", SELF, &pairs(&[("PATH", "/bin"), ("HOSTNAME", "downward")]));
    faked.write("etc/resolv.conf", "nameserver 10.0.0.10\nsearch default.svc.cluster.local svc\n");
    lay_out(&faked, &recorded, "main", "1");
    faked.write("proc/1/cgroup", FIRST);
    faked.write("proc/1/mountinfo", MOUNTS);
    let view = view(&recorded);
    (faked, recorded["pod"].clone(), view)
}

#[test]
fn an_ephemeral_container_identifies_its_pod_without_a_service_account() {
    let (faked, pod, _) = debugging();
    let here = faked.machine().look();
    assert!(here.is_pod());
    let uid = here.pod.uid.unwrap();
    assert_eq!(pod["metadata"]["uid"], uid.value.as_str());
    assert_eq!(uid.from, "/proc/self/cgroup");
    assert_eq!(
        (here.pod.names[0].value.as_str(), here.pod.names[0].from.as_str()),
        ("downward", "HOSTNAME")
    );
    let namespace = here.pod.namespace.unwrap();
    assert_eq!(
        (namespace.value.as_str(), namespace.from.as_str()),
        ("default", "/etc/resolv.conf")
    );
    let id = "568411b7d1267db905cd320befa84042389417a70222afa6dbbc063d6c9d7e14";
    assert_eq!(here.pod.container_id.as_deref(), Some(id));
}

#[test]
fn the_target_container_is_found_by_its_id_and_read_through_its_process() {
    let (faked, pod, view) = debugging();
    let machine = faked.machine();
    let (observed, strangers) = observe(&machine, &machine.look(), &object(&pod), &view);
    assert_eq!(strangers, []);
    let processes: Vec<_> = observed.iter().map(|it| (it.container.as_str(), it.process)).collect();
    assert_eq!(
        processes,
        [
            ("main", Some((Pid::Other(1), Certainty::ContainerId))),
            ("dbg1", Some((Pid::Own, Certainty::ContainerId)))
        ]
    );
    let comparison = compare(&view, "main", &observed[0].inside).unwrap();
    assert!(!comparison.fails(), "{comparison:#?}");
    assert_eq!(comparison.count(Verdict::Unreadable), 0);
    let labels = comparison.files.iter().find(|row| row.name == "/etc/downward/labels").unwrap();
    assert_eq!(labels.actual.as_ref().unwrap().text(), Some("foo=\"bar\""));
}

#[test]
fn the_token_of_the_target_is_found_through_its_own_links() {
    let (faked, ..) = debugging();
    let root = faked.machine().root().clone();
    let target = Process::read(&root, Pid::Other(1));
    let found = service_account(&root, &target).unwrap();
    assert_eq!(std::fs::read(found.join("token")).unwrap(), b"hunter2");
    let own = service_account(&root, &Process::read(&root, Pid::Own));
    assert_eq!(own, Err("it has no service account mounted".to_owned()));
    let offered = borrowable(&faked.machine());
    assert_eq!(faked.machine().look().borrowable.as_ref(), Some(&offered));
    assert_eq!(offered.len(), 1);
    assert_eq!((offered[0].pid, &offered[0].directory), (1, &Ok(found)));
    // A container with its own token is not offered another one.
    faked.service_account("");
    assert_eq!(faked.machine().look().borrowable, None);
    // In many images `/var/run` links to `/run`, which must be that of the other container.
    let run = faked.at("proc/1/root/run");
    std::fs::rename(faked.at("proc/1/root/var/run"), &run).unwrap();
    std::os::unix::fs::symlink("/run", faked.at("proc/1/root/var/run")).unwrap();
    assert_eq!(
        service_account(&root, &target).unwrap(),
        run.join("secrets/kubernetes.io/serviceaccount")
    );
}

#[test]
fn the_pause_process_and_processes_of_other_pods_are_ignored() {
    let (faked, pod, view) = debugging();
    let uid = pod["metadata"]["uid"].as_str().unwrap();
    let sandbox = "7d0c66a4f5a3b7e1d2f0a9be21c4ff35a1e3d94d08bb1d2cbb21c9f58ee11111";
    let cgroup = format!("0::/kubepods/burstable/pod{uid}/{sandbox}\n");
    faked.process("2", &cgroup, &pairs(&[("PATH", "/bin")]));
    faked.write("proc/2/comm", "pause\n");
    let other = "0::/kubepods/pod11111111-1111-1111-1111-111111111111/".to_owned() + sandbox;
    faked.process("3", &other, &pairs(&[("PATH", "/bin")]));
    faked.process("4", "0::/system.slice/sshd.service", &pairs(&[("PATH", "/bin")]));
    let machine = faked.machine();
    let (_, strangers) = observe(&machine, &machine.look(), &object(&pod), &view);
    let strangers: Vec<_> = strangers.iter().map(|it| (it.pid, it.why.as_str())).collect();
    assert_eq!(strangers, [(2, "it holds the pod's namespaces")]);
}

#[test]
fn without_an_id_a_container_is_found_by_its_mounts_or_environment() {
    let pod = json!({"kind": "Pod", "metadata": {"name": "web", "namespace": "shop", "uid":
        "e716e899-8ca1-4e3e-ae65-dbfc374eeacc"}, "spec": {"enableServiceLinks": false, "containers": [
        {"name": "a", "env": [{"name": "ROLE", "value": "a"}]},
        {"name": "b", "env": [{"name": "ROLE", "value": "b"}]},
        {"name": "twin", "env": [{"name": "ROLE", "value": "t"}]},
        {"name": "brother", "env": [{"name": "ROLE", "value": "t"}]},
    ]}});
    let view = kubewalk::downward::compute(
        &object(&pod),
        &kubewalk::downward::Surroundings::default(),
        kubewalk::downward::Options::default(),
    );
    let faked = Faked::new();
    faked.process("self", "0::/\n", &pairs(&[("ROLE", "a")]));
    faked.process("7", "0::/../x\n", &pairs(&[("ROLE", "b"), ("PATH", "/bin")]));
    faked.process("8", "0::/../x\n", &pairs(&[("ROLE", "t")]));
    faked.process("9", "0::/../x\n", &pairs(&[("ROLE", "t")]));
    let line = "1 0 8:1 /var/lib/kubelet/pods/e716e899-8ca1-4e3e-ae65-dbfc374eeacc/containers/twin/1a2b3c4d \
                /dev/termination-log rw - ext4 /dev/sda1 rw";
    faked.mount("9", line);
    let machine = faked.machine();
    let (observed, strangers) = observe(&machine, &machine.look(), &object(&pod), &view);
    let processes: Vec<_> = observed.iter().map(|it| it.process).collect();
    assert_eq!(
        processes,
        [
            Some((Pid::Own, Certainty::Environment)),
            Some((Pid::Other(7), Certainty::Environment)),
            Some((Pid::Other(9), Certainty::Mount)),
            None
        ]
    );
    assert_eq!(strangers.len(), 1);
    assert_eq!(strangers[0].why, "its environment fits no single container");
    let Found::Unreadable(why) = &observed[3].inside.environment else { panic!() };
    assert_eq!(why, "it has not started");
}

#[test]
fn a_process_that_ends_while_it_is_read_is_skipped() {
    let gone = Process::read(&Root::at("/"), Pid::Other(u32::MAX));
    assert_eq!(gone.command, "");
    let environment = gone.environment(Machine::this().root());
    assert_eq!(environment, Found::Unreadable("the process has ended".to_owned()));
}

#[test]
fn a_process_with_the_own_cgroup_belongs_to_the_own_container() {
    let (faked, pod, view) = debugging();
    faked.process("self", "0::/\n", &pairs(&[("PATH", "/bin")]));
    let uid = pod["metadata"]["uid"].as_str().unwrap();
    let log = format!("/var/lib/kubelet/pods/{uid}/containers/dbg1/1a2b3c4d");
    faked.mount("self", &format!("1 0 8:1 {log} /dev/termination-log rw - ext4 /dev/sda1 rw"));
    faked.process("20", "0::/\n", &pairs(&[("SHLVL", "1")]));
    faked.process("21", "0::/../../../system.slice/sshd.service\n", &pairs(&[("A", "b")]));
    let machine = faked.machine();
    let (observed, strangers) = observe(&machine, &machine.look(), &object(&pod), &view);
    assert_eq!(observed[1].process, Some((Pid::Own, Certainty::Mount)));
    assert_eq!(strangers, []);
}
