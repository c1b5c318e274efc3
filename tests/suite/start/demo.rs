//! The demo: a rollout goes on in it by itself.

use std::time::Duration;

use kubewalk::api::endpoint::Options;

use crate::support::walker::Walker;

const SIZE: (u16, u16) = (120, 36);

async fn demo(still: bool) -> Walker {
    let options = Options { demo: true, still, ..Options::default() };
    let mut walker = Walker::start(options, SIZE);
    walker.settle().await;
    walker
}

#[tokio::test(start_paused = true)]
async fn rows_of_the_demo_come_and_go() {
    let mut walker = demo(false).await;
    walker.walk(":po space -n space payments enter").await;
    walker.wait_for("ErrImageNeverPull").await;
    tokio::time::advance(Duration::from_mins(1)).await;
    walker.wait_for_no("ErrImageNeverPull").await;
}

#[tokio::test(start_paused = true)]
async fn the_history_of_an_object_of_the_demo_fills() {
    let mut walker = demo(false).await;
    walker.walk(":deploy/gateway space -n space payments enter").await;
    walker.walk("H").await;
    walker.wait_for("3 → 4").await;
    walker.wait_for("ScalingReplicaSet").await;
}

#[tokio::test(start_paused = true)]
async fn a_followed_log_of_the_demo_grows() {
    let mut walker = demo(false).await;
    walker.walk(":po/gateway-775545c9cc-d8hgc/log space -n space payments enter enter j F").await;
    for line in ["10:47:45 UTC 2026 served", "10:47:52 UTC 2026 served", "10:47:59 UTC 2026 served"]
    {
        walker.wait_for(line).await;
    }
}

#[tokio::test(start_paused = true)]
async fn ages_in_the_demo_count_on() {
    let mut walker = demo(false).await;
    let begun = walker.model.now;
    walker.walk(":deploy space -n space payments enter").await;
    walker.wait_for("3m").await;
    assert!(walker.model.now > begun);
}

#[tokio::test(start_paused = true)]
async fn nothing_changes_in_a_still_demo() {
    let mut walker = demo(true).await;
    walker.walk(":po space -n space payments enter").await;
    walker.wait_watched().await;
    let screen = walker.screen();
    tokio::time::advance(Duration::from_secs(30)).await;
    walker.settle().await;
    assert_eq!(walker.screen(), screen);
    assert!(!screen.contains("ErrImageNeverPull"), "{screen}");
}
