//! Limits that the kernel enforces, in both versions of cgroups.

use kubewalk::downward::compare::compare_limits;
use kubewalk::downward::inside::{Quota, Reading};
use kubewalk::here::observe;
use serde_json::{Value, json};

use super::faked::{Faked, pairs};
use crate::downward::support::object;

const ID: &str = "1ab218debe186563cc7611d226e49957077e3b720f5a3722c0fead05b56afcf3";

fn pod() -> Value {
    json!({"kind": "Pod", "metadata": {"name": "web", "namespace": "shop", "uid": "u"}, "spec": {
        "enableServiceLinks": false,
        "containers": [{"name": "web", "resources": {"limits": {"memory": "50M", "cpu": "250m"}}}]}})
}

fn enforced(faked: &Faked) -> (kubewalk::downward::inside::Enforced, Vec<String>) {
    let pod = pod();
    let around = kubewalk::downward::Surroundings::default();
    let view =
        kubewalk::downward::compute(&object(&pod), &around, kubewalk::downward::Options::default());
    let machine = faked.machine();
    let (mut observed, _) = observe(&machine, &machine.look(), &object(&pod), &view);
    let enforced = observed.remove(0).enforced;
    let rows = compare_limits(&object(&pod), "web", &enforced);
    (enforced, rows.iter().map(ToString::to_string).collect())
}

#[test]
fn cgroup_v2_with_a_namespace_gives_the_limits_of_the_container() {
    let faked = Faked::new();
    faked.process("self", "0::/\n", &pairs(&[("A", "b")]));
    faked.mount("self", "30 20 0:26 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate");
    faked.write("sys/fs/cgroup/memory.max", "49999872\n");
    faked.write("sys/fs/cgroup/cpu.max", "25000 100000\n");
    faked.write("sys/fs/cgroup/cpuset.cpus.effective", "0-3\n");
    let (enforced, rows) = enforced(&faked);
    assert_eq!(enforced.memory, Reading::At(49_999_872));
    assert_eq!(enforced.cpu, Reading::At(Quota { micros: 25_000, period: 100_000 }));
    assert_eq!(
        rows,
        [
            "limit 50M → file 50000000 → enforced 49999872, whole pages",
            "limit 250m → file 1 → enforced 25000 µs in 100000 µs",
            "allowed 0-3"
        ]
    );
}

#[test]
fn cgroup_v1_gives_the_limits_of_each_controller() {
    let faked = Faked::new();
    let cgroup = format!("6:cpuset:/k/{ID}\n4:memory:/k/{ID}\n3:cpu,cpuacct:/k/{ID}\n0::/k/{ID}\n");
    faked.process("self", &cgroup, &pairs(&[("A", "b")]));
    // The memory controller is mounted at the container's cgroup, the other at the root of the node.
    faked.mount(
        "self",
        &format!("1 0 0:1 /k/{ID} /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory"),
    );
    faked.mount("self", "2 0 0:2 / /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct");
    faked.mount("self", "3 0 0:3 / /sys/fs/cgroup/unified ro - cgroup2 cgroup rw");
    faked.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    faked.write(&format!("sys/fs/cgroup/cpu,cpuacct/k/{ID}/cpu.cfs_quota_us"), "25000\n");
    faked.write(&format!("sys/fs/cgroup/cpu,cpuacct/k/{ID}/cpu.cfs_period_us"), "50000\n");
    faked.write("proc/self/status", "Name:\tsleep\nCpus_allowed_list:\t0,2\n");
    let (enforced, rows) = enforced(&faked);
    assert_eq!(enforced.memory, Reading::Unlimited);
    assert_eq!(enforced.cpu, Reading::At(Quota { micros: 25_000, period: 50_000 }));
    assert_eq!(enforced.cpus, Reading::At("0,2".to_owned()));
    assert_eq!(rows[0], "limit 50M → file 50000000 → enforced none");
    faked.write(&format!("sys/fs/cgroup/cpu,cpuacct/k/{ID}/cpu.cfs_quota_us"), "-1\n");
    assert_eq!(self::enforced(&faked).0.cpu, Reading::Unlimited);
}

#[test]
fn an_unreadable_limit_shows_the_reason() {
    let faked = Faked::new();
    faked.process("self", "0::/\n", &pairs(&[("A", "b")]));
    let reading = enforced(&faked).0.memory;
    assert_eq!(reading, Reading::Unreadable("no cgroup is mounted".to_owned()));
    faked.mount("self", "30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw");
    let reading = enforced(&faked).0.memory;
    let why = "/sys/fs/cgroup/memory.max cannot be read".to_owned();
    assert_eq!(reading, Reading::Unreadable(why));
    faked.write("sys/fs/cgroup/cpu.max", "soon\n");
    faked.write("sys/fs/cgroup/memory.max", "max\n");
    let (enforced, _) = enforced(&faked);
    assert_eq!(enforced.memory, Reading::Unlimited);
    assert_eq!(enforced.cpu, Reading::Unreadable("`soon` is no limit".to_owned()));
}

#[test]
fn limits_of_another_container_are_read_through_its_process() {
    let faked = Faked::new();
    faked.process("self", "0::/\n", &pairs(&[("A", "b")]));
    let other = "e716e899-8ca1-4e3e-ae65-dbfc374eeacc";
    faked.mount("self", "30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw");
    faked.write("sys/fs/cgroup/memory.max", "1\n");
    let mut pod = pod();
    pod["spec"]["containers"].as_array_mut().unwrap().push(json!({"name": "db"}));
    pod["status"]["containerStatuses"] =
        json!([{"name": "db", "containerID": format!("cri-o://{ID}")}]);
    pod["metadata"]["uid"] = json!(other);
    faked.process("5", &format!("0::/../crio-{ID}.scope\n"), &pairs(&[("B", "c")]));
    faked.mount(
        "5",
        &format!("30 20 0:26 /../crio-{ID}.scope /sys/fs/cgroup ro - cgroup2 cgroup rw"),
    );
    faked.write("proc/5/root/sys/fs/cgroup/memory.max", "4096\n");
    let around = kubewalk::downward::Surroundings::default();
    let view =
        kubewalk::downward::compute(&object(&pod), &around, kubewalk::downward::Options::default());
    let machine = faked.machine();
    let (observed, _) = observe(&machine, &machine.look(), &object(&pod), &view);
    assert_eq!(observed[1].enforced.memory, Reading::At(4096));
}
