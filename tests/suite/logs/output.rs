//! Colours, carriage returns and long lines of a log on the screen.

use super::followed;
use crate::support::recordings;
use crate::support::server::Server;

#[tokio::test]
async fn colour_sequences_are_not_shown_as_text() {
    let server = Server::over(recordings::cluster());
    let (mut walker, script) = followed(&server).await;
    script.line("2026-11-23T06:05:01Z \u{1b}[32mINFO\u{1b}[0m listening on \u{1b}[1m:8080\u{1b}[m");
    walker.wait_for("INFO listening on :8080").await;
}

#[tokio::test]
async fn other_control_sequences_are_shown_as_escapes() {
    let server = Server::over(recordings::cluster());
    let (mut walker, script) = followed(&server).await;
    script.line("2026-11-23T06:05:01Z \u{1b}[2J\u{1b}]0;title\u{7}\u{8}cleared");
    walker.wait_for("\\x1b[2J\\x1b]0;title\\x07\\x08cleared").await;
}

#[tokio::test]
async fn text_after_a_carriage_return_overwrites_its_line() {
    let server = Server::over(recordings::cluster());
    let (mut walker, script) = followed(&server).await;
    script.line("2026-11-23T06:05:01Z pulling  10%\rpulling  55%\rpulling 100%");
    walker.wait_for("pulling 100%").await;
    assert!(!walker.screen().contains("10%\\r"), "{}", walker.screen());
    assert!(!walker.screen().contains("55%"), "{}", walker.screen());
}

#[tokio::test]
async fn long_lines_wrap_until_w_cuts_them() {
    let server = Server::over(recordings::cluster());
    let (mut walker, script) = followed(&server).await;
    script.line(&format!("2026-11-23T06:05:01Z {}THE-END", "long ".repeat(60)));
    walker.wait_for("THE-END").await;
    walker.walk("tab w").await;
    walker.wait_for_no("THE-END").await;
    walker.walk("w").await;
    walker.wait_for("THE-END").await;
}

#[tokio::test]
async fn joiners_are_drawn_inside_words_and_emoji() {
    let server = Server::over(recordings::cluster());
    let (mut walker, script) = followed(&server).await;
    for word in ["می\u{200c}خواهم", "क\u{94d}\u{200d}ष", "👩\u{200d}👧", "⚠\u{fe0f}"]
    {
        script.line(&format!("2026-11-23T06:05:01Z <{word}>"));
        walker.wait_for(word).await;
    }
    script.line("2026-11-23T06:05:01Z a\u{200c}b");
    walker.wait_for("a\\u{200c}b").await;
}
