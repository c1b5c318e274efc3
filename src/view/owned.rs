//! What is said about the row of whatever an object owns: its price before it is opened, then how far it is.

use crate::app::model::Model;
use crate::keymap::{Action, Mode};
use crate::object::related::Dependents;
use crate::text::visible_within;
use crate::tree::NodeId;

/// The longest namespace, in columns.
const WIDEST: usize = 63;

/// Returns what the row says.
pub(super) fn row(model: &Model, id: NodeId, of: &Dependents) -> String {
    match model.dependents.get(&id) {
        None => {
            let key = model.keymap.key(Mode::Tree, Action::Open);
            format!("{key} reads {} lists", of.lists.len())
        }
        Some(owned) => owned.text(),
    }
}

/// Returns what is said in place of a document while the row is selected.
pub(super) fn sentence(model: &Model, id: NodeId, of: &Dependents) -> String {
    let place = visible_within(of.place(), WIDEST);
    match model.dependents.get(&id) {
        None => {
            let key = model.keymap.key(Mode::Tree, Action::Open);
            let lists = of.lists.len();
            format!(
                "Press {key} to read {lists} lists of {place}: what this object owns, of any kind"
            )
        }
        Some(owned) if owned.is_running() => {
            let key = model.keymap.key(Mode::Anywhere, Action::Escape);
            format!("Reads the lists of {place}: {} · {key} stops", owned.text())
        }
        Some(owned) => format!("Owned by this object in {place}: {}", owned.text()),
    }
}
