//! The table of a collection in the document's pane: headings, rows, and a summary.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Span;
use ratatui::widgets::Widget;

use crate::app::layout::Pane;
use crate::app::model::Model;
use crate::keymap::{Action, Mode};
use crate::text::grouped;
use crate::theme::Role;
use crate::tree::NodeId;
use crate::tree::collection::Collection;
use crate::tree::node::{Load, Node};

use super::appearance::Appearance;
use super::cut::cut;
use super::grid::{Grid, Room};
use super::row::{add_selection, count, order};
use super::{level, pane, waiting};

/// Draws the rows of a node's collection, or why there are none.
pub(super) fn draw(
    model: &Model,
    appearance: Appearance,
    id: NodeId,
    area: Rect,
    buffer: &mut Buffer,
) {
    let Some(node) = model.tree.get(id) else { return };
    let path = node.kind.path();
    let warnings = path.iter().flat_map(|path| pane::warnings(model.trace.warnings(path)));
    let area = pane::above(warnings, appearance, area, buffer);
    let Some(collection) = &node.collection else {
        match &node.load {
            Load::Failed(failure) => pane::failed(failure, appearance, area, buffer),
            Load::Loading(ticket) => {
                let text = waiting::requested(model, *ticket);
                pane::sentence(&text, Role::Dim, appearance, area, buffer);
            }
            _ => {}
        }
        return;
    };
    let [headings, list, below] = area.layout(&Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
    ]));
    let height = usize::from(list.height);
    let position = model.table_position(id).unwrap_or(0);
    let first = position.saturating_sub(height / 2).min(collection.shown().saturating_sub(height));
    let in_view: Vec<usize> =
        (first..first + height).map_while(|position| collection.index_at(position)).collect();
    let width = usize::from(area.width);
    let room = Room { width: width.saturating_sub(1), label: 0, with_wide: true };
    let grid = Grid::new(model, collection, &in_view, &room);
    let theme = appearance.theme;
    if in_view.is_empty() {
        let text = appearance.words(&nothing(model, node, collection)).into_owned();
        pane::sentence(&text, Role::Dim, appearance, list, buffer);
    } else {
        let text = format!(" {}", grid.heading_line(collection));
        cut(vec![Span::styled(text, theme.style(Role::Title))], width).render(headings, buffer);
    }
    for (line, (index, place)) in in_view.into_iter().zip(list.rows()).enumerate() {
        let mut spans = vec![Span::raw(" ")];
        spans.extend(grid.line(model, appearance, id, index).unwrap_or_default());
        cut(spans, width).render(place, buffer);
        if first + line == position {
            let focused = model.focus == Pane::Document;
            let role = if focused { Role::Selection } else { Role::SelectionElsewhere };
            let level = focused.then(|| collection.level(index));
            buffer.set_style(place, level::selected(level, theme.style(role), theme));
        }
    }
    cut(summary(model, appearance, node, collection), width).render(below, buffer);
}

/// Returns why a collection shows no rows.
fn nothing(model: &Model, node: &Node, collection: &Collection) -> String {
    let resource = node.kind.resource().map_or("rows", |resource| &*resource.gvr.resource);
    match collection.filter() {
        Some(filter) if collection.rows().is_empty() => {
            format!("No {resource}, with or without the filter /{}", filter.text())
        }
        None if collection.shows_needing() => level::needing(collection, &model.keymap),
        Some(filter) => {
            let key = model.keymap.key(Mode::Anywhere, Action::Escape);
            format!("No row passes the filter /{}. {key} removes it", filter.text())
        }
        None if !node.selector.is_everything() => format!("No {resource} match {}", node.selector),
        None => format!("No {resource}"),
    }
}

/// Returns the summary: how many rows, of how many, by what they are selected and sorted, and how the
/// rest is loaded.
fn summary(
    model: &Model,
    appearance: Appearance,
    node: &Node,
    collection: &Collection,
) -> Vec<Span<'static>> {
    let theme = appearance.theme;
    let noun = if collection.rows().len() == 1 { "row" } else { "rows" };
    let rows = count(collection);
    let rows = if collection.read.is_some() { rows } else { format!("{rows} {noun}") };
    let mut parts = vec![(rows, Role::Text)];
    add_selection(node, &mut |text, role| parts.push((text, role)));
    parts.extend(level::counts(collection.needing()));
    parts.extend(order(collection).map(|order| (order, Role::Key)));
    if let Load::Loading(ticket) = node.load {
        let loaded = grouped(collection.rows().len() as u64);
        let waited = model.waited(ticket).map(|seconds| format!(", {}", waiting::time(seconds)));
        let waited = waited.unwrap_or_default();
        parts.push((format!("… {loaded} so far{waited}"), Role::Warning));
    } else if node.has_more() {
        let key = model.keymap.key(Mode::Tree, Action::LoadAll);
        let word = if collection.read.is_some() { "reads on" } else { "loads all" };
        parts.push((format!("{key} {word}"), Role::Warning));
    }
    if node.mixed {
        parts.push(("may be inconsistent".to_owned(), Role::Warning));
    }
    let mut spans = vec![Span::raw(" ")];
    for (at, (text, role)) in parts.into_iter().enumerate() {
        if at > 0 {
            spans.push(Span::styled(" · ", theme.style(Role::Dim)));
        }
        spans.push(Span::styled(text, theme.style(role)));
    }
    spans
}

/// Returns what the border says: the selected row, and that this is a table.
pub(super) fn status(model: &Model, id: NodeId) -> String {
    let collection = model.tree.get(id).and_then(|node| node.collection.as_ref());
    let shown = collection.map_or(0, Collection::shown);
    let position = model.table_position(id).unwrap_or(0);
    format!("{}/{} · table", grouped((position + 1).min(shown) as u64), grouped(shown as u64))
}

/// Returns how the rows are doing, for the title.
pub(super) fn live(model: &Model, appearance: Appearance, id: NodeId) -> Option<Span<'static>> {
    let node = model.tree.get(id)?;
    let state = match &node.load {
        Load::Failed(failure) => {
            Some((waiting::failed(model, failure, node.retry_at), Role::Error))
        }
        Load::Loading(ticket) => Some((waiting::loading(model, *ticket), Role::Warning)),
        _ => waiting::live(model, appearance, model.live_rows(id), node.old),
    };
    let (text, role) = state?;
    Some(Span::styled(format!("{text} "), appearance.theme.style(role)))
}
