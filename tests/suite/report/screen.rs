//! A report from the screen: of the failure that is shown, and written only after ⏎.

use std::fs;

use bytes::Bytes;
use kubewalk::app::effect::Effect;
use kubewalk::app::message::Message;
use kubewalk::app::state::overlay::Overlay;
use kubewalk::app::state::report::{ReportContent, Reported};
use kubewalk::k8s::failure::{Failure, FailureKind};
use kubewalk::k8s::request::Ticket;

use crate::start::screen::start_screen;
use crate::support::app::App;
use crate::support::golden;
use crate::support::machine::BINARY;
use crate::support::recordings;
use crate::support::server::Server;
use crate::support::terminal::{Terminal, command};
use crate::support::walker::screen;

/// The document of a path that the recording does not have.
fn failed() -> App {
    let mut app = App::demo();
    app.model.size = (80, 24);
    app.walk(":/nothing enter");
    assert!(app.model.shown_failure().is_some(), "{}", screen(&app.model));
    app
}

/// Presses the key. Returns what is to be reported.
fn requested(app: &mut App) -> (Ticket, Reported) {
    let effects = app.press("R");
    let report = effects.into_iter().find_map(|effect| match effect {
        Effect::Report { ticket, of } => Some((ticket, *of)),
        _ => None,
    });
    report.unwrap()
}

fn content() -> ReportContent {
    let lines = [
        "kubewalk 1.2.3 on linux x86_64",
        "terminal: 80×24, TERM=xterm-256color, LANG=C.UTF-8",
        "outside a pod: a context of the kubeconfig, https",
        "the screen showed: 403",
        "200 GET https://server.invalid/version  385 bytes",
        "200 GET https://server.invalid/api  6.8 KiB",
        "200 GET https://server.invalid/apis  42.1 KiB",
        "403 GET https://server.invalid/api/v1/namespaces/a-namespace-with-a-long-name/pods?limit=500  301 bytes",
        "Answers are whole, with the names of objects. Passwords are not left out.",
    ];
    let lines = lines.iter().map(|line| (*line).to_owned()).collect();
    ReportContent { lines, document: Bytes::from_static(b"{}") }
}

/// A report that is shown.
fn shown() -> App {
    let mut app = failed();
    let (ticket, _) = requested(&mut app);
    app.message(Message::Report { ticket, result: Ok(content()) });
    app
}

#[test]
fn a_report_is_shown_before_it_is_written() {
    let app = shown();
    let text = format!("{}\n", screen(&app.model));
    golden::is_current("tests/fixtures/screens/report-80.txt", &text);
}

#[test]
pub(crate) fn shift_r_reports_the_request_and_the_failure_of_the_selected_row() {
    let (_, reported) = requested(&mut failed());
    let request = reported.request.unwrap();
    assert_eq!(request.path.to_string(), "/nothing");
    assert_eq!(reported.failure, Some(FailureKind::NotRecorded));
    assert!(reported.endpoint.is_some());
}

#[test]
fn a_failed_list_is_requested_again_by_its_first_page() {
    let mut app = App::demo();
    app.walk(":po space -n space shop enter");
    app.press("r");
    while !app.waiting.is_empty() {
        app.fail_first(Failure::new(FailureKind::Forbidden, "403: forbidden", ""));
    }
    let (_, reported) = requested(&mut app);
    let request = reported.request.unwrap().path_and_query();
    assert!(request.starts_with("/api/v1/namespaces/shop/pods?"), "{request}");
    assert!(request.contains("limit=500"), "{request}");
}

#[test]
fn without_a_failure_shift_r_shows_a_notice() {
    let mut app = App::demo();
    assert!(!app.press("R").iter().any(|effect| matches!(effect, Effect::Report { .. })));
    assert!(screen(&app.model).contains("Nothing failed here"), "{}", screen(&app.model));
}

