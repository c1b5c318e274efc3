//! How the level of an object looks: its colour, and the counts of what needs attention.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::keymap::{Action, Keymap, Mode};
use crate::object::health::Level;
use crate::text::grouped;
use crate::theme::{Role, Theme};
use crate::tree::collection::Collection;
use crate::tree::marks::RowMark;
use crate::tree::node::Node;
use crate::tree::{RowRef, Tree};

/// Returns the role of a level.
pub(super) fn role(level: Level) -> Role {
    match level {
        Level::Broken => Role::Error,
        Level::Warning => Role::Warning,
        Level::Progressing => Role::Key,
        Level::Unknown => Role::Dim,
        Level::Ok => Role::Text,
    }
}

/// Returns the name of a row, the mark of a change and the mark of its level. A row without either has
/// the role `otherwise`.
pub(super) fn name(
    name: String,
    level: Level,
    change: Option<RowMark>,
    otherwise: Role,
    theme: Theme,
) -> [Span<'static>; 3] {
    let of_level = role(level);
    let (sign, of_change) = match change {
        Some(RowMark::New) => ("+", Role::Good),
        Some(RowMark::Changed) => ("~", Role::Warning),
        Some(RowMark::Gone) => ("-", Role::Error),
        None => (" ", otherwise),
    };
    let of_name = if level.needs_attention() { of_level } else { of_change };
    [
        Span::styled(name, theme.style(of_name)),
        Span::styled(sign, theme.style(of_change)),
        Span::styled(format!("{} ", level.mark()), theme.style(of_level)),
    ]
}

/// Returns the style of a selected row in the focused pane: a row that needs attention keeps its colour.
pub(super) fn selected(level: Option<Level>, style: Style, theme: Theme) -> Style {
    let level = level.filter(|level| level.needs_attention());
    match level.and_then(|level| theme.style(role(level)).fg) {
        Some(colour) => style.fg(colour),
        None => style,
    }
}

/// Returns the level of a row of a collection, opened or not.
pub(super) fn level_at(tree: &Tree, row: RowRef) -> Option<Level> {
    let (id, at) = tree.in_collection(row)?;
    Some(tree.get(id)?.collection.as_ref()?.level(at))
}

/// Returns the numbers of broken rows and of those with warnings as texts, such as `✗ 4` and `! 2`.
pub(super) fn counts((broken, warning): (usize, usize)) -> Vec<(String, Role)> {
    let of = |level: Level, number: usize| {
        let text = format!("{} {}", level.mark(), grouped(number as u64));
        (number > 0).then_some((text, role(level)))
    };
    [of(Level::Broken, broken), of(Level::Warning, warning)].into_iter().flatten().collect()
}

/// Adds up the numbers of the collections right below a node, such as those of its namespaces.
pub(super) fn below(tree: &Tree, node: &Node) -> (usize, usize) {
    let children = node.children.iter().filter_map(|id| tree.get(*id)?.collection.as_ref());
    children
        .map(Collection::needing)
        .fold((0, 0), |(broken, warning), (b, w)| (broken + b, warning + w))
}

/// Returns how many of the loaded rows need attention, while only these are shown.
pub(super) fn needing(collection: &Collection, keymap: &Keymap) -> String {
    let (broken, warning) = collection.needing();
    let loaded = grouped(collection.rows().len() as u64);
    let key = keymap.key(Mode::Tree, Action::LoadAll);
    let number = grouped((broken + warning) as u64);
    format!("{number} of {loaded} loaded rows need attention, {key} loads all")
}
