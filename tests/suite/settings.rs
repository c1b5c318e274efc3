//! Settings and themes in a real terminal.

use std::fs;

use kubewalk::config::Settings;

use crate::support::app::App;
use crate::support::terminal::Terminal;
use crate::support::walker::screen;

fn folder_with(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("kubewalk")).unwrap();
    fs::write(folder.path().join("kubewalk/config.toml"), settings).unwrap();
    folder
}

/// Starts the program with these settings. Their directory must exist as long as it runs.
fn start(settings: &str, arguments: &[&str]) -> (Terminal, tempfile::TempDir) {
    let folder = folder_with(settings);
    let terminal =
        Terminal::start(arguments, &[("XDG_CONFIG_HOME", folder.path().to_str().unwrap())]);
    (terminal, folder)
}

#[test]
fn a_rebound_key_works_and_is_shown_in_help_and_footer() {
    let (mut terminal, _folder) =
        start("location = \"ns shop\"\n[keys.anywhere]\nhelp = \"W\"\nquit = \"X\"\n", &["--demo"]);
    terminal.wait_for("W help");
    terminal.send("q?W  ");
    terminal.wait_for("X              Quit");
    terminal.send("qX");
    assert!(terminal.ended().success());
}

#[test]
fn a_key_of_the_file_that_is_a_default_of_another_action_opens_the_program() {
    let (mut terminal, _folder) = start("[keys.anywhere]\nquit = \"K\"\n", &["--demo"]);
    terminal.wait_for("apis");
    terminal.send("K");
    assert!(terminal.ended().success());
}

#[test]
fn texts_name_the_configured_keys() {
    let settings = "[keys.anywhere]\ncopy = \"ctrl-y\"\nunmask = []\nescape = \"ctrl-g\"\n\
                    [keys.tree]\nopen = \"Z\"\n[keys.start]\nopen = \"Z\"\n";
    let mut app = App::demo();
    app.model.keymap = Settings::parse(settings).unwrap().keymap;
    app.walk(":secrets space -n space shop enter j");
    app.rest();
    assert!(screen(&app.model).contains("Press Z to load: Secrets are not loaded automatically"));
    app.walk("Z");
    app.walk("tab G k ctrl-y v");
    let printed = app.model.notice.as_ref().map(|notice| notice.text.clone()).unwrap();
    assert_eq!(printed, "The value is masked; unmask shows it, then it can be copied");
    app.walk("?");
    let shown = screen(&app.model);
    assert!(shown.contains("Keys · j k scroll · / search · esc closes"), "{shown}");
    assert!(!shown.contains("Copy menu (c)"), "{shown}");
}

#[test]
fn all_errors_in_the_settings_are_reported_at_once() {
    let (mut terminal, _folder) =
        start("colour = \"red\"\n[keys.tree]\nopen = \"Z\"\ntoggle = \"Z\"\n", &["--demo"]);
    assert_eq!(terminal.ended().exit_code(), 2);
    for printed in ["line 1: colour is not a setting", "line 4: Z already has the action open"] {
        assert!(terminal.text().replace('\n', "").contains(printed), "{}", terminal.text());
    }
}

/// True if the focused border has the colour of the light theme, one of the 256 colours.
fn is_light(screen: &vt100::Screen) -> bool {
    screen.cell(1, 0).is_some_and(|cell| cell.fgcolor() == vt100::Color::Idx(25))
}

/// The query for the terminal's background colour.
const QUERY: &str = "\u{1b}]11;?";

#[test]
fn a_theme_is_chosen_by_name() {
    let terminal = Terminal::start(&["--demo", "--theme", "light"], &[]);
    terminal.until("the light theme", is_light);
}

#[test]
fn a_theme_is_read_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    fs::write(&file, "focus = \"25\"\n").unwrap();
    let terminal = Terminal::start(&["--demo", "--theme", file.to_str().unwrap()], &[]);
    terminal.until("the theme of the file", is_light);
}

#[test]
fn a_light_background_of_the_terminal_selects_the_light_theme() {
    let mut terminal = Terminal::start(&["--demo"], &[]);
    terminal.wait_for("apis");
    assert!(String::from_utf8_lossy(&terminal.written()).contains(QUERY));
    terminal.send("\u{1b}]11;rgb:ffff/ffff/ffff\u{1b}\\");
    terminal.until("the light theme", is_light);
    // The answer of the terminal is no key: the help is not open.
    assert!(terminal.text().contains("? help"), "{}", terminal.text());
}

#[test]
fn without_colours_the_background_is_not_queried() {
    let terminal = Terminal::start(&["--demo"], &[("NO_COLOR", "1")]);
    terminal.wait_for("apis");
    let written = String::from_utf8_lossy(&terminal.written()).into_owned();
    assert!(!written.contains(QUERY) && !written.contains("[38;5;"), "{written:?}");
}

#[test]
fn an_unknown_theme_is_refused_with_the_known_names() {
    let mut terminal = Terminal::start(&["--demo", "--theme", "pink"], &[]);
    assert_eq!(terminal.ended().exit_code(), 2);
    assert!(terminal.text().replace('\n', "").contains("dark, light, colour-blind"));
}
