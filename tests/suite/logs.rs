//! Logs over a real socket: following, previous instances, and containers that have not started.

mod command;
mod followed;
mod init;
mod output;
mod workload;

use kubewalk::theme::Role;

use crate::support::recordings;
use crate::support::server::Server;
use crate::support::walker::Walker;
use crate::support::watch::Script;

const LOG: &str = "/api/v1/namespaces/team-a/pods/crashy/log";
const FOLLOWED: &str = "/api/v1/namespaces/team-a/pods/crashy/log?follow=true";
const SIZE: (u16, u16) = (150, 24);

/// A refusal of the kubelet as the API server forwards it.
fn refusal(sentence: &str) -> String {
    serde_json::json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "message": sentence, "reason": "BadRequest", "code": 400,
    })
    .to_string()
}

/// Selects the only container of a pod whose log is recorded.
async fn container(server: &Server) -> Walker {
    let mut walker = Walker::server(&server.url(), SIZE).await;
    walker.walk(&format!(":{LOG} enter j")).await;
    walker
}

/// Follows the log, which has two lines.
async fn followed(server: &Server) -> (Walker, Script) {
    let script = server.watch(FOLLOWED);
    let mut walker = container(server).await;
    walker.press("F");
    walker.meanwhile(script.until_open(1)).await;
    script.line("2026-11-23T06:05:00.100000001Z first");
    script.line("2026-11-23T06:05:00.200000002Z second");
    walker.wait_for("second").await;
    (walker, script)
}

#[tokio::test]
async fn a_shown_log_stays_in_view_until_its_followed_lines_arrive() {
    let server = Server::over(recordings::cluster());
    let script = server.watch(FOLLOWED);
    let mut walker = container(&server).await;
    walker.walk("enter").await;
    walker.wait_for("failing on purpose").await;
    walker.press("F");
    walker.meanwhile(script.until_open(1)).await;
    walker.wait_for("◉ live").await;
    assert!(walker.screen().contains("failing on purpose"), "{}", walker.screen());
    // Hundreds of lines that arrive at once are shown at once, at their end.
    let lines: Vec<_> = (0..500).map(|n| format!("2026-11-23T06:05:02Z line {n}")).collect();
    for line in &lines {
        script.line(line);
    }
    walker.wait_for("500/500 · text").await;
    walker.wait_for("line 499").await;
}

#[tokio::test]
async fn a_log_without_lines_says_so_and_names_the_key_of_the_previous_one() {
    let server = Server::over(recordings::cluster());
    let script = server.watch(FOLLOWED);
    let mut walker = container(&server).await;
    walker.press("F");
    walker.meanwhile(script.until_open(1)).await;
    walker.wait_for("The log has no lines so far. p switches").await;
}

#[tokio::test]
async fn a_followed_log_appends_new_lines() {
    let server = Server::over(recordings::cluster());
    let (mut walker, script) = followed(&server).await;
    let query = &script.queries()[0];
    assert!(query.contains("tailLines=500") && query.contains("timestamps=true"), "{query}");
    assert!(walker.screen().contains("main following terminated"), "{}", walker.screen());
    assert!(walker.screen().contains("◉ live"), "{}", walker.screen());
    assert!(!walker.screen().contains("2026-11-23T06:05:00"), "{}", walker.screen());

    // Lines arrive in parts and many at once; the end stays visible.
    script.bytes("2026-11-23T06:05:01Z thi");
    script.bytes("rd\n");
    walker.wait_for("third").await;
    let many: Vec<_> = (0..100).map(|n| format!("2026-11-23T06:05:02Z line {n}")).collect();
    script.line(&many.join("\n"));
    walker.wait_for("line 99").await;
    assert!(walker.screen().contains("103/103 · text"), "{}", walker.screen());

    // A search also finds matches in new lines.
    walker.press("tab / line space 5 enter");
    walker.wait_for("11 matches for \"line 5\"").await;
    script.line("2026-11-23T06:05:03Z line 5, again");
    walker.wait_for("12 matches for \"line 5\"").await;
    assert!(walker.is_styled("line 5", Role::Match), "{}", walker.screen());

    // The timestamps are already loaded, so nothing is requested.
    walker.press("t G");
    walker.wait_for("2026-11-23T06:05:03Z line 5, again").await;
    assert_eq!(script.queries().len(), 1);

    walker.press("P");
    script.line("2026-11-23T06:05:04Z held");
    script.line("2026-11-23T06:05:04Z back");
    walker.wait_for("paused, 2 changes").await;
    assert!(!walker.screen().contains("held"), "{}", walker.screen());
    walker.press("P");
    walker.wait_for("back").await;

    walker.press("F");
    walker.meanwhile(script.until_open(0)).await;
    walker.wait_for("failing on purpose").await;
    assert!(walker.screen().contains("main terminated"), "{}", walker.screen());
}

