//! The mouse: the wheel scrolls the pane that it is over, and a click goes to a row.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::app::container_view;
use crate::app::layout::{Pane, inside, panes};
use crate::app::model::{Model, Overlay};
use crate::keymap::Action;

/// How many rows one notch of the wheel scrolls.
const ROWS: i16 = 3;

impl Model {
    /// Whether clicks are wanted of the terminal. A terminal that gives them does not select text
    /// by itself, so that it may where there is text to read: in the document, and in all that
    /// covers the panes.
    #[must_use]
    pub fn wants_mouse(&self) -> bool {
        let is_walked = self.connection().is_some() && self.start_screen().is_none();
        let is_covered = !matches!(self.overlay, Overlay::None);
        self.mouse && is_walked && !is_covered && self.focus != Pane::Document
    }
}

/// The mouse did something.
pub(super) fn act(model: &mut Model, event: MouseEvent) {
    if !model.wants_mouse() {
        return;
    }
    let at = Position::new(event.column, event.row);
    let panes = panes(model);
    let over = [
        (Pane::Tree, panes.tree),
        (Pane::Document, panes.document),
        (Pane::Container, panes.container),
    ];
    let over = over.into_iter().find_map(|(pane, area)| {
        area.filter(|area| area.contains(at)).map(|area| (pane, inside(area)))
    });
    let Some((pane, area)) = over else { return };
    match event.kind {
        MouseEventKind::ScrollDown => scroll(model, pane, Action::Down),
        MouseEventKind::ScrollUp => scroll(model, pane, Action::Up),
        MouseEventKind::Down(MouseButton::Left) => click(model, pane, area, at),
        _ => {}
    }
}

fn scroll(model: &mut Model, pane: Pane, to: Action) {
    let by = if to == Action::Down { ROWS } else { -ROWS };
    match pane {
        Pane::Tree => model.tree.move_by(by.into()),
        Pane::Document => model.reading.pane.move_by(by.into()),
        Pane::Container => (0..ROWS).for_each(|_| container_view::act(model, to)),
    }
}

fn click(model: &mut Model, pane: Pane, area: Rect, at: Position) {
    model.focus = pane;
    if pane != Pane::Tree || !area.contains(at) {
        return;
    }
    model.going = None;
    if let Some(place) = model.tree.place_at_line(usize::from(at.y - area.y)) {
        model.tree.select(place);
    }
}