#[test]
fn the_footer_names_the_key_where_something_failed() {
    let footer = |app: &App| screen(&app.model).lines().last().unwrap().to_owned();
    assert!(footer(&failed()).contains("R report"), "{}", footer(&failed()));
    let mut app = App::demo();
    app.model.size = (200, 24);
    assert!(!footer(&app).contains("R report"), "{}", footer(&app));
}

#[test]
fn no_report_is_offered_while_a_server_is_looked_for() {
    let app = App::unconnected(&[]);
    assert!(!screen(&app.model).contains("R report"), "{}", screen(&app.model));
}

#[test]
fn the_start_screen_reports_that_there_is_no_server() {
    let mut app = start_screen((80, 24), &[]);
    assert!(screen(&app.model).contains("R show what a bug report contains"));
    let (_, reported) = requested(&mut app);
    assert_eq!(reported, Reported { endpoint: None, request: None, failure: None });
}

#[test]
pub(crate) fn enter_writes_the_shown_report_and_names_its_file() {
    let mut app = shown();
    assert_eq!(app.press("enter"), [Effect::WriteReport(content().document)]);
    assert!(matches!(app.model.overlay, Overlay::None));
    app.message(Message::Written(Ok("/home/a/kubewalk-report.har.gz".to_owned())));
    let shown = screen(&app.model);
    assert!(shown.contains("Written: /home/a/kubewalk-report.har.gz"), "{shown}");
}

#[test]
fn a_report_that_cannot_be_written_is_explained() {
    let mut app = shown();
    app.press("enter");
    let failure =
        Failure::new(FailureKind::Input, "the report cannot be written: /: read-only", "");
    app.message(Message::Written(Err(failure)));
    assert!(screen(&app.model).contains("cannot be written: /: read-only"));
}

#[test]
fn enter_before_the_report_is_prepared_writes_nothing() {
    let mut app = failed();
    requested(&mut app);
    assert!(screen(&app.model).contains("Requesting …"), "{}", screen(&app.model));
    assert_eq!(app.press("enter"), []);
    assert!(matches!(app.model.overlay, Overlay::Report(_)));
}

#[test]
fn leaving_a_report_cancels_its_requests_and_writes_nothing() {
    let mut app = failed();
    let (ticket, _) = requested(&mut app);
    assert!(app.press("esc").contains(&Effect::Cancel(ticket)));
    app.message(Message::Report { ticket, result: Ok(content()) });
    assert!(matches!(app.model.overlay, Overlay::None));
}

#[test]
fn the_last_line_of_a_report_is_reached_on_a_small_terminal() {
    let mut app = shown();
    app.model.size = (40, 10);
    app.press("G");
    let shown = screen(&app.model);
    assert!(shown.contains("not left out"), "{shown}");
}

#[test]
fn a_report_of_a_forbidden_list_is_written_into_the_current_directory() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::over(recordings::cluster());
    let forbidden =
        r#"{"kind":"Status","message":"nodes is forbidden: User \"jane\" cannot list"}"#;
    server.answer("/api/v1/nodes", 403, forbidden);
    let url = server.url();
    let words = [BINARY, "-s", &url, "/api/v1/nodes"];
    let mut command = command(&words, &[("TERM", "xterm-256color")]);
    command.cwd(folder.path());
    let mut terminal = Terminal::open(command, (100, 24));
    terminal.wait_for("R report");
    terminal.send("R");
    terminal
        .wait_for_all(&["403 GET http://server.invalid/api/v1/nodes", "the screen showed: 403"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    terminal.send("\r");
    terminal.wait_for("kubewalk-report.har.gz");
    terminal.send("q");
    terminal.ended();
    let file = folder.path().join("kubewalk-report.har.gz");
    let text = super::text(&file);
    assert!(!text.contains("jane") && !text.contains(server.address().to_string().as_str()));
    assert!(text.contains("nodes is forbidden"), "{text}");
}
