//! The mouse.

use vt100::MouseProtocolMode;

use crate::support::terminal::Terminal;

fn has_mouse(screen: &vt100::Screen) -> bool {
    screen.mouse_protocol_mode() != MouseProtocolMode::None
}

/// Returns the text of the cursor row, which is reversed.
fn selected(screen: &vt100::Screen) -> String {
    let is_selected = |row, column| screen.cell(row, column).is_some_and(vt100::Cell::inverse);
    let row = (0..24).find(|row| (0..80).any(|column| is_selected(*row, column)));
    let Some(row) = row else { return String::new() };
    let cells = (0..80).filter(|column| is_selected(row, *column));
    cells.filter_map(|column| screen.cell(row, column)).map(vt100::Cell::contents).collect()
}

/// Waits until the first screen is complete, so that no row moves any more.
fn wait_for_first_screen(terminal: &mut Terminal) {
    for text in ["v1 ★", "apiextensions.k8s.io", "openid-configur"] {
        terminal.wait_for(text);
    }
}

/// Returns what a terminal sends for a button pressed at a 1-based line and column.
fn pressed(button: u8, line: u16, column: u16) -> String {
    format!("\u{1b}[<{button};{column};{line}M")
}

#[test]
fn a_click_selects_a_row_and_the_wheel_scrolls() {
    let mut terminal = Terminal::start(&["--demo"], &[]);
    wait_for_first_screen(&mut terminal);
    terminal.until("the mouse", has_mouse);
    let line = terminal.text().lines().position(|line| line.contains("▾ apis")).unwrap();
    let line = u16::try_from(line).unwrap() + 1;
    terminal.send(&pressed(0, line, 10));
    terminal.until("the row that was clicked", |screen| selected(screen).contains("apis"));
    terminal.send(&pressed(65, 5, 10));
    terminal.until("three rows further down", |screen| !selected(screen).contains("apis"));
    terminal.send(&pressed(64, 5, 10));
    terminal.until("three rows up again", |screen| selected(screen).contains("apis"));
    terminal.send("q");
    assert!(terminal.ended().success());
    assert!(terminal.is_restored());
}

#[test]
fn the_mouse_is_off_in_the_document_so_that_the_terminal_selects_text() {
    let mut terminal = Terminal::start(&["--demo"], &[]);
    wait_for_first_screen(&mut terminal);
    terminal.until("the mouse", has_mouse);
    terminal.send("\t");
    terminal.until("no mouse in the document", |screen| !has_mouse(screen));
    terminal.send("\t");
    terminal.until("the mouse in the tree again", has_mouse);
    terminal.send("?");
    terminal.until("no mouse in the help", |screen| !has_mouse(screen));
}

#[test]
fn no_mouse_sends_no_mouse_sequence() {
    let mut terminal = Terminal::start(&["--demo", "--no-mouse"], &[]);
    terminal.wait_for("▾ apis");
    terminal.send("q");
    terminal.ended();
    let written = String::from_utf8_lossy(&terminal.written()).into_owned();
    assert!(!written.contains("?1000h"), "{written:?}");
}
