//! The pod that we run in on the screen: what its containers should have beside what they have.

use kubewalk::app::message::Message;
use kubewalk::here::observe;

use super::faked::{Faked, lay_out, recorded};
use crate::downward::support::object;
use crate::support::walker::Walker;

/// The view of a recorded pod on the screen, with what a container of it was found to have.
async fn walk(name: &str, change: impl FnOnce(&Faked)) -> Walker {
    let mut walker = Walker::demo((140, 44)).await;
    walker.walk(&format!(": po/{name} space -n space default enter")).await;
    walker.walk("d shift-tab").await;
    let pod = recorded().into_iter().find(|pod| pod["pod"]["metadata"]["name"] == name).unwrap();
    let faked = Faked::new();
    lay_out(&faked, &pod, "main", "self");
    change(&faked);
    let machine = faked.machine();
    let Some(Ok(view)) = walker.model.containers.view.clone() else { panic!("no view") };
    let (observed, strangers) = observe(&machine, &machine.look(), &object(&pod["pod"]), &view);
    walker.message(Message::Observed(observed, strangers));
    walker
}

#[tokio::test]
async fn actual_values_are_shown_beside_predicted_values() {
    let walker = walk("downward-env", |_| {}).await;
    let screen = walker.screen();
    assert!(screen.matches("= inside").count() >= 8, "{screen}");
    // The laid out certificates are invented; all else is as it was recorded.
    let differing = screen.lines().filter(|line| line.contains("≠ inside"));
    assert!(differing.clone().all(|line| line.contains("ca.crt")), "{screen}");
    assert_eq!(differing.count(), 2, "{screen}");
    assert!(!screen.contains("not inside"), "{screen}");
    assert!(screen.contains("only found inside"), "{screen}");
    assert!(screen.contains("PATH"), "{screen}");
}

#[tokio::test]
async fn a_file_that_is_not_as_it_should_be_says_what_is_there() {
    let change = |faked: &Faked| {
        let data = std::fs::read_dir(faked.at("/etc/downward")).unwrap();
        for folder in data.filter_map(Result::ok).filter(|entry| entry.path().is_dir()) {
            let file = folder.path().join("labels");
            if file.exists() {
                std::fs::write(file, "foo=\"other\"").unwrap();
            }
        }
    };
    let mut walker = walk("downward", change).await;
    assert!(walker.screen().contains("≠ inside"), "{}", walker.screen());
    walker.walk("j j j").await;
    let screen = walker.screen();
    assert!(screen.contains("inside: foo=\"other\""), "{screen}");
}

#[tokio::test]
async fn a_value_that_cannot_change_in_a_pod_was_set_by_what_started_the_program() {
    let change = |faked: &Faked| {
        let path = "proc/self/environ";
        let before = String::from_utf8(std::fs::read(faked.at(path)).unwrap()).unwrap();
        let name = before.split('\0').find(|entry| entry.ends_with("=downward-env")).unwrap();
        let name = name.split_once('=').unwrap().0;
        let other = before.replace("=downward-env\0", "=other\0");
        assert_ne!(other, before, "{name}");
        faked.write(path, other);
    };
    let mut walker = walk("downward-env", change).await;
    walker.walk("f g").await;
    for _ in 0..40 {
        if walker.screen().contains("inside: other") {
            break;
        }
        walker.walk("j").await;
    }
    let screen = walker.screen();
    assert!(screen.contains("inside: other"), "{screen}");
    assert!(screen.contains("it never changes in a pod"), "{screen}");
}

#[tokio::test]
async fn processes_of_no_known_container_are_told_of_on_as_many_lines_as_it_takes() {
    let pod = recorded().into_iter().find(|pod| pod["pod"]["metadata"]["name"] == "downward-env");
    let uid = pod.unwrap()["pod"]["metadata"]["uid"].as_str().unwrap().to_owned();
    let change = |faked: &Faked| {
        let sandbox = "c".repeat(64);
        faked.process("1", &format!("0::/kubepods/pod{uid}/{sandbox}\n"), &[]);
        faked.write("proc/1/comm", "pause\n");
        faked.process("9", &format!("0::/kubepods/pod{uid}/{}\n", "d".repeat(64)), &[]);
    };
    let mut walker = walk("downward-env", change).await;
    walker.message(Message::Resize { width: 60, height: 44 });
    walker.walk("f G").await;
    let screen = walker.screen();
    for part in [
        "processes of no known container",
        "process 1 (pause)  it holds the pod's namespaces",
        "process 9 (sleep)",
    ] {
        assert!(screen.contains(part), "{part:?} is not on\n{screen}");
    }
    // What is too long for the pane goes on below.
    assert!(screen.contains("│  of the kernel"), "{screen}");
}

#[tokio::test]
async fn a_limit_is_followed_to_the_kernel_and_the_process_is_named() {
    let change = |faked: &Faked| {
        faked.mount("self", "30 20 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw,nsdelegate");
        faked.write("sys/fs/cgroup/memory.max", "16777216\n");
        faked.write("sys/fs/cgroup/cpu.max", "20000 100000\n");
        faked.write("sys/fs/cgroup/cpuset.cpus.effective", "0-3\n");
    };
    let mut walker = walk("downward-env", change).await;
    walker.walk("f").await;
    let through = walker.line("known by");
    assert!(through.contains("inside  this process, known by its container id"), "{through}");
    walker.walk("G").await;
    let memory = walker.line("limit 16Mi");
    assert!(
        memory.contains("memory") && memory.contains("→ file 16777216 → enforced 16777216"),
        "{memory}"
    );
    assert!(memory.contains("= inside"), "{memory}");
    assert!(walker.line("enforced 20000 µs").contains("≠ inside"));
    assert!(walker.line("allowed 0-3").contains("cpus"));
    // Below that of the memory is that of the CPUs' time, which leads to the limit in the pod.
    while !walker.selected().contains("cpus") {
        walker.walk("k").await;
    }
    walker.walk("k enter").await;
    assert!(walker.line("cpu: 100m").contains("100m"), "{}", walker.screen());
}

#[tokio::test]
async fn what_only_the_container_has_is_told_once_and_marked() {
    let change = |faked: &Faked| {
        let path = "proc/self/environ";
        let before = std::fs::read(faked.at(path)).unwrap();
        faked.write(path, [before.as_slice(), b"OF_IMAGE=1\0"].concat());
    };
    let mut walker = walk("downward-env", change).await;
    walker.walk("f G").await;
    let screen = walker.screen();
    assert_eq!(screen.matches("OF_IMAGE").count(), 1, "{screen}");
    assert!(walker.line("OF_IMAGE").contains("set by the image"), "{screen}");
    // It is chosen like any row, and explains itself.
    while !walker.selected().contains("OF_IMAGE") {
        let before = walker.selected();
        walker.walk("k").await;
        assert_ne!(walker.selected(), before, "{}", walker.screen());
    }
    assert!(walker.screen().contains("set by the image"), "{}", walker.screen());
    assert!(walker.screen().contains("· inside: 1"), "{}", walker.screen());
    walker.walk("enter").await;
    assert!(walker.screen().contains("This row comes from no line of the object"));
}
