//! What a field means, below the panes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Widget, Wrap};

use crate::app::layout::explanation;
use crate::app::model::Model;
use crate::app::state::explain::{Explain, ExplainState};
use crate::app::state::overlay::Overlay;
use crate::keymap::{Action, Mode};
use crate::object::path::{Step, push_key};
use crate::object::schema::Unexplained;
use crate::text::{columns, fit, visible};
use crate::theme::Role;

use super::appearance::Appearance;
use super::help::frame;
use super::pane::keep_end;
use super::waiting;

/// Draws the explanation, if it is open.
pub(super) fn draw(model: &Model, appearance: Appearance, buffer: &mut Buffer) {
    let (Some(explain), Some(area)) = (&model.explain, explanation(model)) else { return };
    let theme = appearance.theme;
    let width = usize::from(area.width.saturating_sub(2));
    let has_focus = matches!(model.overlay, Overlay::Explain);
    let border = theme.style(if has_focus { Role::Focus } else { Role::Border });
    let mut block = frame(title(explain, width), appearance).border_style(border);
    let words = explain.words.label(&model.keymap.key(Mode::Explain, Action::Search));
    if let Some(words) = words.filter(|_| has_focus) {
        let words = fit(&format!(" {} ", visible(&words)), width).into_owned();
        block = block.title_bottom(Line::styled(words, theme.style(Role::Key)));
    }
    let inner = block.inner(area);
    block.render(area, buffer);
    let sentence = match &explain.state {
        ExplainState::Loading(ticket) => Some((waiting::requested(model, *ticket), Role::Dim)),
        ExplainState::Failed(failure) => Some((failure.to_string(), Role::Error)),
        ExplainState::Unexplained(why) => Some((unexplained(explain, why), Role::Warning)),
        ExplainState::Unloaded => Some((unloaded(model, explain), Role::Dim)),
        ExplainState::NoField => Some(("No field here".to_owned(), Role::Dim)),
        ExplainState::Known(_) => None,
    };
    if let Some((text, role)) = sentence {
        let text = Paragraph::new(visible(&text).into_owned()).style(theme.style(role));
        return text.wrap(Wrap { trim: true }).render(inner, buffer);
    }
    let width = usize::from(inner.width);
    let lines = explain.lines(width);
    let at = explain.line(&lines);
    let first = (at + 1).saturating_sub(usize::from(inner.height));
    for (y, (index, line)) in (inner.y..inner.bottom()).zip(lines.iter().enumerate().skip(first)) {
        let place = Rect { y, height: 1, ..inner };
        let role = |role| theme.style(if line.is_dim { Role::Dim } else { role });
        let room = width.saturating_sub(columns(&line.name));
        Line::from(vec![
            Span::styled(line.name.clone(), role(Role::MapKey)),
            Span::styled(fit(&line.text, room).into_owned(), role(Role::Text)),
        ])
        .render(place, buffer);
        if index == at && has_focus {
            buffer.set_style(place, theme.style(Role::Selection));
        }
    }
}

/// Returns the field, its type and its kind.
fn title(explain: &Explain, width: usize) -> String {
    let mut path = String::new();
    if matches!(explain.state, ExplainState::NoField) {
        return String::new();
    }
    for step in &explain.subject.path {
        match step {
            Step::Key(key) => push_key(key, &mut path),
            Step::Index(_) => path.push_str("[]"),
        }
    }
    let known = explain.known();
    let path = known.map_or(path, |known| known.path.clone());
    let mut of = format!("{} {}", explain.subject.kind.kind, explain.subject.version);
    if let Some(known) = known {
        of = format!("{} · {of}", known.type_name);
        if !known.fields.is_empty() {
            of = format!("{of} · {} fields", known.fields.len());
        }
        if known.is_from_crd {
            of.push_str(" · from the CRD");
        }
    }
    if path.is_empty() {
        return format!(" {} ", fit(&visible(&of), width.saturating_sub(2)));
    }
    let of = visible(&of).into_owned();
    let room = width.saturating_sub(columns(&of) + 5);
    if room < 12 {
        return format!(" {} ", keep_end(&visible(&path), width.saturating_sub(2)));
    }
    format!(" {} · {of} ", keep_end(&visible(&path), room))
}

fn unloaded(model: &Model, explain: &Explain) -> String {
    let key = model.keymap.key(Mode::Anywhere, Action::Explain);
    format!("{key} loads the documentation of {}", explain.subject.version)
}

fn unexplained(explain: &Explain, why: &Unexplained) -> String {
    match why {
        Unexplained::NoKind => format!("The server has no schema of {}", explain.subject.kind.kind),
        Unexplained::AnyContent { path } => {
            let path = if path.is_empty() { "This kind" } else { path };
            format!("{path} may have any content, which is not described")
        }
        Unexplained::NotAField { path, near } if near.is_empty() => {
            format!("{path} is not a field of the schema")
        }
        Unexplained::NotAField { path, near } => {
            format!("{path} is not a field of the schema; similar: {}", near.join(", "))
        }
    }
}
