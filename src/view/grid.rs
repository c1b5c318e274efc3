//! Rows of a collection as lines with columns: which columns are shown, how wide, and their texts.

use std::cmp::Reverse;

use ratatui::text::Span;

use crate::app::model::Model;
use crate::k8s::rules::May;
use crate::k8s::table::{Column, Row};
use crate::text::{columns, fit, fit_middle, padded, visible_within};
use crate::theme::Role;
use crate::tree::collection::Collection;
use crate::tree::{NodeId, RowRef};

use super::appearance::Appearance;
use super::level;

/// The longest text of a cell, in columns. Longer ones are cut.
pub(super) const WIDEST_CELL: usize = 200;

/// The word on a row that the user may not read.
pub(super) const FORBIDDEN: &str = "forbidden";

/// The columns of the marks after a name: of its level, and of a change with the gap.
const MARKS: usize = 3;

/// The columns between two columns.
const GAP: usize = 2;

/// The widest column of namespaces. Longer ones are cut in the middle.
const MAX_NAMESPACE: usize = 24;

/// Columns that most of their readers look for, the most important first. They are shown before all
/// others, and names are cut for them.
const IMPORTANT: [&str; 6] = ["where", "status", "phase", "ready", "restarts", "age"];

/// How many columns names keep beside columns of each rank: the important ones, then all others.
const KEPT_OF_NAMES: [usize; 6] = [12, 12, 14, 17, 17, 40];

/// The narrowest column that is cut. A column without that much room is left out.
const MIN_CUT: usize = 16;

/// The columns of the rows of a collection that are in view.
pub(super) struct Grid {
    /// 0 if the rows have no namespaces.
    namespace: usize,
    name: usize,
    cells: Vec<Cells>,
}

/// One column.
struct Cells {
    /// The 0-based index of the column in the collection.
    index: usize,
    width: usize,
}

/// The heading of a column.
pub(super) struct Heading {
    /// Its 0-based column within a row.
    pub(super) at: usize,
    /// The text.
    pub(super) text: String,
}

/// What a grid is for.
pub(super) struct Room {
    /// The width of a line, in columns.
    pub(super) width: usize,
    /// The width that namespaces and names have together if there is room, even if they are shorter.
    pub(super) label: usize,
    /// True if the wide columns, those with a priority, are shown if there is room.
    pub(super) with_wide: bool,
}

