//! The allocation of a node above its document: requests, limits and allocatable side by side.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::app::layout;
use crate::app::model::Model;
use crate::text::{columns, fit, padded, visible};
use crate::theme::Role;

use super::appearance::Appearance;

/// Draws the lines. Returns the rest of the area.
pub(super) fn draw(model: &Model, appearance: Appearance, area: Rect, buffer: &mut Buffer) -> Rect {
    let [lines, rest] = layout::allocation(model, area);
    let theme = appearance.theme;
    let texts = texts(model, usize::from(area.width));
    for (index, (y, text)) in (lines.y..lines.bottom()).zip(texts).enumerate() {
        let role = if index == 0 { Role::Dim } else { Role::Text };
        Line::styled(text, theme.style(role)).render(Rect { y, height: 1, ..lines }, buffer);
    }
    rest
}

/// Returns the heading and a line for each resource, or one sentence.
fn texts(model: &Model, width: usize) -> Vec<String> {
    let allocation = &model.allocation;
    let sentence = allocation
        .failure
        .clone()
        .or_else(|| allocation.used.as_ref().map(|it| format!("Uses {it}")));
    if let (true, Some(sentence)) = (allocation.rows.is_empty(), sentence) {
        return vec![fit(&visible(&sentence), width).into_owned()];
    }
    let is_used = allocation.rows.iter().any(|row| row.used.is_some());
    let mut table =
        vec![["RESOURCE", "REQUESTS", "LIMITS", "ALLOCATABLE", "USED"].map(str::to_owned)];
    table.extend(allocation.rows.iter().map(|row| {
        let used = row.used.clone().unwrap_or_default();
        [&row.resource, &row.requests, &row.limits, &row.allocatable, &used]
            .map(|text| visible(text).into_owned())
    }));
    let shown = if is_used { 5 } else { 4 };
    let widths: Vec<usize> =
        (0..shown).map(|at| table.iter().map(|row| columns(&row[at])).max().unwrap_or(0)).collect();
    let line = |row: &[String; 5]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width));
        let text = cells.collect::<Vec<_>>().join("  ");
        fit(text.trim_end(), width).into_owned()
    };
    table.iter().map(line).collect()
}
