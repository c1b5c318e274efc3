//! The mouse: the wheel scrolls the pane under the pointer, and a click selects a row.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::app::input::containers;
use crate::app::layout::{Pane, inside, panes};
use crate::app::model::Model;
use crate::keymap::Action;

/// The number of rows that one step of the wheel scrolls.
const ROWS: i16 = 3;

/// Handles a mouse event.
pub(in crate::app) fn act(model: &mut Model, event: MouseEvent) {
    if !model.wants_mouse() {
        return;
    }
    let at = Position::new(event.column, event.row);
    let panes = panes(model);
    let areas = [
        (Pane::Tree, panes.tree),
        (Pane::Document, panes.document),
        (Pane::Container, panes.container),
    ];
    let target = areas.into_iter().find_map(|(pane, area)| {
        area.filter(|area| area.contains(at)).map(|area| (pane, inside(area)))
    });
    let Some((pane, area)) = target else { return };
    match event.kind {
        MouseEventKind::ScrollDown => scroll(model, pane, Action::Down),
        MouseEventKind::ScrollUp => scroll(model, pane, Action::Up),
        MouseEventKind::Down(MouseButton::Left) => click(model, pane, area, at),
        _ => {}
    }
}

fn scroll(model: &mut Model, pane: Pane, direction: Action) {
    let by = if direction == Action::Down { ROWS } else { -ROWS };
    match pane {
        Pane::Tree => model.tree.move_by(by.into()),
        Pane::Document => model.reading.pane.move_by(by.into()),
        Pane::Container => (0..ROWS).for_each(|_| containers::act(model, direction)),
    }
}

fn click(model: &mut Model, pane: Pane, area: Rect, at: Position) {
    model.focus = pane;
    if pane != Pane::Tree || !area.contains(at) {
        return;
    }
    model.jump = None;
    if let Some(row) = model.tree.row_at_line(usize::from(at.y - area.y)) {
        model.tree.select(row);
    }
}
