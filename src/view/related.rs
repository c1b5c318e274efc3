//! What is said about a list of what belongs to an object, in the row of the tree.

use ratatui::text::Span;

use crate::app::model::Model;
use crate::object::related::Related;
use crate::text::fit_middle;
use crate::theme::Role;
use crate::tree::NodeId;
use crate::tree::node::{Count, Node, NodeKind};

use super::grid::short;
use super::several;

/// The least width to which a part of a row is shortened, in columns.
const LEAST: usize = 6;

/// Adds which objects are in the list: until they are counted, or always if another list of the object has the
/// same label.
pub(super) fn describe(
    model: &Model,
    node: &Node,
    list: &Related,
    add: &mut impl FnMut(String, Role),
) {
    let is_counted = node.collection.is_some() || matches!(node.count, Count::Known(_));
    if is_counted && !has_twin(model, node, list) {
        return;
    }
    match several::named(model, node) {
        Some(("", _)) => {}
        Some((text, role)) => add(text.to_owned(), role),
        None => add(short(&node.related().map_or(list, |list| list).describe()), Role::Dim),
    }
}

/// True if another list of the same object has this label.
fn has_twin(model: &Model, node: &Node, list: &Related) -> bool {
    let siblings = node.parent.and_then(|parent| model.tree.get(parent));
    let siblings = siblings.into_iter().flat_map(|parent| &parent.children);
    let lists = siblings.filter_map(|id| model.tree.get(*id)?.kind.related());
    lists.filter(|other| other.label == list.label).count() > 1
}

/// Shortens the row of a list that is wider than `width` columns: of one object that is named, the name, so
/// that its state is seen; of one whose label others have, the selector, which differs at its end.
pub(super) fn shortened(
    model: &Model,
    id: NodeId,
    mut spans: Vec<Span<'static>>,
    width: usize,
) -> Vec<Span<'static>> {
    let Some(node) = model.tree.get(id) else { return spans };
    let NodeKind::Related(list) = &node.kind else { return spans };
    let index = match several::named(model, node) {
        Some(_) => 0,
        // Behind the label and a blank.
        None if has_twin(model, node, list) => 2,
        None => return spans,
    };
    let over = spans.iter().map(Span::width).sum::<usize>().saturating_sub(width);
    if let Some(span) = spans.get_mut(index).filter(|_| over > 0) {
        let room = span.width().saturating_sub(over).max(LEAST);
        span.content = fit_middle(&span.content, room).into_owned().into();
    }
    spans
}
