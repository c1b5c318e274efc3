//! A search by a user who may not read everything.

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;

#[tokio::test]
async fn what_the_known_rules_deny_is_named_and_not_requested() {
    let server = Server::over(recordings::named("restricted-viewer"));
    let mut walker = Walker::server(&server.url(), (120, 40)).await;
    // The rules of a namespace are requested when it is visited.
    walker.walk(":po space -n space team-a enter").await;
    walker.walk(":find space broken space -n space team-a enter").await;
    walker.wait_for("Not looked at (forbidden)").await;
    walker.wait_for("broken-config").await;
    let seen = server.seen();
    let secrets = seen.iter().filter(|seen| seen.path.ends_with("/secrets"));
    assert_eq!(secrets.count(), 0, "{seen:?}");
}
