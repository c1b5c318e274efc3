//! Pods that ran unchanged on a real kubelet: every variable and every file, byte for byte.

use kubewalk::downward::compare::{Compared, Verdict};
use kubewalk::downward::{OriginKind, State};

use super::recorded::{Recorded, fixture};

/// What the image and the runtime set.
const OF_RUNTIME: [&str; 4] = ["HOME", "HOSTNAME", "PATH", "TERM"];

fn all() -> Vec<Recorded> {
    let pods = fixture("running");
    pods.as_array().unwrap().iter().map(|value| Recorded { value: value.clone() }).collect()
}

#[test]
fn running_pods_have_every_variable_and_file_that_is_predicted() {
    let (mut variables, mut files) = (0, 0);
    for recorded in all() {
        for container in recorded.containers() {
            let name = format!("{}/{container}", recorded.value["pod"]["metadata"]["name"]);
            let comparison = recorded.comparison(&container);
            let failed: Vec<_> = comparison.rows().filter(|row| row.fails()).collect();
            assert!(failed.is_empty(), "{name}: {failed:#?}");
            let equal = |row: &&Compared| row.verdict == Verdict::Equal;
            variables += comparison.env.iter().filter(equal).count();
            files += comparison.files.iter().filter(equal).count();
        }
    }
    println!("{variables} variables and {files} files are equal");
    assert!(variables > 1200 && files > 350, "{variables} variables, {files} files");
}

#[test]
fn unpredicted_values_of_running_pods_are_set_by_the_image_or_the_kubelet() {
    for recorded in all() {
        for container in recorded.containers() {
            let name = format!("{}/{container}", recorded.value["pod"]["metadata"]["name"]);
            let comparison = recorded.comparison(&container);
            for row in comparison.rows().filter(|row| row.verdict != Verdict::Equal) {
                let kind = row.origin.as_ref().map(|origin| origin.kind);
                let is_of_runtime = kind.is_none() && OF_RUNTIME.contains(&row.name.as_str());
                let is_token = kind == Some(OriginKind::Credential);
                let is_unread = row.verdict == Verdict::Unreadable;
                assert!(is_of_runtime || is_token || is_unread, "{name}: {row:#?}");
            }
        }
    }
}

#[test]
fn unknown_values_of_running_pods_are_named() {
    let mut unknown = Vec::new();
    for recorded in all() {
        let view = recorded.view();
        let env = view.containers.iter().flat_map(|c| &c.env).map(|row| &row.origin);
        let files = view.volumes.iter().flat_map(|v| &v.files).map(|row| &row.origin);
        let origins = env.chain(files).filter(|origin| origin.state == State::Unknown);
        unknown.extend(origins.map(|origin| origin.from.clone()));
    }
    unknown.sort();
    unknown.dedup();
    assert_eq!(unknown, ["service account token"]);
}