#[tokio::test]
async fn a_broken_log_stream_continues_after_its_last_line() {
    let server = Server::over(recordings::cluster());
    let (mut walker, script) = followed(&server).await;
    script.cut();
    walker.wait_for("reconnecting").await;
    assert!(walker.screen().contains("second"), "the loaded lines stay");
    walker.meanwhile(script.until_open(1)).await;
    let again = script.queries()[1].clone();
    assert!(again.contains("sinceTime=2026-11-23T06:05:00Z"), "{again}");
    assert!(!again.contains("tailLines"), "{again}");
    script.line("2026-11-23T06:05:00.100000001Z first");
    script.line("2026-11-23T06:05:00.200000002Z second");
    script.line("2026-11-23T06:05:00.300000003Z third");
    walker.wait_for("third").await;
    assert_eq!(walker.screen().matches("second").count(), 1, "{}", walker.screen());
    walker.wait_for("◉ live").await;

    // The container has ended.
    script.bytes("2026-11-23T06:05:09Z the last one, without a line feed");
    script.end();
    walker.wait_for("the last one, without a line feed").await;
    walker.wait_for(" ended ").await;
    assert_eq!(walker.model.watches(), 0);
}

#[tokio::test]
async fn a_log_of_a_waiting_container_opens_when_it_starts() {
    let server = Server::over(recordings::cluster());
    let script = server.watch(FOLLOWED);
    let sentence = "container \"main\" in pod \"crashy\" is waiting to start: ContainerCreating";
    script.refuse(400, &refusal(sentence));
    let mut walker = container(&server).await;
    walker.press("F");
    walker.wait_for("main following waiting to start: ContainerCreating").await;
    walker.wait_for("container \"main\" in pod \"crashy\" is").await;
    script.accept();
    walker.meanwhile(script.until_open(1)).await;
    script.line("2026-11-23T06:05:00Z it runs");
    walker.wait_for("it runs").await;
    walker.wait_for_no("waiting to start").await;

    // The same without following.
    server.answer(LOG, 400, &refusal(sentence));
    walker.press("F");
    walker.wait_for("main waiting to start: ContainerCreating").await;
    walker.wait_for("message: ").await;
}

#[tokio::test]
async fn the_log_of_the_previous_instance_is_requested() {
    let server = Server::over(recordings::cluster());
    let script = server.watch("/api/v1/namespaces/team-a/pods/crashy/log?previous=true");
    let mut walker = container(&server).await;
    walker.press("p");
    walker.meanwhile(script.until_open(1)).await;
    script.line("what it said before it died");
    script.end();
    walker.wait_for("what it said before it died").await;
    assert!(walker.screen().contains("main previous terminated"), "{}", walker.screen());
    walker.walk("p").await;
    walker.wait_for("failing on purpose").await;
    let sentence = "previous terminated container \"main\" in pod \"crashy\" not found";
    script.refuse(400, &refusal(sentence));
    walker.walk("p").await;
    walker.wait_for("previous terminated container").await;
    assert!(!walker.screen().contains("waiting to start"), "{}", walker.screen());
}