impl Grid {
    /// Chooses columns for rows, which are given by their indices in the collection.
    pub(super) fn new(model: &Model, collection: &Collection, rows: &[usize], room: &Room) -> Self {
        let rows: Vec<&Row> = rows.iter().filter_map(|at| collection.rows().get(*at)).collect();
        let widest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0);
        let namespaces = &mut rows.iter().filter_map(|row| row.namespace.as_ref());
        let namespace =
            widest(&mut namespaces.map(|namespace| columns(&short(namespace.as_str()))));
        let namespace = namespace.min(MAX_NAMESPACE);
        let wanted = widest(&mut rows.iter().map(|row| columns(&short(row.name()))));
        let before = if namespace > 0 { namespace + GAP } else { 0 };
        let wanted = wanted.max(room.label.saturating_sub(before));
        let mut left = room.width.saturating_sub(before + MARKS);
        let mut cells = Vec::new();
        for (rank, index, column) in ranked(collection, room.with_wide) {
            let texts = rows.iter().filter_map(|row| collection.cell_text(row, index, model.now));
            let width = texts.map(|text| columns(&short(&text))).max().unwrap_or(0);
            let width = width.max(columns(&short(&column.name)));
            let free = left.saturating_sub(wanted.min(KEPT_OF_NAMES[rank.min(5)]));
            let width = match free.checked_sub(GAP) {
                Some(free) if width <= free => width,
                Some(free) if free >= MIN_CUT => free,
                _ => continue,
            };
            left -= width + GAP;
            cells.push(Cells { index, width });
        }
        cells.sort_unstable_by_key(|column| column.index);
        Self { namespace, name: wanted.min(left), cells }
    }

    /// Returns the width of the names, with the namespaces before them.
    fn name_width(&self) -> usize {
        self.name + if self.namespace > 0 { self.namespace + GAP } else { 0 }
    }

    /// Returns the headings of the cells.
    pub(super) fn headings(&self, collection: &Collection) -> Vec<Heading> {
        let mut at = self.name_width() + MARKS;
        let heading = |cells: &Cells| {
            let name = collection.columns.get(cells.index).map_or("", |column| &*column.name);
            let text = fit(&short(&name.to_uppercase()), cells.width).into_owned();
            let heading = Heading { at, text };
            at += cells.width + GAP;
            heading
        };
        self.cells.iter().map(heading).collect()
    }

    /// Returns all headings as a line.
    pub(super) fn heading_line(&self, collection: &Collection) -> String {
        let mut line = String::new();
        if self.namespace > 0 {
            let text = if self.namespace < "NAMESPACE".len() { "NS" } else { "NAMESPACE" };
            line = padded(text, self.namespace + GAP);
        }
        line.push_str(&fit("NAME", self.name));
        for Heading { at, text } in self.headings(collection) {
            line = padded(&line, at) + &text;
        }
        line
    }

    /// Returns the line of the row at an index of a node's collection.
    pub(super) fn line(
        &self,
        model: &Model,
        appearance: Appearance,
        id: NodeId,
        at: usize,
    ) -> Option<Vec<Span<'static>>> {
        let node = model.tree.get(id)?;
        let collection = node.collection.as_ref()?;
        let row = collection.rows().get(at)?;
        let theme = appearance.theme;
        let mut spans = Vec::new();
        if let (Some(namespace), 1..) = (&row.namespace, self.namespace) {
            let text = fit_middle(&short(namespace.as_str()), self.namespace).into_owned();
            spans.push(Span::styled(padded(&text, self.namespace + GAP), theme.style(Role::Dim)));
        }
        let name = padded(&fit_middle(&short(row.name()), self.name), self.name);
        let path = model.tree.path(RowRef::Row(id, at));
        let is_forbidden = path.as_ref().is_some_and(|path| model.rights.may_read(path) == May::No);
        let lacks = |path| model.connection().is_some_and(|it| it.lacks_object(path));
        let is_closed = is_forbidden || path.as_ref().is_some_and(lacks);
        let otherwise = if is_closed { Role::Dim } else { Role::Text };
        spans.extend(level::name(name, collection.level(at), node.marks.of(row), otherwise, theme));
        for cells in &self.cells {
            let text = collection.cell_text(row, cells.index, model.now).unwrap_or_default();
            let column = collection.columns.get(cells.index)?;
            let role = cell_role(&column.name, &text);
            let text = padded(&fit(&short(&text), cells.width), cells.width + GAP);
            spans.push(Span::styled(text, theme.style(role)));
        }
        if is_forbidden {
            spans.push(Span::styled(FORBIDDEN, theme.style(Role::Dim)));
        }
        Some(spans)
    }
}

/// Returns the columns after the name, the most important first, each with its rank and its index: the
/// important ones, then the others of the server's default view, then the wide ones. Wide columns that
/// the user wants come before all but the status.
fn ranked(
    collection: &Collection,
    with_wide: bool,
) -> impl Iterator<Item = (usize, usize, &Column)> {
    let rank = |column: &Column| {
        let name = column.name.to_lowercase();
        let important = IMPORTANT.iter().position(|important| *important == name);
        match important {
            // `status` and `phase` mean the same.
            Some(at) => at - usize::from(at > 1),
            None if column.priority > 0 && !collection.wide => IMPORTANT.len() + 1,
            None if column.priority > 0 => 2,
            None => IMPORTANT.len(),
        }
    };
    let is_shown = |column: &Column| column.priority == 0 || collection.wide || with_wide;
    let mut ranked: Vec<_> = collection
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| !column.is_name && is_shown(column))
        .map(|(index, column)| (rank(column), index, column))
        .collect();
    ranked.sort_by_key(|(rank, index, column)| (*rank, Reverse(column.priority), *index));
    ranked.into_iter()
}

/// Makes a text visible and cuts it to the longest text of a cell.
pub(super) fn short(text: &str) -> String {
    visible_within(text, WIDEST_CELL).into_owned()
}

/// Returns the role of a cell: states have one of their own.
fn cell_role(column: &str, text: &str) -> Role {
    if !matches!(column, "Status" | "Phase") {
        return Role::Dim;
    }
    match text {
        "Running" | "Active" | "Ready" | "Bound" | "Completed" | "Succeeded" | "Complete" => {
            Role::Good
        }
        "Pending" | "Terminating" | "ContainerCreating" | "PodInitializing" => Role::Warning,
        _ if ["Err", "BackOff", "Fail", "Unknown", "NotReady", "Evicted", "Lost"]
            .iter()
            .any(|bad| text.contains(bad)) =>
        {
            Role::Error
        }
        _ => Role::Dim,
    }
}
