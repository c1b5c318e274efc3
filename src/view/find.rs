//! The list of objects that were found by name, and where each of them is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::model::Model;
use crate::k8s::path::ApiPath;
use crate::keymap::{Action, Mode};
use crate::object::find::Hit;
use crate::object::search::SearchScope;
use crate::text::{columns, fit, grouped, one_line, padded, visible, visible_within, wrapped};
use crate::theme::Role;

use super::appearance::Appearance;
use super::search::{self, Rows};

/// An object takes at most so much of a line.
const SHARE: usize = 2;

/// Draws the list over the panes.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) {
    let hits = &model.find.found.hits;
    let theme = appearance.theme;
    let nothing = hits.is_empty().then(|| nothing(model));
    let Some(inner) = search::frame(area, buffer, appearance, title(model), nothing) else {
        return;
    };
    let width = usize::from(inner.width);
    let at = model.find.selected();
    let widest = |text: &dyn Fn(&Hit) -> String| {
        hits.iter().map(|hit| columns(&text(hit))).max().unwrap_or(0)
    };
    let namespaces = match model.find.wanted.as_ref().map(|wanted| &wanted.scope) {
        Some(SearchScope::Namespace(_)) => 0,
        _ => widest(&|hit| search::namespace(&hit.path)) + 2,
    };
    let objects = widest(&|hit| search::object(model, &hit.path)).min(width / SHARE);
    let line = |index: usize| {
        let hit = &hits[index];
        let cell = |text: &str, width: usize| padded(&fit(text, width), width + 2);
        let namespace = fit(&search::namespace(&hit.path), namespaces).into_owned();
        let room = width.saturating_sub(namespaces + objects + 2);
        let row = one_line(hit.label.as_ref().unwrap_or(&hit.row)).into_owned();
        let line = Line::from(vec![
            Span::styled(padded(&namespace, namespaces), theme.style(Role::Dim)),
            Span::styled(cell(&search::object(model, &hit.path), objects), theme.style(Role::Text)),
            Span::styled(visible_within(&row, room).into_owned(), theme.style(Role::Dim)),
        ]);
        (line, None)
    };
    let detail = detail(model, &hits[at], width, appearance);
    search::draw(inner, buffer, appearance, Rows { at, number: hits.len(), detail, line });
}

fn title(model: &Model) -> String {
    let find = &model.find;
    let found = &find.found;
    let text = find.wanted.as_ref().map_or("", |wanted| wanted.filter.text());
    let place = match find.wanted.as_ref().map(|wanted| &wanted.scope) {
        Some(SearchScope::Namespace(namespace)) => {
            format!(" in namespace {}", visible(namespace.as_str()))
        }
        _ => String::new(),
    };
    let number = found.hits.len() as u64 + found.more;
    let objects = if number == 1 { "object" } else { "objects" };
    let (done, kinds) = (found.done, found.kinds);
    let state = match (find.running, find.is_stopped) {
        (Some(_), _) => format!("{done} of {kinds} kinds …"),
        (None, true) => format!("stopped at {done} of {kinds} kinds"),
        (None, false) => format!("{kinds} kinds"),
    };
    let text = visible_within(text, 24);
    format!(" Find {text}{place} · {} {objects} · {state} ", grouped(number))
}

/// Returns what to say while nothing was found.
fn nothing(model: &Model) -> Vec<String> {
    let find = &model.find;
    let key = |action| model.keymap.key(Mode::List, action);
    if find.running.is_some() {
        return vec![format!("Nothing found yet. {} stops the search", key(Action::Escape))];
    }
    let mut lines = vec![if find.is_stopped {
        format!("The search was stopped. {} searches again", key(Action::Refresh))
    } else {
        format!("No object has that name, of {} that were read", grouped(find.found.read))
    }];
    lines.extend(search::skipped(&find.found.skipped));
    lines
}

/// Returns where the selected object is, and what was not searched.
fn detail(model: &Model, hit: &Hit, width: usize, appearance: Appearance) -> Vec<Line<'static>> {
    let theme = appearance.theme;
    let path = ApiPath::Object(hit.path.clone()).to_string();
    let mut lines =
        vec![Line::styled(visible_within(&path, width).into_owned(), theme.style(Role::Key))];
    if let Some(label) = &hit.label {
        let label = visible_within(label, width).into_owned();
        lines.push(Line::styled(label, theme.style(Role::Text)));
    }
    let found = &model.find.found;
    let mut add = |text: String| {
        for line in wrapped(&[(text, ())], width, 2) {
            let text: String = line.into_iter().map(|(text, ())| text).collect();
            lines.push(Line::styled(text, theme.style(Role::Dim)));
        }
    };
    if found.more > 0 {
        let more = grouped(found.more);
        add(format!("{more} more match and are not listed: search for more text"));
    }
    search::skipped(&found.skipped).into_iter().for_each(add);
    lines
}
