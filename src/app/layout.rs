//! The layout: the areas of the header, the panes and the footer.

use ratatui::layout::Rect;

use crate::app::model::Model;
use crate::app::state::health::StripLine;
use crate::app::state::overlay::Overlay;
use crate::config::TREE_WIDTHS;
use crate::keymap::{Action, Mode};
use crate::theme::Role;

/// A pane with keys of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pane {
    /// The tree.
    #[default]
    Tree,
    /// The document.
    Document,
    /// The container's view.
    Container,
}

/// The smallest width for three panes side by side, in columns.
const THREE_PANES: u16 = 140;
/// The smallest width of a wide terminal, in columns.
const WIDE: u16 = 120;
/// The smallest width for the tree beside another pane, in columns.
const TWO_PANES: u16 = 60;
/// Up to this height, in rows, there is no footer; up to half of it, no header.
const LOW: u16 = 8;
/// The smallest height, in rows, with room for the tour.
const TOUR: u16 = 16;

/// The areas of the screen in cells, borders included. A pane without an area is not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    /// The line at the top.
    pub header: Rect,
    /// The tree.
    pub tree: Option<Rect>,
    /// The document.
    pub document: Option<Rect>,
    /// The container's view.
    pub container: Option<Rect>,
    /// The lines of the tour.
    pub tour: Rect,
    /// The line at the bottom.
    pub footer: Rect,
}

/// Returns the area between the header and the footer.
#[must_use]
pub fn body(model: &Model) -> Rect {
    lines(model)[1]
}

/// Returns the lines of the tour; in the demo before it, one line that names it.
#[must_use]
pub fn tour_lines(model: &Model) -> Vec<Vec<(String, Role)>> {
    let (width, height) = model.size;
    if height < TOUR || model.connection().is_none() || model.start_screen().is_some() {
        return Vec::new();
    }
    match model.tour {
        Some(tour) => tour.lines(&model.keymap, usize::from(width)),
        None if model.offers_tour() => {
            let key = model.keymap.key(Mode::Anywhere, Action::NextStep);
            vec![vec![(format!(" {key} takes a tour of what is different here"), Role::Dim)]]
        }
        None => Vec::new(),
    }
}

/// Returns the areas of the header, the body, the tour and the footer.
fn lines(model: &Model) -> [Rect; 4] {
    let (width, height) = model.size;
    // The header warns that the server's certificate is not verified, even on a low terminal.
    let warns = model.connection().is_some_and(|connection| connection.endpoint.insecure);
    let header = u16::from(height > LOW / 2 || warns && height > 1);
    let footer = u16::from(height > LOW);
    let tour = u16::try_from(tour_lines(model).len()).unwrap_or(0);
    let [header, rest] = top(Rect::new(0, 0, width, height), header);
    let [rest, footer] = top(rest, rest.height.saturating_sub(footer));
    let [body, tour] = top(rest, rest.height.saturating_sub(tour));
    [header, body, tour, footer]
}

/// Returns the areas of the screen for the state of the model.
#[must_use]
pub fn panes(model: &Model) -> Panes {
    let (width, _) = model.size;
    let [header, mut body, tour, footer] = lines(model);
    let mut panes = Panes { header, tour, footer, ..Panes::default() };
    if model.alone {
        panes.container = Some(body);
        return panes;
    }
    if model.start_screen().is_some() || model.connection().is_none() {
        return panes;
    }
    body.height -= explanation(model).map_or(0, |explanation| explanation.height);
    if model.full_screen || width < TWO_PANES {
        *panes.of(model.focus) = Some(body);
        return panes;
    }
    let [tree, rest] = split(body, model.tree_width.unwrap_or_else(|| tree_share(model)));
    panes.tree = Some(tree);
    if model.container_view && width >= THREE_PANES {
        // The container's view has wide rows; it gets more room while it has the focus.
        let share = if model.focus == Pane::Container { 44 } else { 54 };
        let [document, container] = split(rest, share);
        panes.document = Some(document);
        panes.container = Some(container);
        return panes;
    }
    let shows_container = model.container_view && model.focus != Pane::Document;
    let right = if shows_container { Pane::Container } else { Pane::Document };
    *panes.of(right) = Some(rest);
    panes
}

/// Splits an area: the left part has some percent of its width.
fn split(area: Rect, percent: u16) -> [Rect; 2] {
    let columns = (u32::from(area.width) * u32::from(percent) + 50) / 100;
    left(area, u16::try_from(columns).unwrap_or(u16::MAX))
}

/// Splits an area into its first columns and the rest.
fn left(area: Rect, columns: u16) -> [Rect; 2] {
    let width = columns.min(area.width);
    [Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area }]
}

/// Splits an area into its first lines and the rest.
fn top(area: Rect, lines: u16) -> [Rect; 2] {
    let height = lines.min(area.height);
    [Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area }]
}

/// Returns the width of the tree in percent of the screen, for what is shown and focused. Its rows need
/// room while it has the focus, unless the same rows are in the table beside it.
fn tree_share(model: &Model) -> u16 {
    let is_wide = model.size.0 >= WIDE;
    match model.focus {
        _ if model.container_view && model.size.0 >= THREE_PANES => 28,
        Pane::Tree if model.container_view => 38,
        Pane::Tree if model.reading.rows().is_some() => {
            if is_wide {
                38
            } else {
                42
            }
        }
        // An opened object or log is read.
        Pane::Tree if model.reading.opened_object().is_some() || shows_logs(model) => 42,
        Pane::Tree if is_wide => 45,
        Pane::Tree => 54,
        Pane::Document | Pane::Container => 34,
    }
}

