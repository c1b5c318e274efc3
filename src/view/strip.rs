//! The strip above a document: why the object needs attention, worst first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::layout;
use crate::app::model::Model;
use crate::app::state::health::StripLine;
use crate::keymap::{Action, Keymap, Mode};
use crate::object::health::{Hint, Level, Reason};
use crate::text::{columns, visible};
use crate::theme::Role;

use super::appearance::Appearance;
use super::level;

/// Draws the strip. Returns the rest of the area.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) -> Rect {
    let [strip, rest] = layout::strip(model, area);
    let lines = layout::reasons(model, area);
    let selected = model.health.selected;
    for (at, (y, line)) in (strip.y..strip.bottom()).zip(&lines).enumerate() {
        let place = Rect { y, height: 1, ..strip };
        let is_selected = selected.is_some() && line.reason == selected;
        let is_last = lines.get(at + 1).is_none_or(|next| next.reason != line.reason);
        let mut spans = spans(line, appearance);
        let reason = line.reason.and_then(|at| model.health.health.reasons.get(at));
        if let Some(reason) = reason.filter(|_| is_last && !line.text.ends_with('…')) {
            let hint = hint(reason, model.health.namespace(), &model.keymap);
            spans.extend(hint_span(&spans, hint, appearance, area.width));
        }
        let style = appearance.theme.style(Role::Selection);
        let line = Line::from(spans);
        let line = if is_selected { line.patch_style(style) } else { line };
        line.render(place, buffer);
        if is_selected {
            buffer.set_style(place, style);
        }
    }
    rest
}

fn spans(line: &StripLine, appearance: Appearance) -> Vec<Span<'static>> {
    let style = appearance.theme.style(level::role(line.level));
    let mark = if line.is_first { line.level.mark() } else { ' ' };
    let text = if line.level == Level::Ok { appearance.theme.style(Role::Dim) } else { style };
    vec![Span::styled(format!("{mark} "), style), Span::styled(line.text.clone(), text)]
}

/// Returns what to press or type next, if there is room for it.
fn hint_span(
    before: &[Span<'static>],
    hint: Option<String>,
    appearance: Appearance,
    width: u16,
) -> Option<Span<'static>> {
    let used: usize = before.iter().map(Span::width).sum();
    let text = format!(" · {}", hint?);
    let fits = used + columns(&text) <= usize::from(width);
    fits.then(|| Span::styled(text, appearance.theme.style(Role::Dim)))
}

/// Returns what to press or type next, as the key table names it.
pub(super) fn hint(reason: &Reason, namespace: Option<&str>, keymap: &Keymap) -> Option<String> {
    let key = |action| keymap.key(Mode::Anywhere, action);
    Some(match &reason.hint {
        Hint::None => return None,
        hint @ Hint::Go(_) => {
            let words = hint.location(namespace)?;
            format!("{}{}", key(Action::GoTo), visible(&words))
        }
        Hint::Containers => format!("{} containers", key(Action::ContainerView)),
        Hint::Log { .. } => format!("{} log", key(Action::Follow)),
        Hint::PreviousLog { .. } => format!("{} previous log", key(Action::Previous)),
        Hint::Events => format!("{} events", key(Action::Events)),
        Hint::Refresh => format!("{} refresh", key(Action::Refresh)),
        Hint::Say(text) => visible(text).into_owned(),
    })
}
