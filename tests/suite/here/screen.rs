//! The own pod on the screen: predicted values beside actual ones.

use kubewalk::app::message::Message;
use kubewalk::here::observe;

use super::faked::{Faked, lay_out, recorded};
use crate::downward::support::object;
use crate::support::walker::Walker;

/// Opens the container view of a recorded pod with the actual values of its container.
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
    // The certificates are invented; everything else is as recorded.
    let differing = screen.lines().filter(|line| line.contains("≠ inside"));
    assert!(differing.clone().all(|line| line.contains("ca.crt")), "{screen}");
    assert_eq!(differing.count(), 2, "{screen}");
    assert!(!screen.contains("not inside"), "{screen}");
    assert!(screen.contains("only found inside"), "{screen}");
    assert!(screen.contains("PATH"), "{screen}");
}

#[tokio::test]
async fn a_file_that_differs_shows_its_actual_content() {
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
    walker.walk("j j j j").await;
    let screen = walker.screen();
    assert!(screen.contains("· inside:") && screen.contains("foo=\"other\""), "{screen}");
}

#[tokio::test]
async fn a_different_value_that_cannot_change_was_set_by_the_parent_process() {
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
async fn processes_of_unknown_containers_are_listed_on_wrapped_lines() {
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
        "processes of unknown containers",
        "process 1 (pause)  it holds the pod's namespaces",
        "process 9 (sleep)",
    ] {
        assert!(screen.contains(part), "{part:?} is not on\n{screen}");
    }
    // Text that is too long for the pane is wrapped.
    assert!(screen.contains("│  of the kernel"), "{screen}");
}

#[tokio::test]
async fn a_limit_links_to_the_enforced_value_and_names_the_process() {
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
    // The next row is the CPU limit, which links to the pod's limit.
    while !walker.selected().contains("cpus") {
        walker.walk("k").await;
    }
    walker.walk("k enter").await;
    assert!(walker.line("cpu: 100m").contains("100m"), "{}", walker.screen());
}

#[tokio::test]
async fn values_that_only_the_container_has_are_listed_once_and_marked() {
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
    // It can be selected like any row, and shows its source.
    while !walker.selected().contains("OF_IMAGE") {
        let before = walker.selected();
        walker.walk("k").await;
        assert_ne!(walker.selected(), before, "{}", walker.screen());
    }
    assert!(walker.screen().contains("set by the image"), "{}", walker.screen());
    assert!(walker.screen().contains("· inside: 1"), "{}", walker.screen());
    walker.walk("enter").await;
    assert!(walker.screen().contains("No line of the object defines this row"));
}
