//! The mouse: the wheel scrolls the pane under the pointer, a click selects a row, and the border beside the
//! tree can be dragged.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::app::input::{containers, table};
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
    match event.kind {
        MouseEventKind::Drag(MouseButton::Left) if model.drags_border => {
            model.move_border(event.column);
            return;
        }
        MouseEventKind::Up(MouseButton::Left) => model.drags_border = false,
        MouseEventKind::Down(MouseButton::Left) if model.is_border(event.column) => {
            model.drags_border = true;
            return;
        }
        _ => {}
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
        Pane::Document => match model.reading.rows() {
            Some(id) => table::move_by(model, id, by.into()),
            None => model.reading.pane.move_by(by.into()),
        },
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
