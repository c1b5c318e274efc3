//! The screenshots of the README, drawn by the program.

use kubewalk::app::state::tour::Tour;
use kubewalk::view::svg::{animated, svg};

use crate::start::tour::STEPS;
use crate::support::golden;
use crate::support::walker::Walker;

const SMALL: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 36);

/// Presses keys in the demo until a text is on the screen, and compares the screenshot.
async fn is_pictured(name: &str, size: (u16, u16), keys: &str, text: &str) {
    let mut walker = Walker::still_demo(size).await;
    walker.walk(keys).await;
    walker.wait_for(text).await;
    walker.wait_watched().await;
    golden::is_current(&format!("screenshots/{name}.svg"), &svg(&walker.in_colour()));
}

#[tokio::test]
async fn the_tree_and_a_job() {
    let keys = ":job/my-job space -n space default enter";
    is_pictured("walk", WIDE, keys, "recorded").await;
}

#[tokio::test]
async fn the_pods_of_all_namespaces_as_a_table() {
    let keys = ":po space -A enter tab j j";
    is_pictured("table", WIDE, keys, "crashy").await;
}

#[tokio::test]
async fn a_pod_that_cannot_start_and_why() {
    let keys = ":po/broken-config space -n space team-a enter i";
    is_pictured("broken", WIDE, keys, "cannot start").await;
}

#[tokio::test]
async fn a_pod_and_what_its_containers_see() {
    let keys = ":po/downward-env space -n space default enter d tab tab j";
    is_pictured("pod", WIDE, keys, "SERVICE_ACCOUNT").await;
}

#[tokio::test]
async fn a_terminal_of_eighty_columns() {
    let keys = ":po space -n space shop enter j";
    is_pictured("small", SMALL, keys, "db-0").await;
}

/// The 1-based numbers of the steps that the animated picture shows, and for how many seconds each.
const SHOWN: [usize; 7] = [2, 3, 5, 6, 7, 8, 10];
const SECONDS: usize = 5;

#[tokio::test]
async fn the_tour_as_an_animated_picture() {
    let mut walker = Walker::still_demo((100, 28)).await;
    walker.model.tour = Some(Tour::default());
    let mut frames = Vec::new();
    for (number, keys) in (1..).zip(STEPS) {
        walker.walk(keys).await;
        walker.wait_watched().await;
        if SHOWN.contains(&number) {
            frames.push(walker.in_colour());
        }
    }
    golden::is_current("screenshots/tour.svg", &animated(&frames, SECONDS));
}

#[tokio::test]
async fn what_is_broken_in_the_whole_cluster() {
    is_pictured("problems", WIDE, ":problems space -A enter", "Not looked at").await;
}
