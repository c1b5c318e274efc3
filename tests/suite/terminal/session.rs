//! The screen of the binary: walking, copying, quitting and failures.

use crate::support::machine::refusing_address;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::Terminal;

#[test]
fn the_demo_opens_a_pod_survives_resizes_and_quits() {
    let mut terminal = Terminal::start(&["--demo"], &[]);
    terminal.wait_for("GET /  200");
    terminal.until("the alternate screen", vt100::Screen::alternate_screen);
    terminal.send("jjj\r");
    terminal.wait_for("configmaps");
    terminal.send(":po -n default\r");
    terminal.wait_for("downward-env");
    terminal.send(":po/debug -n default\r");
    terminal.wait_for("name: debug");
    terminal.resize(120, 40);
    terminal.until("all of the larger screen", |screen| {
        screen.contents().lines().any(|line| line.chars().count() > 100)
            && screen.contents().contains("name: debug")
            && screen.contents().lines().count() > 30
    });
    terminal.resize(40, 10);
    // The header of a small screen has no address.
    terminal.wait_for("demo · as kubernetes-admin");
    terminal.send("q");
    assert!(terminal.ended().success());
    assert!(terminal.is_restored());
}

#[test]
fn visible_lines_are_coloured() {
    let terminal = Terminal::start(&["--demo", "po/debug", "-n", "default"], &[]);
    let colour = |screen: &vt100::Screen, text: &str| {
        let lines = screen.rows(0, 80);
        let (row, line) = (0_u16..).zip(lines).find(|(_, line)| line.contains(text))?;
        let before = line.split(text).next()?.chars().count();
        Some(screen.cell(row, u16::try_from(before).unwrap())?.fgcolor())
    };
    terminal.until("the colour of a key", |screen| {
        colour(screen, "name: debug").is_some_and(|key| key != vt100::Color::Default)
    });
}

#[test]
fn copied_text_is_sent_to_the_terminal() {
    let mut terminal = Terminal::start(&["--demo", "po/debug", "-n", "default"], &[]);
    terminal.wait_for("name: debug");
    terminal.send("ca");
    terminal.wait_for("API path was sent");
    let copied = String::from_utf8_lossy(&terminal.written()).into_owned();
    // "/api/v1/namespaces/default/pods/debug" in base64, by OSC 52.
    let base64 = "L2FwaS92MS9uYW1lc3BhY2VzL2RlZmF1bHQvcG9kcy9kZWJ1Zw==";
    assert!(copied.contains(&format!("\x1b]52;c;{base64}")));
}

#[test]
fn ctrl_c_quits() {
    let mut terminal = Terminal::start(&["--demo"], &[]);
    terminal.wait_for("GET /  200");
    terminal.send("\x03");
    assert!(terminal.ended().success());
    assert!(terminal.is_restored());
}

#[test]
fn a_refusing_server_is_reported() {
    let url = format!("http://{}", refusing_address());
    let mut terminal = Terminal::start(&["-s", &url], &[]);
    terminal.wait_for("refused");
    terminal.wait_for(&url);
    terminal.wait_for("since --server was given");
    assert!(!terminal.text().contains("proxy on"), "no other endpoint is tried");
    terminal.send("q");
    assert!(terminal.ended().success());
}

#[test]
fn a_web_page_is_reported() {
    let server = Server::over(recordings::cluster());
    for path in ["/", "/api", "/apis", "/version"] {
        server.page(path, 404, "<!DOCTYPE html><html>not here</html>");
    }
    let terminal = Terminal::start(&["-s", &server.url()], &[]);
    terminal.wait_for("is a web page");
    terminal.wait_for("Check the address");
}

#[test]
fn invalid_input_shows_the_start_screen_which_offers_the_demo() {
    let mut terminal = Terminal::start(&["--replay", "/dev/null"], &[]);
    terminal.wait_for("not connected");
    terminal.wait_for("/dev/null");
    terminal.send("d");
    terminal.wait_for("GET /  200");
}

#[test]
fn a_typed_address_is_connected_to() {
    let server = Server::over(recordings::cluster());
    let mut terminal = Terminal::start(&["--context", "none"], &[]);
    terminal.wait_for("not connected");
    terminal.send("u");
    terminal.wait_for("server: http://127.0.0.1:8001");
    terminal.send("\x15");
    terminal.send(&format!("{}\r", server.url()));
    terminal.wait_for("GET /  200");
}
