//! Asking the server for a part of a collection only.

use crate::app::load;
use crate::app::model::Model;
use crate::app::watches;
use crate::k8s::failure::Failure;
use crate::k8s::selector::Selector;
use crate::tree::NodeId;
use crate::tree::collection::Filter;

/// What a filter's line holds: selectors, which go to the server, and behind them the filter of what
/// comes back.
///
/// # Errors
///
/// What is missing, or wrong with a regular expression.
pub(super) fn read(line: &str) -> Result<(Selector, Option<Filter>), String> {
    let (selector, rest) = if Selector::begins(line) {
        Selector::take(line).map_err(|failure| failure.to_string())?
    } else {
        (Selector::default(), line.to_owned())
    };
    Ok((selector, Filter::parse(&rest)?))
}

/// The line that says how a node is filtered.
pub(super) fn line(model: &Model, id: NodeId) -> String {
    let Some(node) = model.tree.get(id) else { return String::new() };
    let selector = Some(node.selector.to_string()).filter(|text| !text.is_empty());
    let filter = node.filter.as_ref().map(|filter| filter.text().to_owned());
    selector.into_iter().chain(filter).collect::<Vec<_>>().join(" ")
}

/// Asks for this part of a collection from now on, by lists and by its watch. The rows there are show
/// until the answer is there.
pub(super) fn choose(model: &mut Model, id: NodeId, selector: Selector) {
    let Some(node) = model.tree.get(id).filter(|node| node.selector != selector) else { return };
    if node.kind.opens_collection().is_none() {
        model.notify("A selector is for the objects of one collection; open it first");
        return;
    }
    let has_rows = node.collection.is_some();
    watches::leave(model, id);
    model.tree.change(id, |node| {
        node.selector = selector;
        node.selects_anew = has_rows;
    });
    load::select(model, id);
}

/// The part that was asked for was not given: the rows are those of another one.
pub(super) fn failed(model: &mut Model, id: NodeId, failure: &Failure) {
    if model.tree.get(id).is_some_and(|node| node.selects_anew) {
        model.tree.drop_collection(id);
        model.trouble(failure);
    }
}
