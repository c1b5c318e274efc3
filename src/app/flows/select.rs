//! Filtering a collection: selectors, which the server applies, and the filter of what it returns.

use crate::app::flows::list;
use crate::app::model::Model;
use crate::k8s::selector::Selector;
use crate::tree::NodeId;
use crate::tree::collection::Filter;
use crate::tree::node::Load;

/// Parses the line of a filter: selectors, then the filter of the rows.
///
/// # Errors
///
/// A sentence about what is missing, or wrong with a regular expression.
pub(in crate::app) fn parse(line: &str) -> Result<(Selector, Option<Filter>), String> {
    let (selector, rest) = if Selector::begins(line) {
        Selector::take(line).map_err(|failure| failure.to_string())?
    } else {
        (Selector::default(), line.to_owned())
    };
    Ok((selector, Filter::parse(&rest)?))
}

/// Returns the line that filters a node as it is filtered now.
pub(in crate::app) fn line(model: &Model, id: NodeId) -> String {
    let Some(node) = model.tree.get(id) else { return String::new() };
    let selector = Some(node.selector.to_string()).filter(|text| !text.is_empty());
    let filter = node.filter.as_ref().map(|filter| filter.text().to_owned());
    selector.into_iter().chain(filter).collect::<Vec<_>>().join(" ")
}

/// Selects objects of a collection, in its lists and its watch. The present rows are shown until the
/// answer arrives.
pub(in crate::app) fn choose(model: &mut Model, id: NodeId, selector: Selector) {
    let Some(node) = model.tree.get(id).filter(|node| node.selector != selector) else { return };
    if node.kind.opens_collection().is_none() {
        model.notify("A selector applies to one collection: open it first");
        return;
    }
    let has_rows = node.collection.is_some();
    let was_loaded = node.load != Load::NotLoaded;
    model.tree.change(id, |node| {
        node.selector = selector;
        node.selects_anew = has_rows;
    });
    if was_loaded {
        list::reload(model, id);
    }
}

/// Loads the missing pages of a filtered collection, so that the filter applies to all of it.
pub(in crate::app) fn search_rest(model: &mut Model, id: NodeId) {
    if model.tree.get(id).is_some_and(|node| node.filter.is_some() && node.has_more()) {
        list::more(model, id);
    }
}
