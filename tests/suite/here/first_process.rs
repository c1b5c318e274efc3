//! The first process of our own container, beside what is computed of it.

use kubewalk::downward::compare::{Comparison, Verdict, compare};
use kubewalk::here::observe;

use super::faked::{Faked, lay_out, recorded, view};
use crate::downward::support::object;

/// Compares the container `main` of the recorded pod `downward-env`, after a change of its files.
fn compared(change: impl FnOnce(&Faked)) -> Comparison {
    let mut all = recorded().into_iter();
    let pod = all.find(|pod| pod["pod"]["metadata"]["name"] == "downward-env").unwrap();
    let faked = Faked::new();
    lay_out(&faked, &pod, "main", "self");
    change(&faked);
    let (machine, view) = (faked.machine(), view(&pod));
    let (observed, _) = observe(&machine, &machine.look(), &object(&pod["pod"]), &view);
    compare(&view, "main", &observed[0].inside).unwrap()
}

/// Adds process 1 to the container.
fn add_first(faked: &Faked) {
    let cgroup = std::fs::read(faked.at("proc/self/cgroup")).unwrap();
    faked.write("proc/1/cgroup", cgroup);
    faked.write("proc/1/cmdline", b"sleep\x009999999\0");
    faked.write("proc/1/environ", std::fs::read(faked.at("proc/self/environ")).unwrap());
    faked.write("proc/1/oom_score_adj", "998\n");
    std::os::unix::fs::symlink("/srv", faked.at("proc/1/cwd")).unwrap();
    faked.write("etc/hostname", "downward-env\n");
    faked.mount("self", "7 1 8:1 /h /etc/hosts rw - ext4 x rw");
}

fn verdict(comparison: &Comparison, name: &str) -> Verdict {
    comparison.process.iter().find(|row| row.name == name).unwrap().verdict
}

#[test]
fn the_first_process_of_the_own_container_is_compared() {
    let comparison = compared(add_first);
    for name in ["command[0]", "command[1]", "host name", "mount /etc/hosts"] {
        assert_eq!(verdict(&comparison, name), Verdict::Equal, "{name}");
    }
    let cwd = comparison.process.iter().find(|row| row.name == "working directory").unwrap();
    assert_eq!(cwd.actual.as_ref().unwrap().text(), Some("/srv"));
    assert_eq!(verdict(&comparison, "mount /dev/shm"), Verdict::OnlyPredicted);
}

#[test]
fn a_process_with_another_command_line_differs_but_does_not_fail() {
    let comparison = compared(|faked| {
        add_first(faked);
        faked.write("proc/1/cmdline", b"sh\0");
    });
    assert_eq!(verdict(&comparison, "command[0]"), Verdict::Different);
    assert_eq!(verdict(&comparison, "command[1]"), Verdict::OnlyPredicted);
    assert!(!comparison.fails());
}

#[test]
fn without_the_first_process_the_command_line_is_not_compared() {
    let comparison = compared(|_| {});
    assert_eq!(verdict(&comparison, "command[0]"), Verdict::Unreadable);
}
