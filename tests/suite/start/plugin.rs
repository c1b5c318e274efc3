//! A slow credential plugin, on the screen.

use kubewalk::app::message::Message;
use kubewalk::k8s::plugin::PluginReport;

use crate::support::app::App;
use crate::support::walker::screen;

fn running(seconds: u64, lines: &[&str]) -> Message {
    let stderr = lines.iter().map(|line| (*line).to_owned()).collect();
    Message::Plugin(PluginReport::Running { name: "login".to_owned(), seconds, stderr })
}

#[test]
fn a_slow_plugin_is_shown_with_its_duration_and_output() {
    let mut app = App::unconnected(&[]);
    app.message(running(7, &["To sign in, open https://login.example", "code: AB12"]));
    let shown = screen(&app.model);
    for part in ["plugin login, 7 s", "open https://login.example", "code: AB12"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn an_ended_plugin_is_not_shown_any_more() {
    let mut app = App::unconnected(&[]);
    app.message(running(7, &["code: AB12"]));
    app.message(Message::Plugin(PluginReport::Ended));
    assert!(!screen(&app.model).contains("AB12"), "{}", screen(&app.model));
}

#[test]
fn control_characters_of_a_plugin_are_visible_and_harmless() {
    let mut app = App::unconnected(&[]);
    app.message(running(7, &["\u{1b}[2Jcode"]));
    let shown = screen(&app.model);
    assert!(!shown.contains('\u{1b}') && shown.contains("code"), "{shown}");
}
