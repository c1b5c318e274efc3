//! The order and the columns of the collection at the cursor.

use crate::app::model::Model;
use crate::keymap::{Action, Mode};
use crate::text::grouped;
use crate::tree::NodeId;
use crate::tree::collection::Collection;

/// Returns the lower-case names of the visible columns that start with a text.
pub(in crate::app) fn columns(model: &Model, id: NodeId, text: &str) -> Vec<String> {
    let Some(collection) = collection(model, id) else { return Vec::new() };
    let columns = collection.columns.iter();
    let shown = columns.filter(|column| column.priority == 0 || collection.wide);
    let names = shown.map(|column| column.name.to_lowercase());
    names.filter(|name| name.starts_with(&text.to_lowercase())).collect()
}

/// Sorts by the column of a name, or else by the first one that starts with it: ascending, or
/// descending if it is sorted ascending already. An empty name restores the server's order.
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
        model.notify(format!("No column {text}. The columns are {known}"));
        return;
    }
    let descending =
        collection.sort().is_some_and(|sort| Some(sort.column) == column && !sort.descending);
    model.tree.rearrange(id, |collection| collection.set_sort(column, descending));
}

/// Reverses the order of the rows.
pub(in crate::app) fn reverse(model: &mut Model) {
    let Some(id) = collection_at_cursor(model) else { return };
    let Some(sort) = collection(model, id).and_then(Collection::sort).cloned() else {
        let key = model.keymap.key(Mode::Tree, Action::Sort);
        model
            .notify(format!("The rows are in the server's order. Press {key} to sort by a column"));
        return;
    };
    let reverse = |collection: &mut Collection| {
        collection.set_sort(Some(sort.column), !sort.descending);
    };
    model.tree.rearrange(id, reverse);
}

/// Shows only the rows of the collection at the cursor that need attention, or all.
pub(in crate::app) fn toggle_needing(model: &mut Model) {
    let Some(id) = model.collection() else {
        model.notify("No rows here: open a collection, or go to the problems");
        return;
    };
    let only = collection(model, id).is_some_and(|collection| !collection.shows_needing());
    model.tree.show_needing(id, only);
    let Some(collection) = collection(model, id) else { return };
    let (loaded, has_more) = (collection.rows().len(), collection.continue_token.is_some());
    let (broken, warning) = collection.needing();
    if !only {
        return;
    }
    let rows = grouped(loaded as u64);
    let needing = grouped((broken + warning) as u64);
    let load = model.keymap.key(Mode::Tree, Action::LoadAll);
    model.notify(if has_more {
        format!("{needing} of {rows} loaded rows need attention, {load} loads all")
    } else {
        format!("{needing} of {rows} rows need attention")
    });
}

/// Shows or hides the wide columns, those with a priority above 0 in the server's table.
pub(in crate::app) fn toggle_wide(model: &mut Model) {
    let Some(id) = collection_at_cursor(model) else { return };
    if collection(model, id).is_some_and(|c| c.columns.iter().all(|column| column.priority == 0)) {
        model.notify("This collection has no wide columns");
        return;
    }
    model.tree.rearrange(id, |collection| collection.wide = !collection.wide);
    let is_wide = collection(model, id).is_some_and(|collection| collection.wide);
    if is_wide && !model.full_screen {
        // Beside other panes there is hardly room for more columns.
        let key = model.keymap.key(Mode::Anywhere, Action::FullScreen);
        model.notify(format!("Wide columns are shown. Press {key} for full screen"));
    }
}

/// Returns the collection at the cursor, or shows a notice if there is none.
pub(in crate::app) fn collection_at_cursor(model: &mut Model) -> Option<NodeId> {
    let id = model.collection();
    if id.is_none() {
        model.notify("No rows to sort here: open a collection first");
    }
    id
}

fn collection(model: &Model, id: NodeId) -> Option<&Collection> {
    model.tree.get(id)?.collection.as_ref()
}