/// True if the logs of all containers of an object are shown.
fn shows_logs(model: &Model) -> bool {
    let is_of_all = model.reading.subject.as_ref().is_some_and(|subject| subject.logs.is_some());
    is_of_all && model.reading.log.is_some()
}

/// Returns the column of the border on the right of the tree.
fn border(model: &Model) -> Option<u16> {
    panes(model).tree.filter(|tree| tree.width < model.size.0).map(|tree| tree.right() - 1)
}

impl Model {
    /// Makes the tree wider, or narrower if `by` is negative, by some percent of the screen.
    pub(in crate::app) fn widen_tree(&mut self, by: i16) {
        let Some(border) = border(self) else { return };
        let percent = (u32::from(border) + 1) * 100 / u32::from(self.size.0.max(1));
        self.set_tree_width(u16::try_from(percent).unwrap_or(0).saturating_add_signed(by));
    }

    /// Moves the border on the right of the tree to a column.
    pub(in crate::app) fn move_border(&mut self, column: u16) {
        let percent = (u32::from(column) + 1) * 100 / u32::from(self.size.0.max(1));
        self.set_tree_width(u16::try_from(percent).unwrap_or(0));
    }

    fn set_tree_width(&mut self, percent: u16) {
        self.tree_width = Some(percent.clamp(*TREE_WIDTHS.start(), *TREE_WIDTHS.end()));
    }

    /// True if a column is that of the border between the tree and the pane beside it.
    pub(in crate::app) fn is_border(&self, column: u16) -> bool {
        border(self).is_some_and(|border| column == border || column == border + 1)
    }
}

impl Panes {
    fn of(&mut self, pane: Pane) -> &mut Option<Rect> {
        match pane {
            Pane::Tree => &mut self.tree,
            Pane::Document => &mut self.document,
            Pane::Container => &mut self.container,
        }
    }
}

/// Splits the area below the strip of reasons into the lines on a node's allocation and the document.
#[must_use]
pub fn allocation(model: &Model, below: Rect) -> [Rect; 2] {
    let lines = match model.reading.shown_subject() {
        Some(_) => model.allocation.lines(),
        None => 0,
    };
    let lines = u16::try_from(lines).unwrap_or(u16::MAX).min(below.height / 3);
    top(below, lines)
}

/// Returns the area of the explanation below the panes; `None` while it is closed.
#[must_use]
pub fn explanation(model: &Model) -> Option<Rect> {
    let body = body(model);
    model.explain.as_ref()?;
    let height = (body.height * 2 / 5).clamp(10, 14).min(body.height / 2);
    Some(Rect { y: body.bottom() - height, height, ..body })
}

/// Splits the area of the document into the gutter with the managers of its lines, and the lines.
#[must_use]
pub fn managers(model: &Model, area: Rect) -> [Rect; 2] {
    let is_shown = model.shows_managers && model.reading.managed().is_some();
    let columns = match area.width {
        64.. if is_shown => 24,
        30.. if is_shown => 14,
        _ => 0,
    };
    left(area, columns)
}

/// Splits the inside of the document's pane into the strip of reasons and the document.
#[must_use]
pub fn strip(model: &Model, inside: Rect) -> [Rect; 2] {
    let lines = match model.reading.shown_subject() {
        Some(_) => reasons(model, inside).len(),
        None => 0,
    };
    let lines = u16::try_from(lines).unwrap_or(u16::MAX);
    top(inside, lines)
}

/// Returns the lines of the strip of reasons in the inside of the document's pane. The document keeps most
/// of a low pane.
#[must_use]
pub fn reasons(model: &Model, inside: Rect) -> Vec<StripLine> {
    model.health.strip(usize::from(inside.width), usize::from(inside.height / 3))
}

/// Returns the number of rows for which the table of a collection has room: its headings and its summary
/// take a line each.
#[must_use]
pub fn table_rows(model: &Model) -> usize {
    panes(model)
        .document
        .map_or(1, |area| usize::from(inside(area).height).saturating_sub(2).max(1))
}

/// Returns the area inside a pane's border. A pane of at most 4 rows has no bottom border.
#[must_use]
pub fn inside(pane: Rect) -> Rect {
    let bottom = u16::from(pane.height > 4);
    Rect {
        x: pane.x + 1,
        y: pane.y + 1,
        width: pane.width.saturating_sub(2),
        height: pane.height.saturating_sub(1 + bottom),
    }
}

impl Model {
    /// Sets the sizes of the panes from the layout.
    pub(in crate::app) fn fit(&mut self) {
        let panes = panes(self);
        if let Some(tree) = panes.tree {
            self.tree.set_height(usize::from(inside(tree).height));
        }
        if let Some(document) = panes.document {
            let [_, below] = strip(self, inside(document));
            let [_, below] = allocation(self, below);
            let [_, inside] = managers(self, below);
            self.reading.pane.set_size(inside.width, inside.height);
        }
    }

    /// Returns the panes that can have the focus, in order.
    pub(in crate::app) fn focusable(&self) -> Vec<Pane> {
        let mut panes = vec![Pane::Tree, Pane::Document];
        if self.container_view {
            panes.push(Pane::Container);
        }
        panes
    }
}

impl Model {
    /// True if the terminal should report the mouse. While it does, it does not select text itself;
    /// that must work where there is text to read: in the document and in overlays.
    #[must_use]
    pub fn wants_mouse(&self) -> bool {
        let shows_panes = self.connection().is_some() && self.start_screen().is_none();
        let is_covered = !matches!(self.overlay, Overlay::None);
        self.mouse && shows_panes && !is_covered && self.focus != Pane::Document
    }
}
