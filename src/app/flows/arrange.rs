//! How the collection under the cursor is shown: in the order of which column, with which columns.

use crate::app::model::Model;
use crate::keymap::{Action, Mode};
use crate::tree::NodeId;
use crate::tree::collection::Collection;

/// The columns that show whose names begin so, as one types them.
pub(in crate::app) fn columns(model: &Model, id: NodeId, text: &str) -> Vec<String> {
    let Some(collection) = collection(model, id) else { return Vec::new() };
    let columns = collection.columns.iter();
    let shown = columns.filter(|column| column.priority == 0 || collection.wide);
    let names = shown.map(|column| column.name.to_lowercase());
    names.filter(|name| name.starts_with(&text.to_lowercase())).collect()
}

/// Sorts by the column of that name, or the first that begins so: from the smallest, or the other
/// way round where it is so already. Without a name, the order is that of the server again.
pub(in crate::app) fn sort(model: &mut Model, id: NodeId, text: &str) {
    let Some(collection) = collection(model, id) else { return };
    let names = columns(model, id, text);
    let wanted = names.iter().find(|name| *name == text).or(names.first());
    let column = |name: &String| {
        collection.columns.iter().position(|column| column.name.to_lowercase() == *name)
    };
    let column = if text.is_empty() { None } else { wanted.and_then(column) };
    if column.is_none() && !text.is_empty() {
        let known = columns(model, id, "").join(", ");
        model.notify(format!("There is no column {text} here; there are {known}"));
        return;
    }
    let descending =
        collection.sort().is_some_and(|sort| Some(sort.column) == column && !sort.descending);
    model.tree.rearrange(id, |collection| collection.set_sort(column, descending));
}

/// Turns the order round.
pub(in crate::app) fn reverse(model: &mut Model) {
    let Some(id) = collection_at_cursor(model) else { return };
    let Some(sort) = collection(model, id).and_then(Collection::sort).cloned() else {
        let key = model.keymap.key(Mode::Tree, Action::Sort);
        model.notify(format!("The rows are in the server's order; {key} sorts them by a column"));
        return;
    };
    let turn = |collection: &mut Collection| {
        collection.set_sort(Some(sort.column), !sort.descending);
    };
    model.tree.rearrange(id, turn);
}

/// Shows the columns that are hidden at first, or hides them.
pub(in crate::app) fn toggle_wide(model: &mut Model) {
    let Some(id) = collection_at_cursor(model) else { return };
    if collection(model, id).is_some_and(|c| c.columns.iter().all(|column| column.priority == 0)) {
        model.notify("The server gives no more columns for these");
        return;
    }
    model.tree.rearrange(id, |collection| collection.wide = !collection.wide);
    let is_wide = collection(model, id).is_some_and(|collection| collection.wide);
    if is_wide && !model.full_screen {
        // Beside other panes there is hardly room for what is so to be seen.
        let key = model.keymap.key(Mode::Anywhere, Action::FullScreen);
        model.notify(format!("The wide columns are shown; {key} gives them the whole screen"));
    }
}

/// The collection that the cursor is on or in; says so where there is none.
pub(in crate::app) fn collection_at_cursor(model: &mut Model) -> Option<NodeId> {
    let id = model.tree.collection_at(model.tree.cursor());
    if id.is_none() {
        model.notify("There are no rows here to sort; open a collection");
    }
    id
}

fn collection(model: &Model, id: NodeId) -> Option<&Collection> {
    model.tree.get(id)?.collection.as_ref()
}
