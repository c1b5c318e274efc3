//! The tree pane. The widget gets only the rows in view and their ancestors.

use std::collections::HashMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::StatefulWidget;
use tui_tree_widget::{Tree as Widget, TreeItem, TreeState};

use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::theme::Role;
use crate::tree::{NodeId, RowRef};

use super::appearance::Appearance;
use super::grid::{Grid, Room};
use super::level;
use super::row::{self, Grids};

/// A row as the widget needs it.
struct DrawnRow {
    row: RowRef,
    depth: usize,
    is_open: bool,
    has_arrow: bool,
    line: Line<'static>,
}

/// Draws the rows in view.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let tree = &model.tree;
    let rows: Vec<RowRef> = tree.window().collect();
    let Some(first) = rows.first() else { return };
    let above: Vec<RowRef> = tree.ancestors(*first).into_iter().map(RowRef::Node).collect();
    let before = above.len();
    let rows: Vec<RowRef> = above.into_iter().chain(rows).collect();
    let grids = grids(model, appearance, &rows, area.width);
    let rows: Vec<DrawnRow> =
        rows.into_iter().map(|row| drawn_row(model, appearance, row, &grids, area.width)).collect();
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    if before == 0 {
        let area = Rect { height: height.min(area.height), ..area };
        return widget(model, appearance, &rows, area, buffer);
    }
    // The widget would scroll if the rows were more than the lines.
    let mut off_screen = Buffer::empty(Rect::new(0, 0, area.width, height));
    widget(model, appearance, &rows, off_screen.area, &mut off_screen);
    let pinned = tree.pinned();
    for line in 0..area.height {
        let at = match pinned.get(usize::from(line)) {
            Some(id) => rows.iter().position(|drawn| drawn.row == RowRef::Node(*id)),
            None => Some(before + usize::from(line)),
        };
        let Some(at) = at.filter(|at| *at < rows.len()) else { continue };
        copy_line(&off_screen, u16::try_from(at).unwrap_or(u16::MAX), area, line, buffer);
    }
}

/// Returns the columns of the collections with rows in view.
fn grids(model: &Model, appearance: Appearance, rows: &[RowRef], width: u16) -> Grids {
    let mut in_view: HashMap<NodeId, Vec<usize>> = HashMap::new();
    for row in rows {
        match row {
            RowRef::Row(id, at) => in_view.entry(*id).or_default().push(*at),
            RowRef::Node(id) => {
                let Some(parent) = model.tree.get(*id).and_then(|node| node.parent) else {
                    continue;
                };
                let opened = model.tree.get(parent).map(|parent| &parent.opened);
                let opened = opened.and_then(|opened| opened.iter().find(|(_, child)| child == id));
                if let Some((at, _)) = opened {
                    in_view.entry(parent).or_default().push(*at);
                }
            }
            RowRef::More(_) => {}
        }
    }
    let grid = |(id, rows): (NodeId, Vec<usize>)| {
        let collection = model.tree.get(id)?.collection.as_ref()?;
        let width = row::room(model, RowRef::Row(id, 0), width);
        let room = Room { width, label: row::label_width(model, appearance, id), with_wide: false };
        Some((id, Grid::new(model, collection, &rows, &room)))
    };
    in_view.into_iter().filter_map(grid).collect()
}

fn drawn_row(
    model: &Model,
    appearance: Appearance,
    row: RowRef,
    grids: &Grids,
    width: u16,
) -> DrawnRow {
    let (is_open, has_arrow) = match row {
        RowRef::Node(id) => {
            model.tree.get(id).map_or((false, false), |node| (node.open, node.can_open()))
        }
        RowRef::Row(id, _) => (false, row::can_open_rows(model, id)),
        RowRef::More(_) => (false, false),
    };
    DrawnRow {
        row,
        depth: model.tree.depth(row),
        is_open: is_open && has_arrow,
        has_arrow,
        line: row::line(model, appearance, row, grids, row::room(model, row, width)),
    }
}

/// Draws rows with the widget.
fn widget(
    model: &Model,
    appearance: Appearance,
    rows: &[DrawnRow],
    area: Rect,
    buffer: &mut Buffer,
) {
    let mut state = TreeState::default();
    let items = nest(rows, 0, &mut 0, &mut Vec::new(), &mut state, model.tree.cursor());
    let (open, closed, none) =
        if appearance.ascii { ("v ", "> ", "  ") } else { ("▾ ", "▸ ", "  ") };
    // Elsewhere the selected row keeps the colours of its texts.
    let level = level::level_at(&model.tree, model.tree.cursor());
    let level = level.filter(|_| model.focus == Pane::Tree);
    let role = if model.focus == Pane::Tree { Role::Selection } else { Role::SelectionElsewhere };
    if let Ok(widget) = Widget::new(&items) {
        widget
            .node_open_symbol(open)
            .node_closed_symbol(closed)
            .node_no_children_symbol(none)
            .highlight_style(level::selected(level, appearance.theme.style(role), appearance.theme))
            .render(area, buffer, &mut state);
    }
}

/// Returns the widget's items for the rows from `at` on that are at least `depth` deep. The widget draws
/// an arrow only for items with children, so a node without rows in view gets a child that is not drawn.
fn nest(
    rows: &[DrawnRow],
    depth: usize,
    at: &mut usize,
    path: &mut Vec<u32>,
    state: &mut TreeState<u32>,
    cursor: RowRef,
) -> Vec<TreeItem<'static, u32>> {
    let mut items = Vec::new();
    while let Some(drawn) = rows.get(*at).filter(|drawn| drawn.depth >= depth) {
        let id = u32::try_from(*at).unwrap_or(u32::MAX);
        *at += 1;
        path.push(id);
        if drawn.row == cursor {
            state.select(path.clone());
        }
        let mut children = nest(rows, drawn.depth + 1, at, path, state, cursor);
        if !children.is_empty() || drawn.is_open {
            state.open(path.clone());
        }
        if children.is_empty() && drawn.has_arrow {
            children.push(TreeItem::new_leaf(u32::MAX, ""));
            if drawn.is_open && !is_last(rows, *at) {
                // The child of an open node without rows must not take a line.
                state.close(path);
            }
        }
        path.pop();
        let line = drawn.line.clone();
        match TreeItem::new(id, line.clone(), children) {
            Ok(item) => items.push(item),
            Err(_) => items.push(TreeItem::new_leaf(id, line)),
        }
    }
    items
}

fn is_last(rows: &[DrawnRow], next: usize) -> bool {
    next >= rows.len()
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
