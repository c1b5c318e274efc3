//! Several files are read by one exec.

use kubewalk::downward::render::Output;
use serde_json::Value;

use super::verify::{run, wanted};
use super::{Files, cluster, container_with, path, real_files, requested};

/// The files of `downward` with what tells about its first process.
fn whole() -> Files {
    let mut files = real_files();
    let status = "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t0 \nCapEff:\t0000000000000000\n\
                  CapBnd:\t00000000a80425fb\nNoNewPrivs:\t0\n";
    let mounts = "1 0 0:1 / / rw - overlay overlay rw\n\
                  2 1 0:2 / /etc/downward ro - tmpfs tmpfs rw\n\
                  3 1 0:3 / /etc/hosts rw - ext4 /dev/sda rw\n";
    for (file, content) in [
        ("/proc/1/cmdline", "sleep\0infinity\0"),
        ("/proc/1/status", status),
        ("/proc/1/oom_score_adj", "999\n"),
        ("/proc/self/mountinfo", mounts),
        ("/etc/hostname", "downward\n"),
        ("/etc/hosts", "127.0.0.1\tlocalhost\n"),
        ("/etc/resolv.conf", "nameserver 10.0.0.10\n"),
    ] {
        let key = (path("downward"), "main".to_owned(), file.to_owned());
        files.insert(key, content.as_bytes().to_vec());
    }
    files
}

#[tokio::test]
async fn one_exec_reads_the_environment_and_few_read_all_files() {
    let server = cluster();
    server.set_container(container_with(whole()));
    let (text, outcome) = run(&server, &wanted("downward", Output::Json)).await;
    assert!(outcome.is_ok(), "{outcome:?}\n{text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    let container = &document["containers"][0];
    let files = container["files"].as_array().unwrap();
    assert!(files.iter().filter(|row| row["verdict"] == "equal").count() >= 9, "{files:?}");
    let execs = requested(&server);
    assert!(execs.len() <= 3, "{execs:#?}");
    assert!(execs.iter().all(|exec| !exec.contains("token")), "{execs:#?}");
}

#[tokio::test]
async fn mounts_and_the_oom_score_are_compared_with_what_an_exec_reads() {
    let server = cluster();
    server.set_container(container_with(whole()));
    let (text, _) = run(&server, &wanted("downward", Output::Json)).await;
    let document: Value = serde_json::from_str(&text).unwrap();
    let rows = document["containers"][0]["processProperties"].as_array().unwrap();
    let verdict = |name: &str| {
        let row = rows.iter().find(|row| row["name"] == name);
        row.map(|row| row["verdict"].as_str().unwrap())
    };
    assert_eq!(verdict("mount /etc/downward"), Some("equal"));
    assert_eq!(verdict("mount /etc/hosts"), Some("equal"));
    assert_eq!(verdict("mount /dev/shm"), Some("only-predicted"));
    assert_eq!(verdict("oom_score_adj"), Some("equal"), "{rows:#?}");
}

#[tokio::test]
async fn a_file_that_does_not_exist_leaves_the_others_readable() {
    let mut files = whole();
    files.remove(&(path("downward"), "main".to_owned(), "/etc/downward/labels".to_owned()));
    let server = cluster();
    server.set_container(container_with(files));
    let (text, _) = run(&server, &wanted("downward", Output::Json)).await;
    let document: Value = serde_json::from_str(&text).unwrap();
    let files = document["containers"][0]["files"].as_array().unwrap();
    let verdict =
        |path: &str| files.iter().find(|row| row["name"] == path).map(|row| row["verdict"].clone());
    assert_eq!(verdict("/etc/downward/labels"), Some("only-predicted".into()));
    assert_eq!(verdict("/etc/downward/annotations"), Some("equal".into()), "{files:#?}");
}
