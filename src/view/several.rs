//! What is said about a row whose lists are read together: its price before it is opened, then how far it is.

use crate::app::model::Model;
use crate::app::state::several::Listed;
use crate::keymap::{Action, Mode};
use crate::object::related::{Several, What};
use crate::text::visible_within;
use crate::theme::Role;
use crate::tree::NodeId;
use crate::tree::node::Node;

use super::grid::FORBIDDEN;

/// The longest namespace, in columns.
const WIDEST: usize = 63;

/// Returns what the row says.
pub(super) fn row(model: &Model, id: NodeId, of: &Several) -> String {
    match model.several.get(&id) {
        None => {
            let key = model.keymap.key(Mode::Tree, Action::Open);
            format!("{key} reads {}", price(of))
        }
        Some(several) => several.text(),
    }
}

/// Returns what is to be read: `28 lists`, `1 object`.
fn price(of: &Several) -> String {
    let number = of.lists.len();
    match (of.what.are_named(), number) {
        (true, 1) => "1 object".to_owned(),
        (true, _) => format!("{number} objects"),
        (false, _) => format!("{number} lists"),
    }
}

/// Returns what is said in place of a document while the row is selected.
pub(super) fn sentence(model: &Model, id: NodeId, of: &Several) -> String {
    let place = visible_within(of.place(), WIDEST);
    let what = match of.what {
        What::Owned | What::OtherOwned => "what this object owns, of any kind",
        What::Targets => "what this object refers to",
        What::Consumers => "what this claim is reserved for",
    };
    match model.several.get(&id) {
        None => {
            let key = model.keymap.key(Mode::Tree, Action::Open);
            let within = if of.what.are_named() { String::new() } else { format!(" of {place}") };
            format!("Press {key} to read {}{within}: {what}", price(of))
        }
        Some(several) if several.is_running() => {
            let key = model.keymap.key(Mode::Anywhere, Action::Escape);
            format!("Reads {what}: {} · {key} stops", several.text())
        }
        Some(several) if of.what.are_named() => format!("{}: {what}", several.text()),
        Some(several) => format!("Owned by this object in {place}: {}", several.text()),
    }
}

/// Returns what is known of the only object of a list that is read together with others; `None` for other
/// rows.
pub(super) fn named(model: &Model, node: &Node) -> Option<(&'static str, Role)> {
    let several = model.several.get(&node.parent?).filter(|it| it.of.what.are_named())?;
    let listed = several.state(node.kind.related()?)?;
    Some(match listed {
        Listed::Reading(_) => ("…", Role::Dim),
        Listed::Read(0) => ("✗ not found", Role::Error),
        Listed::Read(_) => ("", Role::Dim),
        Listed::Forbidden => (FORBIDDEN, Role::Dim),
        Listed::Failed => ("✗ failed", Role::Error),
    })
}
