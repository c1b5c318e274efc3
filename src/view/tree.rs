//! The tree: the widget is given only the rows in view, and the ancestors that stay pinned.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::StatefulWidget;
use tui_tree_widget::{Tree as Widget, TreeItem, TreeState};

use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::theme::Role;
use crate::tree::RowRef;

use super::{Appearance, row};

/// One row that goes into the widget.
struct Entry {
    place: RowRef,
    depth: usize,
    is_open: bool,
    has_arrow: bool,
    line: Line<'static>,
}

/// Draws the rows in view.
pub(super) fn draw(model: &Model, look: Appearance, area: Rect, buffer: &mut Buffer) {
    let tree = &model.tree;
    let rows: Vec<RowRef> = tree.window().collect();
    let Some(first) = rows.first() else { return };
    let above: Vec<RowRef> = tree.ancestors(*first).into_iter().map(RowRef::Node).collect();
    let before = above.len();
    let entries: Vec<Entry> =
        above.into_iter().chain(rows).map(|place| entry(model, look, place)).collect();
    let drawn = off_screen(model, look, &entries, area.width);
    let pinned = tree.pinned();
    for line in 0..area.height {
        let at = match pinned.get(usize::from(line)) {
            Some(id) => entries.iter().position(|entry| entry.place == RowRef::Node(*id)),
            None => Some(before + usize::from(line)),
        };
        let Some(at) = at.filter(|at| *at < entries.len()) else { continue };
        copy_line(&drawn, u16::try_from(at).unwrap_or(u16::MAX), area, line, buffer);
    }
}

fn entry(model: &Model, look: Appearance, place: RowRef) -> Entry {
    let (is_open, has_arrow) = match place {
        RowRef::Node(id) => {
            model.tree.get(id).map_or((false, false), |node| (node.open, node.can_open()))
        }
        RowRef::Row(id, _) => (false, row::can_open_rows(model, id)),
        RowRef::More(_) => (false, false),
    };
    Entry {
        place,
        depth: model.tree.depth(place),
        is_open: is_open && has_arrow,
        has_arrow,
        line: row::line(model, look, place),
    }
}

/// Draws the entries with the widget into a buffer of their own height, so that nothing scrolls.
fn off_screen(model: &Model, look: Appearance, entries: &[Entry], width: u16) -> Buffer {
    let height = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    let mut state = TreeState::default();
    let items = nest(entries, 0, &mut 0, &mut Vec::new(), &mut (&mut state, model.tree.cursor()));
    let (open, closed, none) = if look.ascii { ("v ", "> ", "  ") } else { ("▾ ", "▸ ", "  ") };
    let role = if model.focus == Pane::Tree { Role::Selection } else { Role::SelectionElsewhere };
    if let Ok(widget) = Widget::new(&items) {
        widget
            .node_open_symbol(open)
            .node_closed_symbol(closed)
            .node_no_children_symbol(none)
            .highlight_style(look.theme.style(role))
            .render(area, &mut buffer, &mut state);
    }
    buffer
}

/// Makes the widget's items of the entries from `at` on that are at least `depth` deep. A node that
/// is closed, or open with nothing in view, gets a child that is never drawn, for its arrow.
fn nest(
    entries: &[Entry],
    depth: usize,
    at: &mut usize,
    path: &mut Vec<u32>,
    (state, cursor): &mut (&mut TreeState<u32>, RowRef),
) -> Vec<TreeItem<'static, u32>> {
    let mut items = Vec::new();
    while let Some(entry) = entries.get(*at).filter(|entry| entry.depth >= depth) {
        let id = u32::try_from(*at).unwrap_or(u32::MAX);
        *at += 1;
        path.push(id);
        if entry.place == *cursor {
            state.select(path.clone());
        }
        let mut children = nest(entries, entry.depth + 1, at, path, &mut (state, *cursor));
        if !children.is_empty() || entry.is_open {
            state.open(path.clone());
        }
        if children.is_empty() && entry.has_arrow {
            children.push(TreeItem::new_leaf(u32::MAX, ""));
            if entry.is_open && !is_last(entries, *at) {
                // Nothing is in it: open, but the stand-in must not take a line.
                state.close(path);
            }
        }
        path.pop();
        let line = entry.line.clone();
        match TreeItem::new(id, line.clone(), children) {
            Ok(item) => items.push(item),
            Err(_) => items.push(TreeItem::new_leaf(id, line)),
        }
    }
    items
}

fn is_last(entries: &[Entry], next: usize) -> bool {
    next >= entries.len()
}

fn copy_line(from: &Buffer, line: u16, area: Rect, to: u16, buffer: &mut Buffer) {
    for x in 0..area.width.min(from.area.width) {
        if let (Some(source), Some(target)) =
            (from.cell((x, line)), buffer.cell_mut((area.x + x, area.y + to)))
        {
            *target = source.clone();
        }
    }
}
