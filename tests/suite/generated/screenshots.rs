//! The screenshots of the README, drawn by the program.

use kubewalk::view::svg::svg;

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
