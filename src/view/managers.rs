//! Who set the lines of a document: a gutter beside them, and the sentence for the line of the cursor.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::layout::{self, Pane};
use crate::app::model::Model;
use crate::object::managers::{Managers, Owner, Ownership, brief, sentence, short_name};
use crate::text::{columns, padded, visible};
use crate::theme::Role;

use super::appearance::Appearance;
use super::pane::keep_end;

/// The colours of managers, in the order in which they are listed.
const ROLES: [Role; 6] =
    [Role::MapKey, Role::String, Role::Number, Role::Literal, Role::Key, Role::Good];
/// The columns of an age.
const AGE: usize = 5;

/// Returns who set the line of the cursor, if the document has the focus and there is room.
pub(super) fn of_cursor(model: &Model, width: usize) -> Option<String> {
    if model.focus != Pane::Document || model.health.selected.is_some() {
        return None;
    }
    let managers = Managers::of(model.reading.managed()?);
    let path = model.reading.pane.line_path()?;
    let ownership = managers.owners(&path);
    let changed = changed_at(model, &path);
    let texts = [sentence, brief].map(|text| text(&ownership, model.now, changed));
    let mut texts = texts.iter().map(|text| format!(" {} ", visible(text)));
    texts.find(|text| columns(text) <= width)
}

/// Returns when a field of the open object changed, if its history shows it.
fn changed_at(model: &Model, path: &str) -> Option<Timestamp> {
    let open = model.reading.opened_object().filter(|_| model.reading.past.is_none())?;
    model.histories.open().filter(|history| history.path == *open)?.changed_at(path)
}

/// Draws the gutter, if it is wanted. Returns the rest of the area.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) -> Rect {
    let [gutter, rest] = layout::managers(model, area);
    let Some(object) = model.reading.managed().filter(|_| gutter.width > 0) else { return rest };
    let pane = &model.reading.pane;
    let Some(document) = pane.document() else { return rest };
    let managers = Managers::of(object);
    let theme = appearance.theme;
    let mut last = ("", String::new());
    for (y, row) in (gutter.y..gutter.bottom()).zip(pane.rows()) {
        let path = document.path(pane.format(), row.line).filter(|_| row.part == 0);
        let ownership = path.map(|path| managers.owners(&path));
        let cell = Cell::of(ownership.as_ref(), model, &managers);
        let is_run = !cell.name.is_empty() && (cell.sign, &cell.name) == (last.0, &last.1);
        let width = usize::from(gutter.width.saturating_sub(2));
        let room = width.saturating_sub(AGE + 1);
        let (name, age) =
            if is_run { ("│", "") } else { (cell.name.as_str(), cell.age.as_str()) };
        let room_of_name = room.saturating_sub(columns(cell.sign));
        let name = format!(
            "{}{}",
            if is_run { "" } else { cell.sign },
            keep_end(&visible(name), room_of_name)
        );
        let name = padded(&name, room);
        let place = Rect { y, height: 1, ..gutter };
        let text = format!("{name} {age:>AGE$} ");
        Line::from(vec![
            Span::styled(text, theme.style(cell.role)),
            Span::styled("│", theme.style(Role::Border)),
        ])
        .render(place, buffer);
        last = (cell.sign, cell.name);
    }
    rest
}

/// What the gutter shows for a line.
struct Cell {
    /// `┆ ` if the line was set as a part of a whole.
    sign: &'static str,
    name: String,
    age: String,
    role: Role,
}

impl Cell {
    fn of(ownership: Option<&Ownership<'_>>, model: &Model, managers: &Managers<'_>) -> Self {
        let sign = |sign: &str| Self {
            sign: "",
            name: sign.to_owned(),
            age: String::new(),
            role: Role::Dim,
        };
        match ownership {
            Some(Ownership::Owned(owners)) => {
                let Some(Owner { manager, whole }) = owners.first() else { return sign("") };
                let at = managers.position(manager).unwrap_or(0);
                Self {
                    sign: if whole.is_some() { "┆ " } else { "" },
                    name: short_name(&manager.title()).to_owned(),
                    age: manager.age(model.now),
                    role: ROLES[at % ROLES.len()],
                }
            }
            Some(Ownership::NotTracked) => sign("·"),
            _ => sign(""),
        }
    }
}
