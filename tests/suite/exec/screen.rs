//! The key that compares a pod with its containers, after a question.

use kubewalk::app::message::{Message, Timer};

use super::{cluster, container_with, path, real_files, requested};
use crate::support::exec::{Container, Fate, NO_CAT};
use crate::support::server::Server;
use crate::support::walker::Walker;

/// Opens the container view of a recorded pod on a large terminal.
async fn at(server: &Server, pod: &str) -> Walker {
    let mut walker = Walker::server(&server.url(), (140, 50)).await;
    walker.walk(&format!(":po/{pod} space -n space default enter")).await;
    walker.walk("d shift-tab").await;
    walker.wait_for("environment  ").await;
    walker
}

#[tokio::test]
async fn nothing_runs_before_a_yes_or_after_a_no() {
    let server = cluster();
    let mut walker = at(&server, "downward").await;
    for no in ["n", "esc", "q", "x", "V", "enter", "space esc", "ctrl-c"] {
        walker.walk("V").await;
        let screen = walker.screen();
        for part in [
            "pod default/downward",
            "container main",
            "  cat /proc/self/environ",
            "    /proc/1/cmdline",
            "    /etc/downward/labels",
            "y runs them",
        ] {
            assert!(screen.contains(part), "{part} on\n{screen}");
        }
        assert!(!screen.contains("serviceaccount/token"), "{screen}");
        walker.walk(no).await;
        walker.wait_for("Nothing was run").await;
        assert_eq!(requested(&server).len(), 0, "{no}");
    }
    assert!(!walker.quit);
    // The question is closed: a late `y` is another key.
    walker.walk("y").await;
    assert_eq!(requested(&server).len(), 0);

    walker.walk("V y").await;
    walker.wait_for("= inside").await;
    let mut execs = requested(&server);
    execs.sort();
    assert!(execs.iter().all(|exec| exec.starts_with("container=main&command=cat&command=/")));
    assert!(execs.iter().any(|exec| exec.contains("command=/etc/downward/labels&")), "{execs:?}");
    let count = execs.len();
    execs.dedup();
    assert_eq!(execs.len(), count, "a second `y` runs nothing");
}

#[tokio::test]
async fn actual_values_are_shown_beside_predicted_values() {
    let mut files = real_files();
    let labels = (path("downward"), "main".to_owned(), "/etc/downward/labels".to_owned());
    files.insert(labels, b"foo=\"other\"".to_vec());
    let server = cluster();
    server.set_container(container_with(files));
    let mut walker = at(&server, "downward").await;
    walker.walk("V y").await;
    walker.wait_for("≠ inside").await;
    let screen = walker.screen();
    assert!(walker.line("≠ inside").contains("labels"), "{screen}");
    assert_eq!(screen.matches("≠ inside").count(), 1, "{screen}");
    assert!(screen.contains("= inside"), "{screen}");
    assert!(screen.contains("inside  an exec of cat, without file permissions"), "{screen}");
    assert!(screen.contains("only found inside"), "{screen}");
    assert!(!screen.contains("hunter2") && !screen.contains("not inside"), "{screen}");
}

#[tokio::test]
async fn a_container_without_cat_shows_the_reason_at_its_rows() {
    let server = cluster();
    server.set_container(Container::new(|run| match run.container.as_str() {
        "main" => Fate::NotStarted(NO_CAT),
        _ => Fate::Writes(b"PATH=/bin\0".to_vec()),
    }));
    let mut walker = at(&server, "debug").await;
    walker.walk("V y").await;
    walker.wait_for("✗ there is no `cat` in main").await;
    walker.message(Message::Timer(Timer::Notice));
    let screen = walker.screen();
    assert!(screen.contains("not compared: there is no `cat` in main"), "{screen}");
    assert!(!screen.contains(" inside "), "{screen}");
    // The other container is read regardless.
    walker.walk("l").await;
    walker.wait_for("inside  an exec of cat").await;
}

#[tokio::test]
async fn without_a_running_container_no_question_is_asked() {
    let server = cluster();
    let mut walker = at(&server, "downward").await;
    walker.walk("d V").await;
    walker.wait_for("d shows what a pod's containers see").await;
    walker.walk(":job/my-job space -n space default enter").await;
    walker.walk("d V").await;
    walker.wait_for("Select a pod: nothing else has containers").await;
    walker.walk(":po/unschedulable space -n space team-a enter").await;
    walker.walk("V").await;
    walker.wait_for("nothing can be run in the containers of this pod").await;
    assert_eq!(requested(&server).len(), 0);
}

#[tokio::test]
async fn actual_values_are_dropped_when_the_pod_changes() {
    let server = cluster();
    let mut walker = at(&server, "downward-env").await;
    walker.walk("V y").await;
    walker.wait_for("= inside").await;
    walker.walk("r").await;
    walker.wait_for("out of date, compare again").await;
    assert!(!walker.screen().contains("= inside"), "{}", walker.screen());
}

#[tokio::test]
async fn the_question_scrolls_on_small_screens() {
    let server = cluster();
    let mut walker = at(&server, "downward").await;
    for (width, height) in [(80, 24), (40, 10), (20, 5), (5, 2)] {
        walker.message(Message::Resize { width, height });
        walker.walk("V").await;
        walker.walk("j j pagedown k pageup n").await;
    }
    walker.message(Message::Resize { width: 40, height: 10 });
    walker.walk("V").await;
    let mut seen = walker.screen();
    for _ in 0..9 {
        walker.walk("pagedown").await;
        seen.push_str(&walker.screen());
    }
    let screen = walker.screen();
    // The last line is above the border, and the keys are complete.
    assert!(screen.lines().nth(8).unwrap().contains("service-ca.crt"), "{screen}");
    assert!(screen.contains("y runs them · other keys run nothing"), "{screen}");
    assert!(screen.contains("Run these? They only read."), "{screen}");
    assert!(seen.contains("    /etc/downward/labels") && seen.contains("podNamespace"), "{seen}");
    walker.walk("n").await;
    walker.message(Message::Resize { width: 80, height: 10 });
    walker.walk("V").await;
    assert!(!walker.screen().contains("/etc/downward/podIP"), "{}", walker.screen());
    walker.walk("pagedown").await;
    assert!(walker.screen().contains("    /etc/downward/"), "{}", walker.screen());
    assert!(walker.screen().contains("y runs them"), "{}", walker.screen());
    assert_eq!(requested(&server).len(), 0);
}
